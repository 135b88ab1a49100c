import Outbound
import Testing

/// Which addresses may be called, address by address: both ends of each range and its neighbours on either side.
@Suite struct AddressGuardTests {
  private let standard = AddressGuard()

  static let refusedIPv4 = [
    // This network; 0.0.0.0 is the machine itself on Linux.
    "0.0.0.0", "0.0.0.1", "0.1.2.3", "0.127.0.1", "0.255.255.254", "0.255.255.255",
    // Private.
    "10.0.0.0", "10.0.0.1", "10.0.2.2", "10.1.1.1", "10.96.0.1", "10.127.255.255", "10.128.0.0", "10.254.254.254",
    "10.255.255.255",
    // Carrier-grade NAT; 100.100.100.200 is a cloud's metadata.
    "100.64.0.0", "100.64.0.1", "100.65.0.1", "100.80.1.2", "100.100.100.200", "100.115.92.1", "100.127.255.254",
    "100.127.255.255",
    // Loopback.
    "127.0.0.0", "127.0.0.1", "127.0.0.2", "127.0.0.53", "127.0.1.1", "127.1.1.1", "127.127.127.127", "127.255.255.254",
    "127.255.255.255",
    // A cloud's metadata at a public address.
    "168.63.129.16",
    // Link-local; metadata of most clouds.
    "169.254.0.0", "169.254.0.1", "169.254.1.1", "169.254.42.42", "169.254.169.123", "169.254.169.253",
    "169.254.169.254",
    "169.254.170.2", "169.254.170.23", "169.254.255.254", "169.254.255.255",
    // Private.
    "172.16.0.0", "172.16.0.1", "172.17.0.1", "172.18.0.1", "172.20.10.1", "172.24.0.0", "172.30.255.255", "172.31.0.1",
    "172.31.255.254", "172.31.255.255",
    // Protocol assignments; 192.0.0.192 is a cloud's metadata.
    "192.0.0.0", "192.0.0.1", "192.0.0.8", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.0.0.171", "192.0.0.192",
    "192.0.0.255",
    // Documentation.
    "192.0.2.0", "192.0.2.1", "192.0.2.128", "192.0.2.255", "198.51.100.0", "198.51.100.1", "198.51.100.128",
    "198.51.100.255", "203.0.113.0", "203.0.113.1", "203.0.113.128", "203.0.113.255",
    // 6to4 relays.
    "192.88.99.0", "192.88.99.1", "192.88.99.2", "192.88.99.255",
    // Private.
    "192.168.0.0", "192.168.0.1", "192.168.1.1", "192.168.1.254", "192.168.49.2", "192.168.88.1", "192.168.100.1",
    "192.168.122.1", "192.168.178.1", "192.168.255.255",
    // Benchmarks.
    "198.18.0.0", "198.18.0.1", "198.18.255.255", "198.19.0.0", "198.19.255.254", "198.19.255.255",
    // Multicast.
    "224.0.0.0", "224.0.0.1", "224.0.0.251", "225.1.2.3", "232.0.0.1", "233.252.0.1", "234.5.6.7", "239.0.0.1",
    "239.255.255.250", "239.255.255.255",
    // Reserved, broadcast.
    "240.0.0.0", "240.0.0.1", "241.1.1.1", "247.255.255.255", "248.0.0.0", "250.250.250.250", "254.255.255.255",
    "255.0.0.0", "255.255.255.0", "255.255.255.254", "255.255.255.255",
  ]

