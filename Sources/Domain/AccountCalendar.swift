import Foundation

/// The days of an account: where they begin follows its time zone, summer time included.
package struct AccountCalendar: Sendable {
  private let zone: TimeZone

  /// Nil unless `timezone` is a zone that this system knows.
  package init?(timezone: String) {
    guard let zone = TimeZone(identifier: timezone) else { return nil }
    self.zone = zone
  }

  /// Days that begin at midnight UTC.
  package static let utc = AccountCalendar(zone: .gmt)

  private init(zone: TimeZone) { self.zone = zone }

  /// The account's day on which `instant` falls.
  package func day(of instant: Instant) -> Day {
    let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds)))
    return Day(utc: instant + Int64(offset))
  }
}
