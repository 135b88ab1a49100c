import Domain
import Scoring
import Testing

@Suite struct ExpertScoringTests {
  private let scoring = ExpertScoring()

  private func score(_ change: (inout LeadFeatures) -> Void) -> ScoredLead {
    var features = LeadFeatures(source: "tiktok_us")
    change(&features)
    return scoring.score(features, rules: HardRules())
  }

  /// Only these reasons, with these points and details.
  private func reasons(_ change: (inout LeadFeatures) -> Void) -> String {
    ReasonList(score(change).reasons).encoded
  }

  @Test func aLeadOfWhichNothingIsKnownScores50() {
    let scored = score { _ in }
    #expect(scored.score == 50)
    #expect(scored.reasons.isEmpty)
    #expect(scored.approvalProbability == 0.2)
    #expect(scored.rejectedBy == nil)
  }

  @Test func aCleanLeadScores60To70() {
    let scored = score { features in
      features.country = "US"
      features.signals.timeOnSite = 45
      features.signals.pageViews = 3
      features.signals.fillSeconds = 12.5
      features.signals.pasted = false
      features.signals.webdriver = false
      features.signals.timezone = "America/New_York"
      features.signals.languages = ["en-US"]
      features.contact.email = .valid
      features.contact.emailDomain = "gmail.com"
      features.contact.phone = .valid
      features.contact.phoneCountry = "US"
      features.contact.name = .valid
      features.leadsFromAddressLastHour = 1
      features.userAgentFamily = UserAgentFamily(browser: .chrome, platform: .windows)
    }
    #expect((60...70).contains(scored.score))
    #expect(scored.reasons.first?.text == "45 s on the page before submitting")
    #expect(scored.decision(.standard) == .accept)
  }

  @Test(arguments: [
    (-5.0, -10), (0, -10), (2.9, -10), (3, -5), (9.9, -5), (10, 2), (30, 6), (119, 6), (120, 8), (86_400, 8),
    (1e300, 8),
    (.infinity, 8), (-.infinity, -10), (.nan, 0),
  ])
  func timeOnSite(_ seconds: Double, _ points: Int) {
    #expect(score { $0.signals.timeOnSite = seconds }.score == 50 + points)
  }

  @Test func behaviourHasItsDirections() {
    #expect(reasons { $0.signals.timeOnSite = 45.7 } == "time_on_site:6:45")
    #expect(reasons { $0.signals.pageViews = 1 } == "page_views:-2:1")
    #expect(reasons { $0.signals.pageViews = 3 } == "page_views:2:3")
    #expect(reasons { $0.signals.pageViews = .max } == "page_views:4:9999")
    #expect(reasons { $0.signals.pageViews = .min } == "page_views:-2:0")
    #expect(reasons { $0.signals.fillSeconds = 0.4 } == "fill_time:-12:0.4")
    #expect(reasons { $0.signals.fillSeconds = 4 } == "fill_time:-5:4")
    #expect(reasons { $0.signals.fillSeconds = 7 } == "")
    #expect(reasons { $0.signals.fillSeconds = 12.5 } == "fill_time:3:12.5")
    #expect(reasons { $0.signals.pasted = true } == "pasted:-2:")
    #expect(reasons { $0.signals.pasted = false } == "")
    #expect(reasons { $0.signals.languages = ["en-US"] } == "")
  }

