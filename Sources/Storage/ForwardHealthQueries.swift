import Domain
import GRDB

/// How a forward does.
package struct ForwardHealth: Equatable, Sendable {
  /// Deliveries that are counted where they wait for one forward, at most.
  package static let mostCounted = 10_000
  /// The same for all forwards of one look together; beyond it each is counted to ``leastCounted`` only.
  static let mostCountedInAll = 200_000
  static let leastCounted = 100

  package let forward: Forward
  /// Deliveries that wait, as far as they were counted.
  package let due: Int
  /// Whether more wait than were counted.
  package let isMoreDue: Bool
  package let delivered: Int
  package let dead: Int
  /// When the oldest that waits was written, of those that were counted.
  package let oldestDueAt: Instant?
  package let deliveredAt: Instant?
  /// Of the last attempt in vain.
  package let failedAt: Instant?
  package let failedStatus: Int?
  package let failure: String?
}

extension Store {
  /// How forwards do, oldest first; without those that were deleted.
  /// - Parameter account: whose; nil: everybody's, for the operator.
  package func forwardHealth(of account: AccountID?) throws(Failure) -> [ForwardHealth] {
    try readReport { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT forward.*, tally.* FROM forward
            LEFT JOIN forward_tally AS tally ON tally.forward_id = forward.id
            WHERE forward.deleted_at IS NULL AND (?1 IS NULL OR forward.account_id = ?1) ORDER BY forward.id
            """), arguments: [account?.rawValue])
      var left = ForwardHealth.mostCountedInAll
      return try rows.map { row in
        let most = min(ForwardHealth.mostCounted, max(ForwardHealth.leastCounted, left))
        let waiting = try Waiting(for: row["id"], most: most, db)
        left -= waiting.count
        return ForwardHealth(row: row, waiting: waiting, most: most)
      }
    }
  }
}

/// What waits for a forward, looked at up to a limit and by the index alone, however much there is.
private struct Waiting {
  let count: Int
  let oldestAt: Instant?

  init(for forward: Int64, most: Int, _ db: Database) throws {
    // New ones stand in the order in which they were written; those that were begun do not.
    let find = try db.cachedStatement(
      sql: """
        SELECT count(*) AS count, min(id) AS first FROM (
          SELECT id FROM delivery WHERE state = 'due' AND forward_id = ? AND due_at BETWEEN ? AND ?
          ORDER BY due_at, id LIMIT ?)
        """)
    let parts = try [(0, 0), (1, Int64.max)].compactMap { from, through in
      try Row.fetchOne(find, arguments: [forward, from, through, most + 1])
    }
    count = parts.reduce(0) { $0 + ($1["count"] as Int) }
    let first = parts.compactMap { $0["first"] as Int64? }.min()
    oldestAt = try first.flatMap { try db.integer("SELECT created_at FROM delivery WHERE id = ?", $0) }
      .map { Instant(microseconds: Int64($0)) }
  }
}

extension ForwardHealth {
  fileprivate init(row: Row, waiting: Waiting, most: Int) {
    func instant(_ column: String) -> Instant? { (row[column] as Int64?).map(Instant.init(microseconds:)) }
    forward = Forward(row: row)
    due = min(waiting.count, most)
    isMoreDue = waiting.count > most
    delivered = row["delivered"] ?? 0
    dead = row["dead"] ?? 0
    oldestDueAt = waiting.oldestAt
    deliveredAt = instant("delivered_at")
    failedAt = instant("failed_at")
    failedStatus = row["failed_status"]
    failure = row["failure"]
  }
}
