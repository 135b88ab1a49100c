import Domain

/// Every message of the random histories, once as it is told to the model and once as the product reads it.
struct LedgerVocabulary: Sendable {
  struct Line: Sendable {
    let told: Told
    let message: Postback
    /// What reading it warned of.
    let warnings: [PostbackWarning]
  }
  let maps: Maps
  let lines: [Line]

  static let maps = [
    Maps(), Maps(account: ["approve": .approved, "hold": .approved, "trash": .chargeback]),
    Maps(key: ["strange": .rejected, "rebill": .chargeback]),
    // The key's map goes before the account's.
    Maps(key: ["approve": .rejected, "sale": .pending], account: ["approve": .approved, "sale": .chargeback]),
  ]

  /// Twice what is common.
  private static let words: [String?] = [
    "sale", "sale", "paid", "ftd", "rebill", "rebill", "hold", "lead", "strange", "approve", nil, "trash", "declined",
    "refund", "dispute",
  ]
  private static let amounts: [(text: String?, micros: Int64?)] = [
    (nil, nil), (nil, nil), ("0", 0), ("5", 5_000_000), ("8", 8_000_000), ("8,00", 8_000_000),
    ("12.25", 12_250_000), ("-5", -5_000_000), ("-0.000001", -1),
  ]
  private static let txids: [String?] = [nil, nil, "1", "2", "10"]

  init(_ maps: Maps) throws {
    self.maps = maps
    var lines: [Line] = []
    for (word, amount, txid) in Self.combinations {
      lines.append(
        try Self.partner(Told(word: word, amount: amount.micros, txid: txid), amount: amount.text, words: maps.words))
    }
    // About one message in eight is a correction.
    for (place, (_, amount, txid)) in Self.combinations.enumerated() where place % 7 == 0 {
      lines.append(
        Self.correction(
          Told(
            word: place % 5 == 0 ? "rebill" : nil, amount: amount.micros.map { max($0, -$0) }, txid: txid,
            corrected: ConversionStatus.allCases[place % 4])))
    }
    self.lines = lines
  }

  private static var combinations: [(String?, (text: String?, micros: Int64?), String?)] {
    words.flatMap { word in amounts.flatMap { amount in txids.map { (word, amount, $0) } } }
  }

  private static func partner(_ told: Told, amount: String?, words: StatusWords) throws -> Line {
    let sent = [("status", told.word), ("payout", amount), ("txid", told.txid)]
    let parameters =
      [PostbackParameter(name: "click_id", value: "C")]
      + sent.compactMap { name, value in value.map { PostbackParameter(name: name, value: $0) } }
    guard
      case .message(let message, let warnings) = PostbackReading(
        parameters, words: words, currency: "USD", wasHealed: false)
    else { throw NotAMessage() }
    return Line(told: told, message: message, warnings: warnings)
  }

  private static func correction(_ told: Told) -> Line {
    let payout = told.amount.map(Money.init(micros:))
    let meaning = PostbackMeaning(
      status: told.corrected ?? .pending, isRebill: told.word == "rebill", payout: payout)
    let message = Postback(
      clickID: "C", origin: .correction, meaning: meaning, rawStatus: nil, amount: payout, currency: nil,
      txid: told.txid)
    return Line(told: told, message: message, warnings: [])
  }

  private struct NotAMessage: Error {}
}
