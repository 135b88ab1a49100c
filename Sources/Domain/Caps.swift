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

  /// The number of the hour or day since 1970 that holds a moment of the partner's zone; an hour that comes twice when
  /// clocks are put back counts as one, so that a cap is never exceeded. 0 for the total.
  package func number(at local: LocalTime) -> Int {
    switch self {
    case .hour: local.day.number * 24 + local.minute / 60
    case .day: local.day.number
    case .total: 0
    }
  }
}
