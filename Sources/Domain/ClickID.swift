/// A click id as the contract allows it: 1 to 256 bytes of printable UTF-8, kept and compared byte for byte.
package enum ClickID {
  /// Bytes.
  package static let longest = 256

  package static func isValid(_ text: String) -> Bool {
    guard (1...longest).contains(text.utf8.count) else { return false }
    // Nearly all are ASCII, and Unicode's tables are slow.
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return true }
    return text.unicodeScalars.allSatisfy {
      switch $0.properties.generalCategory {
      case .control, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator, .privateUse: false
      default: true
      }
    }
  }

  /// Whether it holds an e-mail address or starts with `+` and digits, spaces before it or not, percent-escapes removed:
  /// contact data that does not belong in a click id.
  package static func holdsContact(_ text: String) -> Bool {
    let start = text.withoutPercentEscapes.utf8.drop { $0 == UInt8(ascii: " ") }.prefix(2)
    if start.first == UInt8(ascii: "+"), let second = start.dropFirst().first, (48...57).contains(second) {
      return true
    }
    return holdsEmail(text)
  }

  /// Whether an e-mail address stands anywhere in it, also with a dot behind (`jo@example.com.`) or percent-encoded, once
  /// or more often (`jo%2540example.com`).
  package static func holdsEmail(_ text: String) -> Bool {
    let parts = text.withoutPercentEscapes.utf8.drop { $0 == UInt8(ascii: "@") }
      .split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    return parts.dropFirst().contains { part in
      let domain = part.prefix { $0 > UInt8(ascii: " ") }
      let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      return labels.prefix { !$0.isEmpty }.count >= 2
    }
  }

  /// Whether it is, as a whole, something, `@`, and a domain with a dot: `jo@example.com`.
  package static func looksLikeEmail(_ text: String) -> Bool {
    guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")), at != text.startIndex else { return false }
    let domain = text[text.index(after: at)...]
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) }
  }
}

extension String {
  /// Whether it holds what no line of text does: C0 and C1 control characters and DEL.
  package var hasControlCharacters: Bool {
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return false }
    return unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  package var withoutControlCharacters: String {
    guard hasControlCharacters else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.filter { $0.properties.generalCategory != .control }))
  }
}
