/// What becomes of a lead: `accept` and `review` are delivered to a partner, `reject` is not.
package enum Decision: String, CaseIterable, Sendable { case accept, review, reject }

/// Where an account draws the lines between its decisions.
package struct Thresholds: Equatable, Sendable {
  /// From this score on a lead is accepted.
  package let acceptAt: Int
  /// Below this score a lead is rejected; between the two it is for review.
  package let rejectBelow: Int

  /// Nil unless 0 ≤ `rejectBelow` ≤ `acceptAt` ≤ 100.
  package init?(acceptAt: Int, rejectBelow: Int) {
    guard 0 <= rejectBelow, rejectBelow <= acceptAt, acceptAt <= 100 else { return nil }
    self.init(accepting: acceptAt, rejecting: rejectBelow)
  }

  private init(accepting acceptAt: Int, rejecting rejectBelow: Int) {
    self.acceptAt = acceptAt
    self.rejectBelow = rejectBelow
  }

  /// What an account starts with: accept at 40, reject below 15.
  package static let standard = Thresholds(accepting: 40, rejecting: 15)

  package func decision(score: Int) -> Decision {
    if score >= acceptAt { return .accept }
    return score < rejectBelow ? .reject : .review
  }
}
