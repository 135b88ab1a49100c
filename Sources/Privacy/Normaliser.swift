import CPhoneNumber

/// Writes the parts of a contact in the one form that is hashed (PRODUCT.md §3), so that each way to spell them gives
/// the same reference. What callers do who hash by themselves must come to the same text.
package enum Normaliser {
  /// An e-mail address that could exist.
  package struct Email: Equatable, Sendable {
    package let text: String
    /// What stands behind the "@", in punycode.
    package let domain: String
  }

  /// What can be said of a phone number.
  package enum Phone: Equatable, Sendable {
    /// E.164 digits without "+"; the ISO 3166 region it belongs to, where libphonenumber knows it.
    case number(digits: String, region: String?)
    /// Perhaps a number, but without its country or area: no reference can be made of it.
    case incomplete
    /// No such number can exist.
    case impossible
  }

  /// Trimmed, in lower case, the domain in punycode; Google's two domains as one and there without dots and `+tag`.
  ///
  /// Nil where no such address can exist: no "@"; nothing or more than 64 bytes before it; more than 254 bytes in all;
  /// before it white space, a control character or, unless in quotes, one of `()<>[],;:\"@`; behind it what
  /// ``DomainName`` refuses. Dots may stand anywhere: some providers gave out such addresses.
  package static func email(_ text: String) -> Email? {
    let lower = UnicodeForm.lowercased(text.trimmed)
    guard let at = lower.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    var local = String(lower[..<at])
    guard isLocalPart(local), var domain = DomainName.normalised(String(lower[lower.utf8.index(after: at)...])),
      local.utf8.count + 1 + domain.utf8.count <= 254
    else { return nil }
    domain = unified(domain)
    if domain == "gmail.com" {
      local = String(decoding: local.utf8.prefix { $0 != plus }.filter { $0 != dot }, as: UTF8.self)
      guard !local.isEmpty else { return nil }
    }
    return Email(text: local + "@" + domain, domain: domain)
  }

  /// A mail domain that came without its address; nil where ``DomainName`` refuses it.
  package static func emailDomain(_ text: String) -> String? {
    DomainName.normalised(text.trimmed).map(unified)
  }

  /// The E.164 number that `text` means.
  /// - Parameter country: ISO 3166 code of two letters in whose manner the number may be written; anything else counts
  ///   as unknown, and then only numbers with "+" or "00" have a meaning.
  package static func phone(_ text: String, country: String?) -> Phone {
    var digits = [CChar](repeating: 0, count: 32)
    var region = [CChar](repeating: 0, count: 4)
    switch bn_phone_e164(text, regionCode(country), &digits, &region) {
    case Int32(BN_PHONE_NUMBER):
      let home = String(zeroTerminated: region)
      return .number(digits: String(zeroTerminated: digits), region: home.isEmpty ? nil : home)
    case Int32(BN_PHONE_INCOMPLETE): return .incomplete
    default: return .impossible
    }
  }

  /// Trimmed, lower case, one space for each run of white space, form C. Nil if nothing is left.
  package static func name(_ text: String) -> String? {
    var scalars = String.UnicodeScalarView()
    var gap = false
    for scalar in UnicodeForm.lowercased(text).unicodeScalars {
      if scalar.isWhiteSpace {
        gap = !scalars.isEmpty
      } else {
        if gap { scalars.append(" ") }
        gap = false
        scalars.append(scalar)
      }
    }
    return scalars.isEmpty ? nil : UnicodeForm.composed(String(scalars))
  }

  private static func unified(_ domain: String) -> String { domain == "googlemail.com" ? "gmail.com" : domain }

  private static let plus = UInt8(ascii: "+")
  private static let dot = UInt8(ascii: ".")

  private static func isLocalPart(_ local: String) -> Bool {
    guard (1...64).contains(local.utf8.count),
      local.unicodeScalars.allSatisfy({ !$0.isWhiteSpace && !$0.isControl })
    else { return false }
    let isQuoted = local.utf8.count > 2 && local.hasPrefix("\"") && local.hasSuffix("\"")
    return isQuoted || !local.utf8.contains(where: isSpecial)
  }

  /// RFC 5322's characters that an address without quotes cannot hold.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch UnicodeScalar(byte) {
    case "(", ")", "<", ">", "[", "]", ",", ";", ":", "\\", "\"", "@": true
    default: false
    }
  }

  private static func regionCode(_ country: String?) -> String {
    guard let country, country.utf8.count == 2 else { return "" }
    let code = country.uppercased()
    return code.utf8.allSatisfy { (65...90).contains($0) } ? code : ""
  }
}
