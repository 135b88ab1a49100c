import Domain
import Foundation
import Storage
import Testing

/// What waits for its next attempt: brought forward when its host is back, or when the clock went back.
struct WaitTests {
  private let bench: Workbench
  private let account: Account
  private let forward: Forward
  private var store: Store { bench.store }
  private static let now = Workbench.now

  init() throws {
    bench = try Workbench()
    let account = try bench.account()
    self.account = account
    forward = try bench.store.createForward(of: account.id, at: Self.now) { id in
      Forward(id: id, accountID: account.id, name: "n", url: "https://x", createdAt: Self.now)
    }
  }

  private func receive(_ clicks: String) throws {
    for click in clicks.map(String.init) {
      try bench.lead(.of(account, click: click))
      try bench.postback("sale 1", click: click, of: account)
    }
  }

  /// Leases what is due and settles each click as a failed attempt with that status (0: no answer) and wait.
  private func fail(_ outcomes: [String: (status: Int, wait: Int64)], at now: Instant) throws {
    let leased = try store.exchangeDeliveries(
      settling: [], leasing: [LeaseRequest(forward: forward.id, count: 100)], at: now)
    let settled = leased.compactMap { leased in
      outcomes[leased.delivery.clickID].map { status, wait in
        DeliveryOutcome(
          id: leased.delivery.id, verdict: .retry(at: now + wait),
          attempt: DeliveryAttempt(
            at: now, status: status == 0 ? nil : status, milliseconds: 1, failure: status == 0 ? "reset" : nil,
            answer: ""))
      }
    }
    #expect(settled.count == outcomes.count)
    _ = try store.exchangeDeliveries(settling: settled, leasing: [], at: now)
  }

  private func clicks(due now: Instant) throws -> [String] {
    try store.exchangeDeliveries(
      settling: [], leasing: [LeaseRequest(forward: forward.id, count: 100)], at: now
    ).map(\.delivery.clickID)
  }

  private func waits(after position: WaitPosition, limit: Int = 100) throws -> (clicks: [String], next: WaitPosition?) {
    let (ids, next) = try store.waitsForHost(of: forward.id, after: position, limit: limit)
    let clicks = try ids.compactMap {
      try SQLiteFile.texts("SELECT click_id FROM delivery WHERE id = \($0.rawValue)", on: bench.path).first
    }
    return (clicks, next)
  }

