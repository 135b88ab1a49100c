import Domain
import Foundation
import GRDB
import Storage

/// What stands in the file, read by plain SQL beside the store.
struct LoggedHistory: Equatable {
  /// A message of the log, as far as the ledger is concerned.
  struct Line: Equatable {
    let id: PostbackID
    let clickID: String
    let receivedAt: Instant
    let message: Postback
    let result: String
    let warnings: Set<String>
    let expectedPayout: Money?
    let leadID: LeadID?
    let previousID: PostbackID?
  }
  struct LeadLine: Equatable {
    let id: LeadID
    let clickID: String
    let source: String
    let isDuplicate: Bool
    /// Made when a partner took it.
    let acceptedID: Int64?
  }
  let lines: [Line]
  let leads: [LeadLine]
  let deliveries: [DeliveryLine]

  init(path: String, account: AccountID) throws {
    let database = try DatabaseQueue(path: path)
    (lines, leads, deliveries) = try database.read { db in
      let mine: StatementArguments = [account.rawValue]
      return (
        try Row.fetchAll(
          db, sql: "SELECT * FROM postback WHERE account_id = ? AND click_id IS NOT NULL ORDER BY id", arguments: mine
        ).map(Line.init(row:)),
        try Row.fetchAll(
          db,
          sql: """
            SELECT lead.*, route.accepted_id FROM lead LEFT JOIN route ON route.lead_id = lead.id
            WHERE lead.account_id = ? AND click_id IS NOT NULL ORDER BY lead.id
            """, arguments: mine
        ).map { row in
          LeadLine(
            id: LeadID(rawValue: row["id"]), clickID: row["click_id"], source: row["source"],
            isDuplicate: row["duplicate"], acceptedID: row["accepted_id"])
        },
        try Row.fetchAll(db, sql: "SELECT * FROM delivery WHERE account_id = ?", arguments: mine)
          .map(DeliveryLine.init(row:))
      )
    }
  }

  /// The lead that takes what a message opens: of those that were there, the newest that a partner had taken, else the
  /// newest that is no duplicate, else the newest; else the first that came. Ids rise in the order of commits, for leads and messages alike.
  func leadFor(_ line: Line) -> LeadLine? {
    let all = leads.filter { $0.clickID == line.clickID }
    let there = all.filter { $0.id.rawValue < line.id.rawValue }
    let taken = there.last { lead in lead.acceptedID.map { $0 < line.id.rawValue } ?? false }
    return taken ?? there.last { !$0.isDuplicate } ?? there.last ?? all.first
  }
}

extension LoggedHistory.Line {
  fileprivate init(row: Row) {
    func money(_ column: String) -> Money? { (row[column] as Int64?).map(Money.init(micros:)) }
    id = PostbackID(rawValue: row["id"])
    clickID = row["click_id"]
    receivedAt = Instant(microseconds: row["received_at"])
    let meaning = PostbackMeaning(
      status: ConversionStatus(rawValue: row["status"]) ?? .pending, isRebill: row["rebill"], payout: money("payout"))
    message = Postback(
      clickID: clickID, origin: PostbackOrigin(rawValue: row["origin"]) ?? .partner, meaning: meaning,
      rawStatus: row["raw_status"], amount: money("amount"), currency: row["currency"], txid: row["txid"])
    result = row["result"]
    warnings = Set((row["warnings"] as String).split(separator: " ").map(String.init))
    expectedPayout = money("expected_payout")
    leadID = (row["lead_id"] as Int64?).map(LeadID.init(rawValue:))
    previousID = (row["previous_id"] as Int64?).map(PostbackID.init(rawValue:))
  }
}

/// A row of the outbox without its own id and time.
struct DeliveryLine: Hashable, Comparable {
  let forward: Int64
  let postback: Int64
  let lead: Int64
  let click: String
  let txid: String?
  let status: String
  let payout: Int64
  let amount: Int64?
  let rawStatus: String?
  let currency: String?
  let state: String

  init(row: Row) {
    forward = row["forward_id"]
    postback = row["postback_id"]
    lead = row["lead_id"]
    click = row["click_id"]
    txid = row["txid"]
    status = row["status"]
    payout = row["payout"]
    amount = row["amount"]
    rawStatus = row["raw_status"]
    currency = row["currency"]
    state = row["state"]
  }

  /// What a change must write for one tracker.
  init(of conversion: Conversion, by line: LoggedHistory.Line, to forward: Int64) {
    self.forward = forward
    postback = line.id.rawValue
    lead = conversion.leadID.rawValue
    click = line.clickID
    txid = conversion.txid
    status = conversion.status.rawValue
    payout = ["approved", "pending"].contains(status) ? conversion.payout?.micros ?? 0 : 0
    amount = line.message.amount?.micros
    rawStatus = line.message.rawStatus
    currency = conversion.currency
    state = "due"
  }

  static func < (a: Self, b: Self) -> Bool { (a.postback, a.forward) < (b.postback, b.forward) }
}

/// A tracker, put into the file by SQL.
struct TestForward: Sendable {
  var statuses = ConversionStatus.allCases
  var source: String?
  var isActive = true
  var isDeleted = false

  func isTold(_ status: ConversionStatus, source: String) -> Bool {
    isActive && !isDeleted && statuses.contains(status) && (self.source ?? source) == source
  }
}

extension Workbench {
  /// Adds trackers beside the store, as another process would. - Returns: their ids, in order.
  @discardableResult
  func addForwards(_ forwards: [TestForward], to account: Account) throws -> [Int64] {
    try DatabaseQueue(path: path).write { db in
      let ids = try forwards.map { forward in
        try db.execute(
          sql: """
            INSERT INTO forward (account_id, name, url, statuses, status_map, source, active, created_at, deleted_at)
            VALUES (?, 'tracker', 'https://tracker.example/?cid={click_id}', ?, '', ?, ?, 0, ?)
            """,
          arguments: [
            account.id.rawValue, forward.statuses.map(\.rawValue).joined(separator: " "), forward.source,
            forward.isActive, forward.isDeleted ? 1 : nil,
          ])
        return db.lastInsertedRowID
      }
      try db.execute(sql: "UPDATE directory SET version = version + 1")
      return ids
    }
  }

  /// Gives the account's words (key 0) and those of its keys other classes, as another process would.
  func setWords(_ words: [(key: Int64, word: String, status: ConversionStatus)], of account: Account) throws {
    try DatabaseQueue(path: path).write { db in
      try db.execute(sql: "DELETE FROM status_word WHERE account_id = ?", arguments: [account.id.rawValue])
      for (key, word, status) in words {
        try db.execute(
          sql: "INSERT INTO status_word (account_id, key_id, word, status) VALUES (?, ?, ?, ?)",
          arguments: [account.id.rawValue, key, word, status.rawValue])
      }
      try db.execute(sql: "UPDATE directory SET version = version + 1")
    }
  }

  /// Has every click of the account read again.
  func markForReplay(_ account: Account) throws {
    try DatabaseQueue(path: path).write { db in
      try db.execute(
        sql: """
          INSERT OR IGNORE INTO replay (account_id, click_id)
          SELECT DISTINCT account_id, click_id FROM postback WHERE account_id = ? AND click_id IS NOT NULL
          """, arguments: [account.id.rawValue])
    }
  }
}
