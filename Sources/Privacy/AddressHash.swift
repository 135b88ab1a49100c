import Foundation

/// Names network addresses in memory, for rate limits, by a hash under a key that this process alone has and never
/// writes down: an address itself need not stand in a table for longer than its request.
package struct AddressHash: Sendable {
  private let key: [UInt8]

  package init() throws(CryptoFault) { key = try Digest.random(32) }

  /// The same for each spelling of one address and for all IPv6 addresses of one /64, of which one host has as many as it
  /// likes; what is no address is hashed as it stands.
  package func callAsFunction(_ address: String) -> UInt64 {
    let text = NetworkAddress.normalised(address) ?? address
    let bytes = Self.network(text) ?? Array(text.utf8)
    return Digest.hmac(key: key, bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The /64 of an IPv6 address; nil for anything else.
  private static func network(_ address: String) -> [UInt8]? {
    var six = in6_addr()
    guard inet_pton(AF_INET6, address, &six) == 1 else { return nil }
    return withUnsafeBytes(of: six) { $0.prefix(8) + Array("/64".utf8) }
  }
}

extension AddressHash: CustomStringConvertible, CustomReflectable {
  /// Never the key.
  package var description: String { "AddressHash" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
