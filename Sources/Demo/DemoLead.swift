import Domain
import Foundation
import Scoring

/// How a visitor comes about.
extension DemoBusiness {
  /// A lead, decided by the rules and weights that decide real ones.
  mutating func lead(
    number: Int, at instant: Instant, scoring: ExpertScoring, _ random: inout DemoRandom
  ) -> (draft: LeadDraft, facts: LeadFacts, verdict: Verdict, offer: Offer) {
    let traffic = pickTraffic.pick(&random)
    let offer = offers.pick(&random)
    let isBot = random.chance(traffic.platform.bots)
    // How much in earnest: what most of its facts hang on.
    let earnest = random.bell() + traffic.platform.quality + traffic.quality - (isBot ? 2 : 0)
    let country = random.chance(0.94) ? traffic.country : DemoCatalogue.countries.pick(&random)

    var draft = LeadDraft(
      account: account, receivedAt: instant, source: traffic.source.slug, trafficType: traffic.source.trafficType,
      landingPage: offer.landingPage, clickID: Self.clickID(number), country: country.code)
    let cost = traffic.source.costPerLead ?? .zero
    draft.cost = sendsCost ? Money(micros: cost.micros / 10_000 * Int64(random.within(50...170)) * 100) : cost
    draft.signals = signals(earnest, isBot: isBot, country, &random)
    draft.userAgent = isBot && random.chance(0.3) ? "bot/linux" : DemoCatalogue.browsers.pick(&random)

    let known = returningVisitor(&random)
    if let known {
      (draft.references, draft.contact) = (self[known].references, self[known].contact)
    } else {
      draft.contact = contact(earnest, isBot: isBot, number: number, at: instant, country, &random)
      draft.references = references(of: draft.contact, &random)
    }
    let facts = LeadFacts(
      isDuplicate: known.map { isDuplicate($0, at: instant) } ?? false, leadsFromAddress: nil,
      emailDomainIsRare: draft.contact.emailDomain.map { isRare($0) } ?? false)
    let scored = scoring.score(LeadFeatures(draft, facts), rules: HardRules(account))
    let verdict = Verdict(
      decision: scored.decision(account.thresholds), score: scored.score,
      approvalProbability: scored.approvalProbability, reasons: scored.reasons)
    if verdict.decision != .reject {
      noteAccepted(
        Visitor(references: draft.references, contact: draft.contact, acceptedAt: instant), as: known)
    }
    return (draft, facts, verdict, offer)
  }

  /// `c000000001` and so on.
  static func clickID(_ number: Int) -> String {
    let digits = String(number)
    return "c" + String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
  }

  private func signals(
    _ earnest: Double, isBot: Bool, _ country: DemoCountry, _ random: inout DemoRandom
  ) -> Signals {
    var signals = Signals()
    signals.timeOnSite = min(exp(3.3 + 0.5 * earnest + 0.9 * random.bell()), 7_200).rounded()
    signals.pageViews = 1 + Int(exp(0.3 * earnest + 0.8 * random.bell()) * 0.7)
    let fill = isBot ? random.within(0.1...2.0) : min(exp(2.6 + 0.2 * earnest + 0.8 * random.bell()), 1_800)
    signals.fillSeconds = (fill * 10).rounded() / 10
    signals.pasted = random.chance(0.1 * Self.sloppiness(earnest))
    signals.webdriver = isBot && random.chance(0.4)
    let isElsewhere = random.chance(0.1 * Self.sloppiness(earnest))
    let home = isElsewhere ? DemoCatalogue.countries.pick(&random) : country
    signals.timezone = random.one(of: home.zones)
    signals.languages = home.languages
    return signals
  }

  private mutating func contact(
    _ earnest: Double, isBot: Bool, number: Int, at instant: Instant, _ country: DemoCountry,
    _ random: inout DemoRandom
  ) -> ContactFacts {
    var facts = ContactFacts()
    let sloppy = Self.sloppiness(earnest)
    facts.email = part(missing: 0.03 * sloppy, impossible: 0.04 * sloppy, &random)
    facts.phone = part(missing: 0.06 * sloppy, impossible: 0.05 * sloppy, &random)
    facts.name = part(missing: 0.03 * sloppy, impossible: 0.02 * sloppy, &random)
    if facts.email == .valid || facts.email == .hashed {
      facts.emailDomain = domain(sloppy, number: number, at: instant, country, &random)
    }
    if facts.phone == .valid {
      facts.phoneCountry =
        random.chance(0.07 * sloppy) ? DemoCatalogue.countries.pick(&random).code : country.code
    }
    facts.honeypotFilled = isBot && random.chance(0.5)
    return facts
  }

  /// How much oftener than the average something is wrong with a visitor's facts; 0.2 to 8.
  private static func sloppiness(_ earnest: Double) -> Double { min(max(exp(-0.9 * earnest), 0.2), 8) }

  private func part(missing: Double, impossible: Double, _ random: inout DemoRandom) -> ContactFacts.Part {
    if random.chance(missing) { return .absent }
    if sendsHashes { return .hashed }
    return random.chance(impossible) ? .impossible : .valid
  }

  private mutating func domain(
    _ sloppy: Double, number: Int, at instant: Instant, _ country: DemoCountry, _ random: inout DemoRandom
  ) -> String {
    let kind = random.unit()
    if kind < 0.03 * sloppy { return random.one(of: DemoCatalogue.disposableDomains) }
    if kind > 0.985, let own = ownDomain(number, at: instant) { return own }
    if kind > 0.92 { return DemoCatalogue.firmDomains.pick(&random) }
    if kind > 0.7 { return random.one(of: country.domains) }
    return DemoCatalogue.freeDomains.pick(&random)
  }

  private func references(of contact: ContactFacts, _ random: inout DemoRandom) -> ContactReferences {
    func reference(_ part: ContactFacts.Part) -> ContactReference? {
      part == .valid || part == .hashed ? random.reference() : nil
    }
    return ContactReferences(
      email: reference(contact.email), phone: reference(contact.phone), name: reference(contact.name))
  }
}
