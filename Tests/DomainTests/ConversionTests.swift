import Domain
import Testing

/// A click and its messages, told in short: `"sale 8 #1"` is the word `sale`, payout 8, txid `1`.
struct Click {
  private(set) var conversions: [Conversion] = []
  private var messages: Int64 = 0

  /// Takes one message in and tells what it did.
  @discardableResult
  mutating func receive(_ text: String) throws -> ConversionOutcome {
    receive(try Self.message(text))
  }

  mutating func receive(_ message: Postback, order: ([Conversion]) -> [Conversion] = { $0 }) -> ConversionOutcome {
    messages += 1
    let outcome = Conversion.apply(
      message, id: PostbackID(rawValue: messages), at: Instant(seconds: messages), to: order(conversions),
      newLead: LeadID(rawValue: 1))
    if let before = outcome.before, let place = conversions.firstIndex(of: before) {
      conversions[place] = outcome.after
    } else {
      conversions.append(outcome.after)
    }
    return outcome
  }

  var counts: ConversionCounts { ConversionCounts(of: conversions) }
  var status: LeadStatus { LeadStatus(of: conversions) }

  static func message(_ text: String) throws -> Postback {
    var parameters = [PostbackParameter(name: "click_id", value: "C")]
    for (place, part) in text.split(separator: " ").enumerated() {
      let name = place == 0 ? "status" : part.hasPrefix("#") ? "txid" : "payout"
      parameters.append(PostbackParameter(name: name, value: String(name == "txid" ? part.dropFirst() : part)))
    }
    guard case .message(let message, _) = PostbackReading(parameters, currency: "USD", wasHealed: false) else {
      throw NotAMessage(text: text)
    }
    return message
  }

  private struct NotAMessage: Error { let text: String }
}

/// The ledger of the contract, line by line.
@Suite struct ConversionTests {
  struct Story: Sendable, CustomTestStringConvertible {
    let line: String
    /// Each message and what it must come to.
    let messages: [(text: String, result: ConversionOutcome.Result)]
    let status: LeadStatus
    let revenue: String
    var held = "0"
    /// Of the last message.
    var warnings: [PostbackWarning] = []
    var testDescription: String { line }
  }

