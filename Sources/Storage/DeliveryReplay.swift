import Domain
import GRDB

/// Which deliveries are sent again.
package enum DeliverySelection: Equatable, Sendable {
  case ids([DeliveryID])
  /// Written in a span of time.
  case written(Range<Instant>)
  case allDead
}

extension Store {
  /// Sends settled deliveries of forwards that were not deleted again, with what their conversions are now: they are
  /// due at once, with all attempts before them. Their log goes on.
  /// - Parameters:
  ///   - after: goes on behind this one.
  ///   - limit: deliveries that are sent again, and looked at, at most.
  /// - Returns: how many there were, and behind which one to go on; nil: that was all.
  package func replayDeliveries(
    _ selection: DeliverySelection, of account: AccountID, after: DeliveryID? = nil, limit: Int = 500
  ) throws(Failure) -> (count: Int, next: DeliveryID?) {
    let first = after?.rawValue ?? -1
    let ids: [Int64] = try read { db in try Self.candidates(selection, of: account, after: first, limit: limit, db) }
    guard let last = ids.last else { return (0, nil) }
    let count = try write { transaction in try ids.count { try Self.replay($0, of: account, transaction.db) } }
    return (count, ids.count < limit ? nil : DeliveryID(rawValue: last))
  }

  private static func candidates(
    _ selection: DeliverySelection, of account: AccountID, after first: Int64, limit: Int, _ db: Database
  ) throws -> [Int64] {
    switch selection {
    case .ids(let ids): return Array(ids.map(\.rawValue).filter { $0 > first }.sorted().prefix(limit))
    case .written(let span):
      // Ids are ordered by time, give or take what a clock that went back makes of it.
      let start = max(first + 1, IDSource.first(at: span.lowerBound))
      return try Int64.fetchAll(
        db, sql: "SELECT id FROM delivery WHERE id >= ? AND id < ? AND account_id = ? ORDER BY id LIMIT ?",
        arguments: [start, IDSource.first(at: span.upperBound), account.rawValue, limit])
    case .allDead:
      return try Int64.fetchAll(
        db,
        sql: """
          SELECT delivery.id FROM forward CROSS JOIN delivery ON delivery.forward_id = forward.id
          WHERE forward.account_id = ? AND forward.deleted_at IS NULL AND delivery.state = 'dead' AND delivery.id > ?
          ORDER BY delivery.id LIMIT ?
          """, arguments: [account.rawValue, first, limit])
    }
  }

  /// - Returns: whether it was settled and is sent again.
  private static func replay(_ id: Int64, of account: AccountID, _ db: Database) throws -> Bool {
    let find = try db.cachedStatement(
      sql: """
        SELECT delivery.*, postback.rebill FROM delivery JOIN postback ON postback.id = delivery.postback_id
        JOIN forward ON forward.id = delivery.forward_id
        WHERE delivery.id = ? AND delivery.account_id = ? AND delivery.state <> 'due' AND forward.deleted_at IS NULL
        """)
    guard let row = try Row.fetchOne(find, arguments: [id, account.rawValue]) else { return false }
    let delivery = Delivery(row: row)
    let isRebill = delivery.txid == nil && row["rebill"] == 1
    if row["state"] == "dead" {
      try db.run("UPDATE forward_tally SET dead = dead - 1 WHERE forward_id = ?", delivery.forwardID.rawValue)
    } else {
      try db.run("UPDATE forward_tally SET delivered = delivered - 1 WHERE forward_id = ?", delivery.forwardID.rawValue)
    }
    let now = try Conversion.all(ofClick: delivery.clickID, account, db).first {
      $0.txid == delivery.txid && $0.isRebill == isRebill
    }
    try db.run(
      """
      UPDATE delivery SET state = 'due', due_at = 0, attempts = 0, settled_at = NULL, status = ?, payout = ?,
        raw_status = ?, currency = ? WHERE id = ?
      """, (now?.status ?? delivery.status).rawValue, (now?.worth ?? delivery.payout).micros,
      now?.rawStatus ?? delivery.rawStatus, now?.currency ?? delivery.currency, id)
    return true
  }
}
