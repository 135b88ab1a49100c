import Domain
import Storage
import Testing

/// `backnova ledger verify`: equal after whatever happened, and no change by another hand goes unnamed.
@Suite struct LedgerVerificationTests {
  let bench: Workbench
  let store: Store
  init() throws {
    bench = try Workbench()
    store = bench.store
  }

  @Test(arguments: [1, 2] as [UInt64])
  func whateverHappensAllIsEqual(_ seed: UInt64) throws {
    let accounts = [try bench.account(timezone: "America/New_York"), try bench.account(email: "other@example.com")]
    for account in accounts { try bench.somePartners(of: account) }
    let failures = concurrently(16) { [bench] number in
      failure {
        var random = SeededRandom(seed: seed << 32 | UInt64(number))
        for step in 0..<200 {
          try bench.happen(to: accounts[number % 2], &random)
          if number < 2 && step % 40 == 0 { try bench.rename(accounts[number], &random) }
        }
      }
    }
    try #require(failures.allSatisfy { $0 == nil })
    var told = 0
    let verification = try store.verifyLedger { told += $0.done }
    #expect(verification.isEqual && verification.differences == [] && told > 0)
    for (account, sums) in zip(accounts, verification.accounts) {
      let events = try store.recentEvents(of: account.id, limit: 100_000)
      let all = LedgerSum(of: events)
      #expect(sums.account == account.id && sums.leads == events.count && sums.cost == all.leads.cost)
      #expect(sums.revenue == all.conversions.revenue && sums.heldRevenue == all.conversions.heldRevenue)
      #expect(sums.conversions == events.reduce(0) { $0 + $1.conversions.count } && sums.conversions > 20)
      #expect(sums.messages > sums.conversions && sums.rollupRows > 100)
    }
    #expect(try store.verifyLedger(of: accounts[1].id).accounts == [verification.accounts[1]])
    #expect(failure { _ = try store.verifyLedger(of: AccountID(rawValue: 99)) } == .notFound)
  }

  @Test func manyValuesADayAreEqual() throws {
    let account = try bench.account()
    for page in 0..<540 {
      try bench.lead(.of(account, click: "C\(page)") { $0.landingPage = "page-\(page % 520)" })
      if page % 7 == 0 { try bench.postback("sale 2", click: "C\(page)", of: account) }
    }
    #expect(try store.verifyLedger().differences == [])
  }

  /// One change by SQL, and the kinds of difference that must be named, with what each must say.
  struct Tampering: Sendable, CustomTestStringConvertible {
    let name: String
    let sql: String
    let kinds: Set<LedgerDifference.Kind>
    /// Said by one of the differences, as `table` or `log` or `place`.
    let words: [String]
    var testDescription: String { name }
  }

