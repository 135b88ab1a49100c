import Domain
import Storage
import Testing

/// What is sent again, and as what.
struct DeliveryReplayTests {
  private let bench: Workbench
  private let account: Account
  private let forward: Forward
  private var store: Store { bench.store }
  private static let now = Workbench.now
  private static let always = (now - 86_400)..<(now + 86_400)

  init() throws {
    bench = try Workbench()
    let account = try bench.account()
    self.account = account
    forward = try bench.store.createForward(of: account.id, at: Self.now) { id in
      Forward(id: id, accountID: account.id, name: "n", url: "https://x", createdAt: Self.now)
    }
  }

  private func receive(_ click: String, _ texts: String...) throws {
    if try store.events(ofClick: click, of: account.id).isEmpty { try bench.lead(.of(account, click: click)) }
    for text in texts { try bench.postback(text, click: click, of: account) }
  }

  /// Settles all that is due, of a click one after the other.
  private func settle(_ verdict: DeliveryOutcome.Verdict) throws {
    while true {
      let leased = try store.exchangeDeliveries(
        settling: [], leasing: [LeaseRequest(forward: forward.id, count: 100)], at: Self.now)
      guard !leased.isEmpty else { return }
      let attempt = DeliveryAttempt(at: Self.now, status: nil, milliseconds: 1, failure: nil, answer: "")
      let outcomes = leased.map { DeliveryOutcome(id: $0.delivery.id, verdict: verdict, attempt: attempt) }
      _ = try store.exchangeDeliveries(settling: outcomes, leasing: [], at: Self.now)
    }
  }

  /// Class, worth, txid and state of each delivery, in the order in which they were written.
  private func deliveries() throws -> [String] {
    try sql(
      "SELECT status || ' ' || (payout / 1000000) || coalesce(' #' || txid, '') || ' ' || state FROM delivery ORDER BY id"
    )
  }

  private func ids() throws -> [DeliveryID] {
    try SQLiteFile.integers("SELECT id FROM delivery ORDER BY id", on: bench.path)
      .map { DeliveryID(rawValue: Int64($0)) }
  }

  private func sql(_ text: String) throws -> [String] { try SQLiteFile.texts(text, on: bench.path) }
  private func tally() throws -> [String] { try sql("SELECT delivered || ' ' || dead FROM forward_tally") }

  /// Many deliveries of another forward, newer than all there are.
  private func fillWithOthers(_ count: Int) throws {
    let other = try bench.account(email: "other@example.com")
    _ = try store.createForward(of: other.id, at: Self.now) { id in
      Forward(id: id, accountID: other.id, name: "n", url: "https://x", createdAt: Self.now)
    }
    try bench.lead(.of(other, click: "O"))
    try bench.postback("sale 1", click: "O", of: other)
    let columns = try sql("SELECT name FROM pragma_table_info('delivery') WHERE name <> 'id'").joined(separator: ", ")
    try SQLiteFile.execute(
      """
      WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < \(count))
      INSERT INTO delivery (id, \(columns)) SELECT id + n, \(columns)
        FROM (SELECT * FROM delivery ORDER BY id DESC LIMIT 1), up
      """, on: bench.path)
  }

  // MARK: Which conversion

  @Test func aConversionThatGotItsTxidLaterIsFound() throws {
    try receive("C", "sale 30", "sale 30 #T", "refund #T")
    try settle(.delivered)
    #expect(try deliveries() == ["approved 30 delivered", "chargeback 0 #T delivered"])
    #expect(try store.replayDeliveries(.ids([ids()[0]]), of: account.id).count == 1)
    #expect(try deliveries() == ["chargeback 0 #T due", "chargeback 0 #T delivered"])
  }

  @Test func whatTookARebillBackIsAboutTheRebill() throws {
    try receive("C", "sale 10", "rebill 5", "refund")
    try settle(.dead)
    #expect(try deliveries() == ["approved 10 dead", "approved 5 dead", "chargeback 0 dead"])
    #expect(try store.replayDeliveries(.ids([ids()[2]]), of: account.id).count == 1)
    #expect(try deliveries().last == "chargeback 0 due")
    // Its opening says the same by now, the other conversion what it was.
    try settle(.delivered)
    #expect(try store.replayDeliveries(.ids(Array(ids().prefix(2))), of: account.id).count == 2)
    #expect(try deliveries() == ["approved 10 due", "chargeback 0 due", "chargeback 0 delivered"])
  }

