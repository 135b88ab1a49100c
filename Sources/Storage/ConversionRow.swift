import Domain
import GRDB

/// How a conversion stands in its table.
extension Conversion {
  static func all(ofClick clickID: String, _ account: AccountID, _ db: Database) throws -> [Conversion] {
    try db.rows(
      """
      SELECT txid, rebill, lead_id, status, payout, currency, raw_status, created_at, changed_at, last_postback_id
      FROM conversion WHERE account_id = ? AND click_id = ?
      """, account.rawValue, clickID, element: Conversion.init(row:))
  }

  private init(row: HotRow) {
    let txid = row.text(0) ?? ""
    self.init(
      txid: txid.isEmpty ? nil : txid, isRebill: row.integer(1) == 1,
      leadID: LeadID(rawValue: Int64(row.integer(2) ?? 0)),
      status: row.text(3).flatMap(ConversionStatus.init(rawValue:)) ?? .pending,
      payout: row.integer(4).map { Money(micros: Int64($0)) }, currency: row.text(5), rawStatus: row.text(6),
      createdAt: Instant(microseconds: Int64(row.integer(7) ?? 0)),
      changedAt: Instant(microseconds: Int64(row.integer(8) ?? 0)),
      lastPostbackID: PostbackID(rawValue: Int64(row.integer(9) ?? 0)))
  }

  /// Writes the row; one that was there before may get another txid.
  func write(replacing before: Conversion?, click clickID: String, _ account: AccountID, _ db: Database) throws {
    guard let before else { return try insert(click: clickID, account, db) }
    try db.run(
      """
      UPDATE conversion SET txid = ?, status = ?, payout = ?, currency = ?, raw_status = ?, changed_at = ?,
        last_postback_id = ?
      WHERE account_id = ? AND click_id = ? AND txid = ? AND rebill = ?
      """, txid ?? "", status.rawValue, payout?.micros, currency, rawStatus, changedAt.microseconds,
      lastPostbackID.rawValue,
      account.rawValue, clickID, before.txid ?? "", before.isRebill)
  }

  private func insert(click clickID: String, _ account: AccountID, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO conversion (account_id, click_id, txid, rebill, lead_id, status, payout, currency, raw_status,
        created_at, changed_at, last_postback_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, account.rawValue, clickID, txid ?? "", isRebill, leadID.rawValue, status.rawValue, payout?.micros, currency,
      rawStatus, createdAt.microseconds, changedAt.microseconds, lastPostbackID.rawValue)
  }
}
