import Domain
import Foundation
import Storage
import Testing

/// What is sent when: leases, order, and what becomes of each.
struct OutboxTests {
  private let bench: Workbench
  private let account: Account
  private var store: Store { bench.store }
  private static let now = Workbench.now

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  private func forward(of account: Account? = nil) throws -> Forward {
    let account = account ?? self.account
    return try store.createForward(of: account.id, at: Self.now) { id in
      Forward(id: id, accountID: account.id, name: "n", url: "https://x", createdAt: Self.now)
    }
  }

  /// Messages for clicks: `"C hold 4"`.
  private func receive(_ messages: String..., of account: Account? = nil) throws {
    for message in messages {
      let (click, text) = (String(message.prefix(1)), String(message.dropFirst(2)))
      if try store.events(ofClick: click, of: (account ?? self.account).id).isEmpty {
        try bench.lead(.of(account ?? self.account, click: click))
      }
      try bench.postback(text, click: click, of: account ?? self.account)
    }
  }

  @discardableResult
  private func lease(
    _ forward: Forward, _ count: Int = 10, after seconds: Int64 = 0, isEarly: Bool = false,
    laterThan position: WaitPosition? = nil,
    settling outcomes: [DeliveryOutcome] = []
  ) throws -> [LeasedDelivery] {
    let request =
      isEarly ? LeaseRequest(nextOf: forward.id, after: position) : LeaseRequest(forward: forward.id, count: count)
    return try store.exchangeDeliveries(settling: outcomes, leasing: [request], at: Self.now + seconds)
  }

  private func words(_ leased: [LeasedDelivery]) -> [String] {
    leased.map { "\($0.delivery.clickID) \($0.delivery.status.rawValue)" }
  }

  private func outcome(
    _ leased: LeasedDelivery, _ verdict: DeliveryOutcome.Verdict, status: Int? = 200, failure: String? = nil
  ) -> DeliveryOutcome {
    DeliveryOutcome(
      id: leased.delivery.id, verdict: verdict,
      attempt: DeliveryAttempt(at: Self.now, status: status, milliseconds: 12, failure: failure, answer: "ok"))
  }

  private func sql(_ text: String) throws -> [String] { try SQLiteFile.texts(text, on: bench.path) }

  @Test func whatIsLeasedHasAllThatACallNeeds() throws {
    let forward = try forward()
    try receive("C hold 4")
    let leased = try #require(try lease(forward).first)
    #expect(leased.forward == forward && leased.source == "s" && leased.currency == "USD" && leased.attempts == 0)
    #expect(leased.delivery.clickID == "C" && leased.delivery.payout == Money(micros: 4_000_000))
  }

