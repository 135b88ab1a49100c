import Domain
import Jobs
import Storage
import Testing

@Suite struct SweepingJobTests {
  @Test func attemptsThatNobodyWorksOnAreEndedAfterAMinute() throws {
    let bench = try Workbench()
    let store = bench.store
    try store.createPartner(
      Partner(
        accountID: bench.account.id, slug: "a", name: "a", url: "https://a.example", createdAt: Workbench.start))
    let verdict = Verdict(decision: .accept, score: 56, approvalProbability: 0.25, reasons: [])
    let rules = RoutingRules { _, _ in ApprovalBelief(probability: 0.25, evidence: 10) }
    let commit = try store.commitDecision(
      .raw(of: bench.account, at: bench.now), decide: { _ in verdict }, route: rules)
    guard case .stored(let lead, let step?) = commit else { return #expect(Bool(false)) }
    #expect(step.attempt != nil)
    let job = SweepingJob(store: store) { bench.now }
    for (seconds, delivery) in [(60, LeadDelivery.open), (1, .unknown)] {
      bench.pass(Int64(seconds))
      #expect(try !job.run())
      #expect(try store.event(lead.id, of: bench.account.id)?.event.route?.delivery == delivery)
    }
  }
}
