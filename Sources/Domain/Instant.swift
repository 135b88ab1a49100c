/// A moment: whole microseconds since 1970-01-01T00:00:00Z. Rules take `now` as a value and never ask a clock.
package struct Instant: Hashable, Comparable, Sendable {
  package let microseconds: Int64
  package init(microseconds: Int64) { self.microseconds = microseconds }
  package init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

  /// Whole seconds since 1970, rounded down.
  package var seconds: Int64 {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  package static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }
  package static func + (a: Self, seconds: Int64) -> Self { .init(microseconds: a.microseconds + seconds * 1_000_000) }
  package static func - (a: Self, seconds: Int64) -> Self { .init(microseconds: a.microseconds - seconds * 1_000_000) }

  /// RFC 3339 in UTC with milliseconds: `2026-11-22T19:21:00.123Z`.
  package var rfc3339: String {
    let civil = CivilDate(day: Day(number: Int(seconds.floorDivided(by: 86_400))))
    let inDay = Int(seconds - Int64(civil.day.number) * 86_400)
    let milliseconds = Int((microseconds - seconds * 1_000_000) / 1_000)
    return civil.text + "T" + pad(inDay / 3_600, 2) + ":" + pad(inDay / 60 % 60, 2) + ":" + pad(inDay % 60, 2) + "."
      + pad(milliseconds, 3) + "Z"
  }
}

/// A date without a time: days since 1970-01-01 in whatever zone the caller counts in.
package struct Day: Hashable, Comparable, Sendable {
  package let number: Int
  package init(number: Int) { self.number = number }
  package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
  package static func + (a: Self, days: Int) -> Self { .init(number: a.number + days) }
  package static func - (a: Self, days: Int) -> Self { .init(number: a.number - days) }

  /// `2026-11-22`.
  package var text: String { CivilDate(day: self).text }

  /// Nil unless `text` is a real date of the years 1970 to 9999 written `YYYY-MM-DD`.
  package init?(text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let date = Int(parts[2]), year >= 1970
    else { return nil }
    let day = CivilDate.day(year: year, month: month, date: date)
    guard day.text == text else { return nil }
    self = day
  }
}

/// Year, month and date of a ``Day`` in the Gregorian calendar.
package struct CivilDate: Sendable {
  package let day: Day
  package let year: Int
  package let month: Int
  package let date: Int

  /// Counts from 1 March of year 0, so that the leap day is the last of a year: no table, no special case.
  package init(day: Day) {
    self.day = day
    let sinceMarch0 = day.number + 719_468
    let era = sinceMarch0.floorDivided(by: 146_097)
    let ofEra = sinceMarch0 - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * ofYear + 2) / 153
    self.date = ofYear - (153 * marchMonth + 2) / 5 + 1
    self.month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
  }

  /// The day of a date; a month or date past its end runs on into the next, as calendars do.
  package static func day(year: Int, month: Int, date: Int) -> Day {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.floorDivided(by: 400)
    let yearOfEra = shifted - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
    let ofEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear
    return Day(number: era * 146_097 + ofEra - 719_468)
  }

  package var text: String { pad(year, 4) + "-" + pad(month, 2) + "-" + pad(date, 2) }
}

extension BinaryInteger {
  /// The quotient rounded towards minus infinity, which is what calendars want before 1970.
  fileprivate func floorDivided(by divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

private func pad(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