  @Test func contactHasItsDirections() {
    func contact(_ change: (inout ContactFacts) -> Void) -> String { reasons { change(&$0.contact) } }
    #expect(contact { ($0.email, $0.phone, $0.name) = (.hashed, .hashed, .hashed) } == "")
    #expect(contact { ($0.email, $0.phone, $0.name) = (.valid, .valid, .valid) } == "phone:1:valid;name:1:valid")
    #expect(
      contact { ($0.email, $0.phone, $0.name) = (.impossible, .hashed, .impossible) }
        == "email:-15:impossible;name:-6:impossible")
    #expect(
      contact { ($0.email, $0.phone, $0.name) = (.hashed, .impossible, .hashed) } == "phone:-15:impossible")
    #expect(contact { $0.email = .hashed } == "phone:-3:missing;name:-2:missing")
    #expect(contact { $0.phone = .hashed } == "email:-4:missing;name:-2:missing")
    #expect(contact { $0.name = .hashed } == "email:-4:missing;phone:-3:missing")
  }

  @Test(arguments: [
    ("gmail.com", "email_domain:1:gmail.com"), ("acme-widgets.com", "email_domain:2:acme-widgets.com"),
    ("mailinator.com", "email_disposable:-15:mailinator.com"),
    ("x.mailinator.com", "email_disposable:-15:x.mailinator.com"),
    ("jane@example.org", "email_domain:2:(rare)"), ("jane doe.org", "email_domain:2:(rare)"),
    ("12.34", "email_domain:2:(rare)"),
    (String(repeating: "a", count: 80) + ".com", "email_domain:2:(rare)"),
  ])
  func emailDomains(_ domain: String, _ expected: String) {
    let found = reasons { features in
      (features.contact.email, features.contact.phone, features.contact.name) = (.hashed, .hashed, .hashed)
      features.contact.emailDomain = domain
    }
    #expect(found == expected)
  }

  @Test func aRareDomainIsNotNamed() {
    let scored = score { features in
      (features.contact.email, features.contact.phone, features.contact.name) = (.valid, .hashed, .hashed)
      features.contact.emailDomain = "janedoe.org"
      features.emailDomainIsRare = true
    }
    #expect(ReasonList(scored.reasons).encoded == "email_domain:2:(rare)")
    #expect(scored.reasons.map(\.text) == ["a seldom seen e-mail domain"])
  }

  @Test func originMustAgree() {
    func origin(_ country: String?, phone: String? = nil, zone: String? = nil) -> String {
      reasons { features in
        features.country = country
        features.signals.timezone = zone
        guard let phone else { return }
        (features.contact.email, features.contact.phone, features.contact.name) = (.hashed, .valid, .hashed)
        features.contact.phoneCountry = phone
      }
    }
    #expect(origin("US", phone: "US") == "phone_country:2:US;phone:1:valid")
    #expect(origin("US", phone: "GB") == "phone_country:-6:GB≠US;phone:1:valid")
    #expect(origin(nil, phone: "GB") == "phone:1:valid")
    #expect(origin("US", zone: "America/New_York") == "timezone:2:America/New_York")
    #expect(origin("US", zone: "Europe/Berlin") == "timezone:-5:Europe/Berlin≠US")
    #expect(origin("UA", zone: "Europe/Kiev") == origin("UA", zone: "Europe/Kiev"))
    #expect(origin("IN", zone: "Asia/Calcutta") == "timezone:2:Asia/Calcutta")
    #expect(origin("US", zone: "jane@example.org") == "")
    #expect(origin("XK", zone: "Europe/Berlin") == "")
    #expect(origin("us", zone: "Europe/Berlin") == "")
    #expect(origin(nil, zone: "Europe/Berlin") == "")
  }

  @Test func theWorstLeadIsTrimmedFromItsLargestReasons() {
    let scored = score { features in
      features.country = "US"
      features.signals.timeOnSite = 0
      features.signals.pageViews = 1
      features.signals.fillSeconds = 0
      features.signals.pasted = true
      features.signals.timezone = "Asia/Tokyo"
      features.contact.email = .hashed
      features.contact.emailDomain = "mailinator.com"
      features.contact.phone = .impossible
      features.contact.name = .impossible
    }
    #expect(scored.score == 0)
    #expect(scored.rejectedBy == nil)
    #expect(scored.reasons.reduce(0) { $0 + $1.points } == -50)
    #expect(scored.reasons.contains(Reason(code: .name, points: -6, detail: "impossible")))
    #expect(scored.reasons.contains(Reason(code: .pasted, points: -2, detail: "")))
    #expect(scored.reasons.allSatisfy { $0.points >= -9 && $0.points < 0 })
  }

  @Test func probabilityRisesWithTheScore() {
    let ladder: [(ScoredLead)] = [0, 5, 20, 45, 200].map { seconds in score { $0.signals.timeOnSite = seconds } }
    for (lower, higher) in zip(ladder, ladder.dropFirst()) {
      #expect(lower.score < higher.score)
      #expect(lower.approvalProbability < higher.approvalProbability)
    }
  }

  @Test func featuresComeFromADraftAndItsFacts() throws {
    let account = Account(id: AccountID(rawValue: 1), plan: .solo, createdAt: Instant(seconds: 0))
    var signals = Signals()
    signals.timeOnSite = 45
    let draft = LeadDraft(
      account: account, receivedAt: Instant(seconds: 0), source: "s", trafficType: "push", landingPage: "l",
      country: "US",
      signals: signals, userAgent: "bot/linux")
    let features = LeadFeatures(
      draft, LeadFacts(isDuplicate: true, leadsFromAddress: 4, emailDomainIsRare: true))
    var expected = LeadFeatures(source: "s")
    expected.trafficType = "push"
    expected.landingPage = "l"
    expected.country = "US"
    expected.signals = signals
    expected.userAgentFamily = UserAgentFamily(browser: .bot, platform: .linux)
    expected.declaredBot = true
    expected.leadsFromAddressLastHour = 4
    expected.isDuplicate = true
    expected.emailDomainIsRare = true
    #expect(features == expected)
  }
}
