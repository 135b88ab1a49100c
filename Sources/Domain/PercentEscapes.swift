extension String {
  /// The text with every percent-escape as the byte it stands for, however often it was escaped (`%2540` is `@`); what is
  /// no escape stays. For looking at what a text holds: it does not come back from this.
  package var withoutPercentEscapes: String {
    guard utf8.contains(UInt8(ascii: "%")) else { return self }
    let bytes = Array(utf8)
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count {
      let (byte, length) = Self.unescape(bytes[place...])
      plain.append(byte)
      place += length
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// The first byte that is meant, and how many it is written with. In `%252540` each `25` stands for a `%`.
  private static func unescape(_ rest: ArraySlice<UInt8>) -> (byte: UInt8, length: Int) {
    guard rest.first == UInt8(ascii: "%") else { return (rest.first ?? 0, 1) }
    var byte = UInt8(ascii: "%")
    var length = 1
    while byte == UInt8(ascii: "%"), let next = hexadecimal(rest.dropFirst(length).prefix(2)) {
      byte = next
      length += 2
    }
    return (byte, length)
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt8? {
    guard digits.count == 2, digits.allSatisfy({ $0.isHexadecimalDigit }) else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}

extension UInt8 {
  fileprivate var isHexadecimalDigit: Bool { (48...57).contains(self) || (97...102).contains(self | 0x20) }
}
