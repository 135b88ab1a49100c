import Domain

/// Whatever turns what is known of a lead into a score with reasons.
package protocol Scoring: Sendable {
  /// Pure: the same features and rules always give the same answer.
  func score(_ features: LeadFeatures, rules: HardRules) -> ScoredLead

  /// What is believed of the chance that a partner approves a lead with that verdict: what the policy `learned` draws
  /// from. Pure.
  func belief(in partner: Partner, _ verdict: Verdict) -> ApprovalBelief
}

/// A score and its whole explanation.
package struct ScoredLead: Equatable, Sendable {
  /// 0 to 100; 50 is a lead of which nothing good or bad is known. Always 50 + the sum of the reasons' points.
  package let score: Int
  /// 0 to 1, rounded to 4 decimals.
  package let approvalProbability: Double
  /// Broken rules first, then by weight. Only a broken rule may have 0 points.
  package let reasons: [Reason]
  /// The first hard rule that the lead breaks; nil if none.
  package let rejectedBy: ReasonCode?

  /// Adds up what was found. Evidence beyond 0…100 is trimmed; a broken rule takes the score to 0 and bears whatever
  /// points that needs, so that the sum stays exact; further broken rules stand beside it with 0 points.
  init(evidence: [Reason], broken: [Reason], probability: (_ score: Int) -> Double) {
    var weighed = Self.trimmed(evidence)
    weighed.sort { a, b in
      let (weight, other) = (a.points.magnitude, b.points.magnitude)
      return weight == other ? a.code.place < b.code.place : weight > other
    }
    let sum = weighed.reduce(0) { $0 + $1.points }
    var rules = broken
    if !rules.isEmpty { rules[0].move(by: -50 - sum) }
    score = broken.isEmpty ? 50 + sum : 0
    approvalProbability = (probability(score) * 10_000).rounded() / 10_000
    reasons = rules + weighed
    rejectedBy = broken.first?.code
  }

  /// The decision: a broken rule rejects even where the account's thresholds reject no score.
  package func decision(_ thresholds: Thresholds) -> Decision {
    rejectedBy == nil ? thresholds.decision(score: score) : .reject
  }

  /// Brings the sum into −50…50 by taking single points off the largest contribution, so that large claims shrink
  /// before small ones do, and leaves out what has no points.
  private static func trimmed(_ evidence: [Reason]) -> [Reason] {
    var evidence = evidence
    var sum = evidence.reduce(0) { $0 + $1.points }
    while abs(sum) > 50 {
      let sign = sum.signum()
      guard let largest = evidence.indices.max(by: { evidence[$0].points * sign < evidence[$1].points * sign })
      else { break }
      evidence[largest].move(by: -sign)
      sum -= sign
    }
    return evidence.filter { $0.points != 0 }
  }
}

extension Reason {
  init(_ code: ReasonCode, _ points: Int, _ detail: String) { self.init(code: code, points: points, detail: detail) }

  fileprivate mutating func move(by points: Int) { self = Reason(code, self.points + points, detail) }
}

extension ReasonCode {
  /// The place in the list of codes, which settles the order of reasons of equal weight.
  fileprivate var place: Int { Self.places[self] ?? 0 }

  private static let places = Dictionary(zip(allCases, 0...), uniquingKeysWith: { first, _ in first })
}
