import Domain

/// A key itself, as it is shown once and comes with each call (PRODUCT.md §1): a prefix that tells its kind and 32 base62
/// characters, 190 random bits. What is stored are its ``digest`` and ``masked``.
package struct APIKeySecret: Sendable {
  package let kind: KeyKind
  /// The whole key. For its owner's eyes, and for sealing.
  package let text: String

  /// Recognises a key by its shape alone; nil if it has none. Whether it exists only its ``digest`` can tell.
  package init?(_ text: String) {
    let bytes = text.utf8
    guard let kind = KeyKind.allCases.first(where: { bytes.starts(with: $0.prefix.utf8) }),
      bytes.count == kind.prefix.utf8.count + Self.length,
      bytes.dropFirst(kind.prefix.utf8.count).allSatisfy(Self.isDigit)
    else { return nil }
    self.kind = kind
    self.text = text
  }

  private init(kind: KeyKind, secret: [UInt8]) {
    self.kind = kind
    text = kind.prefix + String(decoding: secret, as: UTF8.self)
  }

  /// A key that nobody has yet.
  package static func make(_ kind: KeyKind) throws(CryptoFault) -> APIKeySecret {
    var secret: [UInt8] = []
    while secret.count < length {
      // 248 is 4 × 62: of a byte below it each digit is as likely as any other.
      let usable = try Digest.random(length).lazy.filter { $0 < 248 }.map { digits[Int($0) % 62] }
      secret.append(contentsOf: usable.prefix(length - secret.count))
    }
    return APIKeySecret(kind: kind, secret: secret)
  }

  /// SHA-256: what a key is stored and looked up by. No more is needed for a secret that cannot be guessed.
  package var digest: [UInt8] { Digest.sha256(text) }

  /// The first 12 and the last 4 characters: `bn_live_8fJq…x2Ab`.
  package var masked: String { text.prefix(12) + "…" + text.suffix(4) }

  static func isDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte)
  }

  static let length = 32
  private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}

extension APIKeySecret: CustomStringConvertible, CustomReflectable {
  /// ``masked``: a key cannot slip into a log by being interpolated.
  package var description: String { masked }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

extension KeyKind {
  /// What keys of this kind begin with.
  package var prefix: String {
    switch self {
    case .secret: "bn_live_"
    case .publishable: "bn_pub_"
    case .postback: "bn_pb_"
    }
  }
}
