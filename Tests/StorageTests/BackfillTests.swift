import Domain
import Storage
import Testing

/// What a forward is told of conversions that it was not told of when they changed.
struct BackfillTests {
  private let bench: Workbench
  private let account: Account
  private var store: Store { bench.store }
  private static let now = Workbench.now
  private static let always = (now - 400 * 86_400)..<(now + 400 * 86_400)

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  private func forward(change: @escaping @Sendable (inout Forward) -> Void = { _ in }) throws -> Forward {
    let account = account.id
    return try store.createForward(of: account, at: Self.now) { id in
      var forward = Forward(id: id, accountID: account, name: "n", url: "https://x", createdAt: Self.now)
      change(&forward)
      return forward
    }
  }

  private func set(_ forward: Forward, active: Bool) throws {
    _ = try store.updateForward(forward.id, of: account.id) { $0.isActive = active }
  }

  /// Messages for a click, of which there is a lead.
  private func receive(_ click: String, _ texts: String..., source: String = "s", at time: Instant = now) throws {
    if try store.events(ofClick: click, of: account.id).isEmpty {
      try bench.lead(.of(account, source: source, click: click))
    }
    for text in texts { try bench.postback(text, click: click, of: account, at: time) }
  }

  /// - Returns: conversions, forwards, skipped.
  @discardableResult
  private func backfill(
    _ forward: Forward, _ changed: Range<Instant> = always, isDry: Bool = false
  ) throws -> [Int] {
    let request = BackfillRequest(forward: forward.id, account: account.id, changed: changed, isDry: isDry)
    let (count, next) = try store.backfill(request, at: Self.now)
    #expect(next == nil)
    return [count.conversions, count.forwards, count.skipped]
  }

  /// Click, class and worth, in the order in which they were written.
  private func told(_ forward: Forward) throws -> [String] {
    try sql(
      """
      SELECT click_id || ' ' || status || ' ' || (payout / 1000000) FROM delivery
      WHERE forward_id = \(forward.id.rawValue) ORDER BY id
      """)
  }

  private func sql(_ text: String) throws -> [String] { try SQLiteFile.texts(text, on: bench.path) }

  /// Settles all that is due, of a click one after the other.
  private func settle(_ forward: Forward, _ verdict: DeliveryOutcome.Verdict) throws {
    while true {
      let leased = try store.exchangeDeliveries(
        settling: [], leasing: [LeaseRequest(forward: forward.id, count: 100)], at: Self.now)
      guard !leased.isEmpty else { return }
      let attempt = DeliveryAttempt(at: Self.now, status: nil, milliseconds: 1, failure: nil, answer: "")
      let outcomes = leased.map { DeliveryOutcome(id: $0.delivery.id, verdict: verdict, attempt: attempt) }
      _ = try store.exchangeDeliveries(settling: outcomes, leasing: [], at: Self.now)
    }
  }

