import Foundation

/// The days of an account: where they begin follows its time zone, summer time included.
package struct AccountCalendar: Equatable, Sendable {
  private let zone: TimeZone
  private let isUTC: Bool

  /// Nil unless `timezone` is a zone that this system knows.
  package init?(timezone: String) {
    guard let zone = TimeZone(identifier: timezone) else { return nil }
    self.init(zone: zone)
  }

  /// Days that begin at midnight UTC.
  package static let utc = AccountCalendar(zone: .gmt)

  private init(zone: TimeZone) {
    self.zone = zone
    self.isUTC = zone == .gmt || ["UTC", "Etc/UTC"].contains(zone.identifier)
  }

  /// The account's day on which `instant` falls.
  package func day(of instant: Instant) -> Day {
    Day(utc: instant + offset(at: instant))
  }

  /// Seconds that its clocks are ahead of UTC.
  func offset(at instant: Instant) -> Int64 {
    isUTC ? 0 : Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds))))
  }

  /// The first moment of one of the account's days; where a clock is put forward at midnight, the moment of that.
  package func start(of day: Day) -> Instant {
    let midnight = Instant(seconds: Int64(day.number) * 86_400)
    if isUTC { return midnight }
    // The offset may change within a day on either side.
    let offsets = Set(
      [-86_400, 0, 86_400].map { shift in
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(midnight.seconds + shift)))
      })
    return offsets.map { midnight - Int64($0) }.filter { self.day(of: $0) == day }.min() ?? midnight
  }
}
