/// What a conversion has come to.
package enum ConversionStatus: String, CaseIterable, Sendable { case approved, pending, rejected, chargeback }

/// Which words of a partner mean which class (PRODUCT.md §5).
package enum StatusWords {
  /// The built-in table, with the four groups in the order in which they are shown.
  package static let groups: [(status: ConversionStatus, words: [String])] = [
    (
      .approved,
      [
        "approved", "accepted", "converted", "confirmed", "sale", "paid", "qualified", "ftd", "first_deposit", "rebill",
      ]
    ),
    (.pending, ["pending", "lead", "deposit", "submitted", "new", "registered", "callback", "waiting", "hold"]),
    (
      .rejected,
      ["rejected", "declined", "trash", "junk", "duplicate", "failed", "cancelled", "no_answer", "unqualified"]
    ),
    (.chargeback, ["chargeback", "refund", "reversed", "dispute"]),
  ]

  private static let table: [String: ConversionStatus] = groups.reduce(into: [:]) { table, group in
    for word in group.words { table[word] = group.status }
  }

  /// Trimmed, in lower case, with each space and `-` as `_`.
  package static func fold(_ word: String) -> String {
    let trimmed = word.drop(while: \.isWhitespace)
    let end = trimmed.lastIndex { !$0.isWhitespace }
    guard let end else { return "" }
    return String(trimmed[...end].lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }

  /// The class of a folded word; nil if the table does not have it, which counts as pending.
  package static func status(ofFolded word: String) -> ConversionStatus? { table[word] }
}