  private static let tamperings = [
    Tampering(
      name: "a payout", sql: "UPDATE conversion SET payout = payout + 1 WHERE click_id = 'B'",
      kinds: [.conversion, .conversionRollup],
      words: ["payout 7.000001", "payout 7", "revenue 20", "revenue 20.000001"]),
    Tampering(
      name: "a class", sql: "UPDATE conversion SET status = 'pending' WHERE click_id = 'B'",
      kinds: [.conversion, .conversionRollup], words: ["status pending", "status approved"]),
    Tampering(
      name: "a conversion's lead",
      sql: "UPDATE conversion SET lead_id = (SELECT max(id) FROM lead) WHERE click_id = 'A'",
      kinds: [.conversion], words: []),
    Tampering(
      name: "a conversion gone", sql: "DELETE FROM conversion WHERE click_id = 'B'",
      kinds: [.message, .conversionRollup], words: ["reached by no conversion", "applied"]),
    Tampering(
      name: "a conversion too many",
      sql: """
        INSERT INTO conversion SELECT account_id, 'D', 'x', 0, lead_id, status, payout, 0, currency, raw_status, opened_by,
          created_at, changed_at, last_postback_id FROM conversion WHERE click_id = 'B'
        """, kinds: [.conversion, .message, .conversionRollup], words: ["no conversion"]),
    Tampering(
      name: "the only message gone", sql: "DELETE FROM postback WHERE click_id = 'B'", kinds: [.conversion, .message],
      words: ["gone", "no conversion"]),
    Tampering(
      name: "the first message gone",
      sql: "DELETE FROM postback WHERE id = (SELECT min(id) FROM postback WHERE click_id = 'A')",
      kinds: [.conversion, .message], words: ["gone"]),
    Tampering(
      name: "a repeated message gone", sql: "DELETE FROM postback WHERE result = 'duplicate'",
      kinds: [.message, .conversion], words: ["gone"]),
    Tampering(
      name: "a message's amount", sql: "UPDATE postback SET payout = 8000000 WHERE click_id = 'B'",
      kinds: [.conversion],
      words: ["payout 7", "payout 8"]),
    Tampering(
      name: "a message's result", sql: "UPDATE postback SET result = 'stale' WHERE click_id = 'B'", kinds: [.message],
      words: []),
    Tampering(
      name: "a chain that bites its tail",
      sql: "UPDATE postback SET previous_id = (SELECT max(id) FROM postback) WHERE previous_id IS NULL AND lead_id > 0",
      kinds: [.message], words: []),
    Tampering(
      name: "a sum off by one micro", sql: "UPDATE conversion_rollup SET revenue = revenue - 1 WHERE dimension = 1",
      kinds: [.conversionRollup], words: ["revenue 19.999999", "revenue 20", "2026-11-18 source s"]),
    Tampering(
      name: "a cost off by one micro", sql: "UPDATE lead_rollup SET cost = cost + 1 WHERE dimension = 5",
      kinds: [.leadRollup], words: ["cost 0.500001", "cost 0.5", "2026-11-18 country (none)"]),
    Tampering(
      name: "a sum's row gone", sql: "DELETE FROM lead_rollup WHERE dimension = 0", kinds: [.leadRollup],
      words: ["no row", "2026-11-18 day"]),
    Tampering(
      name: "a sum's row too many",
      sql: """
        INSERT INTO conversion_rollup SELECT account_id, generation, day + 1, dimension, value, pending, approved,
          declined, chargebacks, conversions, revenue, held_revenue FROM conversion_rollup WHERE dimension = 1
        """, kinds: [.conversionRollup], words: ["2026-11-19 source s"]),
    Tampering(
      name: "a lead gone", sql: "DELETE FROM lead WHERE click_id = 'C'", kinds: [.leadRollup, .usage],
      words: ["2 leads"]
    ),
    Tampering(
      name: "a lead's cost", sql: "UPDATE lead SET cost = 600000 WHERE click_id = 'C'", kinds: [.leadRollup],
      words: ["cost 0.5", "cost 0.6"]),
    Tampering(
      name: "a sum by score", sql: "UPDATE lead_rollup SET accepted = accepted - 1 WHERE dimension = 8",
      kinds: [.leadRollup], words: ["accepted 2", "accepted 3", "2026-11-18 score 56:250:a"]),
    Tampering(
      name: "a lead's score", sql: "UPDATE lead SET score = 12 WHERE click_id = 'B'",
      kinds: [.leadRollup, .conversionRollup],
      words: ["2026-11-18 score 12:250:a", "2026-11-18 score 56:250:a", "no row"]),
    Tampering(
      name: "a month's count", sql: "UPDATE usage SET used = used - 1", kinds: [.usage], words: ["used 2", "2026-11"]),
  ]

  @Test(arguments: tamperings)
  func whateverIsChangedByAnotherHandIsNamed(_ tampering: Tampering) throws {
    let account = try bench.account()
    for click in ["A", "B", "C"] {
      try bench.lead(.of(account, click: click) { if click == "C" { $0.cost = Money(micros: 500_000) } })
    }
    for text in ["hold 13", "sale 13", "sale 13"] { try bench.postback(text, click: "A", of: account) }
    try bench.postback("sale 7 #1", click: "B", of: account)
    #expect(try store.verifyLedger().isEqual)
    try SQLiteFile.execute("PRAGMA foreign_keys = OFF; " + tampering.sql, on: bench.path)
    let verification = try store.verifyLedger()
    #expect(!verification.isEqual)
    #expect(Set(verification.differences.map(\.kind)) == tampering.kinds)
    let said = verification.differences.flatMap { [$0.table, $0.log, $0.place] }
    for words in tampering.words { #expect(said.contains(words), "\(words) in \(said)") }
    #expect(verification.differences.allSatisfy { $0.account == account.id && $0.table != $0.log })
    #expect(verification.differences.allSatisfy { ($0.clickID != nil) == [.conversion, .message].contains($0.kind) })
  }

  @Test func ofOneKindOnlySoManyAreNamed() throws {
    let account = try bench.account()
    for number in 0..<70 {
      try bench.lead(.of(account, click: "C\(number)"))
      try bench.postback("sale 1", click: "C\(number)", of: account)
    }
    try SQLiteFile.execute("UPDATE conversion SET payout = 2000000", on: bench.path)
    let verification = try store.verifyLedger()
    #expect(verification.differences.count { $0.kind == .conversion } == LedgerVerification.mostNamed)
    #expect(verification.found[.conversion] == 70)
  }

  /// A domain of fewer than three leads is not shown, here neither.
  @Test func aRareDomainIsNotNamed() throws {
    let account = try bench.account()
    for domain in ["rare.example", "often.example", "often.example", "often.example"] {
      try bench.lead(.of(account) { $0.contact.emailDomain = domain })
    }
    try SQLiteFile.execute("UPDATE lead_rollup SET leads = leads + 1 WHERE dimension = 6", on: bench.path)
    let places = try store.verifyLedger().differences.map(\.place)
    #expect(places.sorted() == ["2026-11-18 email_domain (rare)", "2026-11-18 email_domain often.example"])
  }
}
