import CCrypto

/// Why a call into libcrypto gave nothing.
package enum CryptoFault: Error, Equatable {
  /// The system has no randomness or no memory to give.
  case unavailable
}

/// SHA-256, HMAC and what else of libcrypto this target needs, on Swift's own arrays.
package enum Digest {
  /// 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    filled { bn_sha256(bytes, bytes.count, $0) }
  }

  /// 32 bytes: of the text's UTF-8.
  package static func sha256(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { utf8 in filled { bn_sha256(utf8.baseAddress, utf8.count, $0) } }
  }

  /// 32 bytes: HMAC-SHA-256.
  package static func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    filled { bn_hmac_sha256(key, key.count, message, message.count, $0) }
  }

  /// Whether both are the same; takes as long wherever they differ. Lengths are no secret.
  package static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && bn_equal(a, b, a.count) == 1
  }

  /// `count` bytes that nobody can guess.
  package static func random(_ count: Int) throws(CryptoFault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard bn_random(&bytes, count) == 1 else { throw .unavailable }
    return bytes
  }

  private static func filled(_ fill: (UnsafeMutablePointer<UInt8>?) -> Void) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(BN_SHA256_BYTES)) { buffer, count in
      fill(buffer.baseAddress)
      count = Int(BN_SHA256_BYTES)
    }
  }
}
