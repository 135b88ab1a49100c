import Domain
import Testing

/// A click as the product keeps it, beside the messages that it was made from.
private struct Ledger {
  private(set) var conversions: [Conversion] = []
  private(set) var log: [Postback] = []
  let expected: Money?

  @discardableResult
  mutating func receive(
    _ message: Postback, order: ([Conversion]) -> [Conversion] = { $0 }
  ) -> ConversionOutcome {
    log.append(message)
    let number = Int64(log.count)
    let outcome = Conversion.apply(
      message, id: PostbackID(rawValue: number), at: Instant(seconds: number), to: order(conversions),
      newLead: LeadID(rawValue: 1), expectedPayout: expected)
    if let before = outcome.before, let place = conversions.firstIndex(of: before) {
      conversions[place] = outcome.after
    } else {
      conversions.append(outcome.after)
    }
    return outcome
  }

  /// The same messages once more from nothing.
  var replayed: Ledger {
    var again = Ledger(expected: expected)
    for message in log { again.receive(message) }
    return again
  }

  var counts: ConversionCounts { ConversionCounts(of: conversions) }
  var status: LeadStatus { LeadStatus(of: conversions) }
  /// All that the world is told of it.
  var meaning: [[String]] {
    conversions.map { [$0.txid ?? "", "\($0.isRebill)", $0.status.rawValue, $0.worth.text, $0.payout?.text ?? ""] }
  }
}

/// 128,000 random histories of one click against ``NaiveLedger``.
@Suite struct LedgerModelTests {
  static let seeds: Range<UInt64> = 0..<16
  private static let historiesPerSeed = 8_000
  private static let vocabularies = LedgerVocabulary.maps.compactMap { try? LedgerVocabulary($0) }

  @Test(arguments: seeds)
  func theLedgerIsThatOfTheContract(_ seed: UInt64) throws {
    try #require(Self.vocabularies.count == LedgerVocabulary.maps.count)
    var random = SeededRandom(seed: seed)
    for history in 0..<Self.historiesPerSeed {
      let vocabulary = Self.vocabularies[Int.random(in: 0..<Self.vocabularies.count, using: &random)]
      let expected: Int64? = [nil, 0, 8_000_000, 20_000_000].randomElement(using: &random) ?? nil
      var ledger = Ledger(expected: expected.map(Money.init(micros:)))
      var model = NaiveLedger(maps: vocabulary.maps, expected: expected)
      for _ in 0..<Int.random(in: 1...9, using: &random) {
        guard let line = vocabulary.lines.randomElement(using: &random) else { continue }
        let (before, modelBefore) = (ledger, model)
        let outcome = ledger.receive(line.message) { $0.shuffled(using: &random) }
        let verdict = model.receive(line.told)
        guard outcome.result == verdict.result, Set(line.warnings + outcome.warnings) == verdict.warnings,
          outcome.result == .applied || ledger.counts == before.counts && ledger.status == before.status,
          Self.agree(ledger, model), Self.isWithoutEffectAgain(line, ledger, model, modelBefore)
        else {
          Issue.record("seed \(seed), history \(history), \(line.told): \(ledger.meaning), not \(model.rows)")
          return
        }
      }
      let replayed = ledger.replayed
      guard replayed.conversions == ledger.conversions, replayed.replayed.conversions == ledger.conversions else {
        Issue.record("seed \(seed), history \(history): a replay came to something else")
        return
      }
    }
  }

  private static func agree(_ ledger: Ledger, _ model: NaiveLedger) -> Bool {
    let (counts, rows) = (ledger.counts, model.rows)
    guard ledger.conversions.count == rows.count else { return false }
    let isSame = zip(ledger.conversions, rows).allSatisfy { conversion, row in
      conversion.txid == row.txid && conversion.isRebill == row.isOfRebills && conversion.status == row.status
        && conversion.payout?.micros == row.payout
        && conversion.worth.micros
          == (row.status == .approved || row.status == .pending ? row.payout ?? 0 : 0)
    }
    let ends = [counts.pending, counts.approved, counts.declined, counts.chargebacks]
    return isSame && counts.revenue.micros == model.sum(of: .approved)
      && counts.heldRevenue.micros == model.sum(of: .pending) && counts.revenue >= .zero && counts.heldRevenue >= .zero
      && counts.conversions == rows.count { $0.status == .approved } && ends.reduce(0, +) == 1
      && ledger.status == model.leadStatus
      // What the table's key demands: one row a txid, one without, one of rebills.
      && Set(rows.map { [$0.txid ?? "", $0.isOfRebills ? "rebill" : ""] }).count == rows.count
  }

  /// The same message again changes nothing. The contract makes one exception (``NaiveLedger/mayMeanAnother(_:asIn:)``);
  /// even there it comes to an end once nothing is approved that it could mean.
  private static func isWithoutEffectAgain(
    _ line: LedgerVocabulary.Line, _ ledger: Ledger, _ model: NaiveLedger, _ before: NaiveLedger
  ) -> Bool {
    var again = ledger
    if model.mayMeanAnother(line.told, asIn: before) {
      for _ in ledger.conversions { again.receive(line.message) }
    }
    let settled = again
    let outcome = again.receive(line.message)
    return outcome.result != .applied && again.counts == settled.counts && again.status == settled.status
      && again.meaning == settled.meaning && again.log.count == settled.log.count + 1
  }

  /// Read by the words in force, a message that was read by others is the same as one that comes now; so a replay after a
  /// change of map comes to what had come of the new map from the start.
  @Test func aMessageIsReadAnewByOtherWords() throws {
    for before in Self.vocabularies {
      for now in Self.vocabularies {
        for (old, new) in zip(before.lines, now.lines) {
          let (message, warnings) = old.message.read(by: now.maps.words)
          try #require(message == new.message, "\(old.told)")
          try #require(warnings == new.warnings.filter(PostbackMeaning.possibleWarnings.contains), "\(old.told)")
        }
      }
    }
  }

  /// Messages of different conversions, all named, come to the same in whatever order they arrive; a partner's retries
  /// overtake one another.
  @Test func namedConversionsDoNotDependOnEachOther() throws {
    var random = SeededRandom(seed: 99)
    for _ in 0..<5_000 {
      let vocabulary = Self.vocabularies[0]
      let named = vocabulary.lines.filter { $0.told.txid != nil }
      let messages = (0..<8).compactMap { _ in named.randomElement(using: &random)?.message }
      var (inOrder, mixed) = (Ledger(expected: nil), Ledger(expected: nil))
      for message in messages { inOrder.receive(message) }
      let byTxid = Dictionary(grouping: messages) { $0.txid ?? "" }
      for txid in byTxid.keys.sorted().shuffled(using: &random) {
        for message in byTxid[txid] ?? [] { mixed.receive(message) }
      }
      try #require(inOrder.counts == mixed.counts && inOrder.status == mixed.status)
      try #require(
        inOrder.meaning.sorted { $0.lexicographicallyPrecedes($1) }
          == mixed.meaning.sorted { $0.lexicographicallyPrecedes($1) })
    }
  }
}
