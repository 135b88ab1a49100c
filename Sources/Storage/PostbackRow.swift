import Domain
import GRDB

/// What a message came to.
package enum PostbackResult: String, CaseIterable, Sendable { case applied, duplicate, stale, unmatched, ignored }

/// A line of the log of postbacks: what came, and what became of it.
package struct LoggedPostback: Equatable, Sendable {
  package let accountID: AccountID
  package let id: PostbackID
  package let receivedAt: Instant
  package let origin: PostbackOrigin
  /// The key that brought it; 0: a person who was logged in.
  package let keyID: KeyID
  /// As sent; a reference where it was an e-mail address; nil: none that could be used.
  package let clickID: String?
  package let rawStatus: String?
  package internal(set) var status: ConversionStatus
  package internal(set) var isRebill: Bool
  package internal(set) var payout: Money?
  package let amount: Money?
  package let currency: String?
  package let txid: String?
  package let otherNames: [String]
  package internal(set) var result: PostbackResult
  package internal(set) var reason: IgnoredPostback.Reason?
  package internal(set) var warnings: [PostbackWarning]
  /// What the partner was to pay for the lead when it was applied; nil: not known.
  package internal(set) var expectedPayout: Money?
  /// Whose conversion it is about; nil: none.
  package internal(set) var leadID: LeadID?
  /// The message before it about the same conversion.
  package internal(set) var previousID: PostbackID?

  init(_ message: Postback, of received: ReceivedPostback, id: PostbackID, warnings: [PostbackWarning]) {
    self.accountID = received.account.id
    self.id = id
    self.receivedAt = received.receivedAt
    self.origin = message.origin
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
    self.warnings = warnings
  }

  init(_ ignored: IgnoredPostback, of received: ReceivedPostback, id: PostbackID) {
    self.accountID = received.account.id
    self.id = id
    self.receivedAt = received.receivedAt
    self.origin = .partner
    self.keyID = received.keyID
    self.clickID = nil
    self.rawStatus = ignored.rawStatus
    self.status = ignored.status
    self.isRebill = false
    self.amount = ignored.amount
    self.currency = ignored.currency
    self.txid = ignored.txid
    self.otherNames = received.otherNames
    self.result = .ignored
    self.reason = ignored.reason
    self.warnings = ignored.warnings
  }

  init(row: Row) {
    self.accountID = AccountID(rawValue: row["account_id"])
    self.id = PostbackID(rawValue: row["id"])
    self.receivedAt = Instant(microseconds: row["received_at"])
    self.origin = PostbackOrigin(rawValue: row["origin"]) ?? .partner
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
    self.expectedPayout = (row["expected_payout"] as Int64?).map(Money.init(micros:))
    self.leadID = (row["lead_id"] as Int64?).map(LeadID.init(rawValue:))
    self.previousID = (row["previous_id"] as Int64?).map(PostbackID.init(rawValue:))
  }

  /// The message as the ledger reads it.
  func message(clickID: String) -> Postback {
    Postback(
      clickID: clickID, origin: origin, meaning: PostbackMeaning(status: status, isRebill: isRebill, payout: payout),
      rawStatus: rawStatus, amount: amount, currency: currency, txid: txid)
  }

  /// Notes what the words in force make of it.
  mutating func note(_ message: Postback, _ found: [PostbackWarning]) {
    status = message.status
    isRebill = message.isRebill
    payout = message.payout
    warnings.removeAll { PostbackMeaning.possibleWarnings.contains($0) }
    warnings += found
  }

  /// Notes what became of it; nil: its click could take no further conversion.
  mutating func note(_ outcome: ConversionOutcome?) {
    warnings.removeAll { ConversionOutcome.possibleWarnings.contains($0) }
    guard let outcome else {
      result = .ignored
      reason = .tooManyConversions
      return
    }
    result =
      switch outcome.result {
      case .applied: .applied
      case .duplicate: .duplicate
      case .stale: .stale
      }
    reason = nil
    warnings += outcome.warnings
    leadID = outcome.after.leadID
    previousID = outcome.before?.lastPostbackID
  }

  func insert(_ db: Database) throws {
    try db.run(
      """
      INSERT INTO postback (account_id, id, received_at, origin, key_id, click_id, raw_status, status, rebill, payout,
        amount, currency, txid, other_names, result, reason, warnings, expected_payout, lead_id, previous_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, accountID.rawValue, id.rawValue, receivedAt.microseconds, origin.rawValue, keyID.rawValue, clickID,
      rawStatus, status.rawValue, isRebill, payout?.micros, amount?.micros, currency, txid,
      otherNames.joined(separator: " "), result.rawValue, reason?.rawValue, storedWarnings, expectedPayout?.micros,
      leadID?.rawValue, previousID?.rawValue)
  }

  /// Keeps it for when its lead comes.
  func wait(_ db: Database) throws {
    try db.run(
      "INSERT INTO unmatched (account_id, click_id, postback_id) VALUES (?, ?, ?)", accountID.rawValue, clickID,
      id.rawValue)
  }

  /// Writes what became of it later: when its lead came, or when its word was read otherwise.
  func update(_ db: Database) throws {
    try db.run(
      """
      UPDATE postback SET status = ?, rebill = ?, payout = ?, result = ?, reason = ?, warnings = ?, expected_payout = ?,
        lead_id = ?, previous_id = ?
      WHERE account_id = ? AND id = ?
      """, status.rawValue, isRebill, payout?.micros, result.rawValue, reason?.rawValue, storedWarnings,
      expectedPayout?.micros, leadID?.rawValue, previousID?.rawValue, accountID.rawValue, id.rawValue)
  }

  private var storedWarnings: String { warnings.map(\.rawValue).joined(separator: " ") }

  /// A conversion's messages, newest first, found by following each to the one before.
  /// - Parameter most: no more are read.
  static func chain(
    endingIn newest: PostbackID, _ account: AccountID, most: Int, _ db: Database
  ) throws -> [LoggedPostback] {
    let find = try db.cachedStatement(sql: "SELECT * FROM postback WHERE account_id = ? AND id = ?")
    var messages: [LoggedPostback] = []
    var next: PostbackID? = newest
    while let id = next, messages.count < most {
      let row = try Row.fetchOne(find, arguments: [account.rawValue, id.rawValue])
      guard let message = row.map(LoggedPostback.init(row:)) else { break }
      messages.append(message)
      next = message.previousID
    }
    return messages
  }

  /// Those of a click that wait for its lead, in order of receipt.
  static func waiting(forClick clickID: String, _ account: AccountID, _ db: Database) throws -> [LoggedPostback] {
    let find = try db.cachedStatement(
      sql: """
        SELECT postback.* FROM unmatched JOIN postback ON postback.id = unmatched.postback_id
        WHERE unmatched.account_id = ? AND unmatched.click_id = ? ORDER BY unmatched.postback_id
        """)
    return try Row.fetchAll(find, arguments: [account.rawValue, clickID]).map(LoggedPostback.init(row:))
  }
}
