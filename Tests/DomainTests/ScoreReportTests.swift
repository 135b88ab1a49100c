import Domain
import Testing

/// What is made of sums by score: bands, calibration, other thresholds.
@Suite struct ScoreReportTests {
  /// So many leads of which the score said the same, and how many of them partners approved and declined.
  private static func tally(
    _ decision: Decision, _ score: Int, _ probability: Double, leads: Int = 1, approved: Int = 0, declined: Int = 0,
    reasons: [String] = []
  ) -> ScoreTally {
    var row = ReportRow(key: "")
    row.leads.leads = leads
    switch decision {
    case .accept: row.leads.accepted = leads
    case .review: row.leads.reviewed = leads
    case .reject: row.leads.rejected = leads
    }
    row.conversions.approved = approved
    row.conversions.declined = declined
    row.conversions.revenue = Money(micros: Int64(approved) * 10_000_000)
    return ScoreTally(ScoredDecision(decision, score: score, probability: probability, reasonCodes: reasons), row)
  }

  private static func report(_ tallies: [ScoreTally]) -> ScoreReport {
    ScoreReport(tallies: tallies, unbanded: ReportRow(key: ""), reasons: [], total: ReportRow(key: ""))
  }

  // MARK: Scored decisions

  @Test(arguments: [
    (Decision.accept, 57, 0.314, [], "57:310:a"), (.review, 0, 0, ["duplicate"], "0:0:v"),
    (.reject, 100, 1, ["time_on_site"], "100:1000:r"), (.reject, 0, 0.005, ["name", "honeypot"], "0:5:h"),
  ])
  func aScoredDecisionComesBackFromItsText(
    decision: Decision, score: Int, probability: Double, reasons: [String], text: String
  ) {
    let scored = ScoredDecision(decision, score: score, probability: probability, reasonCodes: reasons)
    #expect(scored.text == text && ScoredDecision(text: text) == scored)
  }

  @Test(arguments: [
    "", "57:31", "57:31:a:", "101:1:a", "-1:1:a", "+5:1:a", "05:1:a", "5:1001:a", "5:1:x", "5:1:", "(other)",
  ])
  func whatIsNoScoredDecisionIsNone(_ text: String) { #expect(ScoredDecision(text: text) == nil) }

  @Test(arguments: [(Double.nan, 0), (-1, 0), (7, 1_000), (0.305, 310), (0.0136, 14), (0.0499, 50), (0.0549, 50)])
  func aProbabilityStaysWithinItsBounds(probability: Double, perMille: Int) {
    #expect(ScoredDecision(.accept, score: 1, probability: probability, reasonCodes: []).perMille == perMille)
  }

  // MARK: Intervals

  /// 81 of 263, 0 of 20 and 1 of 29 are R. G. Newcombe's examples (Statistics in Medicine 17, 1998, 857–872).
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718),
    (10, 10, 0.7225, 1),
  ])
  func anIntervalIsWilsons(part: Int, whole: Int, low: Double, high: Double) throws {
    let interval = try #require(Proportion(part, of: whole).interval)
    #expect(abs(interval.lowerBound - low) < 0.000_06 && abs(interval.upperBound - high) < 0.000_06)
  }

  @Test func nothingHasNoShare() {
    #expect(Proportion(0, of: 0).share == nil && Proportion(0, of: 0).interval == nil)
  }

  // MARK: Bands

  @Test func bandsHoldEveryScoreOnceAndNoneThatARuleRejected() {
    let everyone = (0...100).map { Self.tally(.accept, $0, 0.5) }
    let report = Self.report(everyone + [Self.tally(.reject, 0, 0, leads: 7, reasons: ["flood"])])
    #expect(report.bands.map(\.row.leads.leads) == Array(repeating: 10, count: 9) + [11])
    #expect(report.bands.first?.scores == 0...9 && report.bands.last?.scores == 90...100)
    #expect(report.byRule.leads.leads == 7 && report.byRule.leads.rejected == 7)
  }

  @Test func calibrationComparesPredictedAndMeasuredWithinEachBand() throws {
    let report = Self.report([
      Self.tally(.accept, 72, 0.4, leads: 90, approved: 6, declined: 4),
      Self.tally(.accept, 78, 0.6, leads: 50, approved: 5, declined: 5),
      Self.tally(.accept, 31, 0.1, leads: 9, approved: 2, declined: 8),
      Self.tally(.reject, 0, 0.9, leads: 9, approved: 9, reasons: ["duplicate"]),
    ])
    #expect(abs(try #require(report.bands[7].meanPredicted) - 0.5) < 1e-9)
    #expect(report.bands[6].meanPredicted == nil)
    let calibration = report.calibration
    #expect(calibration.measured == Proportion(13, of: 30))
    #expect(abs(try #require(calibration.meanPredicted) - 11 / 30.0) < 1e-9)
    // |11 − 10| + |2 − 1|, of 30.
    #expect(abs(try #require(calibration.expectedError) - 2 / 30.0) < 1e-9)
    // √(2/π) · (√(20 · 0.25) + √(10 · 0.09)), of 30.
    #expect(abs(try #require(calibration.errorByChance) - 0.084_702_1) < 1e-6)
    #expect(Self.report([]).calibration.expectedError == nil)
  }

  // MARK: Other thresholds

  @Test func otherThresholdsMoveLeadsAndWhatCameOfThem() throws {
    let tallies = [
      Self.tally(.accept, 60, 0.5, leads: 5, approved: 2), Self.tally(.accept, 45, 0.4, leads: 4, declined: 1),
      Self.tally(.review, 20, 0.1, leads: 3, approved: 1, declined: 2), Self.tally(.reject, 12, 0.1, leads: 2),
      Self.tally(.reject, 0, 0, leads: 6, reasons: ["honeypot"]),
    ]
    let stricter = WhatIf(try #require(Thresholds(acceptAt: 50, rejectBelow: 30)), tallies)
    #expect([stricter.asDecided.accepted, stricter.asDecided.reviewed, stricter.asDecided.rejected] == [9, 3, 8])
    #expect([stricter.wouldBe.accepted, stricter.wouldBe.reviewed, stricter.wouldBe.rejected] == [5, 4, 11])
    #expect(stricter.noLongerSent.leads.leads == 3 && stricter.noLongerSent.conversions.approved == 1)
    #expect(stricter.noLongerSent.conversions.revenue.text == "10" && stricter.newlySent.leads.leads == 0)
    #expect(stricter.stillSent.leads.leads == 9 && stricter.sent.conversions.declined == 3)
    // Not even a threshold of 0 lets through what a rule rejected.
    let laxer = WhatIf(try #require(Thresholds(acceptAt: 0, rejectBelow: 0)), tallies)
    #expect([laxer.wouldBe.accepted, laxer.wouldBe.reviewed, laxer.wouldBe.rejected] == [14, 0, 6])
    #expect(laxer.newlySent.leads.leads == 2 && laxer.rejectedByRule == 6 && laxer.noLongerSent.leads.leads == 0)
  }
}