  @Test func aForwardMadeLaterIsToldWhatConversionsAreNow() throws {
    try receive("C", "hold 4", "sale 5")
    try receive("D", "sale 7", "refund")
    try receive("E", "sale 1 #1", "sale 2 #2", "rebill 3")
    try bench.lead(.of(account, click: "F"))
    let forward = try forward()
    #expect(try backfill(forward, isDry: true) == [5, 5, 0])
    #expect(try told(forward) == [])
    #expect(try backfill(forward) == [5, 5, 0])
    #expect(
      try told(forward) == [
        "C approved 5", "D chargeback 0", "E approved 1", "E approved 2", "E approved 3",
      ])
    #expect(try backfill(forward) == [5, 0, 5])
    try settle(forward, .delivered)
    #expect(try backfill(forward) == [5, 0, 5] && backfill(forward, isDry: true) == [5, 0, 5])
    #expect(try told(forward).count == 5)
  }

  @Test func whatIsWrittenIsWhatTheChangeWouldHaveWritten() throws {
    let first = try forward()
    try receive("C", "hold 4 #1", "sale 5 #1")
    try receive("D", "trash -7")
    let second = try forward()
    // They change nothing, and are not what a tracker is told because of.
    try receive("C", "sale 5 #1", "hold 9 #1")
    try receive("D", "trash")
    try backfill(second)
    let columns = "click_id, lead_id, postback_id, txid, status, payout, amount, raw_status, currency, state, due_at"
    func rows(_ forward: Forward) throws -> [String] {
      try sql(
        "SELECT json_array(\(columns)) FROM delivery WHERE forward_id = \(forward.id.rawValue) AND status <> 'pending'"
          + " ORDER BY id")
    }
    #expect(try rows(second) == rows(first) && rows(second).count == 2)
  }

  @Test func onlyWhatChangedLastInTheTime() throws {
    let day: Int64 = 86_400
    try receive("A", "sale 1", at: Self.now - 5 * day)
    try receive("B", "hold 1", at: Self.now - 5 * day)
    try receive("B", "sale 1", at: Self.now - 3 * day)
    try receive("C", "sale 1", at: Self.now - 2 * day)
    let forward = try forward()
    #expect(try backfill(forward, (Self.now - 4 * day)..<(Self.now - 2 * day)) == [1, 1, 0])
    #expect(try told(forward) == ["B approved 1"])
    #expect(try backfill(forward, (Self.now - 5 * day)..<(Self.now - day)) == [3, 2, 1])
    // Oldest change first.
    #expect(try told(forward) == ["B approved 1", "A approved 1", "C approved 1"])
  }

  @Test func onlyWhatTheForwardIsToldOf() throws {
    try receive("A", "sale 1", source: "a")
    try receive("B", "sale 1", source: "b")
    try receive("C", "hold 1", source: "b")
    let some = try forward {
      $0.statuses = [.approved]
      $0.source = "b"
    }
    let off = try forward { $0.isActive = false }
    #expect(try backfill(some) == [1, 1, 0] && told(some) == ["B approved 1"])
    #expect(try backfill(off) == [0, 0, 0] && told(off) == [])
  }

  @Test func whatItKnowsAlreadyIsSkippedAndWhatItMissedIsNot() throws {
    let forward = try forward()
    try receive("A", "sale 5")
    try receive("B", "sale 5", "refund")
    try receive("C", "hold 5")
    try settle(forward, .delivered)
    #expect(try backfill(forward) == [3, 0, 3])
    try set(forward, active: false)
    // It was told of this class before, but of another one last.
    try bench.postback("sale 5", click: "B", of: account)
    try receive("A", "sale 6")
    try receive("C", "hold 5", "hold")
    try set(forward, active: true)
    let before = try told(forward).count
    #expect(try backfill(forward) == [3, 2, 1])
    #expect(try Array(told(forward).dropFirst(before)) == ["B approved 5", "A approved 6"])
    #expect(try backfill(forward) == [3, 0, 3])
  }

  @Test func whatIsDeadToldNothing() throws {
    let forward = try forward()
    try receive("A", "hold 5")
    try settle(forward, .delivered)
    try receive("A", "sale 5")
    try receive("B", "sale 5")
    try settle(forward, .dead)
    #expect(try backfill(forward) == [2, 2, 0])
    #expect(try backfill(forward) == [2, 0, 2])
  }

  @Test func aReplayOfItsDeliveriesCounts() throws {
    let forward = try forward()
    try receive("A", "hold 5")
    try settle(forward, .dead)
    try set(forward, active: false)
    try receive("A", "sale 6")
    try set(forward, active: true)
    #expect(try store.replayDeliveries(.allDead(), of: account.id).count == 1)
    #expect(try told(forward) == ["A approved 6"])
    #expect(try backfill(forward) == [1, 0, 1])
  }

  /// A message that opened a conversion may be far back behind many that changed nothing.
  @Test func whatWasToldLongAgoIsFound() throws {
    let forward = try forward()
    try receive("A", "sale 5")
    for _ in 0..<150 { try receive("A", "sale 5") }
    #expect(try backfill(forward) == [1, 0, 1])
    let later = try self.forward()
    #expect(try backfill(later) == [1, 1, 0])
    #expect(try backfill(later) == [1, 0, 1])
  }

  @Test func oneClickIsStillSentInOrder() throws {
    let forward = try forward()
    try receive("A", "hold 5")
    func lease(settling outcomes: [DeliveryOutcome] = []) throws -> [LeasedDelivery] {
      try store.exchangeDeliveries(
        settling: outcomes, leasing: [LeaseRequest(forward: forward.id, count: 10)], at: Self.now)
    }
    let first = try lease()
    #expect(first.map(\.delivery.status) == [.pending])
    try set(forward, active: false)
    try receive("A", "sale 5")
    try set(forward, active: true)
    #expect(try backfill(forward) == [1, 1, 0])
    try receive("A", "refund")
    #expect(try lease().isEmpty)
    let attempt = DeliveryAttempt(at: Self.now, status: 200, milliseconds: 1, failure: nil, answer: "")
    let second = try lease(settling: first.map { .init(id: $0.delivery.id, verdict: .delivered, attempt: attempt) })
    #expect(second.map(\.delivery.status) == [.approved])
    let third = try lease(settling: second.map { .init(id: $0.delivery.id, verdict: .delivered, attempt: attempt) })
    #expect(third.map(\.delivery.status) == [.chargeback])
  }

  /// Clicks are equal by their bytes alone, and none is taken apart.
  @Test func pagesAndLimitsLeaveNothingOut() throws {
    let clicks = (0..<20).map { "click-\($0)" } + ["e\u{301}", "\u{e9}"]
    for click in clicks { try receive(click, "sale 1 #1", "sale 2 #2", "sale 3 #3") }
    let forward = try forward()
    var limits = BackfillLimits()
    (limits.page, limits.batch, limits.deliveries) = (7, 2, 10)
    let request = BackfillRequest(forward: forward.id, account: account.id, changed: Self.always)
    var (calls, total, next): (Int, Int, String?) = (0, 0, nil)
    repeat {
      let step = try store.backfill(request, after: next, at: Self.now, limits: limits)
      (calls, total, next) = (calls + 1, total + step.count.forwards, step.next)
      #expect(step.count.skipped == 0 && step.count.forwards < limits.deliveries + limits.page)
    } while next != nil
    #expect(total == 66 && calls > 4)
    #expect(try Set(told(forward).map { Array($0.utf8) }).count == 66 && told(forward).count == 66)
    // A dry run goes on, since it writes nothing.
    let dry = BackfillRequest(forward: forward.id, account: account.id, changed: Self.always, isDry: true)
    let count = try store.backfill(dry, at: Self.now, limits: limits)
    #expect(count.count.skipped == 66 && count.next == nil)
    limits.conversions = 30
    #expect(try store.backfill(dry, at: Self.now, limits: limits).next != nil)
  }

  @Test func ofOthersAndOfDeletedOnesThereIsNone() throws {
    let forward = try forward()
    let other = try bench.account(email: "other@example.com")
    let theirs = BackfillRequest(forward: forward.id, account: other.id, changed: Self.always)
    #expect(failure { _ = try store.backfill(theirs, at: Self.now) } == .notFound)
    try store.deleteForward(forward.id, of: account.id, at: Self.now)
    #expect(failure { try backfill(forward) } == .notFound)
  }

  /// Backfills beside each other and beside the messages that change what they tell of: the tracker ends with the truth,
  /// and is told nothing twice running.
  @Test func nothingIsToldTwiceWhateverHappensBesideIt() throws {
    for click in 0..<60 { try receive("click-\(click)", "hold 1") }
    let forward = try forward()
    let (store, bench, account) = (store, bench, account)
    let failures = concurrently(6) { number -> Int in
      (0..<60).count { step in
        let click = "click-\((step * 7 + number * 11) % 60)"
        do {
          if number < 3 {
            guard step % 6 == 0 else { return false }
            let request = BackfillRequest(forward: forward.id, account: account.id, changed: Self.always)
            _ = try store.backfill(request, at: Self.now)
          } else {
            try bench.postback(["sale 1", "refund", "hold 2"][number - 3], click: click, of: account)
          }
          return false
        } catch { return true }
      }
    }
    #expect(failures == Array(repeating: 0, count: 6))
    try backfill(forward)
    #expect(try backfill(forward) == [60, 0, 60])
    var last: [String: String] = [:]
    for told in try told(forward) {
      let parts = told.split(separator: " ", maxSplits: 1).map(String.init)
      #expect(last[parts[0]] != parts[1], "\(told) came twice")
      last[parts[0]] = parts[1]
    }
    let worth = "CASE WHEN status IN ('approved', 'pending') THEN payout ELSE 0 END"
    let now = try sql("SELECT click_id || ' ' || status || ' ' || ((\(worth)) / 1000000) FROM conversion")
    #expect(Set(last.map { "\($0.key) \($0.value)" }) == Set(now))
  }
}
