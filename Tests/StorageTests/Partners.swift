import Domain
import Storage
import Testing

extension RoutingRules {
  /// Everybody is believed in alike, and chance is the same each time.
  static let plain = seeded(1)

  static func seeded(_ seed: UInt64) -> RoutingRules {
    RoutingRules(belief: { _, verdict in ApprovalBelief(probability: verdict.approvalProbability, evidence: 10) }) {
      var random = SeededRandom(seed: seed)
      return LeadRouting.choose($0, for: $1, among: $2, random: &random)
    }
  }
}

extension AttemptEnd {
  static let accepted = AttemptEnd(
    outcome: .accepted, cause: .tookIt, status: 200, milliseconds: 12, partnerLeadID: "L-1")
  static let declined = AttemptEnd(outcome: .declined, cause: .refusedStatus, status: 422, milliseconds: 9)
  static let notSent = AttemptEnd(outcome: .notSent, cause: .connectionRefused, milliseconds: 1)
  static let unknown = AttemptEnd(outcome: .unknown, cause: .timedOut, milliseconds: 4_000)
  static let all = [accepted, declined, notSent, unknown]
}

extension Workbench {
  static let verdict = Verdict(
    decision: .accept, score: 56, approvalProbability: 0.25,
    reasons: [Reason(code: .timeOnSite, points: 6, detail: "45")])

  /// Makes a partner; those made later are asked later, unless `change` says otherwise.
  @discardableResult
  func partner(_ slug: String, of account: Account, change: (inout Partner) -> Void = { _ in }) throws -> Partner {
    var partner = Partner(
      accountID: account.id, slug: slug, name: slug, url: "https://\(slug).example/leads", createdAt: Self.now)
    partner.priority = try store.partners(of: account.id).count + 1
    change(&partner)
    try store.createPartner(partner)
    return partner
  }

  func commit(
    _ draft: LeadDraft, decision: Decision = .accept, rules: RoutingRules = .plain
  ) throws -> DecisionCommit {
    let verdict = Verdict(
      decision: decision, score: 56, approvalProbability: 0.25, reasons: Self.verdict.reasons)
    return try store.commitDecision(draft, decide: { _ in verdict }, route: rules)
  }

  /// Stores and routes a lead.
  func routed(_ draft: LeadDraft, decision: Decision = .accept) throws -> (lead: Lead, step: RouteStep) {
    guard case .stored(let lead, let step?) = try commit(draft, decision: decision) else { throw Unexpected.repeated }
    return (lead, step)
  }

  /// Ends the attempt of a step and goes on with those who may be asked after it.
  func settle(
    _ step: RouteStep, of lead: Lead, _ end: AttemptEnd, askingAgain: Bool = false, at now: Instant = Workbench.now
  ) throws -> RouteStep {
    let attempt = try #require(step.attempt)
    return try store.settleAttempt(
      attempt.number, of: lead.id, end: end, next: (askingAgain ? [attempt.candidate] : []) + step.rest, at: now)
  }

  func route(_ lead: Lead) throws -> LeadRoute {
    try #require(try store.event(lead.id, of: lead.accountID)?.event.route)
  }

  /// Partner, number and outcome of each attempt, as `a 1 declined`; `open` without an outcome.
  func attempts(_ lead: Lead) throws -> [String] {
    try #require(try store.event(lead.id, of: lead.accountID)).event.attempts.map {
      "\($0.partner) \($0.number) \($0.end?.outcome.rawValue ?? "open")"
    }
  }

  /// Partners of all sorts, for random tests.
  func somePartners(of account: Account) throws {
    try partner("often", of: account) {
      $0.payout = Money(micros: 4_000_000)
      $0.isDeduplicating = true
    }
    try partner("german", of: account) {
      $0.filters.countries = ["DE"]
      $0.priority = 1
    }
    try partner("few", of: account) {
      $0.payout = Money(micros: 9_000_000)
      $0.caps = Caps(hour: 2, total: 20)
      $0.priority = 0
    }
    try partner("page", of: account) {
      $0.mode = .page
      $0.filters.sources = ["b"]
    }
  }

  /// Stores and routes a lead, and remembers it where it is under way.
  func send(_ draft: LeadDraft, _ random: inout SeededRandom, decide: @escaping @Sendable (LeadFacts) -> Verdict) throws
  {
    let commit = try store.commitDecision(draft, decide: decide, route: .seeded(random.next()))
    if case .stored(let lead, let step?) = commit, step.attempt != nil {
      underWay.withLock { $0.append((lead, step)) }
    }
  }

  /// Ends one of the attempts that are under way, somehow.
  func settleOne(_ random: inout SeededRandom) throws {
    let place = Int.random(in: 0..<1_000_000, using: &random)
    let one = underWay.withLock { $0.isEmpty ? nil : $0.remove(at: place % $0.count) }
    guard let (lead, step) = one else { return }
    let end = AttemptEnd.all[Int.random(in: 0..<AttemptEnd.all.count, using: &random)]
    let next = try settle(step, of: lead, end, askingAgain: Bool.random(using: &random))
    if next.attempt != nil { underWay.withLock { $0.append((lead, next)) } }
  }

  func used(_ slug: String, _ account: Account) throws -> [CapSpan: Int] {
    try store.capUsage(of: store.partner(slug, of: account.id), at: Self.now)
  }

  /// Whether all that is kept twice agrees.
  func isVerified(_ account: Account) throws -> Bool {
    let verification = try store.verifyLedger(of: account.id)
    for difference in verification.differences { Issue.record("\(difference)") }
    return verification.isEqual
  }
}
