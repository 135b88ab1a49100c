import Domain
import GRDB

/// How the newest attempts at a partner went, one after the other, back to the last one that it took.
package struct PartnerStreak: Equatable, Sendable {
  package let accountID: AccountID
  package let partner: String
  /// Attempts in vain.
  package fileprivate(set) var failed = 0
  /// Of these the newest ones that got no whole answer.
  package fileprivate(set) var unanswered = 0
  /// Of the newest attempt.
  package let cause: AttemptCause
}

extension Store {
  /// Hours that are looked back, and attempts of all accounts at most.
  private static let streakHours: Int64 = 24
  private static let streakAttempts = 5_000

  /// Partners whose newest attempt was in vain.
  package func partnerStreaks(at now: Instant) throws(Failure) -> [PartnerStreak] {
    let rows = try read { db in
      try db.rows(
        """
        SELECT account_id, partner, outcome, cause FROM lead_attempt WHERE lead_id >= ? AND outcome IS NOT NULL
        ORDER BY lead_id DESC, number DESC LIMIT ?
        """, IDSource.first(at: now - Self.streakHours * 3_600), Self.streakAttempts
      ) {
        (
          AccountID(rawValue: Int64($0.integer(0) ?? 0)), $0.text(1) ?? "",
          $0.text(2).flatMap(AttemptOutcome.init(rawValue:)), $0.text(3).flatMap(AttemptCause.init(rawValue:))
        )
      }
    }
    var streaks: [AccountID: [String: PartnerStreak]] = [:]
    var ended: [AccountID: Set<String>] = [:]
    for (account, partner, outcome, cause) in rows where ended[account]?.contains(partner) != true {
      guard outcome != .accepted else {
        ended[account, default: []].insert(partner)
        continue
      }
      var streak =
        streaks[account]?[partner] ?? PartnerStreak(accountID: account, partner: partner, cause: cause ?? .crash)
      if outcome != .declined && streak.unanswered == streak.failed { streak.unanswered += 1 }
      streak.failed += 1
      streaks[account, default: [:]][partner] = streak
    }
    return streaks.values.flatMap(\.values).sorted { ($0.accountID, $0.partner) < ($1.accountID, $1.partner) }
  }
}