  @Test func thoseWaitForTheirHostThatItDidNotAnswer() throws {
    try receive("ABCDEFGHI")
    try fail(
      [
        "A": (0, 3_600), "B": (503, 600), "C": (404, 600), "D": (429, 700), "E": (302, 800), "F": (504, 100),
        "G": (502, 20), "I": (500, 900),
      ], at: Self.now)
    // H is in flight, G is due before a lease would end; the tracker chokes on I.
    let all = try waits(after: WaitPosition(at: Self.now))
    #expect(all.clicks == ["F", "B", "A"] && all.next == nil)
    let first = try waits(after: WaitPosition(at: Self.now), limit: 2)
    #expect(first.clicks == ["F", "B"])
    let rest = try waits(after: try #require(first.next), limit: 2)
    #expect(rest.clicks == ["A"] && rest.next == nil)
  }

  @Test func whatIsTriedEarlyAndFailsGoesBackToItsTime() throws {
    try receive("AB")
    try fail(["A": (0, 600), "B": (0, 600)], at: Self.now)
    let ids = try store.waitsForHost(of: forward.id, after: WaitPosition(at: Self.now), limit: 9).ids
    let request = LeaseRequest(forward: forward.id, early: ids)
    let leased = try store.exchangeDeliveries(settling: [], leasing: [request], at: Self.now + 30)
    #expect(leased.map(\.delivery.clickID) == ["A", "B"] && leased.map(\.dueAt) == [Self.now + 600, Self.now + 600])
    // What is in flight is not sent a second time, whoever asks for it.
    #expect(try store.exchangeDeliveries(settling: [], leasing: [request], at: Self.now + 31).isEmpty)
    let attempt = DeliveryAttempt(at: Self.now + 31, status: 500, milliseconds: 1, failure: nil, answer: "")
    let back = leased.map { DeliveryOutcome(id: $0.delivery.id, verdict: .back(dueAt: $0.dueAt), attempt: attempt) }
    _ = try store.exchangeDeliveries(settling: back, leasing: [], at: Self.now + 31)
    #expect(try clicks(due: Self.now + 599).isEmpty)
    #expect(try clicks(due: Self.now + 600) == ["A", "B"])
    #expect(try SQLiteFile.integers("SELECT attempts FROM delivery", on: bench.path) == [1, 1])
  }

  @Test func manyWaitsAreGoneThroughInSteps() throws {
    try receive("A")
    try fail(["A": (404, 600)], at: Self.now)
    try SQLiteFile.execute(
      """
      WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 2500)
      INSERT INTO delivery (id, account_id, forward_id, click_id, lead_id, postback_id, opened_by, status, payout,
          created_at, state, due_at, attempts)
        SELECT n, account_id, forward_id, 'x' || n, lead_id, postback_id, opened_by, 'approved', 0, 0, 'due', due_at, 1
        FROM delivery, up;
      INSERT INTO delivery_attempt (delivery_id, number, at, status, milliseconds, answer, counted)
        SELECT id, 1, 0, iif(id % 1000 = 0, 503, 404), 1, '', 1 FROM delivery WHERE id <= 2500
      """, on: bench.path)
    var (position, found, steps): (WaitPosition?, [String], Int) = (WaitPosition(at: Self.now), [], 0)
    while let start = position {
      let part = try waits(after: start)
      (position, found, steps) = (part.next, found + part.clicks, steps + 1)
    }
    #expect(found == ["x1000", "x2000"] && (2...4).contains(steps))
    // An hour back: all of them wait as long as they were to.
    try store.shortenWaits(at: Self.now - 3_600)
    let due = try SQLiteFile.texts(
      "SELECT DISTINCT (due_at - \((Self.now - 3_600).microseconds)) / 1000000 FROM delivery WHERE id > 2500",
      on: bench.path)
    #expect(due == ["600"])
  }

  @Test func aClockThatWentBackHoldsNothingUp() throws {
    try receive("ABC")
    let old = Self.now + 10 * 86_400
    try fail(["B": (500, 5)], at: old)
    try receive("D")
    // The clock is what it was before: A and C were in flight, B failed once, and D was never sent.
    try store.shortenWaits(at: Self.now)
    #expect(try clicks(due: Self.now + 4) == ["D"])
    #expect(try clicks(due: Self.now + 5) == ["B"])
    #expect(try clicks(due: Self.now + 25) == ["A", "C"])
  }

  @Test func whatWaitsRightlyGoesOnWaiting() throws {
    try receive("AB")
    // B was asked to wait for an hour, by a tracker's Retry-After.
    try fail(["A": (500, 30), "B": (429, 3_700)], at: Self.now)
    try store.shortenWaits(at: Self.now)
    #expect(try clicks(due: Self.now + 29).isEmpty)
    #expect(try clicks(due: Self.now + 3_699) == ["A"])
    #expect(try clicks(due: Self.now + 3_700) == ["B"])
  }

  @Test func waitsAreFoundByTheirIndex() throws {
    let plan = try SQLiteFile.plan(
      """
      SELECT delivery.id FROM delivery
      LEFT JOIN delivery_attempt ON delivery_attempt.delivery_id = delivery.id
        AND delivery_attempt.number = (SELECT max(number) FROM delivery_attempt WHERE delivery_id = delivery.id AND counted)
      WHERE delivery.state = 'due' AND delivery.forward_id = 1 AND delivery.due_at >= 5
        AND (delivery.due_at, delivery.id) > (5, 6) AND delivery.due_at < 7
      ORDER BY delivery.due_at, delivery.id LIMIT 8
      """, on: bench.path
    ).joined(separator: "\n")
    #expect(plan.contains("INDEX delivery_due (forward_id=? AND due_at>? AND due_at<?)"), "\(plan)")
    #expect(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "\(plan)")
  }
}
