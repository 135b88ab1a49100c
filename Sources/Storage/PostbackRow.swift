import Domain
import GRDB

/// A line of the log of postbacks: what came, and what became of it.
package struct LoggedPostback: Equatable, Sendable {
  package let accountID: AccountID
  package let id: PostbackID
  package let receivedAt: Instant
  package let keyID: KeyID
  /// As sent; a reference where it was an e-mail address; nil: none that could be used.
  package let clickID: String?
  package let rawStatus: String?
  package let status: ConversionStatus
  package let isRebill: Bool
  package let payout: Money?
  package let amount: Money?
  package let currency: String?
  package let txid: String?
  package let otherNames: [String]
  package internal(set) var result: PostbackResult
  package internal(set) var reason: IgnoredPostback.Reason?
  package internal(set) var warnings: [PostbackWarning]
  /// The message before it about the same conversion.
  package internal(set) var previousID: PostbackID?

  init(_ message: Postback, of received: ReceivedPostback, id: PostbackID, warnings: [PostbackWarning]) {
    self.accountID = received.account.id
    self.id = id
    self.receivedAt = received.receivedAt
    self.keyID = received.keyID
    self.clickID = received.clickIDReference?.hex ?? message.clickID
    self.rawStatus = message.rawStatus
    self.status = message.status
    self.isRebill = message.isRebill
    self.payout = message.payout
    self.amount = message.amount
    self.currency = message.currency
    self.txid = message.txid
    self.otherNames = received.otherNames
    self.result = .unmatched
    self.reason = nil
    self.warnings = warnings
    self.previousID = nil
  }

  init(_ ignored: IgnoredPostback, of received: ReceivedPostback, id: PostbackID) {
    self.accountID = received.account.id
    self.id = id
    self.receivedAt = received.receivedAt
    self.keyID = received.keyID
    self.clickID = nil
    self.rawStatus = ignored.rawStatus
    self.status = ignored.status
    self.isRebill = false
    self.payout = nil
    self.amount = ignored.amount
    self.currency = ignored.currency
    self.txid = ignored.txid
    self.otherNames = received.otherNames
    self.result = .ignored
    self.reason = ignored.reason
    self.warnings = ignored.warnings
    self.previousID = nil
  }

  init(row: Row) {
    self.accountID = AccountID(rawValue: row["account_id"])
    self.id = PostbackID(rawValue: row["id"])
    self.receivedAt = Instant(microseconds: row["received_at"])
    self.keyID = KeyID(rawValue: row["key_id"])
    self.clickID = row["click_id"]
    self.rawStatus = row["raw_status"]
    self.status = ConversionStatus(rawValue: row["status"]) ?? .pending
    self.isRebill = row["rebill"]
    self.payout = (row["payout"] as Int64?).map(Money.init(micros:))
    self.amount = (row["amount"] as Int64?).map(Money.init(micros:))
    self.currency = row["currency"]
    self.txid = row["txid"]
    self.otherNames = (row["other_names"] as String).split(separator: " ").map(String.init)
    self.result = PostbackResult(rawValue: row["result"]) ?? .ignored
    self.reason = (row["reason"] as String?).flatMap(IgnoredPostback.Reason.init(rawValue:))
    self.warnings = (row["warnings"] as String).split(separator: " ").compactMap {
      PostbackWarning(rawValue: String($0))
    }
    self.previousID = (row["previous_id"] as Int64?).map(PostbackID.init(rawValue:))
  }

  static func fetchAll(_ statement: Statement, arguments: StatementArguments) throws -> [LoggedPostback] {
    try Row.fetchAll(statement, arguments: arguments).map(LoggedPostback.init(row:))
  }

  /// The message as the ledger reads it.
  func message(clickID: String) -> Postback {
    Postback(
      clickID: clickID, status: status, isRebill: isRebill, rawStatus: rawStatus, payout: payout, amount: amount,
      currency: currency, txid: txid)
  }

  func insert(_ db: Database) throws {
    try db.run(
      """
      INSERT INTO postback (account_id, id, received_at, key_id, click_id, raw_status, status, rebill, payout, amount,
        currency, txid, other_names, result, reason, warnings, previous_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, accountID.rawValue, id.rawValue, receivedAt.microseconds, keyID.rawValue, clickID, rawStatus,
      status.rawValue,
      isRebill, payout?.micros, amount?.micros, currency, txid, otherNames.joined(separator: " "), result.rawValue,
      reason?.rawValue, storedWarnings, previousID?.rawValue)
  }

  /// Writes what became of it once its lead came.
  func update(_ db: Database) throws {
    try db.cachedStatement(
      sql: "UPDATE postback SET result = ?, reason = ?, warnings = ?, previous_id = ? WHERE account_id = ? AND id = ?"
    ).execute(arguments: [
      result.rawValue, reason?.rawValue, storedWarnings, previousID?.rawValue, accountID.rawValue, id.rawValue,
    ])
  }

  private var storedWarnings: String { warnings.map(\.rawValue).joined(separator: " ") }
}
