import Outbound
import Testing

/// The host of a URL as reports, alerts and seats name it.
struct HostNameTests {
  @Test(
    arguments: [
      ("https://Tracker.example/p?c={click_id}", "tracker.example"),
      ("https://tracker.example:443", "tracker.example"),
      ("http://tracker.example:80/", "tracker.example"),
      ("http://tracker.example:443/", "tracker.example:443"),
      ("HTTPS://tracker.example.:8443?x", "tracker.example:8443"),
      ("https://tracker.example./", "tracker.example"),
      ("https://user:word@tracker.example/", "tracker.example"),
      ("https://[2001:DB8::1]/", "[2001:db8::1]"),
      ("https://[2001:db8::1]:443/", "[2001:db8::1]"),
      ("https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"),
      ("https://:443/", nil), ("https:///p", nil), ("tracker.example", nil), ("", nil),
    ] as [(String, String?)]) func aURLNamesItsHost(url: String, host: String?)
  {
    #expect(CallURL.hostName(of: url) == host)
  }
}
