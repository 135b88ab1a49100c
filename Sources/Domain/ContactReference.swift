/// What is kept of an e-mail address, a phone number, a name or an IP address: a keyed hash that only this server and
/// this account can make again (PRODUCT.md §3, §8). A plain value: it can be stored, compared and shown.
package struct ContactReference: Hashable, Sendable {
  /// 32 bytes: HMAC-SHA-256.
  package let bytes: [UInt8]
  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// 64 lower-case hexadecimal digits.
  package var hex: String { bytes.hex }
}

/// The references of one lead, each nil where the lead did not bring that part or it could not be normalised.
package struct ContactReferences: Equatable, Sendable {
  package var email: ContactReference?
  package var phone: ContactReference?
  package var name: ContactReference?
  package init(email: ContactReference? = nil, phone: ContactReference? = nil, name: ContactReference? = nil) {
    self.email = email
    self.phone = phone
    self.name = name
  }
}

/// What may be known of a contact without knowing the contact: the facts that the score and the stats use.
package struct ContactFacts: Equatable, Sendable {
  /// How a part of the contact arrived.
  package enum Part: String, Equatable, Sendable {
    /// Not sent, or empty.
    case absent
    /// Sent raw and well formed.
    case valid
    /// Sent raw, but no such address or number can exist.
    case impossible
    /// Sent as a hash by a caller that keeps the contact to itself: nothing can be said about its form.
    case hashed
  }
  package var email: Part = .absent
  /// In punycode and lower case, as sent or taken from the address; nil if unknown.
  package var emailDomain: String?
  package var phone: Part = .absent
  /// ISO 3166 region of the number, where libphonenumber knows it.
  package var phoneCountry: String?
  package var name: Part = .absent
  /// A hidden form field, which people leave empty and form-filling programs do not, had a value.
  package var honeypotFilled = false
  /// Whether e-mail or phone came as they are, and not as hashes.
  package var isRaw: Bool { [email, phone].contains { $0 == .valid || $0 == .impossible } }
  package init() {}
}

extension [UInt8] {
  /// Lower-case hexadecimal digits, two a byte.
  package var hex: String {
    let digits = Array<UInt8>("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: count * 2) { buffer in
      for (place, byte) in enumerated() {
        buffer[2 * place] = digits[Int(byte >> 4)]
        buffer[2 * place + 1] = digits[Int(byte & 15)]
      }
      return count * 2
    }
  }

  /// Nil unless `hex` is an even number of hexadecimal digits of either case.
  package init?(hex: some StringProtocol) {
    let text = Array<UInt8>(hex.utf8)
    guard text.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2)
    for place in stride(from: 0, to: text.count, by: 2) {
      guard let high = hexDigit(text[place]), let low = hexDigit(text[place + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self = bytes
  }
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 48...57: byte - 48
  case 65...70: byte - 55
  case 97...102: byte - 87
  default: nil
  }
}
