import Domain
import GRDB

/// A lead with all that it adds to roll-ups, as it stands in its table.
struct TalliedLead {
  let lead: CountedLead
  let counts: LeadCounts
  let clickID: String?

  private init(row: HotRow) {
    self.lead = CountedLead(row: row)
    var counts = LeadCounts(decision: lead.scored.decision, cost: Money(micros: Int64(row.integer(16) ?? 0)))
    counts.delivered = lead.acceptedID == nil ? 0 : 1
    self.counts = counts
    self.clickID = row.text(17)
  }

  private static let columns = CountedLead.columns + ", cost, click_id"

  static func one(_ id: LeadID, _ account: AccountID, _ db: Database) throws -> TalliedLead? {
    try db.rows(
      "SELECT \(columns) FROM \(CountedLead.table) WHERE lead.account_id = ? AND lead.id = ?", account.rawValue,
      id.rawValue, element: TalliedLead.init(row:)
    ).first
  }

  /// The leads of an account that follow one, in order of id.
  static func page(
    after last: LeadID, of account: AccountID, limit: Int, _ db: Database
  ) throws -> [TalliedLead] {
    try db.rows(
      """
      SELECT \(columns) FROM \(CountedLead.table)
      WHERE lead.account_id = ? AND lead.id > ? ORDER BY lead.id LIMIT ?
      """, account.rawValue, last.rawValue, limit, element: TalliedLead.init(row:))
  }

  /// What its conversions count.
  func conversionCounts(in account: AccountID, _ db: Database) throws -> ConversionCounts {
    let all = try clickID.map { try Conversion.all(ofClick: $0, account, db) } ?? []
    return ConversionCounts(of: all.filter { $0.leadID == lead.id })
  }
}
