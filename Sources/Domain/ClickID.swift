/// A click id as the contract allows it: 1 to 256 bytes of printable UTF-8, kept and compared byte for byte.
package enum ClickID {
  package static func isValid(_ text: String) -> Bool {
    guard (1...256).contains(text.utf8.count) else { return false }
    // Nearly all are ASCII, and Unicode's tables are slow.
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return true }
    return text.unicodeScalars.allSatisfy {
      switch $0.properties.generalCategory {
      case .control, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator, .privateUse: false
      default: true
      }
    }
  }

  /// Whether it is an e-mail address or starts with `+` and digits: contact data that does not belong in a click id.
  package static func looksLikeContact(_ text: String) -> Bool {
    if let first = text.utf8.first, first == UInt8(ascii: "+"), let second = text.utf8.dropFirst().first,
      (48...57).contains(second)
    {
      return true
    }
    return looksLikeEmail(text)
  }

  /// Something, `@`, and a domain with a dot: `jo@example.com`.
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
}
