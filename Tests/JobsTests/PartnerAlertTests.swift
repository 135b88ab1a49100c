import Domain
import Jobs
import Outbound
import Storage
import Testing

/// What accounts are told of their partners.
@Suite struct PartnerAlertTests {
  private let bench: Workbench
  init() throws { bench = try Workbench() }

  private func partner(_ slug: String, caps: Caps = Caps()) throws {
    try bench.store.createPartner(
      Partner(
        accountID: bench.account.id, slug: slug, name: "The \(slug)", url: "https://a.example", caps: caps,
        createdAt: Workbench.start))
  }

  /// Offers a lead to the one partner there is.
  private func offer(_ outcome: AttemptOutcome, _ cause: AttemptCause) throws {
    let verdict = Verdict(decision: .accept, score: 56, approvalProbability: 0.25, reasons: [])
    let rules = RoutingRules { _, _ in ApprovalBelief(probability: 0.25, evidence: 10) }
    let commit = try bench.store.commitDecision(
      .raw(of: bench.account, at: bench.now), decide: { _ in verdict }, route: rules)
    guard case .stored(let lead, let step?) = commit, let attempt = step.attempt else { return #expect(Bool(false)) }
    _ = try bench.store.settleAttempt(
      attempt.number, of: lead.id, end: AttemptEnd(outcome: outcome, cause: cause, milliseconds: 5), next: [],
      at: bench.now)
  }

  /// Texts of what lasts.
  private func alerts() throws -> [String] {
    let job = AlertJob(
      store: bench.store, sender: AlertSender(), opening: { _ in nil }, now: { [bench] in bench.now })
    _ = try job.run()
    return try bench.store.alerts(of: bench.account.id).filter { $0.resolvedAt == nil }.map(\.text)
  }

  @Test func aReachedCapIsToldUntilTheDayIsOver() throws {
    try partner("a", caps: Caps(day: 2))
    try offer(.accepted, .tookIt)
    #expect(try alerts() == [])
    try offer(.accepted, .tookIt)
    #expect(try alerts() == ["Partner The a takes no more leads for now: 2 this day."])
    bench.pass(86_400)
    #expect(try alerts() == [])
  }

  @Test func aPartnerThatCannotBeReachedIsToldUntilItTakesALead() throws {
    try partner("a")
    for _ in 0..<4 { try offer(.notSent, .connectionRefused) }
    #expect(try alerts() == [])
    try offer(.unknown, .timedOut)
    #expect(
      try alerts() == [
        "Partner The a did not take the last 5 leads: The answer took too long; the partner may have the lead."
      ])
    try offer(.accepted, .tookIt)
    #expect(try alerts() == [])
  }

  @Test func aPartnerMayBeChoosy() throws {
    try partner("a")
    for _ in 0..<19 { try offer(.declined, .refusedBody) }
    #expect(try alerts() == [])
    try offer(.declined, .refusedBody)
    #expect(try alerts().count == 1)
    bench.pass(2 * 86_400)
    #expect(try alerts() == [])
  }

  @Test func othersLeadsDoNotHideIt() throws {
    try partner("a")
    for _ in 0..<5 { try offer(.notSent, .connectionRefused) }
    try bench.addAttempts(6_000, of: try bench.another())
    #expect(try alerts().count == 1)
  }

  @Test func anAnswerBreaksTheSilence() throws {
    try partner("a")
    for _ in 0..<4 { try offer(.notSent, .connectionRefused) }
    try offer(.declined, .refusedStatus)
    try offer(.unknown, .timedOut)
    #expect(try alerts() == [])
  }

  /// A server that stops leaves all its attempts open at once.
  @Test func aCrashSaysNothingOfThePartner() throws {
    try partner("a")
    for _ in 0..<6 { try offer(.unknown, .crash) }
    #expect(try alerts() == [])
  }

  @Test func aDayWithoutAttemptsBeginsAnew() throws {
    try partner("a")
    for _ in 0..<4 { try offer(.notSent, .connectionRefused) }
    bench.pass(86_400)
    for _ in 0..<4 { try offer(.notSent, .connectionRefused) }
    #expect(try alerts() == [])
    bench.pass(86_000)
    try offer(.notSent, .connectionRefused)
    #expect(try alerts().first?.contains("did not take the last 5 leads") == true)
  }
}
