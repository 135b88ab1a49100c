/// What a conversion has come to.
package enum ConversionStatus: String, CaseIterable, Sendable { case approved, pending, rejected, chargeback }

/// Words that an account, or one of its postback keys, gives a class of its own; folded, see ``StatusWords/fold(_:)``.
package typealias StatusMap = [String: ConversionStatus]

/// Which words of a partner mean which class (PRODUCT.md §5): the map of the key that sent them, then that of its account,
/// then the built-in table.
package struct StatusWords: Equatable, Sendable {
  /// Words that one map may hold.
  package static let mostMapped = 200
  /// Bytes of a word that are kept and compared.
  package static let longestWord = 64

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

  private static let builtIn: StatusMap = groups.reduce(into: [:]) { table, group in
    for word in group.words { table[word] = group.status }
  }

  /// Trimmed, in lower case, with each space and `-` as `_`.
  package static func fold(_ word: String) -> String {
    let trimmed = word.drop(while: \.isWhitespace)
    let end = trimmed.lastIndex { !$0.isWhitespace }
    guard let end else { return "" }
    return String(trimmed[...end].lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }

  /// No map, the table alone.
  package static let table = StatusWords()

  private let keyMap: StatusMap
  private let accountMap: StatusMap

  package init(key: StatusMap = [:], account: StatusMap = [:]) {
    self.keyMap = key
    self.accountMap = account
  }

  /// The class of a folded word; nil if nothing names it, which counts as pending.
  package func status(ofFolded word: String) -> ConversionStatus? {
    keyMap[word] ?? accountMap[word] ?? Self.builtIn[word]
  }
}
