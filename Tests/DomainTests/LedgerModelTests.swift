import Domain
import Testing

/// The ledger once more, written naively from the contract: a list of rows in the order in which they were opened.
private struct NaiveLedger {
  struct Row: Equatable {
    /// `txid …`, `none` or `rebill`.
    var name: String
    var status: ConversionStatus
    var payout: Int64?
  }
  private(set) var rows: [Row] = []

  mutating func receive(_ message: Postback) -> ConversionOutcome.Result {
    let takesBack = message.status == .rejected || message.status == .chargeback
    let name = message.txid.map { "txid \($0)" } ?? (message.isRebill ? "rebill" : nil)
    var place: Int?
    if let name {
      place = rows.firstIndex { $0.name == name }
      if place == nil && !message.isRebill { place = rows.firstIndex { $0.name == "none" } }
    } else {
      // A refusal may be about a rebill; a sale told twice is not.
      let candidates = rows.indices.filter { takesBack || rows[$0].name != "rebill" }
      place = candidates.last { rows[$0].status == .approved } ?? candidates.last
    }
    guard let place else {
      rows.append(Row(name: name ?? "none", status: message.status, payout: message.payout?.micros))
      return .applied
    }
    let isSame =
      rows[place].status == message.status && (message.payout == nil || message.payout?.micros == rows[place].payout)
    if !isSame {
      if message.status == .pending && rows[place].status != .pending { return .stale }
      if message.status == .rejected && rows[place].status == .chargeback { return .stale }
    }
    if let txid = message.txid { rows[place].name = "txid \(txid)" }
    rows[place].status = message.status
    if let payout = message.payout { rows[place].payout = payout.micros }
    return isSame ? .duplicate : .applied
  }

  func sum(of status: ConversionStatus) -> Int64 {
    rows.filter { $0.status == status }.reduce(0) { $0 + ($1.payout ?? 0) }
  }
}

@Suite struct LedgerModelTests {
  private static let words = [
    "sale", "sale", "paid", "rebill", "hold", "lead", "strange", "trash", "declined", "refund", "dispute",
  ]
  private static let payouts = ["", "", "0", "5", "8", "8", "12.25", "-5"]
  private static let txids = ["", "", "#1", "#2", "#10"]

  private static func messages(_ random: inout SeededRandom) throws -> [Postback] {
    try (0..<Int.random(in: 1...8, using: &random)).map { _ in
      let parts = [words, payouts, txids].map { $0.randomElement(using: &random) ?? "" }
      return try Click.message(parts.joined(separator: " "))
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func theLedgerIsThatOfTheContract(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for sequence in 0..<5_000 {
      var click = Click()
      var model = NaiveLedger()
      for message in try Self.messages(&random) {
        let before = click
        let outcome = click.receive(message, order: { $0.shuffled(using: &random) })
        try #require(outcome.result == model.receive(message), "sequence \(sequence)")
        try Self.requireAgreement(click, model, "sequence \(sequence)")
        if outcome.result != .applied {
          try #require(click.counts == before.counts && click.status == before.status, "sequence \(sequence)")
        }
        try Self.requireNoEffect(ofRepeating: message, on: click, "sequence \(sequence)")
      }
    }
  }

  private static func requireAgreement(_ click: Click, _ model: NaiveLedger, _ hint: Comment) throws {
    let rows = click.conversions.map { conversion in
      NaiveLedger.Row(
        name: conversion.txid.map { "txid \($0)" } ?? (conversion.isRebill ? "rebill" : "none"),
        status: conversion.status,
        payout: conversion.payout?.micros)
    }
    try #require(rows == model.rows, hint)
    let counts = click.counts
    try #require(counts.revenue.micros == model.sum(of: .approved), hint)
    try #require(counts.heldRevenue.micros == model.sum(of: .pending), hint)
    try #require(counts.revenue >= .zero && counts.heldRevenue >= .zero, hint)
    try #require(counts.conversions == model.rows.count { $0.status == .approved }, hint)
    try #require(counts.pending + counts.approved + counts.declined + counts.chargebacks == 1, hint)
    // What the table's key demands: one row a txid, one without, one of rebills.
    try #require(Set(model.rows.map(\.name)).count == model.rows.count, hint)
  }

  /// The same message again changes nothing. But for one that takes back and names no conversion where there are several:
  /// what it took back the first time is not approved any more, so it speaks of another one the second time.
  private static func requireNoEffect(ofRepeating message: Postback, on click: Click, _ hint: Comment) throws {
    let takesBack = message.status == .rejected || message.status == .chargeback
    if message.txid == nil && takesBack && click.conversions.count > 1 { return }
    var again = click
    let outcome = again.receive(message)
    try #require(outcome.result != .applied, hint)
    try #require(again.counts == click.counts && again.status == click.status, hint)
    try #require(again.conversions.map(\.txid) == click.conversions.map(\.txid), hint)
  }
}
