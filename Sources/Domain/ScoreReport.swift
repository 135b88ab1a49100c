/// Leads of which the score said the same, with what became of them.
package struct ScoreTally: Equatable, Sendable {
  package let scored: ScoredDecision
  package let row: ReportRow
  package init(_ scored: ScoredDecision, _ row: ReportRow) {
    self.scored = scored
    self.row = row
  }
}

/// What the score said of the leads of a range of days, and how right it was.
package struct ScoreReport: Equatable, Sendable {
  /// Scores in a band; the last has one more.
  package static let bandWidth = 10

  package let tallies: [ScoreTally]
  /// Leads that are in no band, since their day had no room for so many values (``Report/valuesPerDay``).
  package let unbanded: ReportRow
  /// By reason code; a lead counts under each of its reasons.
  package let reasons: [ReportRow]
  /// Every lead once.
  package let total: ReportRow

  package init(tallies: [ScoreTally], unbanded: ReportRow, reasons: [ReportRow], total: ReportRow) {
    self.tallies = tallies
    self.unbanded = unbanded
    self.reasons = reasons
    self.total = total
  }

  /// All bands from the lowest scores to the highest, with the leads that no hard rule rejected: of the others the score
  /// says nothing.
  package var bands: [ScoreBand] {
    var bands = stride(from: 0, to: 100, by: Self.bandWidth).map { from in
      ScoreBand(from...(from + Self.bandWidth < 100 ? from + Self.bandWidth - 1 : 100))
    }
    for tally in tallies where !tally.scored.isByRule {
      bands[min(tally.scored.score / Self.bandWidth, bands.count - 1)].add(tally)
    }
    return bands
  }

  /// The leads that a hard rule rejected.
  package var byRule: ReportRow {
    tallies.filter(\.scored.isByRule).reduce(into: ReportRow(key: "by_rule")) { $0.add($1.row) }
  }

  package var calibration: Calibration { Calibration(of: bands) }
}

/// The leads of some scores that lie side by side.
package struct ScoreBand: Equatable, Sendable {
  package let scores: ClosedRange<Int>
  package private(set) var row: ReportRow
  /// Approvals that were predicted of the decided leads: the sum of their probabilities.
  package private(set) var predicted = 0.0

  init(_ scores: ClosedRange<Int>) {
    self.scores = scores
    self.row = ReportRow(key: "\(scores.lowerBound)–\(scores.upperBound)")
  }

  mutating func add(_ tally: ScoreTally) {
    row.add(tally.row)
    predicted += tally.scored.probability * Double(tally.row.conversions.decided)
  }

  /// The mean probability of the decided leads: to be compared with how many of them were approved.
  package var meanPredicted: Double? {
    row.conversions.decided == 0 ? nil : predicted / Double(row.conversions.decided)
  }
}

/// How right the approval probabilities were, over all decided leads.
package struct Calibration: Equatable, Sendable {
  /// Approved of the decided.
  package let measured: Proportion
  package let meanPredicted: Double?
  /// The expected calibration error, 0 to 1: how far the predicted and the measured rate of a band are apart, weighed by
  /// its decided leads (M. P. Naeini, G. F. Cooper, M. Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian
  /// Binning, AAAI 2015), with the bands of the score as bins.
  package let expectedError: Double?
  /// About what ``expectedError`` would be for probabilities that are right, by chance alone, with so many decided leads
  /// in each band: √(2/π) standard deviations of a share, the mean distance from the mean of what is normally distributed.
  package let errorByChance: Double?

  init(of bands: [ScoreBand]) {
    let decided = bands.reduce(0) { $0 + $1.row.conversions.decided }
    measured = Proportion(bands.reduce(0) { $0 + $1.row.conversions.approved }, of: decided)
    guard decided > 0 else {
      (meanPredicted, expectedError, errorByChance) = (nil, nil, nil)
      return
    }
    meanPredicted = bands.reduce(0) { $0 + $1.predicted } / Double(decided)
    var (error, chance) = (0.0, 0.0)
    for band in bands where band.row.conversions.decided > 0 {
      let count = Double(band.row.conversions.decided)
      let mean = band.predicted / count
      error += abs(Double(band.row.conversions.approved) - band.predicted)
      chance += (2 / Double.pi * max(0, mean * (1 - mean)) * count).squareRoot()
    }
    expectedError = error / Double(decided)
    errorByChance = chance / Double(decided)
  }
}