  static let allowedIPv4 = [
    "1.0.0.0", "1.0.0.1", "1.1.1.1", "2.2.2.2", "5.9.0.1", "8.8.4.4", "8.8.8.8", "9.9.9.9", "9.255.255.255", "11.0.0.0",
    "11.0.0.1", "12.34.56.78", "23.192.0.1", "34.117.59.81", "45.33.32.156", "52.95.110.1", "64.233.160.1",
    "77.88.55.66",
    "88.198.0.1", "91.189.91.49", "93.184.216.34", "99.255.255.255", "100.0.0.1", "100.63.255.255", "100.128.0.0",
    "100.128.0.1", "104.16.132.229", "126.255.255.255", "128.0.0.0", "128.0.0.1", "130.89.148.77", "141.101.64.1",
    "151.101.1.140", "157.240.0.35", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "170.0.0.1",
    "171.255.255.255", "172.0.0.1", "172.15.255.255", "172.32.0.0", "172.64.0.1", "172.217.16.14", "173.194.0.1",
    "185.199.108.153", "190.1.2.3", "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0", "192.31.196.1",
    "192.52.193.1", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "193.0.0.1", "195.201.0.1",
    "198.17.255.255", "198.20.0.0", "198.41.0.4", "198.51.99.255", "198.51.101.0", "199.232.0.1", "200.1.2.3",
    "203.0.112.255", "203.0.114.0", "209.85.128.1", "212.58.244.70", "216.58.192.1", "220.181.38.148",
    "223.255.255.254",
    "223.255.255.255",
  ]

  static let refusedIPv6 = [
    // The unspecified address, loopback, IPv4-compatible addresses.
    "::", "::1", "::2", "::7f00:1", "::127.0.0.1", "::10.0.0.1", "::8.8.8.8", "::169.254.169.254", "::ffff",
    "::255.255.255.255", "::1:0:0", "0:0:0:0:0:0:0:1",
    // IPv4-mapped and translated, also of public addresses: whoever means IPv4 says so.
    "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:0.0.0.0", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
    "::ffff:192.168.0.1", "::ffff:172.16.0.1", "::ffff:100.64.0.1", "::ffff:8.8.8.8", "::ffff:255.255.255.255",
    "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "::fffe:127.0.0.1",
    // NAT64, well known and local; discard.
    "64:ff9b::", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::8.8.8.8",
    "64:ff9b::ffff:ffff", "64:ff9b:1::", "64:ff9b:1::1", "64:ff9b:1:0:0:a00:1:0", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::", "100::1", "100:0:0:1::1", "200::1", "400::1", "1000::1", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    // Protocol assignments: Teredo, benchmarks, ORCHID and the rest.
    "2001::", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "2001:1::1",
    "2001:2::", "2001:2:0:ffff::1", "2001:3::1", "2001:4:112::1", "2001:10::1", "2001:1f:ffff::1", "2001:20::1",
    "2001:2f::1", "2001:30::1", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    // Documentation.
    "2001:db8::", "2001:db8::1", "2001:db8:1:2:3:4:5:6", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff::1",
    "3fff:0fff:ffff:ffff:ffff:ffff:ffff:ffff",
    // 6to4.
    "2002::", "2002:7f00:1::", "2002:7f00:1::1", "2002:a00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:1::1",
    "2002:808:808::1",
    "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    // Not in use.
    "4000::", "4000::1", "5f00::1", "6000::1", "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::", "9000::1",
    "a000::1",
    "c000::1", "e000::1", "f000::1", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    // Unique local; fd00:ec2::254 and fd20:ce::254 are metadata of clouds.
    "fc00::", "fc00::1", "fc01::1", "fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fd00::", "fd00::1", "fd00:ec2::23",
    "fd00:ec2::253", "fd00:ec2::254", "fd12:3456:789a::1", "fd20:ce::254",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::1", "fe7f:ffff::1",
    // Link-local, site-local.
    "fe80::", "fe80::1", "fe80::a9fe:a9fe", "fe80:0:0:1::1", "fe9f::1", "feaf::1",
    "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::", "fec0::1", "fed0::1", "fee0::1",
    "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    // Multicast.
    "ff00::", "ff01::1", "ff02::1", "ff02::2", "ff02::fb", "ff05::2", "ff08::1", "ff0e::1", "ff12::8384",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  ]