  @Test func oneClickIsSentInOrderOneAfterTheOther() throws {
    let forward = try forward()
    try receive("C hold 4", "C sale 5", "D sale 1", "C trash")
    let first = try lease(forward)
    #expect(words(first) == ["C pending", "D approved"])
    #expect(try lease(forward).isEmpty)
    // A failed attempt holds the later ones back until it is made good, whatever comes meanwhile.
    let again = try lease(forward, after: 1, settling: [outcome(first[0], .retry(at: Self.now + 100), status: 500)])
    #expect(again.isEmpty)
    try receive("C refund")
    #expect(try lease(forward, after: 99).map { $0.delivery.clickID } == ["D"])
    let retried = try lease(forward, after: 100)
    #expect(words(retried) == ["C pending"] && retried.map(\.attempts) == [1])
    let second = try lease(forward, after: 101, settling: [outcome(retried[0], .delivered)])
    #expect(words(second) == ["C approved"])
    // One that is given up holds nobody back either.
    let third = try lease(forward, after: 102, settling: [outcome(second[0], .dead, status: 404)])
    #expect(words(third) == ["C rejected"])
    #expect(
      words(try lease(forward, after: 103, settling: [outcome(third[0], .delivered)])) == ["C chargeback"])
  }

  @Test func forwardsOfOneClickDoNotWaitForEachOther() throws {
    let (one, other) = (try forward(), try forward())
    try receive("C hold 4", "C sale 4")
    #expect(words(try lease(one)) == ["C pending"])
    let leased = try lease(other)
    #expect(words(leased) == ["C pending"])
    #expect(words(try lease(other, settling: [outcome(leased[0], .delivered)])) == ["C approved"])
  }

  @Test func aLeaseEndsByItself() throws {
    let forward = try forward()
    try receive("C hold 4", "C sale 4")
    #expect(words(try lease(forward)) == ["C pending"])
    #expect(try lease(forward, after: LeasedDelivery.leaseSeconds - 1).isEmpty)
    let again = try lease(forward, after: LeasedDelivery.leaseSeconds)
    #expect(words(again) == ["C pending"] && again.map(\.attempts) == [0])
    #expect(LeasedDelivery.leaseSeconds < 30)
  }

  @Test func noMoreThanAskedForAndTheOldestFirst() throws {
    let forward = try forward()
    try receive("A sale 1", "B sale 1", "C sale 1", "D sale 1")
    #expect(words(try lease(forward, 2)) == ["A approved", "B approved"])
    #expect(words(try lease(forward, 3)) == ["C approved", "D approved"])
    #expect(try lease(forward, 0, after: 100).isEmpty)
  }

  /// Many of one click stand behind the first: they must not hide what comes after them.
  @Test func aCrowdOfOneClickHidesNobody() throws {
    let forward = try forward()
    try receive("C hold 1")
    for number in 1...30 { try receive("C sale \(number) #\(number)") }
    try receive("D sale 1")
    var found: [String] = []
    for _ in 0..<10 { found += words(try lease(forward, 1)) }
    #expect(found == ["C pending", "D approved"])
    #expect(try sql("SELECT count(*) FROM delivery WHERE due_at = 9223372036854775807") == ["30"])
  }

  @Test func waitingForwardsAreThoseWithSomethingToSend() throws {
    let (one, other, idle) = (try forward(), try forward(), try forward())
    _ = try store.updateForward(idle.id, of: account.id) { $0.statuses = [.chargeback] }
    #expect(try store.waitingForwards().isEmpty)
    try receive("C sale 4")
    #expect(try store.waitingForwards().map(\.forward.id) == [one.id, other.id])
    let leased = try lease(one)
    #expect(
      try store.waitingForwards().map(\.nextAt) == [
        Self.now + LeasedDelivery.leaseSeconds, Instant(microseconds: 0),
      ])
    _ = try lease(one, settling: [outcome(leased[0], .delivered)])
    #expect(try store.waitingForwards().map(\.forward.id) == [other.id])
  }

  @Test func oneThatIsSwitchedOffWaitsAndOneThatIsDeletedEnds() throws {
    let (off, gone) = (try forward(), try forward())
    try receive("C hold 4", "C sale 4")
    let underWay = try lease(gone)
    _ = try store.updateForward(off.id, of: account.id) { $0.isActive = false }
    try store.deleteForward(gone.id, of: account.id, at: Self.now)
    #expect(try store.waitingForwards().isEmpty)
    #expect(try lease(off).isEmpty && lease(gone).isEmpty)
    #expect(try !store.endDeliveriesOfDeletedForwards(at: Self.now))
    _ = try store.exchangeDeliveries(settling: [outcome(underWay[0], .retry(at: Self.now))], leasing: [], at: Self.now)
    #expect(try sql("SELECT state FROM delivery WHERE forward_id = \(gone.id.rawValue)") == ["dead", "dead"])
    #expect(try sql("SELECT dead FROM forward_tally WHERE forward_id = \(gone.id.rawValue)") == ["2"])
    _ = try store.updateForward(off.id, of: account.id) { $0.isActive = true }
    #expect(words(try lease(off)) == ["C pending"])
  }

  @Test func everyAttemptIsLogged() throws {
    let forward = try forward()
    try receive("C sale 4", "D sale 4")
    let leased = try lease(forward)
    let again = try lease(
      forward, after: 5,
      settling: [
        outcome(leased[0], .retry(at: Self.now + 5), status: nil, failure: "reset"), outcome(leased[1], .delivered),
      ])
    _ = try lease(forward, after: 6, settling: [outcome(again[0], .dead, status: 404)])
    #expect(
      try sql(
        "SELECT number || ' ' || coalesce(status, '-') || ' ' || coalesce(failure, '-') || ' ' || milliseconds "
          + "|| ' ' || answer FROM delivery_attempt ORDER BY delivery_id, number")
        == ["1 - reset 12 ok", "2 404 - 12 ok", "1 200 - 12 ok"])
    #expect(
      try sql("SELECT state || attempts || (settled_at - \(Self.now.microseconds)) FROM delivery ORDER BY id")
        == ["dead20", "delivered10"])
    #expect(
      try sql(
        "SELECT delivered || ' ' || dead || ' ' || failed_status || ' ' || coalesce(failure, '-') "
          + "FROM forward_tally") == ["1 1 404 -"])
  }

  @Test func aProbeTakesOneBeforeItsTimeAndCostsNoAttempt() throws {
    let forward = try forward()
    try receive("C sale 4")
    let leased = try lease(forward)
    let later = Self.now + 3_600
    #expect(try lease(forward, settling: [outcome(leased[0], .retry(at: later), status: nil)]).isEmpty)
    let early = try lease(forward, after: 30, isEarly: true)
    #expect(early.map(\.dueAt) == [later])
    #expect(try lease(forward, after: 40, settling: [outcome(early[0], .back(dueAt: later), status: nil)]).isEmpty)
    let again = try lease(forward, after: 70, isEarly: true)
    #expect(try lease(forward, after: 71, settling: [outcome(again[0], .back(dueAt: later), status: 503)]).isEmpty)
    // The last of them stands for all.
    #expect(
      try sql("SELECT number || ' ' || coalesce(status, '-') || ' ' || counted FROM delivery_attempt ORDER BY number")
        == ["1 - 1", "2 503 0"])
    #expect(try sql("SELECT attempts FROM delivery") == ["1"])
    #expect(try sql("SELECT failed_status FROM forward_tally") == ["503"])
    #expect(try lease(forward, after: 3_599).isEmpty && lease(forward, after: 3_600).count == 1)
  }

  @Test func probesGoFromOneToTheNext() throws {
    let forward = try forward()
    try receive("A sale 4", "B sale 4")
    let leased = try lease(forward)
    let dues = [Self.now + 3_600, Self.now + 7_200]
    _ = try lease(forward, settling: zip(leased, dues).map { outcome($0, .retry(at: $1), status: nil) })
    var settled: [DeliveryOutcome] = []
    var found: [String] = []
    var position: WaitPosition?
    for seconds: Int64 in [30, 60, 90, 120] {
      let early = try #require(
        try lease(forward, after: seconds, isEarly: true, laterThan: position, settling: settled).first)
      (position, settled) = (WaitPosition(of: early), [outcome(early, .back(dueAt: early.dueAt), status: nil)])
      found.append(early.delivery.clickID)
    }
    #expect(found == ["A", "B", "A", "B"])
  }

  /// However much waits for a forward, nothing is looked for row by row.
  @Test func whatIsDueIsFoundByItsIndexes() throws {
    let plans = [
      (
        "SELECT forward_id FROM delivery WHERE state = 'due' AND forward_id > 1 ORDER BY forward_id LIMIT 1",
        "delivery_due"
      ),
      ("SELECT due_at FROM delivery WHERE state = 'due' AND forward_id = 1 ORDER BY due_at LIMIT 1", "delivery_due"),
      (
        "SELECT id FROM delivery WHERE state = 'due' AND forward_id = 1 AND due_at BETWEEN 1 AND 2 ORDER BY due_at, id",
        "delivery_due"
      ),
      (
        "SELECT 1 FROM delivery WHERE state = 'due' AND due_at > 0 AND forward_id = 1 AND click_id = 'a' AND id < 5 LIMIT 1",
        "delivery_begun"
      ),
      (
        """
        SELECT next.id FROM delivery AS done JOIN delivery AS next
          ON next.forward_id = done.forward_id AND next.click_id = done.click_id AND next.id > done.id
        WHERE done.id = 5 AND next.state = 'due' AND next.due_at > 0 ORDER BY next.id LIMIT 1
        """, "delivery_begun"
      ),
    ]
    for (query, index) in plans {
      let plan = try SQLiteFile.plan(query, on: bench.path).joined(separator: "\n")
      #expect(plan.contains("INDEX \(index) (") && !plan.contains("TEMP B-TREE"), "\(query): \(plan)")
    }
  }
}
