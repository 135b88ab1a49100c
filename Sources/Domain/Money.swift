/// An amount in whole micro-units (0.000001) of an account's currency: exact, so that sums are exact.
package struct Money: Hashable, Comparable, Sendable, AdditiveArithmetic {
  package let micros: Int64
  package init(micros: Int64) { self.micros = micros }
  package static let zero = Money(micros: 0)
  /// The largest amount a message or a setting may name: 10^9.
  package static let limit = Money(micros: 1_000_000_000_000_000)

  package static func < (a: Self, b: Self) -> Bool { a.micros < b.micros }
  package static prefix func - (a: Self) -> Self { .zero - a }

  /// Sums stop at the ends of what 64 bits hold, 9.2 × 10^12 units either way: nobody who sends absurd amounts can end
  /// the server for all.
  package static func + (a: Self, b: Self) -> Self {
    let (sum, isOver) = a.micros.addingReportingOverflow(b.micros)
    return .init(micros: isOver ? (b.micros > 0 ? .max : .min) : sum)
  }

  package static func - (a: Self, b: Self) -> Self {
    let (difference, isOver) = a.micros.subtractingReportingOverflow(b.micros)
    return .init(micros: isOver ? (b.micros < 0 ? .max : .min) : difference)
  }

  /// The shortest decimal that is exactly this amount: `12.5`, `0`, `-3.000001`. Also a JSON number.
  package var text: String {
    let magnitude = micros.magnitude
    let whole = magnitude / 1_000_000
    var fraction = String(magnitude % 1_000_000)
    fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return (micros < 0 ? "-" : "") + String(whole) + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// Reads a plain decimal as JSON writes it: an optional minus, digits, and up to 6 decimals. Nil for an exponent, more
  /// decimals, or more than ``limit``: money is never rounded on the way in.
  package init?(decimal text: some StringProtocol) {
    var rest = Substring(text)
    let negative = rest.hasPrefix("-")
    if negative { rest = rest.dropFirst() }
    let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, (1...10).contains(whole.utf8.count), whole.utf8.allSatisfy(isDigit),
      let units = Int64(whole)
    else { return nil }
    var micros = units * 1_000_000
    if parts.count == 2 {
      guard (1...6).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(isDigit),
        let fraction = Int64(parts[1] + String(repeating: "0", count: 6 - parts[1].utf8.count))
      else { return nil }
      micros += fraction
    }
    guard micros <= Money.limit.micros else { return nil }
    self.micros = negative ? -micros : micros
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
