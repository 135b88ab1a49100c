import Domain
import Storage
import Testing

/// Clicks, words and histories longer than anyone should have: right all the same, and nobody else waits for them.
@Suite struct LongHistoryTests {
  let bench: Workbench
  let store: Store
  let account: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  private var ownWords: StatusMapOwner { StatusMapOwner(account: account.id, key: nil) }

  /// More leads than are looked at for a click: the conversion stays with the one that took it.
  @Test func aConversionOfAClickWithManyLeadsStays() throws {
    func lead() throws -> Lead {
      try bench.lead(.of(account, click: "C") { $0.references.email = .number(7) })
    }
    let first = try lead()
    for _ in 0..<44 { _ = try lead() }
    try bench.postback("approve 5", click: "C", of: account)
    for _ in 0..<20 { _ = try lead() }
    #expect(try store.verifyLedger().differences == [])
    _ = try store.commit(StatusMapChange(owner: ownWords, words: ["approve": .approved]))
    try bench.replayAll()
    #expect(try store.verifyLedger().differences == [])
    let event = try #require(try store.event(first.id, of: account.id)?.event)
    #expect(event.revenue == Money(micros: 5_000_000))
  }

  /// A replay gives way after some hundred messages: the one writer belongs to all.
  @Test func aReplayGivesWay() throws {
    for click in ["A", "B", "C"] {
      try bench.lead(.of(account, click: click))
      for _ in 0..<300 { try bench.postback("approve 5", click: click, of: account) }
    }
    _ = try store.commit(StatusMapChange(owner: ownWords, words: ["approve": .approved]))
    #expect(try store.replayClicks(at: Workbench.now))
    #expect(try store.clicksToReplay(of: account.id) == 1)
    try bench.replayAll()
    #expect(try bench.report(.day, account).total.conversions.revenue == Money(micros: 15_000_000))
  }

  /// Where no seat is free for long histories, stats go on, and a change that changes nothing needs none for long.
  @Test func longHistoriesKeepNobodyFromStats() throws {
    var limits = StoreLimits()
    limits.longReads = 0
    limits.longReadWaitSeconds = 0
    let crowded = try Store(path: bench.path, limits: limits)
    defer { crowded.close() }
    let today = Day(utc: Workbench.now)
    _ = try crowded.report(ReportQuery(account: account.id, from: today, to: today, groupBy: .day))
    #expect(throws: Failure.unavailable) {
      try crowded.preview(StatusMapChange(owner: ownWords, words: ["approve": .approved]))
    }
  }

  /// Unicode calls the two values equal; they are two rows, as the leads say.
  @Test func valuesAreToldApartByteForByte() throws {
    for page in ["caf\u{E9}", "cafe\u{301}"] {
      try bench.lead(.of(account, click: page) { $0.landingPage = page })
      try bench.postback("sale 5", click: page, of: account)
    }
    #expect(try store.verifyLedger().differences == [])
    let rows = try bench.report(.landingPage, account).rows
    #expect(rows.map(\.leads.leads) == [1, 1])
    #expect(rows.map(\.conversions.revenue) == [Money(micros: 5_000_000), Money(micros: 5_000_000)])
  }

  /// A panel that sends order numbers for words does not hide the real ones that come later.
  @Test func wordsThatCameOnceMakeRoom() throws {
    try bench.postback("often", click: "C", of: account)
    try bench.postback("often", click: "C", of: account)
    for number in 0..<520 { try bench.postback("order_\(number)", click: "C", of: account) }
    let words = try store.unmappedWords(of: account.id).map(\.word)
    #expect(words.count == 500)
    #expect(words.contains("often") && words.contains("order_519") && !words.contains("order_0"))
  }
}
