import Domain
import GRDB

/// How the newest attempts at a partner went, one after the other, back to the last one that it took.
package struct PartnerStreak: Equatable, Sendable {
  /// Seconds without an attempt after which one begins anew.
  static let keptSeconds: Int64 = 86_400

  package let accountID: AccountID
  package let partner: String
  /// Attempts in vain.
  package let failed: Int
  /// Of these the newest ones that got no whole answer.
  package let unanswered: Int
  /// Of the newest attempt.
  package let cause: AttemptCause
}

extension PartnerStreak {
  /// Counts the end of an attempt, in its transaction.
  static func count(_ end: AttemptEnd, of attempt: OpenLeadAttempt, at now: Instant, _ db: Database) throws {
    let (account, partner) = (attempt.account.rawValue, attempt.partner)
    // What a crash left open says nothing of the partner.
    guard end.cause != .crash else { return }
    guard end.outcome != .accepted else {
      return try db.run("DELETE FROM partner_streak WHERE account_id = ? AND partner = ?", account, partner)
    }
    try db.run(
      """
      INSERT INTO partner_streak (account_id, partner, failed, unanswered, cause, last_at) VALUES (?, ?, 1, ?, ?, ?)
      ON CONFLICT DO UPDATE SET failed = 1 + iif(last_at <= ?6, 0, failed),
        unanswered = excluded.unanswered * (1 + iif(last_at <= ?6, 0, unanswered)), cause = excluded.cause,
        last_at = excluded.last_at
      """, account, partner, end.outcome == .declined ? 0 : 1, end.cause.rawValue, now.microseconds,
      (now - keptSeconds).microseconds)
  }
}

extension Store {
  /// Partners whose newest attempt was in vain, and less than a day ago.
  package func partnerStreaks(at now: Instant) throws(Failure) -> [PartnerStreak] {
    try read { db in
      try db.rows(
        """
        SELECT account_id, partner, failed, unanswered, cause FROM partner_streak WHERE last_at > ?
        ORDER BY account_id, partner
        """, (now - PartnerStreak.keptSeconds).microseconds
      ) {
        PartnerStreak(
          accountID: AccountID(rawValue: Int64($0.integer(0) ?? 0)), partner: $0.text(1) ?? "",
          failed: $0.integer(2) ?? 0, unanswered: $0.integer(3) ?? 0,
          cause: $0.text(4).flatMap(AttemptCause.init(rawValue:)) ?? .crash)
      }
    }
  }
}
