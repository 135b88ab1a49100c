import Domain
import Foundation
import Storage
import Testing

/// After a change of words every click is as if its messages had been read by the new ones from the start.
@Suite struct ReplayTests {
  let bench: Workbench
  let store: Store
  let account: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account(timezone: "America/New_York")
  }

  private func forward(_ name: String, change: @escaping @Sendable (inout Forward) -> Void = { _ in }) throws {
    _ = try store.createForward(of: account.id, at: Workbench.now) { [account] id in
      var forward = Forward(id: id, accountID: account.id, name: name, url: "https://x", createdAt: Workbench.now)
      change(&forward)
      return forward
    }
  }

  private func forwards() throws {
    try forward("all")
    try forward("good news") { $0.statuses = [.approved] }
    try forward("one source") { $0.source = "a" }
    try forward("off") { $0.isActive = false }
  }

  /// Changes words and works off what follows; everything that the change promised and did must hold.
  private func apply(_ change: StatusMapChange) throws {
    let before = try LedgerState(bench, account)
    let rows = try SQLiteFile.dump(bench.path)
    let preview = try store.preview(change)
    #expect(try SQLiteFile.dump(bench.path) == rows, "a dry run changed something")
    #expect(try store.commit(change) == preview)
    try bench.replayAll()
    #expect(try store.clicksToReplay(of: account.id) == 0)
    let after = try LedgerState(bench, account)
    try expectNaive(after)
    #expect(preview.ledger.revenue == after.revenue - before.revenue)
    #expect(preview.ledger.heldRevenue == after.heldRevenue - before.heldRevenue)
    #expect(preview.ledger.forwards == after.deliveries.count - before.deliveries.count)
    let statuses = Dictionary(before.events.map { ($0.lead.id, $0.status) }, uniquingKeysWith: { first, _ in first })
    #expect(preview.ledger.leads == after.events.count { statuses[$0.lead.id] != $0.status })
    #expect(after.deliveries.prefix(before.deliveries.count) == before.deliveries[...])
    let expected = before.deliveriesExpected(to: after, try store.forwards(of: account.id))
    #expect(after.deliveries.dropFirst(before.deliveries.count).sorted() == expected.sorted())
  }

  private func expectNaive(_ state: LedgerState) throws {
    let naive = try NaiveLedger(bench, account)
    for (click, conversions) in naive.conversions {
      #expect(state.conversions[click] == conversions.sorted { $0.id < $1.id }, "\(click)")
    }
    #expect(Set(state.conversions.keys) == Set(naive.conversions.keys))
    for message in try bench.log(account) where message.result != .ignored {
      #expect(message.result == naive.results[message.id] && message.status == naive.statuses[message.id])
    }
    #expect(state.groupingsAgree(in: account))
  }

  private func inverse(of change: StatusMapChange) throws -> StatusMapChange {
    let map = try store.statusMap(of: change.owner)
    return StatusMapChange(
      owner: change.owner, words: change.words.keys.reduce(into: [:]) { $0.updateValue(map[$1], forKey: $1) })
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>) func randomHistoriesAreReadAnew(_ seed: UInt64) throws {
    try forwards()
    var random = SeededRandom(seed: seed)
    var effects = 0
    for _ in 0..<8 {
      for _ in 0..<30 { try bench.live(in: account, &random) }
      let change = History.change(of: account, &random)
      let back = try inverse(of: change)
      let before = try LedgerState(bench, account)
      effects += try store.preview(change).ledger.conversions
      try apply(change)
      // Back again: as it was; and once more, to go on with it.
      try apply(back)
      let restored = try LedgerState(bench, account)
      #expect(restored.conversions == before.conversions && restored.reports == before.reports)
      try apply(change)
    }
    #expect(effects > 5)
    // Clicks that a crash left to replay: nothing about them has changed.
    var rows = try SQLiteFile.dump(bench.path)
    for ignored in ["postback", ""] {
      try SQLiteFile.execute("INSERT INTO replay SELECT DISTINCT account_id, click_id FROM postback", on: bench.path)
      #expect(try store.clicksToReplay(of: account.id) > 10)
      try bench.replayAll()
      let replayed = try SQLiteFile.dump(bench.path)
      // A word that is mapped to what it counted as anyway: its warning goes with the first replay.
      #expect(replayed.filter { $0.key != ignored } == rows.filter { $0.key != ignored })
      rows = replayed
    }
  }

  @Test(arguments: 1...2 as ClosedRange<UInt64>) func changesAmongManyMessagesAreNotMissed(_ seed: UInt64) throws {
    try forwards()
    let failures = concurrently(12) { [bench, account] number in
      failure {
        var random = SeededRandom(seed: seed << 32 | UInt64(number))
        for _ in 0..<40 {
          switch number {
          case 0...2: _ = try bench.store.commit(History.change(of: account, &random))
          case 3: _ = try bench.store.replayClicks(at: Workbench.now)
          default: try bench.live(in: account, &random)
          }
        }
      }
    }
    #expect(failures.allSatisfy { $0 == nil })
    try bench.replayAll()
    try expectNaive(try LedgerState(bench, account))
  }

  /// What a click's newest lead was when a message came must not be forgotten while another lead has its conversion.
  @Test func aMessageReturnsToTheLeadThatItWouldHaveGoneTo() throws {
    try bench.lead(.of(account, click: "C"))
    try bench.postback("rebill 5", click: "C", of: account)
    let newest = try bench.lead(.of(account, at: Workbench.now + 60, click: "C"))
    #expect(try bench.postback("odd 3", click: "C", of: account).leadID == newest.id)
    let before = try LedgerState(bench, account)
    let owner = StatusMapOwner(account: account.id, key: nil)
    try apply(StatusMapChange(owner: owner, words: ["odd": .rejected]))
    try apply(StatusMapChange(owner: owner, words: ["odd": nil]))
    #expect(try LedgerState(bench, account).conversions == before.conversions)
  }

  /// Unicode calls the two ids equal; they are two clicks all the same.
  @Test func clickIDsAreToldApartByteForByte() throws {
    for click in ["caf\u{E9}", "cafe\u{301}"] {
      try bench.lead(LeadDraft.of(account, click: click))
      try bench.postback("approve 5", click: click, of: account)
    }
    let owner = StatusMapOwner(account: account.id, key: nil)
    let effect = try store.commit(StatusMapChange(owner: owner, words: ["approve": .approved]))
    #expect(effect.clicks == 2)
    try bench.replayAll()
    #expect(try bench.report(.day, account).total.conversions.revenue == Money(micros: 10_000_000))
  }

  @Test func aMessageThatWasReadByFormerWordsIsReadAgain() throws {
    try bench.lead(.of(account, click: "C"))
    let owner = StatusMapOwner(account: account.id, key: nil)
    _ = try store.commit(StatusMapChange(owner: owner, words: ["odd": .approved]))
    // It was on its way while the words changed.
    let effect = try bench.postback("odd 4", click: "C", of: account, key: History.keys[0], words: .table)
    #expect(effect.leadStatus == .approved && effect.warnings == [])
    #expect(try bench.log(account).map(\.status) == [.approved])
    #expect(try store.unmappedWords(of: account.id) == [])
    // And the other way round.
    _ = try store.commit(StatusMapChange(owner: owner, words: ["odd": nil]))
    let late = try bench.postback(
      "odd 4", click: "D", of: account, key: History.keys[0], words: StatusWords(account: ["odd": .approved]))
    #expect(late.warnings == [.unknownStatus])
    #expect(try store.unmappedWords(of: account.id).map(\.word) == ["odd"])
  }

  @Test func whatWaitsForItsLeadIsReadByTheWordsOfThen() throws {
    let owner = StatusMapOwner(account: account.id, key: History.keys[0])
    try bench.postback("odd 4", click: "C", of: account, key: History.keys[0])
    _ = try store.commit(StatusMapChange(owner: owner, words: ["odd": .rejected]))
    // The log tells what it counts as now, though its lead has not come.
    try bench.replayAll()
    #expect(try bench.log(account).map(\.status) == [.rejected])
    #expect(try bench.log(account).map(\.result) == [.unmatched])
    // Not replayed yet when its lead comes: read by the new words all the same.
    _ = try store.commit(StatusMapChange(owner: owner, words: ["odd": .approved]))
    try bench.lead(.of(account, click: "C"))
    #expect(try bench.status(ofClick: "C", account) == [.approved])
    try bench.replayAll()
    try expectNaive(try LedgerState(bench, account))
  }

  @Test func unmappedWordsAreCountedUntilTheyAreMapped() throws {
    for _ in 0..<3 { try bench.postback("Odd-one", click: "C", of: account, key: History.keys[0]) }
    try bench.postback("ODD-one", click: "C", of: account, key: History.keys[1])
    try bench.postback("other", click: "C", of: account, key: History.keys[1])
    try bench.postback("sale", click: "C", of: account, key: History.keys[1])
    func listed() throws -> [String] {
      try store.unmappedWords(of: account.id).map { "\($0.keyID.rawValue) \($0.word) \($0.messages)" }
    }
    #expect(try listed() == ["1 odd_one 3", "2 odd_one 1", "2 other 1"])
    _ = try store.commit(
      StatusMapChange(owner: StatusMapOwner(account: account.id, key: History.keys[0]), words: ["odd_one": .pending]))
    #expect(try listed() == ["2 odd_one 1", "2 other 1"])
  }

  @Test func theWordsOfAKeyComeBeforeThoseOfItsAccount() throws {
    for (click, key) in zip(["A", "B"], History.keys) {
      try bench.lead(.of(account, click: click))
      try bench.postback("sale 5", click: click, of: account, key: key)
    }
    func change(_ key: KeyID?, _ status: ConversionStatus?) throws {
      try apply(StatusMapChange(owner: StatusMapOwner(account: account.id, key: key), words: ["sale": status]))
    }
    func statuses() throws -> [LeadStatus] {
      try ["A", "B"].flatMap { try bench.status(ofClick: $0, account) }
    }
    try change(nil, .rejected)
    #expect(try statuses() == [.rejected, .rejected])
    try change(History.keys[0], .chargeback)
    #expect(try statuses() == [.chargeback, .rejected])
    try change(nil, nil)
    #expect(try statuses() == [.chargeback, .approved])
    try change(History.keys[0], nil)
    #expect(try statuses() == [.approved, .approved])
  }

  @Test func aMapHoldsOnlySoManyWords() throws {
    let owner = StatusMapOwner(account: account.id, key: nil)
    func change(_ numbers: Range<Int>) -> StatusMapChange {
      StatusMapChange(owner: owner, words: Dictionary(uniqueKeysWithValues: numbers.map { ("w\($0)", .approved) }))
    }
    let full = Failure.limitReached(what: "words", limit: StatusWords.mostMapped)
    #expect(failure { _ = try store.preview(change(0..<201)) } == full)
    #expect(failure { _ = try store.commit(change(0..<201)) } == full)
    #expect(try store.statusMap(of: owner) == [:])
    _ = try store.commit(change(0..<200))
    #expect(failure { _ = try store.commit(change(200..<201)) } == full)
    _ = try store.commit(change(0..<5))
    let key = StatusMapOwner(account: account.id, key: History.keys[0])
    _ = try store.commit(StatusMapChange(owner: key, words: ["w": .approved]))
    #expect(try store.statusMap(of: owner).count == 200)
  }

  @Test func anotherAccountsWordsAndClicksAreItsOwn() throws {
    let other = try bench.account(email: "other@example.com")
    for account in [account, other] {
      try bench.lead(.of(account, click: "C"))
      try bench.postback("odd 5", click: "C", of: account)
    }
    try apply(StatusMapChange(owner: StatusMapOwner(account: account.id, key: nil), words: ["odd": .approved]))
    #expect(try bench.status(ofClick: "C", account) == [.approved])
    #expect(try bench.status(ofClick: "C", other) == [.pending])
    #expect(try store.statusMap(of: StatusMapOwner(account: other.id, key: nil)) == [:])
    #expect(try store.unmappedWords(of: other.id).count == 1)
  }

  /// A tracker that is told of a conversion by its transaction id must not hear that a sale is gone which is still there.
  @Test func aConversionThatOnlyLearnsItsTxidIsNotTold() throws {
    try forward("all")
    try bench.lead(.of(account, click: "C"))
    try bench.postback("sale 5", click: "C", of: account)
    try bench.postback("odd 5 #1", click: "C", of: account)
    #expect(try LedgerState(bench, account).conversions["C"]?.map(\.txid) == [nil])
    try apply(StatusMapChange(owner: StatusMapOwner(account: account.id, key: nil), words: ["odd": .approved]))
    let after = try LedgerState(bench, account)
    #expect(after.conversions["C"]?.map(\.txid) == ["1"] && after.deliveries.count == 1)
  }

  @Test func whatACorrectionSaidStays() throws {
    try bench.lead(.of(account, click: "C"))
    try bench.postback("odd 5 #1", click: "C", of: account)
    let effect = try #require(try bench.correct("C", .chargeback, txid: "1", of: account))
    #expect(effect.result == .applied && effect.leadStatus == .chargeback)
    // By hand, nothing is stale.
    #expect(try bench.correct("C", .pending, Money(micros: 2_000_000), txid: "1", of: account)?.result == .applied)
    let before = try LedgerState(bench, account)
    try apply(StatusMapChange(owner: StatusMapOwner(account: account.id, key: nil), words: ["odd": .approved]))
    #expect(try LedgerState(bench, account).conversions == before.conversions)
    #expect(try bench.log(account).map(\.status) == [.approved, .chargeback, .pending])
  }
}
