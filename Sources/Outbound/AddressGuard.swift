import CCurl

/// Decides which addresses may be called: those of the public Internet, and what the operator allows by name. Asked at
/// the moment when a socket is opened, so it counts what is really dialled, whatever a name resolved to before.
package struct AddressGuard: Sendable {
  /// What is not called unless it is allowed, from the IANA registries of special-purpose addresses.
  package static let refused: [(network: String, what: String)] = [
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT; metadata of one cloud"),
    ("127.0.0.0/8", "loopback"),
    ("168.63.129.16/32", "metadata of one cloud, at a public address"),
    ("169.254.0.0/16", "link-local; metadata of most clouds"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "protocol assignments; metadata of one cloud"),
    ("192.0.2.0/24", "documentation"),
    ("192.88.99.0/24", "6to4 relays"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "benchmarks"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved, broadcast"),

    // Only 2000::/3 is in public use.
    ("::/3", "loopback, IPv4 in IPv6 in all its forms, NAT64"),
    ("4000::/2", "not in use"),
    ("8000::/1", "unique local, link-local, site-local, multicast, not in use"),
    ("2001::/23", "protocol assignments: Teredo and others"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4: an IPv4 address inside"),
    ("3fff::/20", "documentation"),
  ]

  private let table: GuardTable

  /// - Parameter allowed: networks that may be called although they are refused otherwise: the operator's own
  ///   (`BACKNOVA_ALLOW_CIDR`).
  package init(allowing allowed: [Network] = []) {
    table = GuardTable(allowed: allowed, refused: Self.refused.compactMap { Network($0.network) })
  }

  package func allows(_ address: NetworkAddress) -> Bool { bn_guard_allows(table.pointer, address.value) }

  /// For a callback of libcurl; good as long as this value, or a copy of it, lives.
  var pointer: UnsafePointer<bn_guard> { UnsafePointer(table.pointer) }
}

/// The networks in memory that does not move, as C reads them. Never changed once it is made.
private final class GuardTable: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<bn_guard>
  private let networks: UnsafeMutableBufferPointer<bn_network>

  init(allowed: [Network], refused: [Network]) {
    networks = .allocate(capacity: allowed.count + refused.count)
    _ = networks.initialize(from: (allowed + refused).map(\.value))
    let start = networks.baseAddress.map { UnsafePointer($0) }
    pointer = .allocate(capacity: 1)
    pointer.initialize(
      to: bn_guard(
        allowed: start, allowed_count: allowed.count, refused: start.map { $0 + allowed.count },
        refused_count: refused.count))
  }

  deinit {
    pointer.deallocate()
    networks.deallocate()
  }
}
