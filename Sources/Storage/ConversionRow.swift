import Domain
import GRDB

/// How a conversion stands in its table.
extension Conversion {
  static func all(ofClick clickID: String, _ account: AccountID, _ db: Database) throws -> [Conversion] {
    let find = try db.cachedStatement(sql: "SELECT * FROM conversion WHERE account_id = ? AND click_id = ?")
    return try Row.fetchAll(find, arguments: [account.rawValue, clickID]).map(Conversion.init(row:))
  }

  private init(row: Row) {
    let txid: String = row["txid"]
    self.init(
      txid: txid.isEmpty ? nil : txid, isRebill: row["rebill"], leadID: LeadID(rawValue: row["lead_id"]),
      status: ConversionStatus(rawValue: row["status"]) ?? .pending,
      payout: (row["payout"] as Int64?).map(Money.init(micros:)), currency: row["currency"],
      rawStatus: row["raw_status"], createdAt: Instant(microseconds: row["created_at"]),
      changedAt: Instant(microseconds: row["changed_at"]),
      lastPostbackID: PostbackID(rawValue: row["last_postback_id"]))
  }

  /// Writes the row; one that was there before may get another txid.
  func write(replacing before: Conversion?, click clickID: String, _ account: AccountID, _ db: Database) throws {
    guard let before else { return try insert(click: clickID, account, db) }
    try db.cachedStatement(
      sql: """
        UPDATE conversion SET txid = ?, status = ?, payout = ?, currency = ?, raw_status = ?, changed_at = ?,
          last_postback_id = ?
        WHERE account_id = ? AND click_id = ? AND txid = ? AND rebill = ?
        """
    ).execute(arguments: [
      txid ?? "", status.rawValue, payout?.micros, currency, rawStatus, changedAt.microseconds, lastPostbackID.rawValue,
      account.rawValue, clickID, before.txid ?? "", before.isRebill,
    ])
  }

  private func insert(click clickID: String, _ account: AccountID, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO conversion (account_id, click_id, txid, rebill, lead_id, status, payout, currency, raw_status,
          created_at, changed_at, last_postback_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      account.rawValue, clickID, txid ?? "", isRebill, leadID.rawValue, status.rawValue, payout?.micros, currency,
      rawStatus, createdAt.microseconds, changedAt.microseconds, lastPostbackID.rawValue,
    ])
  }
}
