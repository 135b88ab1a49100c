import Domain
import Foundation
import Testing

@Suite struct InstantTests {
  static let moments: [(microseconds: Int64, text: String)] = [
    (0, "1970-01-01T00:00:00.000Z"),
    (-1, "1969-12-31T23:59:59.999Z"),
    (-1_000_000, "1969-12-31T23:59:59.000Z"),
    (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
    (951_868_799_999_999, "2000-02-29T23:59:59.999Z"),
    (1_795_375_260_123_456, "2026-11-22T19:21:00.123Z"),
    (1_709_164_800_000_000, "2024-02-29T00:00:00.000Z"),
    (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
    (253_402_300_799_999_999, "9999-12-31T23:59:59.999Z"),
  ]

  @Test(arguments: moments)
  func isPrintedInUTCWithMilliseconds(_ moment: (microseconds: Int64, text: String)) {
    #expect(Instant(microseconds: moment.microseconds).rfc3339 == moment.text)
  }

  @Test func secondsAreRoundedDown() {
    #expect(Instant(microseconds: 1_999_999).seconds == 1)
    #expect(Instant(microseconds: -1).seconds == -1)
    #expect(Instant(microseconds: -1_000_000).seconds == -1)
    #expect(Instant(seconds: 5) + 3 == Instant(seconds: 8))
    #expect(Instant(seconds: 5) - 3 < Instant(seconds: 3))
  }

  /// Every day of 131 years, printed and read, beside Foundation's calendar.
  @Test func daysAgreeWithFoundationsGregorianCalendar() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let (first, last) = (CivilDate.day(year: 1970, month: 1, date: 1), CivilDate.day(year: 2100, month: 12, date: 31))
    #expect(first.number == 0)
    #expect(last.number == 47_846)
    for number in first.number...last.number {
      let civil = CivilDate(day: Day(number: number))
      let theirs = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(number) * 86_400))
      try #require([civil.year, civil.month, civil.date] == [theirs.year, theirs.month, theirs.day], "day \(number)")
      try #require(CivilDate.day(year: civil.year, month: civil.month, date: civil.date).number == number)
      try #require(Day(text: Day(number: number).text)?.number == number)
    }
  }

  @Test(arguments: [1972, 2000, 2024, 2096])
  func leapYearsHaveTheirDay(_ year: Int) {
    #expect(Day(text: "\(year)-02-29").map { $0 + 1 } == Day(text: "\(year)-03-01"))
  }

  @Test(arguments: [
    "1970-02-29", "2023-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-11-00", "1969-12-31",
    "2026-1-01", "26-11-22", "2026/11/22", "2026-11-22 ", " 2026-11-22", "+026-11-22", "2026-11-2٢", "2026-11", "",
    "2026-11-22-01", "10000-01-01",
  ])
  func noOtherTextIsADay(_ text: String) {
    #expect(Day(text: text) == nil)
  }

  @Test func theDayInUTCOfAMoment() {
    #expect(Day(utc: Instant(seconds: 86_399)).number == 0)
    #expect(Day(utc: Instant(seconds: 86_400)).number == 1)
    #expect(Day(utc: Instant(seconds: -1)).number == -1)
    #expect(Day(utc: Instant(seconds: -86_400)).number == -1)
    #expect(Day(utc: Instant(seconds: -86_401)).number == -2)
  }
}

@Suite struct UsagePeriodTests {
  static let months: [(moment: String, number: Int, text: String, end: String)] = [
    ("2026-11-22", 202_611, "2026-11", "2026-12-01"),
    ("2026-12-31", 202_612, "2026-12", "2027-01-01"),
    ("2027-01-01", 202_701, "2027-01", "2027-02-01"),
    ("2024-02-29", 202_402, "2024-02", "2024-03-01"),
  ]

