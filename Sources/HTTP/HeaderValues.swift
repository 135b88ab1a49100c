/// Reading `Content-Type`.
package enum MediaType {
  /// `application/json` out of `Application/JSON; charset=utf-8`; nil where there is no type of the form `a/b`.
  package static func essence(of value: String) -> String? {
    let type = trimmed(value.utf8.prefix { $0 != UInt8(ascii: ";") })
    let parts = type.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(HeaderToken.contains) }) else { return nil }
    return String(Substring(type)).lowercased()
  }
}

/// Reading `Cookie`.
package enum CookieHeader {
  /// The value of the first cookie of that name (names are case-sensitive), without quotes put round it.
  package static func value(of name: String, in header: String) -> String? {
    for part in header.utf8.split(separator: UInt8(ascii: ";")) {
      let cookie = trimmed(part)
      guard let equals = cookie.firstIndex(of: UInt8(ascii: "=")) else { continue }
      guard trimmed(cookie[..<equals]).elementsEqual(name.utf8) else { continue }
      var value = trimmed(cookie[cookie.index(after: equals)...])
      if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
        value = value.dropFirst().dropLast()
      }
      return String(Substring(value))
    }
    return nil
  }
}

/// The characters of a header's name, a method or a media type (RFC 9110 §5.6.2).
package enum HeaderToken {
  /// Whether the byte may stand in a token.
  package static func contains(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}

private func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
  func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
  var text = text.drop(while: isBlank)
  while let last = text.last, isBlank(last) { text = text.dropLast() }
  return text
}
