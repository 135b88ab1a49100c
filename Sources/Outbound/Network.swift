import CCurl
import Glibc

/// One IPv4 or IPv6 address.
package struct NetworkAddress: Sendable {
  let value: bn_address

  /// Reads `192.0.2.1` or `2001:db8::1`, in these plain spellings only.
  package init?(_ text: String) {
    var value = bn_address()
    guard !text.utf8.contains(0), bn_address_from_text(text, &value) else { return nil }
    self.value = value
  }

  /// Reads also what the system's resolver takes for an IPv4 address: octal (`0177.0.0.1`), hexadecimal (`0x7f.1`),
  /// decimal (`2130706433`) and short (`127.1`) spellings.
  init?(oddlySpelt text: String) {
    if let plain = NetworkAddress(text) {
      self = plain
      return
    }
    var address = in_addr()
    guard !text.utf8.contains(0), inet_aton(text, &address) != 0 else { return nil }
    self.value = bn_address(is_ipv6: false, high: 0, low: UInt64(UInt32(bigEndian: address.s_addr)))
  }
}

/// A range of addresses, written `10.0.0.0/8` or `fd00::/8`; the bits behind the mask do not count.
package struct Network: Sendable {
  let value: bn_network

  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...3).contains(parts[1].utf8.count),
      parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
      let bits = Int32(parts[1]), let address = NetworkAddress(String(parts[0]))
    else { return nil }
    var value = bn_network()
    guard bn_network_make(address.value, bits, &value) else { return nil }
    self.value = value
  }
}