  // MARK: Chosen statuses

  @Test func whatTheForwardIsNotToldOfAnyMoreIsDropped() throws {
    _ = try store.updateForward(forward.id, of: account.id) { $0.statuses = [.approved] }
    try receive("C", "sale 5")
    try settle(.dead)
    try receive("C", "refund")
    #expect(try store.troubledForwards(at: Self.now).count == 1)
    #expect(try store.replayDeliveries(.allDead(), of: account.id).count == 0)
    #expect(try deliveries() == ["approved 5 dropped"] && tally() == ["0 0"])
    #expect(try store.troubledForwards(at: Self.now).isEmpty)
    #expect(try store.replayDeliveries(.ids(ids()), of: account.id).count == 0)
    #expect(try deliveries() == ["approved 5 dropped"])
  }

  @Test(arguments: [DeliverySelection.written(always), .allDead()]) func aDryReplayOnlyCounts(
    _ selection: DeliverySelection
  ) throws {
    _ = try store.updateForward(forward.id, of: account.id) { $0.statuses = [.approved] }
    for click in ["C", "D"] { try receive(click, "sale 5") }
    try settle(.dead)
    try receive("D", "refund")
    let before = (try deliveries(), try tally())
    let dry = try store.replayDeliveries(selection, of: account.id, isDry: true)
    #expect(dry.count == 1 && dry.dropped == 1 && dry.next == nil)
    #expect(try deliveries() == before.0 && tally() == before.1)
    #expect(try store.replayDeliveries(selection, of: account.id) == dry)
    #expect(try deliveries() == ["approved 5 due", "approved 5 dropped"])
  }

  @Test func aReplayOfOneForwardLeavesTheOthers() throws {
    let other = try store.createForward(of: account.id, at: Self.now) { id in
      Forward(id: id, accountID: account.id, name: "o", url: "https://y", createdAt: Self.now)
    }
    try receive("C", "sale 5")
    try settle(.dead)
    func replayed(_ selection: DeliverySelection) throws -> Int {
      try store.replayDeliveries(selection, of: account.id).count
    }
    #expect(try replayed(.allDead(forward: other.id)) == 0)
    #expect(try replayed(.written(Self.always, forward: other.id)) == 0)
    #expect(try replayed(.allDead(forward: forward.id)) == 1)
    try settle(.delivered)
    #expect(try replayed(.written(Self.always, forward: forward.id)) == 1)
  }

  @Test func whatWasDroppedToldNothing() throws {
    _ = try store.updateForward(forward.id, of: account.id) { $0.statuses = [.approved] }
    try receive("C", "sale 5")
    try settle(.dead)
    _ = try store.updateForward(forward.id, of: account.id) { $0.statuses = [.pending] }
    _ = try store.replayDeliveries(.allDead(), of: account.id)
    _ = try store.updateForward(forward.id, of: account.id) { $0.statuses = [.approved] }
    let request = BackfillRequest(forward: forward.id, account: account.id, changed: Self.always)
    #expect(try store.backfill(request, at: Self.now).count.forwards == 1)
    #expect(try deliveries() == ["approved 5 dropped", "approved 5 due"])
  }

  @Test func whatArrivedIsLeftAsItIs() throws {
    _ = try store.updateForward(forward.id, of: account.id) { $0.statuses = [.approved] }
    try receive("C", "sale 5")
    try settle(.delivered)
    try receive("C", "refund")
    #expect(try store.replayDeliveries(.written(Self.always), of: account.id).count == 0)
    #expect(try deliveries() == ["approved 5 delivered"] && tally() == ["1 0"])
  }

  @Test func oneThatIsOffWaits() throws {
    try receive("C", "sale 5")
    try settle(.dead)
    _ = try store.updateForward(forward.id, of: account.id) { $0.isActive = false }
    #expect(try store.replayDeliveries(.allDead(), of: account.id).count == 1)
    #expect(try deliveries() == ["approved 5 due"])
  }