  static let allowedIPv6 = [
    "2000::", "2000::1", "2000:ffff::1", "2001:200::", "2001:200::1", "2001:4860:4860::8844", "2001:4860:4860::8888",
    "2001:500:2::c", "2001:67c:4e8::1", "2001:db7::1", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::1",
    "2001:dba::1", "2001:ffff::1", "2003::", "2003::1", "2400:cb00::1", "2404:6800:4003::1", "2600:1f18::1",
    "2600:9000::1", "2602::1", "2606:4700::1111", "2606:4700:4700::1001", "2607:f8b0:4004::1", "2610:a1::1",
    "2620:0:2d0::1", "2620:fe::9", "2800:3f0::1", "2a00:1450:4001::1", "2a01:4f8::1", "2a02:6b8::1", "2a03:2880::1",
    "2a04:4e42::1", "2a05:d014::1", "2a06:98c0::1", "2a0c::1", "2c0f:fb50::1", "2d00::1", "2e00::1", "3000::1",
    "3ffe::1",
    "3fff:1000::", "3fff:1000::1", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  ]

  @Test func theTableIsLongEnough() {
    let all = Self.refusedIPv4 + Self.allowedIPv4 + Self.refusedIPv6 + Self.allowedIPv6
    #expect(all.count >= 300)
    #expect(Set(all).count == all.count)
  }

  @Test(arguments: refusedIPv4 + refusedIPv6)
  func refuses(_ text: String) throws {
    #expect(try !standard.allows(#require(NetworkAddress(text))))
  }

  @Test(arguments: allowedIPv4 + allowedIPv6)
  func allows(_ text: String) throws {
    #expect(try standard.allows(#require(NetworkAddress(text))))
  }

  /// A mistyped network would be left out, and so be open.
  @Test(arguments: AddressGuard.refused.map(\.network))
  func everyRefusedNetworkIsOne(_ network: String) throws {
    #expect(Network(network) != nil)
    let first = try #require(NetworkAddress(String(network.prefix { $0 != "/" })))
    #expect(!standard.allows(first))
  }

  @Test func whatIsNamedMayBeCalled() throws {
    let networks = try ["10.1.0.0/16", "127.0.0.1/32", "fd00::/8", "::1/128"].map { try #require(Network($0)) }
    let guarding = AddressGuard(allowing: networks)
    for text in ["10.1.0.0", "10.1.255.255", "127.0.0.1", "fd00::1", "fdff::1", "::1", "8.8.8.8", "2606:4700::1111"] {
      #expect(try guarding.allows(#require(NetworkAddress(text))), "\(text)")
    }
    for text in [
      "10.0.255.255", "10.2.0.0", "127.0.0.2", "127.0.0.0", "fc00::1", "::2", "::", "::ffff:127.0.0.1",
      "::ffff:10.1.0.1",
      "192.168.1.1", "64:ff9b::10.1.0.1",
    ] {
      #expect(try !guarding.allows(#require(NetworkAddress(text))), "\(text)")
    }
  }

  /// A network of one family says nothing of the other, however many bits they share.
  @Test func familiesAreKeptApart() throws {
    let onlyIPv4 = AddressGuard(allowing: [try #require(Network("0.0.0.0/0"))])
    #expect(try onlyIPv4.allows(#require(NetworkAddress("127.0.0.1"))))
    #expect(try !onlyIPv4.allows(#require(NetworkAddress("::1"))))
    let onlyIPv6 = AddressGuard(allowing: [try #require(Network("::/0"))])
    #expect(try onlyIPv6.allows(#require(NetworkAddress("::ffff:127.0.0.1"))))
    #expect(try !onlyIPv6.allows(#require(NetworkAddress("127.0.0.1"))))
  }

  @Test(arguments: [
    "", "/", "/8", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0/8",
    "10/8", "010.0.0.0/8", "0x0a.0.0.0/8", "fd00::/129", "fd00::/ 8", " fd00::/8", "[fd00::]/8", "fd00/8",
    "localhost/8",
    "10.0.0.0/٨", "10.0.0.0/0008", "10.0.0.0\0/8", "fe80::1%eth0/64",
  ])
  func readsNoOtherNetwork(_ text: String) {
    #expect(Network(text) == nil)
  }

  @Test(arguments: [
    "", "1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "127.0.0.1 ", " 127.0.0.1", "256.0.0.1",
    "::1%lo", "[::1]", ":::", "127.0.0.1\0", "localhost", "1.2.3.4.5",
  ])
  func readsNoOtherAddress(_ text: String) {
    #expect(NetworkAddress(text) == nil)
  }
}
