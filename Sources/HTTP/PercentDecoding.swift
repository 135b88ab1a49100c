/// Percent-decoding (RFC 3986 §2.1), exactly once.
package enum PercentDecoding {
  /// The decoded bytes, or nil where a `%` is not followed by two hex digits.
  package static func strict(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    decode(bytes, plusIsSpace: false, keepsBroken: false)
  }

  /// The decoded bytes of a form's name or value: `+` is a space, and a `%` without two hex digits stands for itself, as
  /// browsers read it.
  package static func form(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    decode(bytes, plusIsSpace: true, keepsBroken: true) ?? []
  }

  private static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool, keepsBroken: Bool) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        if let value = hexPair(rest) {
          decoded.append(value)
          rest = rest.dropFirst(2)
        } else if keepsBroken {
          decoded.append(byte)
        } else {
          return nil
        }
      } else {
        decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return decoded
  }

  private static func hexPair(_ bytes: ArraySlice<UInt8>) -> UInt8? {
    var digits = bytes.makeIterator()
    guard let high = digits.next().flatMap(hexDigit), let low = digits.next().flatMap(hexDigit) else { return nil }
    return high << 4 | low
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
