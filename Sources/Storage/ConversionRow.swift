import Domain
import GRDB

/// How a conversion stands in its table.
extension Conversion {
  private static let columns = """
    txid, rebill, lead_id, status, payout, expects_payout, currency, raw_status, opened_by, created_at, changed_at,
      last_postback_id
    """

  static func all(ofClick clickID: String, _ account: AccountID, _ db: Database) throws -> [Conversion] {
    try db.rows(
      "SELECT \(columns) FROM conversion WHERE account_id = ? AND click_id = ?", account.rawValue, clickID,
      element: Conversion.init(row:))
  }

  /// Gives each approved conversion of an account that was opened in a span of time, and its click, to `body`. Goes
  /// through all of the account.
  /// - Parameter key: only those that a message of this key opened; 0: all.
  static func eachApproved(
    openedIn span: Range<Instant>, by key: KeyID, _ account: AccountID, _ db: Database,
    body: (String, Conversion) throws -> Void
  ) throws {
    _ = try db.rows(
      """
      SELECT \(columns), click_id FROM conversion
      WHERE account_id = ?1 AND status = 'approved' AND created_at >= ?2 AND created_at < ?3
        AND (?4 = 0 OR EXISTS (SELECT 1 FROM postback WHERE postback.id = conversion.opened_by AND key_id = ?4))
      """, account.rawValue, span.lowerBound.microseconds, span.upperBound.microseconds, key.rawValue
    ) { try body($0.text(12) ?? "", Conversion(row: $0)) }
  }

  /// Gives an account's conversions behind a click, in order of click id, to `body`, with their clicks.
  /// - Parameter most: no more are read.
  static func each(
    behind clickID: String, most: Int, _ account: AccountID, _ db: Database,
    body: (String, Conversion) throws -> Void
  ) throws {
    _ = try db.rows(
      """
      SELECT \(columns), click_id FROM conversion WHERE account_id = ? AND click_id > ?
      ORDER BY click_id, txid, rebill LIMIT ?
      """, account.rawValue, clickID, most
    ) { try body($0.text(12) ?? "", Conversion(row: $0)) }
  }

  private init(row: HotRow) {
    let txid = row.text(0) ?? ""
    self.init(
      txid: txid.isEmpty ? nil : txid, isRebill: row.integer(1) == 1,
      leadID: LeadID(rawValue: Int64(row.integer(2) ?? 0)),
      status: row.text(3).flatMap(ConversionStatus.init(rawValue:)) ?? .pending,
      payout: row.integer(4).map { Money(micros: Int64($0)) }, expectsPayout: row.integer(5) == 1,
      currency: row.text(6), rawStatus: row.text(7), openedBy: PostbackID(rawValue: Int64(row.integer(8) ?? 0)),
      createdAt: Instant(microseconds: Int64(row.integer(9) ?? 0)),
      changedAt: Instant(microseconds: Int64(row.integer(10) ?? 0)),
      lastPostbackID: PostbackID(rawValue: Int64(row.integer(11) ?? 0)))
  }

  /// Writes the row; one that was there before may get another txid.
  func write(replacing before: Conversion?, click clickID: String, _ account: AccountID, _ db: Database) throws {
    guard let before else { return try insert(click: clickID, account, db) }
    try db.run(
      """
      UPDATE conversion SET txid = ?, status = ?, payout = ?, expects_payout = ?, currency = ?, raw_status = ?,
        changed_at = ?, last_postback_id = ?
      WHERE account_id = ? AND click_id = ? AND txid = ? AND rebill = ?
      """, txid ?? "", status.rawValue, payout?.micros, expectsPayout, currency, rawStatus,
      changedAt.microseconds, lastPostbackID.rawValue, account.rawValue, clickID, before.txid ?? "", before.isRebill)
  }

  /// Takes the row away: a replay came to another one.
  func delete(click clickID: String, _ account: AccountID, _ db: Database) throws {
    try db.run(
      "DELETE FROM conversion WHERE account_id = ? AND click_id = ? AND txid = ? AND rebill = ?", account.rawValue,
      clickID, txid ?? "", isRebill)
  }

  func insert(click clickID: String, _ account: AccountID, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO conversion (account_id, click_id, txid, rebill, lead_id, status, payout, expects_payout, currency,
        raw_status, opened_by, created_at, changed_at, last_postback_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, account.rawValue, clickID, txid ?? "", isRebill, leadID.rawValue, status.rawValue, payout?.micros,
      expectsPayout, currency, rawStatus, openedBy.rawValue, createdAt.microseconds, changedAt.microseconds,
      lastPostbackID.rawValue)
  }
}
