/// A calendar month in UTC, by which decisions are counted against a plan.
package struct UsagePeriod: Hashable, Sendable {
  /// 202611 for November 2026.
  package let number: Int
  package init(number: Int) { self.number = number }

  /// The month that holds `instant`.
  package init(holding instant: Instant) {
    let date = CivilDate(day: Day(utc: instant))
    self.number = date.year * 100 + date.month
  }

  /// `2026-11`.
  package var text: String { String(CivilDate.day(year: number / 100, month: number % 100, date: 1).text.dropLast(3)) }

  /// The first moment of the month after.
  package var end: Instant {
    let (year, month) = (number / 100, number % 100)
    let day = CivilDate.day(year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, date: 1)
    return Instant(seconds: Int64(day.number) * 86_400)
  }
}

/// How much of a plan a month has used.
package struct Usage: Equatable, Sendable {
  package let used: Int
  /// Nil: the plan has no limit.
  package let limit: Int?
  package init(used: Int, limit: Int?) {
    self.used = used
    self.limit = limit
  }
  /// Nil: the plan has no limit.
  package var remaining: Int? { limit.map { max(0, $0 - used) } }
}

extension Day {
  /// The day in UTC that holds `instant`.
  package init(utc instant: Instant) {
    let seconds = instant.seconds
    self.init(number: Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400))
  }
}
