/// When a partner takes leads, in its time zone; without windows: always.
package struct WeekSchedule: Equatable, Sendable {
  /// Windows a schedule may have.
  package static let limit = 50

  /// From a time of day to another one on some days of the week.
  package struct Window: Equatable, Sendable {
    package let days: Set<Weekday>
    /// Minutes since midnight, 0 to 1,439.
    package let from: Int
    /// Minutes since midnight, up to 1,440, itself not within; up to `from`: of the day after.
    package let to: Int

    package init(days: Set<Weekday>, from: Int, to: Int) {
      self.days = days
      self.from = from
      self.to = to
    }

    fileprivate func holds(_ local: LocalTime) -> Bool {
      if from < to { return days.contains(local.weekday) && from <= local.minute && local.minute < to }
      return days.contains(local.weekday) && from <= local.minute
        || days.contains(local.weekday.before) && local.minute < to
    }
  }

  package var windows: [Window]

  package init(windows: [Window] = []) { self.windows = windows }

  package func isOpen(at now: Instant, _ calendar: AccountCalendar) -> Bool {
    guard !windows.isEmpty else { return true }
    let local = calendar.local(now)
    return windows.contains { $0.holds(local) }
  }
}

/// A day of the week, in the order of ISO 8601.
package enum Weekday: String, CaseIterable, Sendable {
  case mon, tue, wed, thu, fri, sat, sun

  package init(_ day: Day) {
    // 1970-01-01 was a Thursday.
    let place = (day.number + 3) % 7
    self = Self.allCases[place < 0 ? place + 7 : place]
  }

  fileprivate var before: Weekday {
    switch self {
    case .mon: .sun
    case .tue: .mon
    case .wed: .tue
    case .thu: .wed
    case .fri: .thu
    case .sat: .fri
    case .sun: .sat
    }
  }
}

/// What clock and calendar show somewhere.
package struct LocalTime: Equatable, Sendable {
  package let day: Day
  /// Since midnight, 0 to 1,439.
  package let minute: Int
  package var weekday: Weekday { Weekday(day) }
}

extension AccountCalendar {
  package func local(_ instant: Instant) -> LocalTime {
    let shifted = instant + offset(at: instant)
    let day = Day(utc: shifted)
    return LocalTime(day: day, minute: Int((shifted.seconds - Int64(day.number) * 86_400) / 60))
  }
}
