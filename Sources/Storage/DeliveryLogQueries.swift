import Domain
import GRDB

/// A delivery and what became of it.
package struct LoggedDelivery: Equatable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    case due, delivered, dead
    /// It was dead, and a replay found nothing to tell: a newer one tells it, or its forward is not told such things now.
    case dropped
  }

  package let delivery: Delivery
  package let forwardName: String
  package let state: State
  /// When it was delivered or given up.
  package let settledAt: Instant?
  /// In order.
  package let attempts: [DeliveryAttempt]
}

extension Store {
  /// What a forward was told and is to be told, newest first.
  /// - Throws: `notFound` where the account has no such forward.
  package func deliveries(
    of forward: ForwardID, in account: AccountID, state: LoggedDelivery.State? = nil, before: DeliveryID? = nil,
    limit: Int
  ) throws(Failure) -> Page<LoggedDelivery, DeliveryID> {
    try read { db in
      let name = try String.fetchOne(
        db, sql: "SELECT name FROM forward WHERE id = ? AND account_id = ?",
        arguments: [forward.rawValue, account.rawValue])
      guard let name else { throw Failure.notFound }
      let page = try DeliveryPage(of: forward, state: state, before: before?.rawValue ?? .max, limit: limit, db)
      return Page(
        elements: try page.rows.map { try LoggedDelivery(row: $0, forwardName: name, db) },
        next: page.next.map(DeliveryID.init(rawValue:)))
    }
  }
}

/// Some of a forward's deliveries, newest first.
private struct DeliveryPage {
  let rows: [Row]
  /// Those before this one are still to come; nil: there are no more.
  let next: Int64?

  init(of forward: ForwardID, state: LoggedDelivery.State?, before: Int64, limit: Int, _ db: Database) throws {
    var end: Int64?
    switch state {
    case .dead, .due:
      // Each has an index, in which there is nothing else of other forwards or states.
      let (name, index) = state == .dead ? ("dead", "delivery_dead") : ("due", "delivery_due")
      let find = try db.cachedStatement(
        sql: """
          SELECT * FROM delivery WHERE id IN (
            SELECT id FROM delivery INDEXED BY \(index) WHERE state = '\(name)' AND forward_id = ? AND id < ?
            ORDER BY id DESC LIMIT ?)
          ORDER BY id DESC
          """)
      rows = try Row.fetchAll(find, arguments: [forward.rawValue, before, limit])
    case .delivered, .dropped, nil:
      end = try db.integer(
        "SELECT id FROM delivery WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?", before, DeliveryLimits.scanned - 1
      ).map(Int64.init)
      let find = try db.cachedStatement(
        sql: """
          SELECT * FROM delivery WHERE id >= ?1 AND id < ?2 AND +forward_id = ?3 AND (?4 IS NULL OR state = ?4)
          ORDER BY id DESC LIMIT ?5
          """)
      rows = try Row.fetchAll(find, arguments: [end ?? 0, before, forward.rawValue, state?.rawValue, limit])
    }
    next = rows.count == limit ? rows.last?["id"] : end
  }
}

extension LoggedDelivery {
  /// What trackers were told because of a message.
  static func following(_ postback: PostbackID, _ db: Database) throws -> [LoggedDelivery] {
    let find = try db.cachedStatement(
      sql: """
        SELECT delivery.*, forward.name AS forward_name FROM delivery JOIN forward ON forward.id = forward_id
        WHERE postback_id = ? ORDER BY delivery.id
        """)
    return try Row.fetchAll(find, arguments: [postback.rawValue]).map { row in
      try LoggedDelivery(row: row, forwardName: row["forward_name"], db)
    }
  }

  fileprivate init(row: Row, forwardName: String, _ db: Database) throws {
    delivery = Delivery(row: row)
    self.forwardName = forwardName
    state = State(rawValue: row["state"]) ?? .due
    settledAt = (row["settled_at"] as Int64?).map(Instant.init(microseconds:))
    let find = try db.cachedStatement(sql: "SELECT * FROM delivery_attempt WHERE delivery_id = ? ORDER BY number")
    attempts = try Row.fetchAll(find, arguments: [delivery.id.rawValue]).map { row in
      DeliveryAttempt(
        at: Instant(microseconds: row["at"]), status: row["status"], milliseconds: row["milliseconds"],
        failure: row["failure"], answer: row["answer"])
    }
  }
}
