import Domain

/// Texts that come with a lead and are kept as they came, but for contact data in them. The lead must not be lost for
/// what a page or a browser says about itself, so what may not be kept is left out rather than refused.
enum DeclaredText {
  /// Stands where contact data stood.
  private static let hidden = "*"

  static func trafficType(_ text: String) -> String? { holdsContact(text) ? hidden : named(text) }

  /// Queries and fragments carry sub ids and worse: they are cut off before anything else sees them. Then each piece
  /// between slashes that holds contact data is hidden, before a long page is cut and hides what it holds.
  static func landingPage(_ page: String) -> String? {
    let end = page.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? page.endIndex
    let pieces = page[..<end].utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    let kept = pieces.map { holdsContact($0) ? hidden : $0 }.joined(separator: "/")
    return named((kept.utf8.count <= 255 ? kept : String(kept.prefix(63))).trimmed)
  }

  /// Whether `text` has the shape of a BCP 47 tag with at most one region in digits and three subtags: nothing longer
  /// that a browser could say.
  static func isLanguage(_ text: String) -> Bool {
    let tags = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard let first = tags.first, (2...3).contains(first.count), first.allSatisfy(isLetter), tags.count <= 4 else {
      return false
    }
    let others = tags.dropFirst()
    let regions = others.count { $0.count == 3 && $0.allSatisfy(isDigit) }
    let words = others.count {
      (2...8).contains($0.count) && $0.first.map(isLetter) == true && $0.allSatisfy { isLetter($0) || isDigit($0) }
    }
    return regions <= 1 && regions + words == others.count
  }

  /// Nil for nothing, and for a word that reports say of themselves.
  private static func named(_ text: String) -> String? {
    text.isEmpty || [Report.other, Report.none, Report.rare].contains(text) ? nil : text
  }

  /// Whether an e-mail address stands in it, or a phone number on its own or as a value (`tel=…`).
  private static func holdsContact(_ text: String) -> Bool {
    guard text.utf8.contains(where: "@%+".utf8.contains) || text.utf8.count(where: isDigit) >= 10 else { return false }
    let plain = text.withoutPercentEscapes
    return ClickID.holdsEmail(plain)
      || plain.utf8.split(whereSeparator: "=:;,&".utf8.contains).contains { isPhone(Substring($0).trimmed) }
  }

  /// `+` and digits in front, or 10 to 15 digits and what is written between them.
  private static func isPhone(_ text: String) -> Bool {
    ClickID.holdsContact(text)
      || (10...15).contains(text.utf8.count(where: isDigit))
        && text.utf8.allSatisfy { isDigit($0) || " -.()+".utf8.contains($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
}
