import Domain
import GRDB

/// Which deliveries are sent again.
package enum DeliverySelection: Equatable, Sendable {
  case ids([DeliveryID])
  /// Written in a span of time; to one forward, or to all.
  case written(Range<Instant>, forward: ForwardID? = nil)
  case allDead(forward: ForwardID? = nil)

  /// Whether a settled delivery is among them.
  func holds(_ id: DeliveryID, isDead: Bool) -> Bool {
    switch self {
    case .ids(let ids): ids.contains(id)
    case .written(let span, _): Self.ids(writtenIn: span).contains(id.rawValue)
    case .allDead: isDead
    }
  }

  /// Ids are ordered by time, give or take what a clock that went back makes of it.
  fileprivate static func ids(writtenIn span: Range<Instant>) -> Range<Int64> {
    IDSource.first(at: span.lowerBound)..<IDSource.first(at: span.upperBound)
  }
}

/// Some of an account's deliveries that are selected, oldest first.
struct SelectedDeliveries {
  let ids: [Int64]
  /// The last one that was looked at; nil: there are no more.
  let next: DeliveryID?

  init(
    _ selection: DeliverySelection, of account: AccountID, after last: DeliveryID?, limit: Int, _ db: Database
  ) throws {
    let last = last?.rawValue ?? -1
    var end: Int64?
    switch selection {
    case .ids(let chosen): ids = Array(chosen.map(\.rawValue).filter { $0 > last }.sorted().prefix(limit))
    case .written(let span, let forward):
      let written = DeliverySelection.ids(writtenIn: span)
      let start = max(last + 1, written.lowerBound)
      end = try Self.end(from: start, before: written.upperBound, db)
      ids = try Int64.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id FROM delivery WHERE id >= ? AND id < ? AND id <= ? AND account_id = ? AND forward_id = ifnull(?, forward_id)
            ORDER BY id LIMIT ?
            """),
        arguments: [start, written.upperBound, end ?? .max, account.rawValue, forward?.rawValue, limit])
    case .allDead(let forward): ids = try Self.dead(of: account, forward, after: last, limit: limit, db)
    }
    next = (ids.count == limit ? ids.last : end).map(DeliveryID.init(rawValue:))
  }

  /// The last one of those that one read goes through; nil: it goes through all.
  private static func end(from start: Int64, before bound: Int64, _ db: Database) throws -> Int64? {
    try db.integer(
      "SELECT id FROM delivery WHERE id >= ? AND id < ? ORDER BY id LIMIT 1 OFFSET ?", start, bound,
      DeliveryLimits.scanned - 1
    ).map(Int64.init)
  }

  /// From each forward by its index: it has them in order.
  private static func dead(
    of account: AccountID, _ forward: ForwardID?, after last: Int64, limit: Int, _ db: Database
  ) throws -> [Int64] {
    let forwards = try db.rows(
      "SELECT id FROM forward WHERE account_id = ? AND id = ifnull(?, id) AND deleted_at IS NULL", account.rawValue,
      forward?.rawValue
    ) { $0.integer(0) ?? 0 }
    let find = try db.cachedStatement(
      sql: "SELECT id FROM delivery WHERE state = 'dead' AND forward_id = ? AND id > ? ORDER BY id LIMIT ?")
    let ids = try forwards.flatMap { try Int64.fetchAll(find, arguments: [$0, last, limit]) }
    return Array(ids.sorted().prefix(limit))
  }
}