  static let stories = [
    Story(
      line: "the first message opens a conversion", messages: [("sale 8", .applied)], status: .approved, revenue: "8"),
    Story(
      line: "same class and payout: duplicate", messages: [("sale 8 #1", .applied), ("sale 8 #1", .duplicate)],
      status: .approved, revenue: "8"),
    Story(
      line: "another word of the same class is the same class",
      messages: [("sale 8", .applied), ("paid 8", .duplicate)],
      status: .approved, revenue: "8"),
    Story(
      line: "an absent payout equals the one kept", messages: [("sale 8", .applied), ("sale", .duplicate)],
      status: .approved, revenue: "8"),
    Story(
      line: "an explicit 0 is a payout", messages: [("sale 8", .applied), ("sale 0", .applied)], status: .approved,
      revenue: "0"),
    Story(
      line: "a first payout is another payout", messages: [("sale", .applied), ("sale 8", .applied)], status: .approved,
      revenue: "8"),
    Story(
      line: "another payout: revenue follows", messages: [("sale 8 #1", .applied), ("sale 9.5 #1", .applied)],
      status: .approved, revenue: "9.5"),
    Story(
      line: "held, then paid", messages: [("hold 40", .applied), ("paid 40", .applied)], status: .approved,
      revenue: "40"),
    Story(
      line: "held, then paid without saying how much", messages: [("hold 40", .applied), ("paid", .applied)],
      status: .approved, revenue: "40"),
    Story(
      line: "pending payouts are held revenue", messages: [("hold 40 #1", .applied), ("sale 5 #2", .applied)],
      status: .approved, revenue: "5", held: "40"),
    Story(
      line: "pending after approved is stale", messages: [("sale 8", .applied), ("registered 3", .stale)],
      status: .approved,
      revenue: "8"),
    Story(
      line: "pending after rejected is stale", messages: [("trash", .applied), ("hold 8", .stale)], status: .rejected,
      revenue: "0"),
    Story(
      line: "pending after chargeback is stale",
      messages: [("sale 8", .applied), ("refund", .applied), ("hold 8", .stale)],
      status: .chargeback, revenue: "0"),
    Story(
      line: "rejected after chargeback is stale",
      messages: [("sale 8", .applied), ("refund 8", .applied), ("declined", .stale)], status: .chargeback, revenue: "0"),
    Story(
      line: "a stale message brings no txid",
      messages: [("sale 8", .applied), ("hold #9", .stale), ("sale 5 #1", .applied)],
      status: .approved, revenue: "5"),
    Story(
      line: "rejected after approved applies", messages: [("sale 8", .applied), ("trash", .applied)], status: .rejected,
      revenue: "0"),
    Story(
      line: "approved after rejected applies", messages: [("trash", .applied), ("sale 8", .applied)], status: .approved,
      revenue: "8"),
    Story(
      line: "chargeback after rejected applies", messages: [("trash", .applied), ("refund", .applied)],
      status: .chargeback,
      revenue: "0"),
    Story(
      line: "approved after chargeback re-approves with a warning",
      messages: [("sale 8", .applied), ("refund", .applied), ("sale 8", .applied)], status: .approved, revenue: "8",
      warnings: [.reapproved]),
    Story(
      line: "a chargeback takes the whole conversion back",
      messages: [("sale 8 #1", .applied), ("chargeback 3 #1", .applied)], status: .chargeback, revenue: "0"),
    Story(
      line: "a negative payout on an approving word is a chargeback",
      messages: [("sale 5 #7", .applied), ("sale -5 #7", .applied)], status: .chargeback, revenue: "0"),
    Story(
      line: "a minus on a chargeback word is dropped",
      messages: [("sale 5 #7", .applied), ("refund -5 #7", .applied), ("refund 5 #7", .duplicate)], status: .chargeback,
      revenue: "0"),
    Story(
      line: "a negative payout on other words is absent", messages: [("hold 5", .applied), ("hold -3", .duplicate)],
      status: .pending, revenue: "0", held: "5"),
    Story(
      line: "a new txid takes over the conversion that has none",
      messages: [("hold 8", .applied), ("sale 8 #1", .applied), ("sale 8 #1", .duplicate)], status: .approved,
      revenue: "8"),
    Story(
      line: "it takes it over also where it says nothing new",
      messages: [("sale 8", .applied), ("sale 8 #1", .duplicate), ("sale 8 #2", .applied), ("sale 8 #1", .duplicate)],
      status: .approved, revenue: "16"),
    Story(
      line: "else a new txid opens another: revenue adds",
      messages: [("sale 8 #1", .applied), ("sale 4.25 #2", .applied)], status: .approved, revenue: "12.25"),
    Story(
      line: "a refusal may take over the conversion that has no txid",
      messages: [("sale 8", .applied), ("trash #1", .applied)], status: .rejected, revenue: "0"),
    Story(
      line: "without txid: the newest conversion",
      messages: [("hold 8 #1", .applied), ("hold 9 #2", .applied), ("sale", .applied)], status: .approved, revenue: "9",
      held: "8"),
    Story(
      line: "without txid: the newest, whatever its txid",
      messages: [("sale 8 #9", .applied), ("sale 9 #10", .applied), ("trash", .applied)], status: .approved,
      revenue: "8"),
    Story(
      line: "without txid: approved ones first",
      messages: [("sale 8 #1", .applied), ("hold 9 #2", .applied), ("trash", .applied)], status: .pending, revenue: "0",
      held: "9"),
    Story(
      line: "without txid: a sale told twice is told about the approved one",
      messages: [("sale 8 #1", .applied), ("trash #2", .applied), ("sale 8", .duplicate)], status: .approved,
      revenue: "8"),
    Story(
      line: "a rebill has a row of its own", messages: [("sale 8", .applied), ("rebill 5", .applied)],
      status: .approved,
      revenue: "13"),
    Story(
      line: "one row of rebills a click",
      messages: [("sale 8", .applied), ("rebill 5", .applied), ("rebill 5", .duplicate), ("rebill 6", .applied)],
      status: .approved, revenue: "14"),
    Story(
      line: "a rebill taken back is the rebill, not the newest conversion",
      messages: [("rebill 5", .applied), ("sale 8", .applied), ("rebill -5", .applied), ("rebill -5", .duplicate)],
      status: .approved, revenue: "8"),
    Story(
      line: "a rebill taken back takes over nothing either",
      messages: [("sale 8", .applied), ("rebill -5 #2", .applied), ("rebill -5 #2", .duplicate)], status: .approved,
      revenue: "8"),
    Story(
      line: "a rebill taken back that was never told takes no sale back",
      messages: [("sale 8", .applied), ("rebill -5", .applied)], status: .approved, revenue: "8"),
    Story(
      line: "a rebill takes over nothing, with a txid neither",
      messages: [
        ("sale 8", .applied), ("rebill 5 #1", .applied), ("rebill 5 #2", .applied), ("rebill 5 #2", .duplicate),
      ],
      status: .approved, revenue: "18"),
    Story(
      line: "a rebill under a txid that is known is about that one",
      messages: [("sale 8 #1", .applied), ("rebill 8 #1", .duplicate)], status: .approved, revenue: "8"),
    Story(
      line: "a new txid does not take over the row of rebills",
      messages: [("rebill 5", .applied), ("sale 8 #1", .applied)], status: .approved, revenue: "13"),
    Story(
      line: "a sale without txid is not the rebill",
      messages: [("rebill 5", .applied), ("sale 8", .applied), ("sale 8", .duplicate)], status: .approved, revenue: "13"
    ),
    Story(
      line: "a rejection under a txid never seen opens one worth 0",
      messages: [("sale 8 #1", .applied), ("trash 8 #2", .applied)], status: .approved, revenue: "8",
      warnings: [.unknownTxid]),
    Story(
      line: "a chargeback under a txid never seen opens one worth 0",
      messages: [("sale 8 #1", .applied), ("refund 8 #2", .applied), ("refund 8 #2", .duplicate)], status: .approved,
      revenue: "8"),
    Story(
      line: "a first rejection is nothing to warn of", messages: [("trash #2", .applied)], status: .rejected,
      revenue: "0"),
    Story(
      line: "status: pending before chargeback",
      messages: [("refund 8 #1", .applied), ("hold 9 #2", .applied)], status: .pending, revenue: "0", held: "9"),
    Story(
      line: "status: chargeback before rejected",
      messages: [("refund 8 #1", .applied), ("trash #2", .applied)], status: .chargeback, revenue: "0",
      warnings: [.unknownTxid]),
    Story(line: "status: none", messages: [], status: .new, revenue: "0"),
  ]

