/// An amount as partners' panels write it: `12.50`, `12,50`, `1,234.56`, `1.234,56`, `$15.00`, ` 15 USD `.
package struct PartnerAmount: Equatable, Sendable {
  /// With its sign.
  package let money: Money
  /// Three letters, where a code or an unambiguous sign stood beside the number.
  package let currency: String?
  /// A lone comma before exactly three digits was taken for a thousands separator.
  package let readAsThousands: Bool

  private static let signs: [Character: String] = [
    "$": "USD", "€": "EUR", "£": "GBP", "₴": "UAH", "₽": "RUB", "₹": "INR",
  ]

  /// Nil for what cannot be read without guessing: exponents, more than 6 decimals, more than ``Money/limit``, other text.
  package init?(_ text: String) {
    guard text.utf8.count <= 64 else { return nil }
    var rest = Substring(text).trimmed
    var negative = false
    var currency: String?
    // A sign and a currency may stand in either order: -$5, $-5, USD -5.
    for _ in 0..<2 {
      if let first = rest.first, first == "-" || first == "−", !negative {
        negative = true
        rest = rest.dropFirst().trimmed
      }
      if currency == nil, let taken = Self.leadingCurrency(&rest) { currency = taken }
    }
    if currency == nil { currency = Self.trailingCurrency(&rest) }
    guard let (digits, readAsThousands) = Self.decimal(rest), let money = Money(decimal: digits) else { return nil }
    self.money = negative ? -money : money
    self.currency = currency
    self.readAsThousands = readAsThousands
  }

  private static func leadingCurrency(_ rest: inout Substring) -> String? {
    if let first = rest.first, let code = signs[first] {
      rest = rest.dropFirst().trimmed
      return code
    }
    let code = rest.prefix(3)
    guard isCode(code), rest.dropFirst(3).first?.isASCIILetter != true else { return nil }
    rest = rest.dropFirst(3).trimmed
    return code.uppercased()
  }

  private static func trailingCurrency(_ rest: inout Substring) -> String? {
    if let last = rest.last, let code = signs[last] {
      rest = rest.dropLast().trimmed
      return code
    }
    let code = rest.suffix(3)
    guard isCode(code), rest.dropLast(3).last?.isASCIILetter != true else { return nil }
    rest = rest.dropLast(3).trimmed
    return code.uppercased()
  }

  private static func isCode(_ text: Substring) -> Bool { text.count == 3 && text.allSatisfy(\.isASCIILetter) }

  /// The number in plain decimal notation.
  private static func decimal(_ text: Substring) -> (digits: String, readAsThousands: Bool)? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 0x2C || $0 == 0x2E }) else {
      return nil
    }
    let separators = text.filter { $0 == "," || $0 == "." }
    guard let last = separators.last else { return (String(text), false) }
    let kinds = Set(separators)
    if kinds.count == 1 && separators.count > 1 { return ungrouped(text, by: last).map { ($0, false) } }
    let parts = text.split(separator: last, maxSplits: 1, omittingEmptySubsequences: false)
    if kinds.count == 2 {
      // The separator that comes last, once, is the decimal point; the other one groups thousands.
      guard separators.filter({ $0 == last }).count == 1, let grouping = kinds.subtracting([last]).first,
        let whole = ungrouped(parts[0], by: grouping)
      else { return nil }
      return (whole + "." + parts[1], false)
    }
    if last == ",", parts[1].utf8.count == 3, let whole = Int(parts[0]), whole != 0, parts[0].utf8.count <= 3 {
      return (String(parts[0] + parts[1]), true)
    }
    return ((parts[0].isEmpty ? "0" : String(parts[0])) + "." + parts[1], false)
  }

  /// Groups of three behind a first one of one to three digits, joined.
  private static func ungrouped(_ text: Substring, by separator: Character) -> String? {
    let groups = text.split(separator: separator, omittingEmptySubsequences: false)
    guard let first = groups.first, (1...3).contains(first.utf8.count),
      groups.dropFirst().allSatisfy({ $0.utf8.count == 3 })
    else { return nil }
    return groups.joined()
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let start = self.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...last]
  }
}

extension Character {
  fileprivate var isASCIILetter: Bool { isASCII && isLetter }
}
