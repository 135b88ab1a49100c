/// Puts right what web pages and panels do to a postback URL on its way (PRODUCT.md §5): `&amp;` for `&`, `?` for `&`
/// where a known name and `=` follow, and `¤cy=`, which is what a page makes of `&currency=`.
package enum PostbackQuery {
  /// The query with its separators as they were meant, still percent-encoded.
  package static func heal(_ query: [UInt8]) -> (query: [UInt8], wasHealed: Bool) {
    var healed: [UInt8] = []
    healed.reserveCapacity(query.count)
    var place = 0
    var wasHealed = false
    while place < query.count {
      let rest = query[place...]
      if let mangled = mangledSeparator(at: rest) {
        healed += mangled.meant
        place += mangled.length
        wasHealed = true
      } else {
        healed.append(query[place])
        place += 1
      }
    }
    return (healed, wasHealed)
  }

  private static let escape = Array("amp;".utf8)
  private static let currency: [[UInt8]] = [
    Array("¤cy=".utf8), Array("%C2%A4cy=".utf8), Array("%c2%a4cy=".utf8), [0xA4] + Array("cy=".utf8),
    Array("%A4cy=".utf8), Array("%a4cy=".utf8),
  ]
  private static let afterQuestionMark = PostbackReading.names.map { Array("?\($0)=".utf8) }

  private static func mangledSeparator(at rest: ArraySlice<UInt8>) -> (length: Int, meant: [UInt8])? {
    switch rest.first {
    case UInt8(ascii: "&"):
      // A page within a page escapes twice: `&amp;amp;`.
      var length = 1
      while rest.dropFirst(length).starts(with: escape) { length += escape.count }
      return length > 1 ? (length, [UInt8(ascii: "&")]) : nil
    case UInt8(ascii: "?"):
      return afterQuestionMark.contains { rest.starts(with: $0) } ? (1, [UInt8(ascii: "&")]) : nil
    case 0xC2, 0xA4, UInt8(ascii: "%"):
      return currency.first { rest.starts(with: $0) }.map { ($0.count, Array("&currency=".utf8)) }
    default:
      return nil
    }
  }
}
