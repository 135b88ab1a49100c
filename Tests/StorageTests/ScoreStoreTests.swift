import Domain
import Storage
import Testing

/// The sums by score against the leads and conversions themselves.
@Suite struct ScoreStoreTests {
  let bench: Workbench
  let store: Store
  init() throws {
    bench = try Workbench()
    store = bench.store
  }

  private func report(_ account: Account) throws -> ScoreReport {
    let today = Day(utc: Workbench.now)
    return try store.scoreReport(of: account.id, from: today - 10, to: today + 10)
  }

  private func isByRule(_ event: Event) -> Bool {
    let verdict = event.lead.verdict
    return verdict.decision == .reject && verdict.reasons.contains { $0.code.isHardRule }
  }

  @Test(arguments: [1, 2] as [UInt64])
  func bandsRulesAndTotalAreThoseOfTheLedger(_ seed: UInt64) throws {
    let account = try bench.account(timezone: "America/New_York")
    try bench.somePartners(of: account)
    var random = SeededRandom(seed: seed)
    for _ in 0..<500 { try bench.happen(to: account, &random) }
    let events = try store.recentEvents(of: account.id, limit: 10_000)
    try #require(events.count > 150)
    let report = try report(account)
    #expect(LedgerSum(of: report.total) == LedgerSum(of: events))
    #expect(LedgerSum(of: report.byRule) == LedgerSum(of: events.filter(isByRule)))
    #expect(report.unbanded.leads == .zero && report.reasons.count > 10)
    for band in report.bands {
      let own = events.filter { band.scores.contains($0.lead.verdict.score) && !isByRule($0) }
      #expect(LedgerSum(of: band.row) == LedgerSum(of: own))
      let decided = own.filter { [.approved, .rejected, .chargeback].contains($0.status) }
      let predicted = decided.reduce(0) {
        $0 + Double(LedgerSum.perMille($1.lead.verdict.approvalProbability)) / 1_000
      }
      #expect(abs(band.predicted - predicted) < 1e-6)
    }
    #expect(report.calibration.measured.whole > 10)
  }

  @Test func otherThresholdsAreAsIfEachLeadWereDecidedAgain() throws {
    let account = try bench.account()
    try bench.somePartners(of: account)
    var random = SeededRandom(seed: 3)
    for _ in 0..<400 { try bench.happen(to: account, &random) }
    let events = try store.recentEvents(of: account.id, limit: 10_000)
    let tallies = try report(account).tallies
    for (accept, reject) in [(40, 15), (0, 0), (100, 100), (71, 33)] {
      let thresholds = try #require(Thresholds(acceptAt: accept, rejectBelow: reject))
      func again(_ event: Event) -> Decision {
        isByRule(event) ? .reject : thresholds.decision(score: event.lead.verdict.score)
      }
      func sum(_ sentThen: Bool, _ sentNow: Bool) -> LedgerSum {
        LedgerSum(
          of: events.filter {
            ($0.lead.verdict.decision != .reject) == sentThen && (again($0) != .reject) == sentNow
          })
      }
      let whatIf = WhatIf(thresholds, tallies)
      #expect(whatIf.wouldBe.accepted == events.count { again($0) == .accept })
      #expect(whatIf.wouldBe.reviewed == events.count { again($0) == .review })
      #expect(whatIf.wouldBe.rejected == events.count { again($0) == .reject })
      #expect(LedgerSum(of: whatIf.stillSent) == sum(true, true))
      #expect(LedgerSum(of: whatIf.noLongerSent) == sum(true, false))
      #expect(LedgerSum(of: whatIf.newlySent) == sum(false, true))
    }
  }

  @Test func testLeadsAndOtherAccountsCountNowhere() throws {
    let (mine, theirs) = (try bench.account(), try bench.account(email: "other@example.com"))
    try bench.lead(.of(theirs))
    try bench.lead(.of(mine) { $0.isTest = true })
    let report = try report(mine)
    #expect(report.tallies == [] && report.reasons == [] && report.total.leads == .zero)
  }

  /// A day has room for 500 values: the leads beyond are in no band, but in the total.
  @Test func leadsOfADayWithoutRoomAreInNoBand() throws {
    let account = try bench.account()
    for number in 0..<510 {
      _ = try store.commitDecision(.of(account)) { _ in
        Verdict(
          decision: .accept, score: number % 51 * 2, approvalProbability: Double(number / 51) / 10, reasons: [])
      }
    }
    let report = try report(account)
    #expect(report.tallies.count == Report.valuesPerDay && report.unbanded.leads.leads == 10)
    #expect(report.bands.reduce(0) { $0 + $1.row.leads.leads } == 500 && report.total.leads.leads == 510)
    #expect(try store.verifyLedger().isEqual)
  }
}
