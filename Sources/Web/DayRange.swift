import Domain

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
