import Domain
import GRDB

/// A forward with which something may be wrong.
package struct TroubledForward: Sendable {
  package let forward: Forward
  /// Deliveries that were given up.
  package let dead: Int
  /// Whether an hour or more has passed in which attempts failed, none arrived, and something waited.
  package let isFailing: Bool
  /// Of the last attempt in vain.
  package let failedStatus: Int?
  package let failure: String?
}

extension Store {
  /// Seconds without a delivery after which a forward that fails counts as failing.
  package static let failingSeconds: Int64 = 3_600

  /// The forwards of all accounts with which something may be wrong, without those that were deleted.
  package func troubledForwards(at now: Instant) throws(Failure) -> [TroubledForward] {
    let hourAgo = now - Self.failingSeconds
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT forward.*, dead, failed_status, failure,
            active AND coalesce(failed_at, 0) > coalesce(delivered_at, 0) AND coalesce(delivered_at, 0) <= ?1
              AND EXISTS (SELECT 1 FROM delivery WHERE state = 'due' AND forward_id = forward.id AND due_at > 0
                AND delivery.id < ?2 AND attempts > 0) AS is_failing
          FROM forward_tally JOIN forward ON forward.id = forward_id
          WHERE deleted_at IS NULL AND (dead > 0 OR is_failing) ORDER BY forward.id
          """, arguments: [hourAgo.microseconds, IDSource.first(at: hourAgo)]
      ).map { row in
        TroubledForward(
          forward: Forward(row: row), dead: row["dead"], isFailing: row["is_failing"],
          failedStatus: row["failed_status"], failure: row["failure"])
      }
    }
  }
}
