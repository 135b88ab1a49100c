import Domain
import Foundation
import Testing

@Suite struct DayStartTests {
  /// Every zone this system knows, every day of three years: a day begins where the one before ends.
  @Test func aDayBeginsWhereTheOneBeforeEnds() throws {
    let (first, last) = (try #require(Day(text: "2025-01-01")), try #require(Day(text: "2027-12-31")))
    var checked = 0
    for name in TimeZone.knownTimeZoneIdentifiers {
      let calendar = try #require(AccountCalendar(timezone: name))
      for number in first.number...last.number {
        let day = Day(number: number)
        let start = calendar.start(of: day)
        let before = Instant(microseconds: start.microseconds - 1)
        if calendar.day(of: start) != day || calendar.day(of: before) != day - 1 {
          Issue.record("\(day.text) in \(name) does not begin at \(start.rfc3339)")
        }
        checked += 1
      }
    }
    #expect(checked > 300 * 1_000)
  }

  @Test(arguments: [
    ("UTC", "2026-11-22", "2026-11-22T00:00:00.000Z"), ("America/New_York", "2026-11-22", "2026-11-22T05:00:00.000Z"),
    ("America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"),
    ("America/New_York", "2026-11-02", "2026-11-02T05:00:00.000Z"),
    ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00.000Z"),
    ("Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00.000Z"),
    // Clocks are put forward at midnight: the day begins at one.
    ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00.000Z"),
    // And back at midnight: the hour before it comes twice.
    ("Asia/Beirut", "2026-10-25", "2026-10-24T22:00:00.000Z"),
    ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00.000Z"),
  ]) func aDayBegins(_ zone: String, _ day: String, _ start: String) throws {
    let calendar = try #require(AccountCalendar(timezone: zone))
    #expect(calendar.start(of: try #require(Day(text: day))).rfc3339 == start)
  }
}
