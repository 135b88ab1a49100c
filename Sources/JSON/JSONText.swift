/// From the bytes of a string, checked by the scanner already, to its text.
enum JSONText {
  /// The text in UTF-8.
  static func decode(_ entry: JSONEntry, in bytes: [UInt8]) -> [UInt8] {
    guard entry.isEscaped else { return Array(bytes[entry.range]) }
    var text: [UInt8] = []
    text.reserveCapacity(entry.range.count)
    var place = Int(entry.start)
    while place < Int(entry.end) {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\\") {
        place += appendEscape(at: place, in: bytes, to: &text)
      } else {
        text.append(byte)
        place += 1
      }
    }
    return text
  }

  /// Appends what the escape at `place` stands for and returns its length in bytes.
  private static func appendEscape(at place: Int, in bytes: [UInt8], to text: inout [UInt8]) -> Int {
    switch bytes[place + 1] {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): return appendUnicodeEscape(at: place, in: bytes, to: &text)
    case let itself: text.append(itself)
    }
    return 2
  }

  private static func appendUnicodeEscape(at place: Int, in bytes: [UInt8], to text: inout [UInt8]) -> Int {
    var scalar = codeUnit(at: place, in: bytes) ?? 0xFFFD
    var length = 6
    if (0xD800..<0xDC00).contains(scalar), let low = codeUnit(at: place + 6, in: bytes) {
      scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      length = 12
    }
    text.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
    return length
  }

  /// The UTF-16 unit that the escape at `place` names; nil unless `\u` and four hexadecimal digits stand there.
  static func codeUnit(at place: Int, in bytes: [UInt8]) -> UInt32? {
    guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt32 = 0
    for digit in bytes[place + 2..<place + 6] {
      switch digit {
      case 0x30...0x39: unit = unit << 4 | UInt32(digit - 0x30)
      case 0x41...0x46: unit = unit << 4 | UInt32(digit - 0x37)
      case 0x61...0x66: unit = unit << 4 | UInt32(digit - 0x57)
      default: return nil
      }
    }
    return unit
  }

  /// FNV-1a of the decoded bytes.
  static func hash(_ entry: JSONEntry, in bytes: [UInt8]) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    func mix(_ byte: UInt8) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    if entry.isEscaped {
      decode(entry, in: bytes).forEach(mix)
    } else {
      for place in entry.range { mix(bytes[place]) }
    }
    return hash
  }

  static func equal(_ a: JSONEntry, _ b: JSONEntry, in bytes: [UInt8]) -> Bool {
    guard a.isEscaped || b.isEscaped else { return bytes[a.range].elementsEqual(bytes[b.range]) }
    return decode(a, in: bytes) == decode(b, in: bytes)
  }
}
