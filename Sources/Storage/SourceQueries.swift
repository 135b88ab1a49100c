import Domain
import Foundation
import GRDB

extension Store {
  /// An account's sources by name, archived ones too.
  package func sources(of account: AccountID) throws(Failure) -> [Source] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM source WHERE account_id = ? ORDER BY slug", arguments: [account.rawValue]
      )
      .map(Source.init(row:))
    }
  }

  /// - Throws: `taken` (slug), `limitReached` (sources).
  package func createSource(_ source: Source) throws(Failure) {
    defer { forgetDirectory() }
    try write { transaction in
      let taken = try Row.fetchOne(
        transaction.db, sql: "SELECT 1 FROM source WHERE account_id = ? AND slug = ?",
        arguments: [source.accountID.rawValue, source.slug])
      guard taken == nil else { throw Failure.taken(field: "slug") }
      try Self.insertSource(source, transaction.db)
    }
  }

  /// Changes a source, all but its slug. - Returns: the source as it is then.
  /// - Parameter change: runs inside the transaction, so that two changes of different settings both stay.
  /// - Throws: `notFound`.
  package func updateSource(
    _ slug: String, of account: AccountID, change: @escaping @Sendable (inout Source) -> Void
  ) throws(Failure) -> Source {
    defer { forgetDirectory() }
    return try write { transaction in
      let row = try Row.fetchOne(
        transaction.db, sql: "SELECT * FROM source WHERE account_id = ? AND slug = ?",
        arguments: [account.rawValue, slug])
      guard var source = row.map(Source.init(row:)) else { throw Failure.notFound }
      change(&source)
      try transaction.db.execute(
        sql: """
          UPDATE source SET name = ?, traffic_type = ?, cost_per_lead = ?, archived_at = ?
          WHERE account_id = ? AND slug = ?
          """,
        arguments: [
          source.name, source.trafficType, source.costPerLead?.micros, source.archivedAt?.microseconds,
          account.rawValue, slug,
        ])
      return source
    }
  }

  /// - Throws: `limitReached` (sources).
  static func insertSource(_ source: Source, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO source (account_id, slug, name, traffic_type, cost_per_lead, created_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM source WHERE account_id = ?1) < ?7
        """,
      arguments: [
        source.accountID.rawValue, source.slug, source.name, source.trafficType, source.costPerLead?.micros,
        source.createdAt.microseconds, Source.limit,
      ])
    guard db.changesCount == 1 else { throw Failure.limitReached(what: "sources", limit: Source.limit) }
  }
}

extension Source {
  init(row: Row) {
    self.init(
      accountID: AccountID(rawValue: row["account_id"]), slug: row["slug"], name: row["name"],
      trafficType: row["traffic_type"], costPerLead: (row["cost_per_lead"] as Int64?).map(Money.init(micros:)),
      createdAt: Instant(microseconds: row["created_at"]),
      archivedAt: (row["archived_at"] as Int64?).map(Instant.init(microseconds:)))
  }
}
