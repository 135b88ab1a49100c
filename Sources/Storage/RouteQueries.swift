import Domain
import GRDB

/// How a partner is picked for a lead inside the transaction that stores it, so that caps are exact under any
/// concurrency. Both closures may run again, and nothing may follow from them but what they return.
package struct RoutingRules: Sendable {
  /// What is believed of the chance that a partner approves a lead with that verdict.
  package let belief: @Sendable (Partner, Verdict) -> ApprovalBelief
  package let choose: @Sendable (RoutingPolicy, RoutedLead, [PartnerStanding]) -> RoutingChoice

  /// - Parameter choose: where chance decides, by the system's random numbers unless another one is given.
  package init(
    belief: @escaping @Sendable (Partner, Verdict) -> ApprovalBelief,
    choose: @escaping @Sendable (RoutingPolicy, RoutedLead, [PartnerStanding]) -> RoutingChoice = {
      var random = SystemRandomNumberGenerator()
      return LeadRouting.choose($0, for: $1, among: $2, random: &random)
    }
  ) {
    self.belief = belief
    self.choose = choose
  }
}

/// An attempt that is on disk and is to be made now.
package struct BegunAttempt: Equatable, Sendable {
  /// With the partner as it is now.
  package let candidate: Candidate
  package let number: Int
}

/// Where a lead's route stands, and what is to be done now.
package struct RouteStep: Equatable, Sendable {
  package let route: LeadRoute
  /// To be made now, and then settled; nil: nobody is to be asked any more.
  package let attempt: BegunAttempt?
  /// Who may be asked after that one, in this order.
  package let rest: [Candidate]
  /// The attempt that was to be settled had been ended before, by the sweeper: nothing was changed.
  package let wasEnded: Bool

  init(_ route: LeadRoute, attempt: BegunAttempt? = nil, rest: [Candidate] = [], wasEnded: Bool = false) {
    self.route = route
    self.attempt = attempt
    self.rest = rest
    self.wasEnded = wasEnded
  }
}

extension Store {
  /// Where a lead's route stands; nil: it has none.
  package func route(of lead: LeadID) throws(Failure) -> LeadRoute? { try read { try LeadRoute.one(of: lead, $0) } }
}

/// The routing of one lead inside a transaction.
struct LeadRouter {
  let lead: Lead
  /// Whether the call brought what can be handed over.
  let hasContact: Bool
  let account: Account
  let rules: RoutingRules
  let now: Instant
  let transaction: Transaction
  private var db: Database { transaction.db }

  /// The first round. Writes the route, and the attempt that comes of it.
  /// - Returns: nil where the account has no partners.
  func begin() throws -> RouteStep? {
    let partners = try transaction.directory().partners(of: account.id)
    guard !partners.isEmpty else { return nil }
    guard lead.verdict.decision != .reject else {
      let route = LeadRoute(
        policy: account.routingPolicy, considered: [], partner: nil, propensity: nil, delivery: .none)
      try route.write(of: lead.id, in: account.id, db)
      return RouteStep(route)
    }
    let choice = try choose(among: partners)
    let nobody = LeadRoute(
      policy: choice.policy, considered: choice.considered, partner: nil, propensity: nil, delivery: .none)
    let step = try transaction.ask(choice.candidates, nobody, of: lead.id, in: account.id, number: 1, at: now)
    if step == nil { try nobody.write(of: lead.id, in: account.id, db) }
    return step ?? RouteStep(nobody)
  }

  /// One more round, for a lead that came again and that nobody can have. Everybody is chosen among anew, those that
  /// refused it before, too: what they said may have had to do with the moment.
  /// - Returns: nil where nobody is to be asked now; the route stays as it is.
  func retry(_ former: LeadRoute) throws -> RouteStep? {
    let attempts = try db.integer("SELECT max(number) FROM lead_attempt WHERE lead_id = ?", lead.id.rawValue) ?? 0
    guard attempts < LeadAttempt.mostPerLead else { return nil }
    let choice = try choose(among: transaction.directory().partners(of: account.id))
    let nobody = LeadRoute(
      policy: choice.policy, considered: choice.considered, partner: nil, propensity: nil, delivery: former.delivery)
    return try transaction.changingRoute(of: lead.id, in: account.id) {
      try transaction.ask(choice.candidates, nobody, of: lead.id, in: account.id, number: attempts + 1, at: now)
    }
  }

  private func choose(among partners: [Partner]) throws -> RoutingChoice {
    let standings = try partners.map { partner in
      let counts = CapCounts(of: partner, at: now)
      let capped = CapSpan.allCases.filter { partner.caps[$0] != nil }
      return PartnerStanding(
        partner: partner, used: try capped.reduce(into: [:]) { $0[$1] = try counts.used($1, db) },
        belief: rules.belief(partner, lead.verdict))
    }
    let routed = RoutedLead(
      source: lead.source, trafficType: lead.trafficType, country: lead.country, score: lead.verdict.score,
      hasContact: hasContact, receivedAt: now)
    return rules.choose(account.routingPolicy, routed, standings)
  }
}

extension Transaction {
  /// Has the first candidate asked that may be now: counts the lead in its caps, and writes the attempt and the route.
  /// - Parameters:
  ///   - route: without a partner.
  ///   - number: of the attempt.
  /// - Returns: nil where there is none; then nothing was written.
  func ask(
    _ candidates: [Candidate], _ route: LeadRoute, of lead: LeadID, in account: AccountID, number: Int, at now: Instant
  ) throws -> RouteStep? {
    for (place, chosen) in candidates.enumerated() {
      // It was chosen a while ago: it may be paused by now.
      guard let partner = try directory().partner(chosen.partner.slug, of: account), partner.isActive,
        partner.archivedAt == nil
      else { continue }
      let counts = CapCounts(of: partner, at: now)
      guard try counts.take(partner.caps, db) else { continue }
      let candidate = Candidate(partner: partner, propensity: chosen.propensity)
      return try begin(
        candidate, route, of: lead, in: account, number: number, counts, rest: Array(candidates[(place + 1)...]),
        at: now)
    }
    return nil
  }

  /// - Parameter counts: those that the lead counts in.
  func begin(
    _ candidate: Candidate, _ route: LeadRoute, of lead: LeadID, in account: AccountID, number: Int,
    _ counts: CapCounts, rest: [Candidate], at now: Instant
  ) throws -> RouteStep {
    var route = route
    route.partner = candidate.partner.slug
    route.propensity = candidate.propensity
    route.delivery = candidate.partner.mode == .page ? .page : .open
    try route.write(of: lead, in: account, db)
    guard route.delivery == .open else { return RouteStep(route) }
    try LeadAttempt(leadID: lead, number: number, partner: candidate.partner.slug, beganAt: now)
      .insert(counts, in: account, db)
    return RouteStep(route, attempt: BegunAttempt(candidate: candidate, number: number), rest: rest)
  }

  /// Runs `body`, which may change a lead's route, and moves what the lead counts accordingly.
  func changingRoute<T>(of lead: LeadID, in account: AccountID, _ body: () throws -> T) throws -> T {
    let former = try TalliedLead.one(lead, account, db)
    let result = try body()
    if let former { try recount(former, in: account) }
    return result
  }
}
