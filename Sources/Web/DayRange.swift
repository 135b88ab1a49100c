import Domain
import HTTP

extension FormPairs {
  /// Days that one report may span.
  private static var longestReport: Int { 1_100 }

  /// The days from `from` to `to` of a report, both included: the last 30 with today unless said otherwise.
  func reportedDays(_ call: Call) throws -> (from: Day, to: Day) {
    let today = call.account.calendar.day(of: call.now)
    let to = try day("to") ?? max(today, try day("from") ?? today)
    let from = try day("from") ?? to - 29
    guard from <= to else { throw Problem.badField("from", "must not be after to") }
    guard to.number - from.number < Self.longestReport else {
      throw Problem.badField("from", "must be at most \(Self.longestReport) days before to")
    }
    return (from, to)
  }
}

extension JSONForm {
  /// The time from `from` to `to`: dates of the account's time zone, as in stats, both included. Nil where there is
  /// neither, or one is at fault.
  mutating func days(of account: Account) -> Range<Instant>? {
    let given = ["from", "to"].filter { node($0) != nil }
    let days = given.compactMap { name -> Day? in
      let day = text(name, maximumBytes: 10).flatMap { Day(text: $0) }
      if day == nil && !errors.contains(where: { $0.field == name }) {
        fail(name, "must be a date such as 2026-11-22")
      }
      return day
    }
    if given.count == 1 { fail(given == ["from"] ? "to" : "from", "is missing: from and to go together") }
    guard days.count == 2 else { return nil }
    guard days[0] <= days[1] else {
      fail("from", "must not be after to")
      return nil
    }
    let calendar = account.calendar
    return calendar.start(of: days[0])..<calendar.start(of: days[1] + 1)
  }
}
