import Domain
import GRDB

/// A lead with all that it adds to roll-ups, as it stands in its table.
struct TalliedLead {
  let lead: CountedLead
  let counts: LeadCounts
  let clickID: String?

  private init(row: HotRow) {
    self.lead = CountedLead(row: row)
    self.counts = LeadCounts(
      decision: row.text(9).flatMap(Decision.init(rawValue:)) ?? .review,
      cost: Money(micros: Int64(row.integer(10) ?? 0)))
    self.clickID = row.text(11)
  }

  /// The leads of an account that follow one, in order of id.
  static func page(
    after last: LeadID, of account: AccountID, limit: Int, _ db: Database
  ) throws -> [TalliedLead] {
    try db.rows(
      """
      SELECT \(CountedLead.columns), decision, cost, click_id FROM lead
      WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?
      """, account.rawValue, last.rawValue, limit, element: TalliedLead.init(row:))
  }
}
