import Domain
/// Changes bytes the way broken programs and attackers do: always the same way for the same generator.
struct Mutation {
  private static let pieces: [[UInt8]] =
    [
      "\"", "{", "}", "[", "]", ":", ",", "\\", "\\u0000", "\\ud800", "null", "true", "1e999", "-", "0.0000001", "&",
      "=", "%",
      "%00", "%FF", "+", "?status=", "&amp;", "{payout}", "@a.de", "\u{202E}", "\u{FEFF}", "é", "😀",
    ].map { Array($0.utf8) } + [[0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0x0D, 0x0A]]

  /// One to four changes.
  static func of(_ original: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let place = Int.random(in: 0...bytes.count, using: &generator)
      let end = min(bytes.count, place + Int.random(in: 0...12, using: &generator))
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 2: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
      case 3: bytes.replaceSubrange(place..<end, with: pieces.randomElement(using: &generator) ?? [])
      case 4 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      default: bytes = place % 9 == 0 ? Array(bytes[..<place]) : bytes
      }
    }
    return bytes
  }
}
