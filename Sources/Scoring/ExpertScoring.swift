import Domain
import Foundation

/// The score by ``ExpertWeights``: the same for every account, in force until a model has learned from labels.
package struct ExpertScoring: Scoring {
  package init() {}

  package func score(_ features: LeadFeatures, rules: HardRules) -> ScoredLead {
    let evidence = behaviour(features) + contact(features) + origin(features)
    return ScoredLead(evidence: evidence, broken: rules.broken(by: features), probability: Self.approvalProbability)
  }

  /// The same of every partner: until something is learned of each, its payout alone tells them apart.
  package func belief(in partner: Partner, _ verdict: Verdict) -> ApprovalBelief {
    ApprovalBelief(probability: verdict.approvalProbability, evidence: ExpertWeights.beliefEvidence)
  }

  /// The prior chance of approval at a score; see ``ExpertWeights/averageApproval``.
  static func approvalProbability(score: Int) -> Double {
    let average = ExpertWeights.averageApproval
    let logOdds = log(average / (1 - average)) + ExpertWeights.logOddsPerPoint * Double(score - 50)
    return 1 / (1 + exp(-logOdds))
  }

  private func behaviour(_ features: LeadFeatures) -> [Reason] {
    var found: [Reason] = []
    if let seconds = counted(features.signals.timeOnSite) {
      let whole = String(Int(seconds))
      found.append(Reason(.timeOnSite, ExpertWeights.points(ExpertWeights.timeOnSite, at: seconds), whole))
    }
    if let views = features.signals.pageViews.map({ min(max($0, 0), 9_999) }) {
      found.append(Reason(.pageViews, ExpertWeights.points(ExpertWeights.pageViews, at: Double(views)), String(views)))
    }
    if let seconds = counted(features.signals.fillSeconds) {
      let tenths = Int(seconds * 10)
      let detail = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
      found.append(Reason(.fillTime, ExpertWeights.points(ExpertWeights.fillTime, at: seconds), detail))
    }
    if features.signals.pasted == true { found.append(Reason(.pasted, ExpertWeights.pasted, "")) }
    return found
  }

  /// A duration within 0 s and a day; nil where it is no number.
  private func counted(_ seconds: Double?) -> Double? {
    guard let seconds, !seconds.isNaN else { return nil }
    return min(max(seconds, 0), 86_400)
  }

  /// Nothing is said of a lead without any contact part: whoever sent it keeps the contact to itself.
  private func contact(_ features: LeadFeatures) -> [Reason] {
    let facts = features.contact
    guard [facts.email, facts.phone, facts.name].contains(where: { $0 != .absent }) else { return [] }
    var found: [Reason] = []
    switch facts.email {
    case .absent: found.append(Reason(.email, ExpertWeights.emailMissing, "missing"))
    case .impossible: found.append(Reason(.email, ExpertWeights.emailImpossible, "impossible"))
    case .valid, .hashed: found += domain(facts.emailDomain, isRare: features.emailDomainIsRare)
    }
    switch facts.phone {
    case .absent: found.append(Reason(.phone, ExpertWeights.phoneMissing, "missing"))
    case .impossible: found.append(Reason(.phone, ExpertWeights.phoneImpossible, "impossible"))
    case .valid: found.append(Reason(.phone, ExpertWeights.phoneValid, "valid"))
    case .hashed: break
    }
    switch facts.name {
    case .absent: found.append(Reason(.name, ExpertWeights.nameMissing, "missing"))
    case .impossible: found.append(Reason(.name, ExpertWeights.nameImpossible, "impossible"))
    case .valid: found.append(Reason(.name, ExpertWeights.nameValid, "valid"))
    case .hashed: break
    }
    return found
  }

  private func domain(_ domain: String?, isRare: Bool) -> [Reason] {
    guard let domain else { return [] }
    let shown = isRare || !EmailDomains.isShaped(domain) ? "(rare)" : domain
    if EmailDomains.isDisposable(domain) { return [Reason(.emailDisposable, ExpertWeights.emailDisposable, shown)] }
    let points = EmailDomains.isFree(domain) ? ExpertWeights.emailFree : ExpertWeights.emailOther
    return [Reason(.emailDomain, points, shown)]
  }

  /// Whether phone and clock agree with the lead's country.
  private func origin(_ features: LeadFeatures) -> [Reason] {
    guard let country = features.country, isCountry(country) else { return [] }
    var found: [Reason] = []
    if features.contact.phone == .valid, let region = features.contact.phoneCountry, isCountry(region) {
      found.append(
        region == country
          ? Reason(.phoneCountry, ExpertWeights.phoneCountryMatch, region)
          : Reason(.phoneCountry, ExpertWeights.phoneCountryMismatch, "\(region)≠\(country)"))
    }
    if let zone = features.signals.timezone, let fits = TimeZones.fits(zone, country: country) {
      found.append(
        fits
          ? Reason(.timezone, ExpertWeights.timezoneMatch, zone)
          : Reason(.timezone, ExpertWeights.timezoneMismatch, "\(zone)≠\(country)"))
    }
    return found
  }
}
