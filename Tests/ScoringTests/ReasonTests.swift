import Domain
import Scoring
import Testing

@Suite struct ReasonTests {
  @Test(arguments: [
    (Reason(code: .timeOnSite, points: 6, detail: "45"), "45 s on the page before submitting"),
    (Reason(code: .pageViews, points: -2, detail: "1"), "1 page viewed"),
    (Reason(code: .fillTime, points: 3, detail: "12.5"), "the form was filled in within 12.5 s"),
    (Reason(code: .emailDomain, points: 1, detail: "gmail.com"), "gmail.com is a well-known mail provider"),
    (Reason(code: .emailDomain, points: 2, detail: "acme.com"), "acme.com is not one of the free mail providers"),
    (Reason(code: .emailDisposable, points: -15, detail: "yopmail.com"), "yopmail.com is a disposable e-mail domain"),
    (Reason(code: .phoneCountry, points: -6, detail: "GB≠US"), "the phone number is of GB, the lead of US"),
    (
      Reason(code: .timezone, points: -5, detail: "America/New_York≠GB"),
      "the browser's time zone America/New_York does not fit the country GB"
    ),
    (
      Reason(code: .flood, points: -50, detail: "27/20"),
      "27 leads within an hour from one address, the limit is 20"
    ),
    (Reason(code: .email, points: -4, detail: "missing"), "no e-mail address was given"),
  ])
  func textsArePlain(_ reason: Reason, _ text: String) {
    #expect(reason.text == text)
  }

  @Test(arguments: ReasonCode.allCases)
  func aDetailOfTheWrongShapeIsNotShown(_ code: ReasonCode) {
    for detail in [
      "jane@example.org", "+12125550123", "Jane≠Doe", "jane@example.org≠US", "US≠Jane", "Jane/Doe", "<b>", "jane:doe;x",
      "",
    ] {
      for points in [-3, 0, 3] {
        let text = Reason(code: code, points: points, detail: detail).text
        #expect(!text.isEmpty)
        #expect(!text.contains("ane") && !text.contains("2125") && !text.contains("<"))
      }
    }
  }

  @Test func detailsAreShort() {
    #expect(Reason(code: .email, points: 0, detail: String(repeating: "é", count: 60)).detail.utf8.count == 64)
    #expect(Reason(code: .email, points: 0, detail: "a" + String(repeating: "é", count: 60)).detail.utf8.count == 63)
  }

  @Test func listsReadBackEqual() throws {
    let details = ["", "45", "America/New_York≠US", "a:b;c%d", "%3a", "\n\t\u{0}", "é😀", "100%"]
    var reasons: [Reason] = []
    for (place, code) in ReasonCode.allCases.enumerated() {
      reasons.append(Reason(code: code, points: place * 7 - 50, detail: details[place % details.count]))
      let encoded = ReasonList(reasons).encoded
      #expect(ReasonList(encoded: encoded)?.reasons == reasons)
    }
    #expect(ReasonList(encoded: "")?.reasons.isEmpty == true)
    #expect(
      ReasonList([
        Reason(code: .timeOnSite, points: 6, detail: "45"), Reason(code: .emailDomain, points: -9, detail: "a;b"),
      ]).encoded == "time_on_site:6:45;email_domain:-9:a%3bb")
  }

  @Test(arguments: [
    "x", "time_on_site", "time_on_site:6", "time_on_site:6:45:1", "nothing:1:1", "time_on_site:x:1",
    "time_on_site:+6:45",
    "time_on_site:06:45", "time_on_site:101:1", "time_on_site:-101:1", "time_on_site:1:%", "time_on_site:1:%3",
    "time_on_site:1:%zz", "time_on_site:1:%41", "time_on_site:1:%3B", ";", "time_on_site:1:1;", "time_on_site:1:\n",
    "time_on_site:1:" + String(repeating: "1", count: 65),
  ])
  func otherTextsAreNoLists(_ text: String) {
    #expect(ReasonList(encoded: text) == nil)
  }
}
