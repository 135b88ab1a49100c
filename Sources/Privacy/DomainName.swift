/// The name of a mail domain in the form that is compared, hashed and shown: lower case, other scripts in punycode.
package enum DomainName {
  /// Nil unless `text` names a domain that could exist: at least two labels of letters, digits and inner hyphens, each
  /// of at most 63 bytes, 253 in all, the last one not a number.
  ///
  /// Other scripts are mapped much as browsers do (UTS 46, non-transitional): compatible characters made plain, lower
  /// case, form C, invisible characters dropped, ideographic full stops taken as dots.
  package static func normalised(_ text: String) -> String? {
    let mapped = text.utf8.allSatisfy { $0 < 0x80 } ? text.lowercased() : self.mapped(text)
    var labels: [String] = []
    for part in mapped.split(separator: ".", maxSplits: 127, omittingEmptySubsequences: false) {
      guard let label = label(String(part)) else { return nil }
      labels.append(label)
    }
    guard labels.count >= 2, let last = labels.last, !last.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    let name = labels.joined(separator: ".")
    return name.utf8.count <= 253 ? name : nil
  }

  private static func mapped(_ text: String) -> String {
    let lower = UnicodeForm.lowercased(UnicodeForm.compatiblyComposed(text))
    var scalars = String.UnicodeScalarView()
    for scalar in UnicodeForm.composed(lower).unicodeScalars where !isInvisible(scalar) {
      scalars.append(isFullStop(scalar) ? "." : scalar)
    }
    return String(scalars)
  }

  private static func label(_ text: String) -> String? {
    var ascii = text
    if !text.utf8.allSatisfy({ $0 < 0x80 }) {
      guard text.utf8.count <= 252, text.unicodeScalars.allSatisfy(isAllowed), let encoded = Punycode.encode(text)
      else { return nil }
      ascii = "xn--" + encoded
    }
    guard (1...63).contains(ascii.utf8.count), !ascii.hasPrefix("-"), !ascii.hasSuffix("-"),
      ascii.utf8.allSatisfy(isLetterDigitHyphen)
    else { return nil }
    return ascii
  }

  private static func isLetterDigitHyphen(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
    case .format: scalar.value == 0x200C || scalar.value == 0x200D  // some scripts need these joiners
    default: true
    }
  }

  /// Characters that UTS 46 ignores: soft hyphen, zero-width space and joiner of words, variation selectors.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x34F, 0x200B, 0x2060, 0xFE00...0xFE0F, 0xFEFF: true
    default: false
    }
  }

  private static func isFullStop(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{3002}" || scalar == "\u{FF0E}" || scalar == "\u{FF61}"
  }
}
