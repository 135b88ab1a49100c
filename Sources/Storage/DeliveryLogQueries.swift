import Domain
import GRDB

/// A delivery and what became of it.
package struct LoggedDelivery: Equatable, Sendable {
  package enum State: String, CaseIterable, Sendable { case due, delivered, dead }

  package let delivery: Delivery
  package let state: State
  /// When it was delivered or given up.
  package let settledAt: Instant?
  /// In order.
  package let attempts: [DeliveryAttempt]
}

extension Store {
  /// Deliveries that are looked at for one page; where few are the forward's, a page ends there and the next goes on.
  private static let mostScanned = 20_000

  /// What a forward was told and is to be told, newest first.
  /// - Throws: `notFound` where the account has no such forward.
  package func deliveries(
    of forward: ForwardID, in account: AccountID, state: LoggedDelivery.State? = nil, before: DeliveryID? = nil,
    limit: Int
  ) throws(Failure) -> Page<LoggedDelivery, DeliveryID> {
    try read { db in
      let owner = try db.integer("SELECT account_id FROM forward WHERE id = ?", forward.rawValue)
      guard owner.map(Int64.init) == account.rawValue else { throw Failure.notFound }
      let rows = try Row.fetchCursor(
        db.cachedStatement(sql: "SELECT * FROM delivery WHERE id < ? ORDER BY id DESC LIMIT ?"),
        arguments: [before?.rawValue ?? Int64.max, Self.mostScanned])
      var (found, scanned, last): ([LoggedDelivery], Int, DeliveryID?) = ([], 0, nil)
      while found.count < limit, let row = try rows.next() {
        scanned += 1
        last = DeliveryID(rawValue: row["id"])
        guard row["forward_id"] == forward.rawValue, state == nil || row["state"] == state?.rawValue else { continue }
        found.append(try LoggedDelivery(row: row, db))
      }
      return Page(elements: found, next: found.count < limit && scanned < Self.mostScanned ? nil : last)
    }
  }
}

extension LoggedDelivery {
  fileprivate init(row: Row, _ db: Database) throws {
    delivery = Delivery(row: row)
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
