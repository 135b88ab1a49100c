import Domain
import GRDB

/// What one step of a replay came to.
package struct ReplayedDeliveries: Equatable, Sendable {
  /// They are due again.
  package fileprivate(set) var count = 0
  /// They were dead, and there is nothing to tell: see ``LoggedDelivery/State/dropped``.
  package fileprivate(set) var dropped = 0
  /// Behind which one to go on; nil: that was all.
  package fileprivate(set) var next: DeliveryID?
}

extension Store {
  /// Sends settled deliveries of forwards that were not deleted again, with what their conversions are now: they are
  /// due at once, with all attempts before them. Their log goes on. Of one conversion and forward the newest is sent,
  /// and none that a newer one tells anyway or whose class the forward is not told of; such as are dead are dropped.
  /// - Parameters:
  ///   - after: goes on behind this one.
  ///   - limit: deliveries that are looked at, at most.
  ///   - isDry: only counts what it would do.
  package func replayDeliveries(
    _ selection: DeliverySelection, of account: AccountID, after: DeliveryID? = nil,
    limit: Int = DeliveryLimits.perTransaction, isDry: Bool = false
  ) throws(Failure) -> ReplayedDeliveries {
    let selected: SelectedDeliveries = try read { db in
      try SelectedDeliveries(selection, of: account, after: after, limit: limit, db)
    }
    guard !selected.ids.isEmpty else { return ReplayedDeliveries(next: selected.next) }
    if isDry { return try read { db in try ReplayedDeliveries(selected, selection, of: account, isDry: true, db) } }
    return try write { transaction in
      try ReplayedDeliveries(selected, selection, of: account, isDry: false, transaction.db)
    }
  }
}

extension ReplayedDeliveries {
  fileprivate init(
    _ selected: SelectedDeliveries, _ selection: DeliverySelection, of account: AccountID, isDry: Bool, _ db: Database
  ) throws {
    self.init(next: selected.next)
    for id in selected.ids {
      guard let settled = try SettledDelivery(id, of: account, db) else { continue }
      if try settled.hasSomethingToTell(among: selection, db) {
        if !isDry { try settled.replay(db) }
        count += 1
      } else if settled.isDead {
        if !isDry { try settled.drop(db) }
        dropped += 1
      }
    }
  }
}

/// A delivery that arrived or is dead, and what its conversion is now.
private struct SettledDelivery {
  let isDead: Bool
  private let delivery: Delivery
  private let forward: Forward
  private let source: String
  /// Nil: it is no more, since its messages are read otherwise by now. Trackers were told that it is rejected.
  private let conversion: Conversion?
  private var status: ConversionStatus { conversion?.status ?? .rejected }
  private var worth: Money { conversion?.worth ?? .zero }

  /// Nil where there is none.
  init?(_ id: Int64, of account: AccountID, _ db: Database) throws {
    let find = try db.cachedStatement(
      sql: """
        SELECT delivery.*, lead.source AS source FROM delivery JOIN lead ON lead.id = delivery.lead_id
        WHERE delivery.id = ? AND delivery.account_id = ? AND delivery.state IN ('delivered', 'dead')
        """)
    guard let row = try Row.fetchOne(find, arguments: [id, account.rawValue]) else { return nil }
    let delivery = Delivery(row: row)
    let findForward = try db.cachedStatement(sql: "SELECT * FROM forward WHERE id = ? AND deleted_at IS NULL")
    guard let forward = try Row.fetchOne(findForward, arguments: [delivery.forwardID.rawValue]) else { return nil }
    self.delivery = delivery
    self.forward = Forward(row: forward)
    isDead = row["state"] == "dead"
    source = row["source"]
    let all = try Conversion.all(ofClick: delivery.clickID, account, db)
    conversion =
      all.first { $0.openedBy == delivery.openedBy } ?? all.first { $0.txid == delivery.txid && !$0.isRebill }
  }

  /// Whether the forward wants to know what the conversion is now, and no newer one tells it.
  func hasSomethingToTell(among selection: DeliverySelection, _ db: Database) throws -> Bool {
    guard forward.wants(status, source: source) else { return false }
    return try !newer(db).contains { newer in
      newer.isDue ? newer.tellsNow : selection.holds(newer.id, isDead: newer.isDead)
    }
  }

  /// Those of its conversion and forward that were written later. They are found by the messages that they followed, with
  /// the index that there is.
  private func newer(_ db: Database) throws -> [(id: DeliveryID, isDue: Bool, isDead: Bool, tellsNow: Bool)] {
    guard let conversion else { return [] }
    return try db.rows(
      """
      WITH RECURSIVE message (id, previous_id) AS (
        SELECT id, previous_id FROM postback WHERE id = ?
        UNION ALL
        SELECT postback.id, postback.previous_id FROM message JOIN postback ON postback.id = message.previous_id
        LIMIT ?)
      SELECT id, state = 'due', state = 'dead', status = ? AND payout = ? FROM delivery INDEXED BY delivery_by_postback
      WHERE postback_id IN (SELECT id FROM message) AND forward_id = ? AND opened_by = ? AND id > ?
        AND state <> 'dropped'
      """, conversion.lastPostbackID.rawValue, DeliveryLimits.messagesFollowed, status.rawValue, worth.micros,
      forward.id.rawValue, conversion.openedBy.rawValue, delivery.id.rawValue
    ) { row in
      let id = DeliveryID(rawValue: Int64(row.integer(0) ?? 0))
      return (id, row.integer(1) == 1, row.integer(2) == 1, row.integer(3) == 1)
    }
  }

  func replay(_ db: Database) throws {
    try uncount(db)
    try db.run(
      """
      UPDATE delivery SET state = 'due', due_at = 0, attempts = 0, settled_at = NULL, opened_by = ?, txid = ?,
        status = ?, payout = ?, raw_status = ?, currency = ? WHERE id = ?
      """, (conversion?.openedBy ?? delivery.openedBy).rawValue, conversion?.txid ?? delivery.txid, status.rawValue,
      worth.micros, conversion?.rawStatus ?? delivery.rawStatus, conversion?.currency ?? delivery.currency,
      delivery.id.rawValue)
  }

  func drop(_ db: Database) throws {
    try uncount(db)
    try db.run("UPDATE delivery SET state = 'dropped' WHERE id = ?", delivery.id.rawValue)
  }

  private func uncount(_ db: Database) throws {
    let column = isDead ? "dead" : "delivered"
    try db.run("UPDATE forward_tally SET \(column) = \(column) - 1 WHERE forward_id = ?", forward.id.rawValue)
  }
}
