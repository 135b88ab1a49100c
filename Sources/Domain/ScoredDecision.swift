/// What the score said of a lead and what was decided: what the sums by score are kept by.
package struct ScoredDecision: Hashable, Sendable {
  /// 0 to 100.
  package let score: Int
  /// The approval probability in thousandths: below 5 % to the last of them, from there on to ten. Finer ones would be
  /// more values than a day has room for (``Report/valuesPerDay``); so rounding moves none by more than a tenth.
  package let perMille: Int
  package let decision: Decision
  /// A hard rule rejected it: no threshold would have let it through.
  package let isByRule: Bool

  /// - Parameters:
  ///   - probability: of approval, 0 to 1.
  ///   - reasonCodes: raw values of ``ReasonCode``.
  package init(_ decision: Decision, score: Int, probability: Double, reasonCodes: [String]) {
    self.score = score
    self.perMille = Self.perMille(probability >= 0 ? min(probability, 1) : 0)
    self.decision = decision
    self.isByRule = decision == .reject && reasonCodes.contains { ReasonCode(rawValue: $0)?.isHardRule == true }
  }

  private static func perMille(_ probability: Double) -> Int {
    probability < 0.05 ? Int((probability * 1_000).rounded()) : Int((probability * 100).rounded()) * 10
  }

  /// 0 to 1, as ``perMille`` has it.
  package var probability: Double { Double(perMille) / 1_000 }

  /// As it is stored: `57:310:a`.
  package var text: String { "\(score):\(perMille):\(letter)" }

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
    guard parts.count == 3, let score = Int(parts[0]), (0...100).contains(score), let perMille = Int(parts[1]),
      (0...1_000).contains(perMille)
    else { return nil }
    switch parts[2] {
    case "a": decision = .accept
    case "v": decision = .review
    case "r", "h": decision = .reject
    default: return nil
    }
    self.score = score
    self.perMille = perMille
    self.isByRule = parts[2] == "h"
    guard self.text == text else { return nil }
  }
}
