/// How many leads a partner takes; nil: any number. Counted in its time zone, taken with the lead, given back where it
/// declines or was not reached.
package struct Caps: Equatable, Sendable {
  package var hour: Int?
  package var day: Int?
  package var total: Int?

  package init(hour: Int? = nil, day: Int? = nil, total: Int? = nil) {
    self.hour = hour
    self.day = day
    self.total = total
  }

  package subscript(_ span: CapSpan) -> Int? {
    switch span {
    case .hour: hour
    case .day: day
    case .total: total
    }
  }

  /// The counters that a lead counts in at a moment: one for each cap there is.
  package func periods(at now: Instant, _ calendar: AccountCalendar) -> [CapPeriod] {
    let local = calendar.local(now)
    return CapSpan.allCases.compactMap { span in
      self[span].map { CapPeriod(span: span, number: span.number(at: local), limit: $0) }
    }
  }
}

package enum CapSpan: Int, CaseIterable, Sendable {
  case hour, day, total

  package var name: String {
    switch self {
    case .hour: "hour"
    case .day: "day"
    case .total: "total"
    }
  }

  /// The number of the period that holds a moment, as ``CapPeriod/number`` counts them.
  package func number(at local: LocalTime) -> Int {
    switch self {
    case .hour: local.day.number * 24 + local.minute / 60
    case .day: local.day.number
    case .total: 0
    }
  }
}

/// One counter of a partner's caps.
package struct CapPeriod: Equatable, Sendable {
  package let span: CapSpan
  /// Of the hour or day since 1970 in the partner's zone; an hour that comes twice when clocks are put back counts as
  /// one, so that a cap is never exceeded. 0 for the total.
  package let number: Int
  package let limit: Int
}
