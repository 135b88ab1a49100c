import Demo
import Domain
import GRDB
import Storage
import Synchronization
import Testing

/// A made-up past must leave what the same leads and messages would have left had they come one by one.
@Suite struct HistoryImportTests {
  private static let start = Workbench.now - 20 * 86_400

  /// Three accounts in three time zones, with their sources.
  private static func history(of leads: Int, on bench: Workbench) throws -> (DemoHistory, [Account]) {
    let accounts = try (0..<3).map { number in
      let keys = DemoAccount.partnerNames.indices.map { NewKey.postback(UInt8(number * 10 + $0)) }
      return try bench.store.createAccount(
        plan: .unlimited, timezone: ["UTC", "America/New_York", "Australia/Sydney"][number], currency: "USD",
        email: "demo-\(number)@example.com", passwordHash: "scrypt", keys: keys, at: start)
    }
    let demo = try accounts.map { DemoAccount($0, partnerKeys: try bench.store.keys(of: $0.id).map(\.id)) }
    let history = DemoHistory(DemoHistory.Plan(leads: leads, days: 20, until: Workbench.now), accounts: demo)
    for source in history.sources { try bench.store.createSource(source) }
    return (history, accounts)
  }

  private static func bringIn(
    _ history: inout DemoHistory, leads: Int, to store: Store, isShared: Bool = false
  ) throws {
    let rows = HistoryImport(store, until: Workbench.now, isShared: isShared)
    while history.given < leads { try rows.write(history.next(min(rows.leadsAtOnce, 700))) }
    try rows.finish()
  }

  private static func events(of account: Account, in store: Store) throws -> [Event] {
    var events: [Event] = []
    while true {
      let next = try store.recentEvents(of: account.id, limit: 500, before: events.last?.lead.id)
      if next.isEmpty { return events }
      events += next
    }
  }

  @Test func sumsAndConversionsAreThoseOfTheirLeadsAndMessages() throws {
    let bench = try Workbench()
    var (history, accounts) = try Self.history(of: 5_000, on: bench)
    try Self.bringIn(&history, leads: 5_000, to: bench.store)
    var conversions = 0
    for account in accounts {
      let events = try Self.events(of: account, in: bench.store)
      for dimension in ReportDimension.allCases {
        let report = try bench.report(dimension, account, days: -30...2)
        let rows = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.key, LedgerSum(of: $0)) })
        #expect(rows == LedgerSum.grouped(events, by: dimension, in: account), "\(dimension)")
        #expect(LedgerSum(of: report.total) == LedgerSum(of: events))
      }
      for event in events where !event.conversions.isEmpty {
        let log = try #require(try bench.store.event(event.lead.id, of: account.id)).postbacks
        #expect(Set(Self.folded(log, event.lead).map(\.id)) == Set(event.conversions.map(\.id)))
        #expect(Self.folded(log, event.lead).allSatisfy(event.conversions.contains))
        conversions += event.conversions.count
      }
    }
    #expect(conversions > 700)
  }

  /// What the messages of a lead come to, applied one after the other.
  private static func folded(_ log: [LoggedPostback], _ lead: Lead) -> [Conversion] {
    var conversions: [Conversion] = []
    for row in log {
      let message = Postback(
        clickID: lead.clickID ?? "", origin: row.origin,
        meaning: PostbackMeaning(status: row.status, isRebill: row.isRebill, payout: row.payout),
        rawStatus: row.rawStatus, amount: row.amount, currency: row.currency, txid: row.txid)
      let outcome = Conversion.apply(message, id: row.id, at: row.receivedAt, to: conversions, newLead: lead.id)
      conversions.removeAll { $0 == outcome.before }
      conversions.append(outcome.after)
    }
    return conversions
  }

  @Test(arguments: [false, true])
  func everyTableIsAsTheRealPathLeavesIt(isShared: Bool) throws {
    let (bulk, real) = (try Workbench(), try Workbench())
    var (history, _) = try Self.history(of: 1_500, on: bulk)
    try Self.bringIn(&history, leads: 1_500, to: bulk.store, isShared: isShared)
    (history, _) = try Self.history(of: 1_500, on: real)
    try Self.live(through: history.next(1_500), in: real.store)
    for (table, columns) in Self.tables {
      let rows = try [bulk, real].map { try Self.rows(of: table, columns, on: $0.path) }
      #expect(!rows[0].isEmpty && rows[0] == rows[1], "\(table)")
    }
  }

  /// Ids are compared by their milliseconds: the rest of them says which way they came.
  private static let tables: [(String, String)] = [
    (
      "lead",
      """
      id >> 20, account_id, received_at, click_id, source, traffic_type, landing_page, country, email_domain, email_ref,
      phone_ref, name_ref, user_agent, signals, decision, score, probability, reasons, duplicate, cost, used
      """
    ),
    (
      "postback",
      """
      id >> 20, account_id, received_at, origin, key_id, click_id, raw_status, status, rebill, payout, amount, currency,
      txid, other_names, result, reason, warnings, expected_payout, lead_id >> 20, previous_id >> 20
      """
    ),
    (
      "conversion",
      """
      account_id, click_id, txid, rebill, lead_id >> 20, status, payout, expects_payout, currency, raw_status,
      opened_by >> 20, created_at, changed_at, last_postback_id >> 20
      """
    ),
    ("contact", "account_id, reference, rejected, lead_id >> 20"),
    ("unmatched", "account_id, click_id, postback_id >> 20"),
    ("unmapped_word", "*"), ("usage", "*"), ("email_domain", "*"), ("lead_rollup", "*"), ("conversion_rollup", "*"),
    ("source", "*"),
  ]

  private static func rows(of table: String, _ columns: String, on path: String) throws -> [String] {
    let file = try DatabaseQueue(path: path)
    defer { try? file.close() }
    return try file.read { db in
      try Row.fetchAll(db, sql: "SELECT \(columns) FROM \(table)").map { "\($0.databaseValues)" }.sorted()
    }
  }

  /// Lets the leads and messages come one by one, in order of time, by the front door.
  private static func live(through part: HistoryPart, in store: Store) throws {
    enum Happening {
      case lead(PastLead)
      case message(PastMessage)
    }
    var all = part.leads.map { ($0.draft.receivedAt, Happening.lead($0)) }
    all += (part.leads.flatMap(\.messages) + part.strays).map { ($0.receivedAt, .message($0)) }
    for (_, happening) in all.sorted(by: { $0.0 < $1.0 }) {
      switch happening {
      case .lead(let past):
        let seen = Seen()
        _ = try store.commitDecision(past.draft) { facts in
          seen.note(facts)
          return past.verdict
        }
        #expect(seen.facts == past.facts)
      case .message(let message):
        _ = try store.commitPostback(
          ReceivedPostback(
            account: message.account, keyID: message.keyID, receivedAt: message.receivedAt, reading: message.reading,
            otherNames: message.otherNames))
      }
    }
  }

  @Test func idsOfARunningServerStayItsOwn() throws {
    let bench = try Workbench()
    var (history, accounts) = try Self.history(of: 300, on: bench)
    // As a server that ran in those days: a lead and a message in each millisecond of the history to come.
    var preview = history
    for past in preview.next(300).leads {
      try bench.lead(.of(accounts[0], at: past.draft.receivedAt, click: "own"))
    }
    try Self.bringIn(&history, leads: 300, to: bench.store)
    #expect(try Self.events(of: accounts[0], in: bench.store).count == 400)
  }
}
