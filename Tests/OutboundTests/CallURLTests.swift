import Outbound
import Testing

@Suite struct CallURLTests {
  private func fault(_ url: String, allowing networks: [String] = []) -> URLFault? {
    do throws(URLFault) {
      _ = try CallURL(url, for: AddressGuard(allowing: networks.compactMap { Network($0) }))
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    "https://tracker.example/postback?subid=1", "http://tracker.example", "HTTPS://Tracker.Example/",
    "http://t.example?a=b",
    "https://t.example#x", "http://t.example:80/", "https://t.example:443/", "https://t.example:1024/",
    "https://t.example:8443/", "http://t.example:65535/", "http://t.example./", "http://8.8.8.8/",
    "http://1.1.1.1:8080/x",
    "http://[2606:4700::1111]/", "http://[2606:4700::1111]:8080/", "http://bücher.example/",
    "http://xn--bcher-kva.example/",
    "http://a_b.example/", "http://t.example/?email=a@b.example", "http://t.example/a@b", "http://t.example/../x",
    "http://t.example/%00", "http://134744072/", "http://0x08.8.8.8/",
  ])
  func takes(_ url: String) {
    #expect(fault(url) == nil)
  }

  static let refused: [(url: String, fault: URLFault)] = [
    ("", .scheme), ("tracker.example/postback", .scheme), ("//tracker.example/", .scheme),
    ("ftp://t.example/", .scheme),
    ("file:///etc/passwd", .scheme), ("gopher://t.example/", .scheme), ("dict://t.example/", .scheme),
    ("javascript:alert(1)", .scheme), ("data:text/plain,x", .scheme), ("unix:///run/x.sock", .scheme),
    ("ws://t.example/", .scheme), ("smb://t.example/", .scheme), ("ldap://t.example/", .scheme), ("http:", .scheme),
    ("https:", .scheme), ("http:/t.example/", .scheme), ("http:t.example", .scheme), ("https//t.example", .scheme),
    ("http://", .scheme), ("https://", .scheme),
    ("http:///t.example/", .host), ("http:////t.example/", .host), ("https://?x", .host), ("https://#x", .host),
    ("http://\\t.example/", .host), ("http://:80/", .host), ("http://./", .host), ("http://../", .host),
    ("http://[::1/", .host), ("http://[]/", .host), ("http://[::g]/", .host), ("http://a<b/", .host),
    ("http://user@t.example/", .userInfo), ("http://user:word@t.example/", .userInfo),
    ("http://@t.example/", .userInfo),
    ("http://:@t.example/", .userInfo), ("http://t.example@127.0.0.1/", .userInfo),
    ("http://a@b@t.example/", .userInfo),
    ("http://t.example:80@127.0.0.1/", .userInfo), ("http://t.example\\@127.0.0.1/", .userInfo),
    ("http://t.example:0/", .port), ("http://t.example:1/", .port), ("http://t.example:22/", .port),
    ("http://t.example:25/", .port), ("http://t.example:79/", .port), ("http://t.example:81/", .port),
    ("http://t.example:442/", .port), ("http://t.example:444/", .port), ("http://t.example:1023/", .port),
    ("http://t.example:65536/", .port), ("http://t.example:99999999999/", .port), ("http://t.example:-80/", .port),
    ("http://t.example:8x/", .port),
    ("http://t.example/a b", .malformed), ("http://t.example/\r\nHost: x", .malformed),
    ("http://t.example/\n", .malformed),
    ("http://t.example/\t", .malformed), ("http://t.example/\0", .malformed), (" http://t.example/", .malformed),
    ("http://t.example/ ", .malformed), ("http://t.example/\u{7F}", .malformed), ("http://t .example/", .malformed),
    ("http://t.example/" + String(repeating: "a", count: 8_192), .tooLong),
  ]

  @Test(arguments: refused)
  func refuses(_ item: (url: String, fault: URLFault)) {
    #expect(fault(item.url) == item.fault)
  }

  /// However an address is spelt, it is seen before anything is dialled.
  @Test(arguments: [
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "2130706433", "017700000001", "0x7f000001", "0x7F.1", "0177.0.0.1",
    "0177.0.0.01", "0x7f.0x0.0x0.0x1", "00000177.0.0.1", "127.0.0.1..", "127.1.", "2130706433.", "0", "0.", "0.0.0.0",
    "0x0", "00", "127.0.0.0x1", "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "10.0.0.1", "012.0.0.1", "167772161", "10.1",
    "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518", "192.168.1.1", "3232235777",
    "172.16.0.1", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "4294967295", "0xffffffff", "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]", "[FEC0::1]", "[ff02::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
  ])
  func seesAnAddressInAnySpelling(_ host: String) {
    #expect(fault("http://\(host)/") == .address)
    #expect(fault("https://\(host):8443/x?y") == .address)
  }

  @Test func whatIsNamedMayBeCalled() {
    #expect(fault("http://127.0.0.1:8080/", allowing: ["127.0.0.0/8"]) == nil)
    #expect(fault("http://0x7f.1:8080/", allowing: ["127.0.0.0/8"]) == nil)
    #expect(fault("http://[::1]:8080/", allowing: ["::1/128"]) == nil)
    #expect(fault("http://[::1]:8080/", allowing: ["127.0.0.0/8"]) == .address)
    #expect(fault("http://127.0.0.1:22/", allowing: ["127.0.0.0/8"]) == .port)
  }

  @Test func namesHostAndPort() throws {
    let standard = AddressGuard()
    let plain = try CallURL("https://Tracker.Example./x", for: standard)
    #expect(plain.host == "tracker.example" && plain.port == 443)
    let other = try CallURL("http://[2606:4700::1111]:8080/", for: standard)
    #expect(other.host == "2606:4700::1111" && other.port == 8_080)
  }

  @Test func eachFaultHasWordsOfItsOwn() {
    #expect(Set(URLFault.allCases.map(\.text)).count == URLFault.allCases.count)
  }
}
