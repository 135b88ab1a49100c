import Domain
import GRDB

// Deliveries that wait for their next attempt: those with a time of their own that comes after the end of any lease. They
// are gone through in the order in which they are due, so many at a time, and beside the writer.

/// A place among the waits of a forward.
package struct WaitPosition: Comparable, Sendable {
  /// Microseconds.
  let dueAt: Int64
  fileprivate let id: Int64

  /// Before all that wait then.
  package init(at now: Instant) { (dueAt, id) = (Store.endOfLease(at: now), Int64.max) }

  /// That of one that was sent before its time.
  package init(of leased: LeasedDelivery) { (dueAt, id) = (leased.dueAt.microseconds, leased.delivery.id.rawValue) }

  package static func < (one: Self, other: Self) -> Bool { (one.dueAt, one.id) < (other.dueAt, other.id) }

  fileprivate init(_ wait: Wait) { (dueAt, id) = (wait.dueAt, wait.id) }
}

extension Store {
  /// Waits that are looked at in one go.
  private static let step = 1_000

  /// When a lease taken now ends: microseconds.
  static func endOfLease(at now: Instant) -> Int64 { (now + LeasedDelivery.leaseSeconds).microseconds }

  /// Deliveries that wait because their host did not answer, or said that it was away (502, 503, 504): once it is back,
  /// the reason for their waiting is gone. Those that it refused or choked on wait for reasons of their own, and those of
  /// which it had too many (429) as long as it asked for.
  /// - Parameter limit: of those that are found; some thousand are looked at.
  /// - Returns: in the order in which they are due; and where to go on, nil: that was all.
  package func waitsForHost(
    of forward: ForwardID, after position: WaitPosition, limit: Int
  ) throws(Failure) -> (ids: [DeliveryID], next: WaitPosition?) {
    try read { db in
      var (ids, last, looked): ([DeliveryID], WaitPosition, Int) = ([], position, 0)
      let waits = try Wait.cursor(forward.rawValue, after: position, limit: Self.step, db)
      while ids.count < limit, let wait = try waits.next() {
        (last, looked) = (WaitPosition(wait), looked + 1)
        if wait.isForHost { ids.append(DeliveryID(rawValue: wait.id)) }
      }
      return (ids, ids.count < limit && looked < Self.step ? nil : last)
    }
  }

  /// To be called before the first lease: where the clock went back since the last run, what waits would wait for the
  /// old time to come again.
  package func shortenWaits(at now: Instant) throws(Failure) {
    let forwards: [Int64] = try read { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM forward
          WHERE EXISTS (SELECT 1 FROM delivery WHERE state = 'due' AND forward_id = forward.id AND due_at > ?)
          """, arguments: [Self.endOfLease(at: now)])
    }
    for forward in forwards {
      var position: WaitPosition? = WaitPosition(at: now)
      while let start = position { position = try shortenWaits(of: forward, after: start, at: now) }
    }
  }

  /// - Returns: where to go on; nil: that was all.
  private func shortenWaits(
    of forward: Int64, after position: WaitPosition, at now: Instant
  ) throws(Failure) -> WaitPosition? {
    let waits: [Wait] = try read { db in try Array(Wait.cursor(forward, after: position, limit: Self.step, db)) }
    let tooLong = waits.filter { $0.dueAt > $0.latest(at: now) }
    if !tooLong.isEmpty {
      try write { transaction in
        for wait in tooLong {
          try transaction.db.run(
            "UPDATE delivery SET due_at = ? WHERE id = ? AND state = 'due' AND due_at = ?", wait.latest(at: now),
            wait.id, wait.dueAt)
        }
      }
    }
    return waits.count < Self.step ? nil : waits.last.map(WaitPosition.init)
  }
}

/// A delivery that waits, and how the last of its attempts that counted ended.
private struct Wait: Sendable {
  let id: Int64
  /// Microseconds.
  let dueAt: Int64
  let attempts: Int
  /// By the system's clock; nil: there was none, it was in flight when the last run ended.
  let triedAt: Int64?
  /// nil: there was no answer.
  let status: Int?

  static func cursor(
    _ forward: Int64, after position: WaitPosition, limit: Int, _ db: Database
  ) throws -> MapCursor<RowCursor, Wait> {
    let find = try db.cachedStatement(
      sql: """
        SELECT delivery.id, delivery.due_at, delivery.attempts, delivery_attempt.at, delivery_attempt.status FROM delivery
        LEFT JOIN delivery_attempt ON delivery_attempt.delivery_id = delivery.id
          AND delivery_attempt.number = (SELECT max(number) FROM delivery_attempt WHERE delivery_id = delivery.id AND counted)
        WHERE delivery.state = 'due' AND delivery.forward_id = ?1 AND delivery.due_at >= ?2
          AND (delivery.due_at, delivery.id) > (?2, ?3) AND delivery.due_at < \(Store.behind)
        ORDER BY delivery.due_at, delivery.id LIMIT ?4
        """)
    return try Row.fetchCursor(find, arguments: [forward, position.dueAt, position.id, limit]).map { row in
      Wait(id: row["id"], dueAt: row["due_at"], attempts: row["attempts"], triedAt: row["at"], status: row["status"])
    }
  }

  var isForHost: Bool { triedAt != nil && [nil, 502, 503, 504].contains(status) }

  /// When it is sent at the latest: its wait, and no longer one than the schedule or its tracker could have asked for.
  func latest(at now: Instant) -> Int64 {
    guard attempts > 0, let triedAt else { return Store.endOfLease(at: now) }
    let schedule = RetrySchedule.waits[min(attempts, RetrySchedule.waits.count) - 1]
    let longest = max(schedule, RetrySchedule.longestRequest) * 1_100_000
    // A time that is still to come was another clock's: what counts is how long it was to wait from then on.
    let wait = triedAt > now.microseconds ? max(dueAt - triedAt, 0) : longest
    return now.microseconds + min(wait, longest)
  }
}
