extension ConversionStatus {
  /// The class that a word without one probably has, to be offered and never applied; nil: not sure.
  ///
  /// The presets' words first: where networks disagree (`accept` is a sale to one and a lead to another) nothing is
  /// suggested. Then how the word's parts begin, where they all point to one class.
  /// - Parameter word: folded or as sent.
  package static func suggested(forUnmapped word: String) -> ConversionStatus? {
    let word = StatusWords.fold(word)
    let meanings = Set(NetworkPreset.all.compactMap { $0.words[word] })
    if !meanings.isEmpty { return meanings.count == 1 ? meanings.first : nil }
    let parts = word.split { !$0.isLetter }.map(String.init)
    guard !parts.contains(where: doubts.contains) else { return nil }
    let statuses = Set(parts.compactMap(status(ofPart:)))
    return statuses.count == 1 ? statuses.first : nil
  }

  /// Parts that turn a word into its opposite, or put it off: `not_approved`, `ready_for_payment`.
  private static let doubts: Set<String> = [
    "not", "no", "non", "never", "un", "pre", "to", "for", "partial", "partially",
  ]

  private static let stems: [(status: ConversionStatus, stems: [String])] = [
    (.approved, ["approv", "confirm", "accept", "pay", "paid", "sale", "buyout"]),
    (.rejected, ["reject", "declin", "cancel", "trash", "spam", "invalid", "fake", "dupl"]),
    (.chargeback, ["refund", "chargeb", "revers"]),
    (.pending, ["hold", "wait", "process", "pend", "new", "call"]),
  ]

  private static func status(ofPart part: String) -> ConversionStatus? {
    let status = stems.first { $0.stems.contains { part.hasPrefix($0) } }?.status
    // What was held or processed is over, and how it ended is not said.
    return status == .pending && part.hasSuffix("ed") ? nil : status
  }
}
