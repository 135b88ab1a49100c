import Domain
import GRDB

/// A delivery and what became of it.
package struct LoggedDelivery: Equatable, Sendable {
  package enum State: String, CaseIterable, Sendable { case due, delivered, dead }

  package let delivery: Delivery
  package let state: State
  /// When it was delivered or given up.
  package let settledAt: Instant?
  /// In order.
  package let attempts: [DeliveryAttempt]
}

/// How a forward does.
package struct ForwardHealth: Equatable, Sendable {
  package let forward: Forward
  package let due: Int
  package let delivered: Int
  package let dead: Int
  /// When the oldest that waits was written.
  package let oldestDueAt: Instant?
  package let deliveredAt: Instant?
  /// Of the last attempt in vain.
  package let failedAt: Instant?
  package let failedStatus: Int?
  package let failure: String?
}

extension Store {
  /// Deliveries that are looked at for one page; where few are the forward's, a page ends there and the next goes on.
  private static let mostScanned = 20_000

  /// What a forward was told and is to be told, newest first.
  /// - Throws: `notFound` where the account has no such forward.
  package func deliveries(
    of forward: ForwardID, in account: AccountID, state: LoggedDelivery.State? = nil, before: DeliveryID? = nil,
    limit: Int
  ) throws(Failure) -> Page<LoggedDelivery, DeliveryID> {
    try read { db in
      let owner = try db.integer("SELECT account_id FROM forward WHERE id = ?", forward.rawValue)
      guard owner.map(Int64.init) == account.rawValue else { throw Failure.notFound }
      let rows = try Row.fetchCursor(
        db.cachedStatement(sql: "SELECT * FROM delivery WHERE id < ? ORDER BY id DESC LIMIT ?"),
        arguments: [before?.rawValue ?? Int64.max, Self.mostScanned])
      var (found, scanned, last): ([LoggedDelivery], Int, DeliveryID?) = ([], 0, nil)
      while found.count < limit, let row = try rows.next() {
        scanned += 1
        last = DeliveryID(rawValue: row["id"])
        guard row["forward_id"] == forward.rawValue, state == nil || row["state"] == state?.rawValue else { continue }
        found.append(try LoggedDelivery(row: row, db))
      }
      return Page(elements: found, next: found.count < limit && scanned < Self.mostScanned ? nil : last)
    }
  }

  /// How an account's forwards do, oldest first; without those that were deleted.
  package func forwardHealth(of account: AccountID) throws(Failure) -> [ForwardHealth] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT forward.*, tally.*, waiting.due, oldest.created_at AS oldest_at FROM forward
          LEFT JOIN forward_tally AS tally ON tally.forward_id = forward.id
          LEFT JOIN (SELECT forward_id, count(*) AS due, min(id) AS first FROM delivery WHERE state = 'due'
            GROUP BY forward_id) AS waiting ON waiting.forward_id = forward.id
          LEFT JOIN delivery AS oldest ON oldest.id = waiting.first
          WHERE forward.account_id = ? AND forward.deleted_at IS NULL ORDER BY forward.id
          """, arguments: [account.rawValue]
      ).map(ForwardHealth.init(row:))
    }
  }

  /// Of all accounts, for the operator.
  package func outboxSize() throws(Failure) -> (due: Int, dead: Int) {
    try read { db in
      (
        try db.integer("SELECT count(*) FROM delivery WHERE state = 'due'") ?? 0,
        try db.integer("SELECT count(*) FROM delivery WHERE state = 'dead'") ?? 0
      )
    }
  }
}

extension LoggedDelivery {
  fileprivate init(row: Row, _ db: Database) throws {
    delivery = Delivery(row: row)
    state = State(rawValue: row["state"]) ?? .due
    settledAt = (row["settled_at"] as Int64?).map(Instant.init(microseconds:))
    let find = try db.cachedStatement(sql: "SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY number")
    attempts = try Row.fetchAll(find, arguments: [delivery.id.rawValue]).map { row in
      DeliveryAttempt(
        at: Instant(microseconds: row["at"]), status: row["status"], milliseconds: row["milliseconds"],
        failure: row["failure"], answer: row["answer"])
    }
  }
}

extension ForwardHealth {
  fileprivate init(row: Row) {
    func instant(_ column: String) -> Instant? { (row[column] as Int64?).map(Instant.init(microseconds:)) }
    forward = Forward(row: row)
    due = row["due"] ?? 0
    delivered = row["delivered"] ?? 0
    dead = row["dead"] ?? 0
    oldestDueAt = instant("oldest_at")
    deliveredAt = instant("delivered_at")
    failedAt = instant("failed_at")
    failedStatus = row["failed_status"]
    failure = row["failure"]
  }
}