  @Test(arguments: stories)
  func theLedger(_ story: Story) throws {
    var click = Click()
    var warnings: [PostbackWarning] = []
    for (place, message) in story.messages.enumerated() {
      let outcome = try click.receive(message.text)
      #expect(outcome.result == message.result, "message \(place + 1)")
      warnings = outcome.warnings
    }
    #expect(click.status == story.status)
    #expect(click.counts.revenue.text == story.revenue)
    #expect(click.counts.heldRevenue.text == story.held)
    #expect(warnings == story.warnings)
  }

  @Test func aConversionRemembersItsMessages() throws {
    var click = Click()
    try click.receive("hold 8 #1")
    try click.receive("sale 9 #1")
    let repeated = try click.receive("sale 9 #1")
    #expect(repeated.after.createdAt == Instant(seconds: 1))
    #expect(repeated.after.changedAt == Instant(seconds: 2))
    #expect(repeated.after.lastPostbackID == PostbackID(rawValue: 3))
    #expect(repeated.before?.lastPostbackID == PostbackID(rawValue: 2))
    #expect(repeated.after.rawStatus == "sale")
  }

  /// `never for rebill or a further txid` (PRODUCT.md §5): the row of rebills is no txid.
  @Test(arguments: [
    (["sale"], "8"), (["hold 0", "sale"], "8"), (["sale 0"], "0"), (["hold 3", "hold 0", "sale"], "0"),
    (["trash #1", "sale #1"], "8"), (["sale #1", "sale #2"], "8"), (["rebill"], "0"), (["rebill #1"], "0"),
    (["hold #1", "rebill #1"], "0"), (["rebill 5", "sale"], "13"), (["rebill 5", "sale #1"], "13"),
    (["rebill 5 #1", "sale #2"], "5"), (["trash #1", "trash #2", "sale #2"], "0"),
  ])
  func theExpectedPayoutIsForTheFirstApprovalAlone(_ texts: [String], _ revenue: String) throws {
    var conversions: [Conversion] = []
    for (place, text) in texts.enumerated() {
      let number = Int64(place + 1)
      let outcome = Conversion.apply(
        try Click.message(text), id: PostbackID(rawValue: number), at: Instant(seconds: number), to: conversions,
        newLead: LeadID(rawValue: 1), expectedPayout: Money(micros: 8_000_000))
      conversions.removeAll { $0 == outcome.before }
      conversions.append(outcome.after)
    }
    #expect(ConversionCounts(of: conversions).revenue.text == revenue)
  }

  @Test func aConversionStaysWithItsLead() throws {
    let first = Conversion.apply(
      try Click.message("hold 8 #1"), id: PostbackID(rawValue: 1), at: Instant(seconds: 1), to: [],
      newLead: LeadID(rawValue: 1))
    let later = Conversion.apply(
      try Click.message("sale 8 #1"), id: PostbackID(rawValue: 2), at: Instant(seconds: 2), to: [first.after],
      newLead: LeadID(rawValue: 2))
    let other = Conversion.apply(
      try Click.message("sale 8 #2"), id: PostbackID(rawValue: 3), at: Instant(seconds: 3), to: [later.after],
      newLead: LeadID(rawValue: 2))
    #expect(later.after.leadID == LeadID(rawValue: 1))
    #expect(other.after.leadID == LeadID(rawValue: 2))
  }
}
