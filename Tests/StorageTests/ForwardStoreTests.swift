import Domain
import Storage
import Testing

/// What trackers are told, written with the change itself.
@Suite struct ForwardStoreTests {
  let bench: Workbench
  let store: Store
  let account: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  private func forward(
    of account: Account? = nil, change: @escaping @Sendable (inout Forward) -> Void = { _ in }
  ) throws -> Forward {
    let account = account ?? self.account
    return try store.createForward(of: account.id, at: Workbench.now) { id in
      var forward = Forward(id: id, accountID: account.id, name: "n", url: "https://x", createdAt: Workbench.now)
      change(&forward)
      return forward
    }
  }

  private func told(_ forward: Forward) throws -> [String] {
    try SQLiteFile.texts(
      "SELECT status || ' ' || (payout / 1000000) FROM delivery WHERE forward_id = \(forward.id.rawValue) ORDER BY id",
      on: bench.path)
  }

  @Test func eachForwardIsToldWhatItAskedFor() throws {
    let all = try forward()
    let good = try forward { $0.statuses = [.approved, .pending] }
    let ofB = try forward { $0.source = "b" }
    let off = try forward { $0.isActive = false }
    let other = try bench.account(email: "other@example.com")
    let theirs = try forward(of: other)
    try bench.lead(.of(account, source: "a", click: "C"))
    try bench.lead(.of(account, source: "b", click: "D"))
    for text in ["hold 4", "hold 4", "sale 5", "trash", "hold", "sale 5", "refund", "trash"] {
      try bench.postback(text, click: "C", of: account)
    }
    try bench.postback("sale 7", click: "D", of: account)
    #expect(
      try told(all) == ["pending 4", "approved 5", "rejected 0", "approved 5", "chargeback 0", "approved 7"])
    #expect(try told(good) == ["pending 4", "approved 5", "approved 5", "approved 7"])
    #expect(try told(ofB) == ["approved 7"])
    #expect(try told(off) == [] && told(theirs) == [])
  }

  @Test func aForwardIsToldFromItsCreationToItsEnd() throws {
    try bench.lead(.of(account, click: "C"))
    try bench.postback("hold 4", click: "C", of: account)
    let first = try forward()
    try bench.postback("sale 4", click: "C", of: account)
    _ = try store.updateForward(first.id, of: account.id) { $0.isActive = false }
    try bench.postback("trash", click: "C", of: account)
    _ = try store.updateForward(first.id, of: account.id) { $0.isActive = true }
    try bench.postback("sale", click: "C", of: account)
    try store.deleteForward(first.id, of: account.id, at: Workbench.now)
    try bench.postback("refund", click: "C", of: account)
    #expect(try told(first) == ["approved 4", "approved 4"])
    #expect(try store.forwards(of: account.id) == [])
    #expect(failure { try store.deleteForward(first.id, of: account.id, at: Workbench.now) } == .notFound)
    #expect(failure { _ = try store.updateForward(first.id, of: account.id) { $0.name = "x" } } == .notFound)
  }

  @Test func whatIsKeptOfAForwardIsWhatWasSet() throws {
    let made = try forward {
      $0.statusMap = [.approved: "a=b", .rejected: "\u{301}odd", .pending: "ö{}"]
      $0.statuses = [.rejected, .approved]
      $0.source = "s"
    }
    #expect(try store.forwards(of: account.id) == [made])
    let other = try bench.account(email: "other@example.com")
    #expect(failure { _ = try store.updateForward(made.id, of: other.id) { $0.name = "x" } } == .notFound)
    #expect(failure { try store.deleteForward(made.id, of: other.id, at: Workbench.now) } == .notFound)
    #expect(try store.forwards(of: account.id) == [made] && store.forwards(of: other.id) == [])
  }

  /// What came before its lead is told when the lead comes, not before.
  @Test func aDeliveryIsOfTheMomentItWasWritten() throws {
    _ = try forward()
    try bench.postback("sale 4", click: "C", of: account)
    let lead = try bench.lead(.of(account, at: Workbench.now + 3_600, click: "C"))
    let event = try #require(try store.event(lead.id, of: account.id))
    #expect(event.deliveries.map(\.delivery.createdAt) == [Workbench.now + 3_600])
    #expect(event.event.conversions.map(\.createdAt) == [Workbench.now])
  }

  /// The sum that trackers are told is that of the message which made the conversion what it is.
  @Test func aReplayTellsTheSumOfTheMessageThatCounts() throws {
    try bench.lead(.of(account, click: "C"))
    try bench.postback("odd 4 #1", click: "C", of: account)
    try bench.postback("hold 9 #1", click: "C", of: account)
    let forward = try forward()
    let owner = StatusMapOwner(account: account.id, key: nil)
    _ = try store.commit(StatusMapChange(owner: owner, words: ["odd": .approved]))
    try bench.replayAll()
    #expect(try told(forward) == ["approved 4"])
    let event = try #require(try store.events(ofClick: "C", of: account.id).first)
    let deliveries = try #require(try store.event(event.lead.id, of: account.id)).deliveries
    #expect(
      deliveries.map(\.delivery.amount) == [Money(micros: 4_000_000)] && deliveries.map(\.delivery.rawStatus) == ["odd"]
    )
  }

  @Test func anAccountHasOnlySoManyForwards() throws {
    let made = try (0..<Forward.limit).map { _ in try forward() }
    #expect(failure { _ = try forward() } == .limitReached(what: "forwards", limit: Forward.limit))
    try store.deleteForward(made[0].id, of: account.id, at: Workbench.now)
    _ = try forward()
    #expect(try store.forwards(of: account.id).count == Forward.limit)
  }
}