  @Test(arguments: months)
  func isTheCalendarMonth(_ month: (moment: String, number: Int, text: String, end: String)) throws {
    let day = try #require(Day(text: month.moment))
    for second in [0, 43_200, 86_399] as [Int64] {
      let period = UsagePeriod(holding: Instant(seconds: Int64(day.number) * 86_400 + second))
      #expect(period.number == month.number)
      #expect(period.text == month.text)
      #expect(period.end.rfc3339 == month.end + "T00:00:00.000Z")
    }
  }

  @Test func aMonthEndsWhereTheNextBegins() {
    for number in [202_601, 202_611, 202_612] {
      let end = UsagePeriod(number: number).end
      #expect(UsagePeriod(holding: Instant(microseconds: end.microseconds - 1)).number == number)
      #expect(UsagePeriod(holding: end).number > number)
    }
  }

  @Test func whatRemainsIsNeverBelowZero() {
    #expect(Usage(used: 377, limit: 25_000).remaining == 24_623)
    #expect(Usage(used: 25_001, limit: 25_000).remaining == 0)
    #expect(Usage(used: 9, limit: nil).remaining == nil)
    #expect(Plan.solo.monthlyLimit == 25_000)
    #expect(Plan.unlimited.monthlyLimit == nil)
  }
}

@Suite struct AccountCalendarTests {
  /// Moments beside the midnights of days that are 23, 24 or 25 hours long.
  static let moments: [(zone: String, utc: Int64, day: String)] = [
    ("UTC", 1_774_742_399, "2026-03-28"),
    ("UTC", 1_774_742_400, "2026-03-29"),
    ("Europe/Berlin", 1_774_738_799, "2026-03-28"),  // 29 March has 23 hours
    ("Europe/Berlin", 1_774_738_800, "2026-03-29"),
    ("Europe/Berlin", 1_774_821_599, "2026-03-29"),
    ("Europe/Berlin", 1_774_821_600, "2026-03-30"),
    ("Europe/Berlin", 1_792_879_199, "2026-10-24"),  // 25 October has 25 hours
    ("Europe/Berlin", 1_792_879_200, "2026-10-25"),
    ("Europe/Berlin", 1_792_969_199, "2026-10-25"),
    ("Europe/Berlin", 1_792_969_200, "2026-10-26"),
    ("America/New_York", 1_767_243_599, "2025-12-31"),
    ("America/New_York", 1_767_243_600, "2026-01-01"),
    ("Asia/Kolkata", 1_767_205_799, "2025-12-31"),
    ("Asia/Kolkata", 1_767_205_800, "2026-01-01"),
    ("Pacific/Kiritimati", 1_767_175_200, "2026-01-01"),
    ("Pacific/Pago_Pago", 1_767_265_199, "2025-12-31"),
  ]

  @Test(arguments: moments)
  func daysBeginAtTheZonesMidnight(_ moment: (zone: String, utc: Int64, day: String)) throws {
    let calendar = try #require(AccountCalendar(timezone: moment.zone))
    #expect(calendar.day(of: Instant(seconds: moment.utc)).text == moment.day)
  }

  @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Europe/Kyiv"])
  func everyHourOfTwoYearsFallsOnFoundationsDay(_ zone: String) throws {
    let calendar = try #require(AccountCalendar(timezone: zone))
    var theirs = Calendar(identifier: .gregorian)
    theirs.timeZone = try #require(TimeZone(identifier: zone))
    for hour in 0..<(2 * 365 * 24) {
      let seconds = 1_767_225_600 + Int64(hour) * 3_600 - 1
      let parts = theirs.dateComponents([.year, .month, .day], from: Date(timeIntervalSince1970: Double(seconds)))
      let civil = CivilDate(day: calendar.day(of: Instant(seconds: seconds)))
      try #require(
        [civil.year, civil.month, civil.date] == [parts.year, parts.month, parts.day], "\(zone) \(seconds)")
    }
  }

  @Test(arguments: ["", "Mars/Olympus", "../etc/passwd", "Europe/Berlin "])
  func anUnknownZoneIsRefused(_ zone: String) {
    #expect(AccountCalendar(timezone: zone) == nil)
  }
}
