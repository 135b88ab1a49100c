/// What the score said of a lead and what was decided: what the sums by score are kept by.
package struct ScoredDecision: Hashable, Sendable {
  /// 0 to 100.
  package let score: Int
  /// The approval probability in whole percent. Finer ones would be more values than a day has room for
  /// (``Report/valuesPerDay``), and rounding hardly moves the mean of many leads.
  package let percent: Int
  package let decision: Decision
  /// A hard rule rejected it: no threshold would have let it through.
  package let isByRule: Bool

  /// - Parameters:
  ///   - probability: of approval, 0 to 1.
  ///   - reasonCodes: raw values of ``ReasonCode``.
  package init(_ decision: Decision, score: Int, probability: Double, reasonCodes: [String]) {
    self.score = score
    self.percent = probability >= 0 ? Int((min(probability, 1) * 100).rounded()) : 0
    self.decision = decision
    self.isByRule = decision == .reject && reasonCodes.contains { ReasonCode(rawValue: $0)?.isHardRule == true }
  }

  /// 0 to 1, by whole percent.
  package var probability: Double { Double(percent) / 100 }

  /// As it is stored: `57:31:a`.
  package var text: String { "\(score):\(percent):\(letter)" }

  private var letter: String {
    switch decision {
    case .accept: "a"
    case .review: "v"
    case .reject: isByRule ? "h" : "r"
    }
  }

  /// Nil unless `text` is what ``text`` writes.
  package init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let score = Int(parts[0]), (0...100).contains(score), let percent = Int(parts[1]),
      (0...100).contains(percent)
    else { return nil }
    switch parts[2] {
    case "a": decision = .accept
    case "v": decision = .review
    case "r", "h": decision = .reject
    default: return nil
    }
    self.score = score
    self.percent = percent
    self.isByRule = parts[2] == "h"
    guard self.text == text else { return nil }
  }
}
