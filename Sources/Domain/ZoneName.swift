import Foundation

/// The name of a time zone as a browser tells it.
package enum ZoneName {
  /// Whether such a zone exists, old names included (`Asia/Calcutta`): only then it is a name and not just any text, such
  /// as a telephone number.
  package static func isKnown(_ name: String) -> Bool {
    guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte) else { return false }
    // The system's own word for a clock that nobody has set.
    return name != "Factory" && TimeZone(identifier: name) != nil
  }

  /// Letters, digits and `/ _ - +`; no dot, since names are looked up as files.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    (97...122).contains(byte | 0x20) || (48...57).contains(byte)
      || [UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+")].contains(byte)
  }
}
