import Domain
import GRDB

/// A forward with which something may be wrong.
package struct TroubledForward: Sendable {
  package let forward: Forward
  /// Deliveries that were given up.
  package let dead: Int
  /// Whether for an hour or more attempts have failed, none has arrived, and something has waited.
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
            active AND coalesce(failing_since <= ?, FALSE) AND EXISTS (
              SELECT 1 FROM delivery WHERE state = 'due' AND forward_id = forward.id AND due_at > 0) AS is_failing
          FROM forward_tally JOIN forward ON forward.id = forward_id
          WHERE deleted_at IS NULL AND (dead > 0 OR is_failing) ORDER BY forward.id
          """, arguments: [hourAgo.microseconds]
      ).map { row in
        TroubledForward(
          forward: Forward(row: row), dead: row["dead"], isFailing: row["is_failing"],
          failedStatus: row["failed_status"], failure: row["failure"])
      }
    }
  }

  /// URLs, as templates, of an account's forwards that something was delivered to within the hour; also of those that
  /// were switched off or deleted since.
  package func urlsDeliveredTo(of account: AccountID, at now: Instant) throws(Failure) -> [String] {
    try read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT url FROM forward JOIN forward_tally ON forward_id = forward.id
          WHERE account_id = ? AND delivered_at > ?
          """, arguments: [account.rawValue, (now - Self.failingSeconds).microseconds])
    }
  }
}
