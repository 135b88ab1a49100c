import Domain
import Scoring
import Testing

@Suite struct HardRulesTests {
  /// A lead that breaks one rule, that rule, and the switch that turns it off.
  struct Break: Sendable, CustomTestStringConvertible {
    let code: ReasonCode
    let detail: String
    let lead: @Sendable (inout LeadFeatures) -> Void
    let off: @Sendable (inout HardRules) -> Void
    var testDescription: String { "\(code.rawValue) \(detail)" }
  }

  static let breaks = [
    Break(code: .honeypot, detail: "", lead: { $0.contact.honeypotFilled = true }, off: { $0.honeypot = false }),
    Break(
      code: .declaredBot, detail: "webdriver", lead: { $0.signals.webdriver = true }, off: { $0.declaredBot = false }),
    Break(code: .declaredBot, detail: "user_agent", lead: { $0.declaredBot = true }, off: { $0.declaredBot = false }),
    Break(
      code: .declaredBot, detail: "user_agent",
      lead: { $0.userAgentFamily = UserAgentFamily(browser: .bot, platform: .other) }, off: { $0.declaredBot = false }),
    Break(
      code: .impossibleContact, detail: "", lead: { ($0.contact.email, $0.contact.phone) = (.impossible, .impossible) },
      off: { $0.impossibleContact = false }),
    Break(
      code: .impossibleContact, detail: "", lead: { $0.contact.email = .impossible },
      off: { $0.impossibleContact = false }),
    Break(
      code: .impossibleContact, detail: "", lead: { ($0.contact.phone, $0.contact.name) = (.impossible, .valid) },
      off: { $0.impossibleContact = false }),
    Break(code: .duplicate, detail: "", lead: { $0.isDuplicate = true }, off: { $0.duplicate = false }),
    Break(code: .flood, detail: "21/20", lead: { $0.leadsFromAddressLastHour = 21 }, off: { $0.flood = false }),
  ]

  @Test(arguments: breaks)
  func aBrokenRuleRejects(_ broken: Break) {
    var features = LeadFeatures(source: "s")
    features.signals.timeOnSite = 45
    broken.lead(&features)
    let scored = ExpertScoring().score(features, rules: HardRules())
    #expect(scored.score == 0)
    #expect(scored.rejectedBy == broken.code)
    #expect(scored.reasons.first?.code == broken.code)
    #expect(scored.reasons.first?.detail == broken.detail)
    #expect(scored.reasons.reduce(0) { $0 + $1.points } == -50)
    #expect(scored.reasons.contains(Reason(code: .timeOnSite, points: 6, detail: "45")))
  }

  @Test(arguments: breaks)
  func aRuleThatIsOffPlaysNoPart(_ broken: Break) {
    var features = LeadFeatures(source: "s")
    broken.lead(&features)
    var rules = HardRules()
    broken.off(&rules)
    let scored = ExpertScoring().score(features, rules: rules)
    #expect(scored.rejectedBy == nil)
    #expect(!scored.reasons.contains { $0.code.isHardRule })
    #expect(scored.score == 50 + scored.reasons.reduce(0) { $0 + $1.points })
  }

  @Test func furtherRulesAreNamedWithoutPoints() {
    var features = LeadFeatures(source: "s")
    for broken in Self.breaks { broken.lead(&features) }
    let rules = ExpertScoring().score(features, rules: HardRules()).reasons.filter(\.code.isHardRule)
    #expect(rules.map(\.code) == [.honeypot, .declaredBot, .impossibleContact, .duplicate, .flood])
    #expect(rules.dropFirst().allSatisfy { $0.points == 0 })
  }

  @Test(arguments: [
    (ContactFacts.Part.impossible, ContactFacts.Part.valid), (.impossible, .hashed), (.valid, .impossible),
    (.hashed, .impossible), (.absent, .absent), (.valid, .absent), (.absent, .hashed),
  ])
  func aContactThatCanBeReachedIsNotRejected(_ email: ContactFacts.Part, _ phone: ContactFacts.Part) {
    var features = LeadFeatures(source: "s")
    (features.contact.email, features.contact.phone) = (email, phone)
    #expect(ExpertScoring().score(features, rules: HardRules()).rejectedBy == nil)
  }

  @Test func theFloodLimitIsSettable() {
    var features = LeadFeatures(source: "s")
    features.leadsFromAddressLastHour = 20
    #expect(ExpertScoring().score(features, rules: HardRules()).rejectedBy == nil)
    var rules = HardRules()
    rules.maxLeadsPerAddressPerHour = 5
    let scored = ExpertScoring().score(features, rules: rules)
    #expect(scored.rejectedBy == .flood)
    #expect(scored.reasons.map(\.text) == ["20 leads within an hour from one address, the limit is 5"])
  }

  @Test(arguments: breaks)
  func anAccountSwitchesRulesOffByTheirCodes(_ broken: Break) {
    var expected = HardRules()
    expected.maxLeadsPerAddressPerHour = 5
    broken.off(&expected)
    let account = Account(
      id: AccountID(rawValue: 1), plan: .solo, addressLimit: 5, disabledRules: [broken.code.rawValue],
      createdAt: Instant(seconds: 0))
    #expect(HardRules(account) == expected)
  }

  @Test func aBrokenRuleRejectsWhateverTheThresholds() throws {
    let generous = try #require(Thresholds(acceptAt: 0, rejectBelow: 0))
    var features = LeadFeatures(source: "s")
    features.isDuplicate = true
    #expect(ExpertScoring().score(features, rules: HardRules()).decision(generous) == .reject)
  }

  @Test func thresholdsDecide() {
    let decisions = [0, 14, 15, 39, 40, 100].map { Thresholds.standard.decision(score: $0) }
    #expect(decisions == [.reject, .reject, .review, .review, .accept, .accept])
    #expect(Thresholds(acceptAt: 40, rejectBelow: 41) == nil)
    #expect(Thresholds(acceptAt: 101, rejectBelow: 0) == nil)
    #expect(Thresholds(acceptAt: 40, rejectBelow: -1) == nil)
    #expect(Thresholds(acceptAt: 40, rejectBelow: 15) == .standard)
  }
}
