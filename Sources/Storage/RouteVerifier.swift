import Domain
import GRDB

/// Compares an account's routes with the attempts that they came of, and the counters of caps with both.
struct RouteVerifier {
  private let account: AccountID
  private let db: Database

  init(account: AccountID, db: Database) {
    self.account = account
    self.db = db
  }

  func run(_ found: inout LedgerVerification) throws {
    try verifyRoutes(&found)
    try verifyCounters(&found)
  }

  /// Whoever has a lead, may have it or is being asked has an attempt that says so; the page alone hands over without.
  private func verifyRoutes(_ found: inout LedgerVerification) throws {
    let wrong = try db.rows(
      """
      SELECT lead_id, delivery, partner FROM route
      WHERE account_id = ? AND delivery IN ('open', 'accepted', 'unknown') AND NOT EXISTS (
        SELECT 1 FROM lead_attempt AS attempt
        WHERE attempt.lead_id = route.lead_id AND attempt.partner = route.partner
          AND coalesce(attempt.outcome, 'open') = route.delivery)
      """, account.rawValue
    ) { (LeadID(rawValue: Int64($0.integer(0) ?? 0)), $0.text(1) ?? "", $0.text(2) ?? "") }
    for (lead, delivery, partner) in wrong {
      found.note(
        LedgerDifference(
          kind: .route, account: account, clickID: nil, place: lead.eventID, table: "\(delivery) \(partner)",
          log: "no such attempt"))
    }
  }

  /// Of those in all: hours and days are dropped after a while.
  private func verifyCounters(_ found: inout LedgerVerification) throws {
    func counts(_ sql: String) throws -> [String: Int] {
      let pairs = try db.rows(sql, account.rawValue) { ($0.text(0) ?? "", $0.integer(1) ?? 0) }
      return Dictionary(pairs) { $0 + $1 }
    }
    let used = try counts("SELECT partner, used FROM cap_count WHERE account_id = ? AND span = 2")
    let held = try counts(
      """
      SELECT partner, count(*) FROM lead_attempt WHERE account_id = ?1 AND hour IS NOT NULL GROUP BY 1
      UNION ALL SELECT partner, count(*) FROM route WHERE account_id = ?1 AND delivery = 'page' GROUP BY 1
      """)
    for partner in Set(used.keys).union(held.keys).sorted() where used[partner] ?? 0 != held[partner] ?? 0 {
      found.note(
        LedgerDifference(
          kind: .cap, account: account, clickID: nil, place: partner, table: "used \(used[partner] ?? 0)",
          log: "\(held[partner] ?? 0) leads"))
    }
  }
}
