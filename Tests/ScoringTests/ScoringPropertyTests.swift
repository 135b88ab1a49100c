import Domain
import Scoring
import Testing

/// What holds for every lead, tried on random ones.
@Suite struct ScoringPropertyTests {
  @Test func reasonsAlwaysAddUp() {
    var random = SeededRandom(seed: 7)
    var rejected = 0
    var accepted = 0
    for _ in 0..<50_000 {
      let features = randomFeatures(&random)
      let rules = randomRules(&random)
      let scored = ExpertScoring().score(features, rules: rules)
      let holds =
        scored.reasons.reduce(0) { $0 + $1.points } == scored.score - 50 && (0...100).contains(scored.score)
        && (0...1).contains(scored.approvalProbability)
        && scored.reasons.allSatisfy { $0.points != 0 || $0.code.isHardRule }
        && scored.reasons.allSatisfy { $0.detail.utf8.count <= 64 && !$0.detail.contains("@") }
        && (scored.rejectedBy == nil || scored.score == 0) && scored.rejectedBy == scored.reasons.firstRule
        && ReasonList(encoded: ReasonList(scored.reasons).encoded)?.reasons == scored.reasons
        && ExpertScoring().score(features, rules: rules) == scored
      if !holds { Issue.record("\(features) \(scored)") }
      rejected += scored.rejectedBy == nil ? 0 : 1
      accepted += scored.decision(.standard) == .accept ? 1 : 0
    }
    #expect(rejected > 5_000 && accepted > 5_000)
  }

  /// More time and more pages never lower the score.
  @Test func laddersRise() {
    func score(_ change: (inout LeadFeatures) -> Void) -> Int {
      var features = LeadFeatures(source: "s")
      change(&features)
      return ExpertScoring().score(features, rules: HardRules()).score
    }
    for value in 0..<400 {
      let (now, more) = (Double(value) / 2, Double(value + 1) / 2)
      #expect(score { $0.signals.timeOnSite = now } <= score { $0.signals.timeOnSite = more })
      #expect(score { $0.signals.fillSeconds = now } <= score { $0.signals.fillSeconds = more })
      #expect(score { $0.signals.pageViews = value } <= score { $0.signals.pageViews = value + 1 })
    }
  }

  private func randomFeatures(_ random: inout SeededRandom) -> LeadFeatures {
    let parts: [ContactFacts.Part] = [.absent, .valid, .valid, .valid, .impossible, .hashed]
    let countries: [String?] = ["US", "GB", "UA", "IN", "XX", "u", nil]
    func one<T>(_ values: [T], _ random: inout SeededRandom) -> T {
      values[Int.random(in: values.indices, using: &random)]
    }
    var features = LeadFeatures(source: "s")
    features.signals.timeOnSite = one([nil, .nan, -1, .random(in: 0...300, using: &random), .infinity], &random)
    features.signals.pageViews = one([nil, .min, .max, .random(in: 0...9, using: &random)], &random)
    features.signals.fillSeconds = one([nil, 0, 1.25, .random(in: 0...60, using: &random)], &random)
    features.signals.pasted = one([nil, true, false], &random)
    features.signals.webdriver = one([nil, nil, nil, nil, nil, nil, false, true], &random)
    features.signals.timezone = one(["America/New_York", "Europe/Kyiv", "a@b", "\u{0};:%", nil], &random)
    features.country = one(countries, &random)
    features.contact.email = one(parts, &random)
    features.contact.phone = one(parts, &random)
    features.contact.name = one(parts, &random)
    features.contact.emailDomain = one(["gmail.com", "yopmail.com", "acme.io", "a@b.c", "é.com", "", nil], &random)
    features.contact.phoneCountry = one(countries, &random)
    features.contact.honeypotFilled = Int.random(in: 0..<12, using: &random) == 0
    features.isDuplicate = Int.random(in: 0..<12, using: &random) == 0
    features.leadsFromAddressLastHour = one([nil, 1, 2, 3, 4, 5, 20, .max], &random)
    features.emailDomainIsRare = .random(using: &random)
    return features
  }

  private func randomRules(_ random: inout SeededRandom) -> HardRules {
    var rules = HardRules()
    rules.honeypot = .random(using: &random)
    rules.impossibleContact = .random(using: &random)
    rules.declaredBot = .random(using: &random)
    rules.duplicate = .random(using: &random)
    rules.flood = .random(using: &random)
    return rules
  }
}

extension [Reason] {
  fileprivate var firstRule: ReasonCode? { first { $0.code.isHardRule }?.code }
}
