import Domain

extension String {
  /// The text with each key in it cut to its prefix and `…`, also one that was percent-encoded again or has control
  /// characters in between; as it is where there is none.
  package var withoutKeys: String {
    let plain = withoutControlCharacters.withoutPercentEscapes.withoutControlCharacters
    var rest = Array(plain.utf8)[...]
    var kept: [UInt8] = []
    var hasKey = false
    while let byte = rest.first {
      if let prefix = rest.keyPrefix {
        hasKey = true
        kept += prefix + Array("…".utf8)
        rest = rest.dropFirst(prefix.count).drop(while: APIKeySecret.isDigit)
      } else {
        kept.append(byte)
        rest.removeFirst()
      }
    }
    return hasKey ? String(decoding: kept, as: UTF8.self) : self
  }

  /// Whether a key stands anywhere in it.
  package var holdsKey: Bool { !utf8.elementsEqual(withoutKeys.utf8) }
}

extension ArraySlice<UInt8> {
  private static let keyPrefixes = KeyKind.allCases.map { Array($0.prefix.utf8) }

  /// The prefix of the key with which it begins; whatever else of a key's letters follows is taken for a part of it.
  fileprivate var keyPrefix: [UInt8]? {
    guard first == UInt8(ascii: "b") else { return nil }
    return Self.keyPrefixes.first { prefix in
      let secret = dropFirst(prefix.count).prefix(APIKeySecret.length)
      return starts(with: prefix) && secret.count == APIKeySecret.length && secret.allSatisfy(APIKeySecret.isDigit)
    }
  }
}
