import Domain
import Testing

@Suite struct LeadStatusTests {
  /// The first of these that any conversion has is the lead's.
  static let order: [(conversion: ConversionStatus, lead: LeadStatus)] = [
    (.approved, .approved), (.pending, .pending), (.chargeback, .chargeback), (.rejected, .rejected),
  ]

  private func conversions(_ statuses: some Sequence<ConversionStatus>) -> [Conversion] {
    statuses.enumerated().map { place, status in
      Conversion(
        txid: String(place), isRebill: false, leadID: LeadID(rawValue: 1), status: status, payout: Money(micros: 7),
        currency: nil, rawStatus: nil, openedBy: PostbackID(rawValue: 1), createdAt: Instant(seconds: 0),
        changedAt: Instant(seconds: 0),
        lastPostbackID: PostbackID(rawValue: 1))
    }
  }

  @Test(arguments: 0..<16)
  func isTheFirstInOrderOfAnySet(_ bits: Int) {
    let present = Self.order.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element)
    let expected = present.first?.lead ?? .new
    #expect(LeadStatus(of: conversions(present.map(\.conversion))) == expected)
    #expect(LeadStatus(of: conversions(present.map(\.conversion).reversed())) == expected)
  }

  @Test func aLeadCountsOnceAndItsMoneyInFull() {
    let counts = ConversionCounts(of: conversions([.approved, .approved, .pending, .chargeback, .rejected]))
    #expect((counts.approved, counts.pending, counts.declined, counts.chargebacks) == (1, 0, 0, 0))
    #expect(counts.conversions == 2)
    #expect(counts.revenue == Money(micros: 14))
    #expect(counts.heldRevenue == Money(micros: 7))
    #expect(ConversionCounts(of: conversions([])) == .zero)
  }
}

@Suite struct ClickIDTests {
  @Test(arguments: [
    "a", "abc123", "a b", "é", "点击", "🎯", "{x", "100%", "a?b&c=d", "-", "%00", String(repeating: "x", count: 256),
    String(repeating: "é", count: 128), "e\u{301}",
  ])
  func printableTextIsOne(_ text: String) {
    #expect(ClickID.isValid(text))
  }

  @Test(arguments: [
    "", "\u{0}", "a\nb", "a\rb", "a\tb", "\u{7F}", "a\u{85}b", "a\u{2028}b", "a\u{2029}b", "a\u{E000}b", "a\u{FFFF}b",
    String(repeating: "x", count: 257), String(repeating: "é", count: 129),
  ])
  func nothingElseIs(_ text: String) {
    #expect(!ClickID.isValid(text))
  }

  @Test(arguments: [
    "jo@example.com", "Jo.Canary+ads@Googlemail.com", "a@b.c", "+12125550123", "+1", "+49 30 1234", "x y@z.de",
  ])
  func contactsDoNotBelongIntoOne(_ text: String) {
    #expect(ClickID.holdsContact(text))
  }

  @Test(arguments: [
    "abc123", "12125550123", "a@b", "@example.com", "jo@", "+", "+a1", "a+1", "jo@.com", "jo@example.", "a@b c.d",
  ])
  func otherTextMayStandInOne(_ text: String) {
    #expect(!ClickID.holdsContact(text))
  }
}

@Suite struct ThresholdsTests {
  static let scores: [(score: Int, decision: Decision)] = [
    (0, .reject), (14, .reject), (15, .review), (39, .review), (40, .accept), (100, .accept),
  ]

  @Test(arguments: scores)
  func drawTheLines(_ case: (score: Int, decision: Decision)) {
    #expect(Thresholds.standard.decision(score: `case`.score) == `case`.decision)
  }

  @Test func mayMeet() throws {
    let thresholds = try #require(Thresholds(acceptAt: 50, rejectBelow: 50))
    #expect(thresholds.decision(score: 49) == .reject)
    #expect(thresholds.decision(score: 50) == .accept)
    #expect(Thresholds(acceptAt: 0, rejectBelow: 0)?.decision(score: 0) == .accept)
    #expect(Thresholds(acceptAt: 100, rejectBelow: 100)?.decision(score: 99) == .reject)
  }

  @Test(arguments: [(-1, -1), (40, -1), (15, 40), (101, 40), (101, 101)])
  func areInOrderAndWithinTheScale(_ pair: (acceptAt: Int, rejectBelow: Int)) {
    #expect(Thresholds(acceptAt: pair.acceptAt, rejectBelow: pair.rejectBelow) == nil)
  }
}

@Suite struct SourceTests {
  @Test(arguments: ["a", "0", "tiktok_us", "fb.de-2", "9lives", "a..", String(repeating: "a", count: 64)])
  func slugsOfTheContract(_ slug: String) {
    #expect(Source.isValid(slug: slug))
  }

  @Test(arguments: [
    "", "_a", ".a", "-a", "A", "tiktok us", "tiktok/us", "ü", "aé", "a\n", "\na", "a\u{0}", "a%20",
    String(repeating: "a", count: 65),
  ])
  func noOtherSlugs(_ slug: String) {
    #expect(!Source.isValid(slug: slug))
  }
}
