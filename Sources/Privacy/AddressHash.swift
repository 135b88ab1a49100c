/// Names network addresses in memory, for rate limits, by a hash under a key that this process alone has and never
/// writes down: an address itself need not stand in a table for longer than its request.
package struct AddressHash: Sendable {
  private let key: [UInt8]

  package init() throws(CryptoFault) { key = try Digest.random(32) }

  /// The same for each spelling of one address; what is no address is hashed as it stands.
  package func callAsFunction(_ address: String) -> UInt64 {
    let text = NetworkAddress.normalised(address) ?? address
    return Digest.hmac(key: key, Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension AddressHash: CustomStringConvertible, CustomReflectable {
  /// Never the key.
  package var description: String { "AddressHash" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
