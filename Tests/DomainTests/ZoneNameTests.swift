import Domain
import Testing

@Suite struct ZoneNameTests {
  @Test(arguments: [
    "UTC", "Etc/UTC", "America/New_York", "America/Argentina/Buenos_Aires", "Asia/Calcutta", "Asia/Kolkata",
    "Europe/Kiev",
    "Europe/Kyiv", "Asia/Saigon", "Etc/GMT+5", "America/Port-au-Prince",
  ])
  func whatABrowserMaySayIsKnown(_ name: String) {
    #expect(ZoneName.isKnown(name))
  }

  @Test(arguments: [
    "", "Mars/Base", "12125550123", "+12125550123", "GMT+12125550123", "jo.smith", "jo@x.com", "../../etc/passwd",
    "/etc/localtime", "America", "America/New York", "America/New_York\u{0}", "Zürich",
    String(repeating: "America/", count: 10),
  ])
  func whatNamesNoZoneIsNot(_ name: String) {
    #expect(!ZoneName.isKnown(name))
  }
}