  // MARK: One state, once

  @Test(arguments: [1, 2, 100]) func ofOneConversionTheNewestIsSent(limit: Int) throws {
    try receive("C", "hold 5", "sale 6", "sale 7", "sale 8 #1", "sale 9 #2")
    try settle(.dead)
    var (count, next): (Int, DeliveryID?) = (0, nil)
    repeat {
      let step = try store.replayDeliveries(.allDead(), of: account.id, after: next, limit: limit)
      (count, next) = (count + step.count, step.next)
    } while next != nil
    #expect(
      try deliveries() == [
        "pending 5 dropped", "approved 6 dropped", "approved 7 dropped", "approved 8 #1 due", "approved 9 #2 due",
      ])
    #expect(try count == 2 && tally() == ["0 0"])
  }

  @Test func whatANewOneTellsAnywayIsNotSentBeside() throws {
    try receive("C", "hold 5")
    try settle(.dead)
    try receive("C", "sale 6")
    #expect(try store.replayDeliveries(.ids([ids()[0]]), of: account.id).count == 0)
    #expect(try deliveries() == ["pending 5 dropped", "approved 6 due"])
  }

  /// It was off when the conversion changed: what waits for it tells an older state.
  @Test func whatANewOneDoesNotTellIsSent() throws {
    try receive("C", "hold 5")
    try settle(.dead)
    try receive("C", "sale 6")
    _ = try store.updateForward(forward.id, of: account.id) { $0.isActive = false }
    try receive("C", "sale 7")
    #expect(try store.replayDeliveries(.allDead(), of: account.id).count == 1)
    #expect(try deliveries() == ["approved 7 due", "approved 6 due"])
  }

  @Test func ofWhatArrivedTheNewestOfTheRangeIsSentAgain() throws {
    try receive("C", "hold 5", "sale 6", "sale 7")
    try settle(.delivered)
    #expect(try store.replayDeliveries(.ids(Array(ids().prefix(2))), of: account.id).count == 1)
    #expect(try deliveries() == ["pending 5 delivered", "approved 7 due", "approved 7 delivered"])
    try settle(.delivered)
    #expect(try store.replayDeliveries(.written(Self.always), of: account.id).count == 1)
    #expect(try deliveries() == ["pending 5 delivered", "approved 7 delivered", "approved 7 due"])
  }

  // MARK: Beside others

  @Test func aCrowdOfOthersHidesNothing() throws {
    try receive("A", "sale 1")
    try settle(.dead)
    try receive("B", "sale 1")
    try fillWithOthers(25_000)
    func page(_ state: LoggedDelivery.State?, before: DeliveryID? = nil) throws -> Page<LoggedDelivery, DeliveryID> {
      try store.deliveries(of: forward.id, in: account.id, state: state, before: before, limit: 10)
    }
    for state in [LoggedDelivery.State.dead, .due] {
      let found = try page(state)
      #expect(found.elements.map(\.state) == [state] && found.next == nil)
    }
    // All of one forward are looked for in bounded steps.
    var (clicks, steps, next): ([String], Int, DeliveryID?) = ([], 0, nil)
    repeat {
      let found = try page(nil, before: next)
      (clicks, steps, next) = (clicks + found.elements.map(\.delivery.clickID), steps + 1, found.next)
    } while next != nil
    #expect(clicks == ["B", "A"] && steps == 2)
  }

  @Test func aRangeGoesPastOthersInSteps() throws {
    try receive("A", "sale 1")
    try settle(.delivered)
    try fillWithOthers(25_000)
    try bench.lead(.of(account, at: Self.now + 100, click: "Z"))
    try bench.postback("sale 1", click: "Z", of: account, at: Self.now + 100)
    try settle(.delivered)
    var (counts, next): ([Int], DeliveryID?) = ([], nil)
    repeat {
      let step = try store.replayDeliveries(.written(Self.always), of: account.id, after: next)
      (counts, next) = (counts + [step.count], step.next)
    } while next != nil
    #expect(counts == [1, 1])
  }
}
