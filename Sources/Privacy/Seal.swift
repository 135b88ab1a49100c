import CCrypto

/// Why a sealed text could not be opened.
package enum SealFault: Error, Equatable {
  /// Not made with this key and context, or changed since.
  case notOurs
  /// Made by a newer version.
  case unknownVersion
}

/// AES-256-GCM: `version (1 byte) ‖ nonce (12, random) ‖ ciphertext ‖ tag (16)`. The version and the context are
/// authenticated with it.
struct Seal: Sendable {
  private static let version: UInt8 = 1
  private static let nonceBytes = Int(BN_GCM_NONCE_BYTES)
  private static let tagBytes = Int(BN_GCM_TAG_BYTES)

  private let key: [UInt8]

  /// - Parameter key: 32 bytes.
  init(key: [UInt8]) { self.key = key }

  func seal(_ plain: [UInt8], context: String) throws(CryptoFault) -> [UInt8] {
    let nonce = try Digest.random(Self.nonceBytes)
    let header = [Self.version] + Array(context.utf8)
    var cipher = [UInt8](repeating: 0, count: plain.count)
    var tag = [UInt8](repeating: 0, count: Self.tagBytes)
    guard bn_gcm_seal(key, nonce, header, header.count, plain, plain.count, &cipher, &tag) == 1 else {
      throw .unavailable
    }
    return [Self.version] + nonce + cipher + tag
  }

  func open(_ sealed: [UInt8], context: String) throws(SealFault) -> [UInt8] {
    guard let version = sealed.first, sealed.count >= 1 + Self.nonceBytes + Self.tagBytes else { throw .notOurs }
    guard version == Self.version else { throw .unknownVersion }
    let nonce = Array(sealed[1...].prefix(Self.nonceBytes))
    let tag = Array(sealed.suffix(Self.tagBytes))
    let cipher = Array(sealed[(1 + Self.nonceBytes)...].dropLast(Self.tagBytes))
    let header = [version] + Array(context.utf8)
    var plain = [UInt8](repeating: 0, count: cipher.count)
    guard bn_gcm_open(key, nonce, header, header.count, cipher, cipher.count, tag, &plain) == 1 else { throw .notOurs }
    return plain
  }
}
