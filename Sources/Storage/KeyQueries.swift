import Domain
import Foundation
import GRDB

/// A key that is about to be stored: made and sealed elsewhere, seen here only as what may rest on disk.
package struct NewKey: Sendable {
  package let kind: KeyKind
  package let name: String
  package let digest: [UInt8]
  package let masked: String
  package let clear: String?
  package let sealed: [UInt8]?
  package let origins: [String]
  package let dailyCap: Int?
  /// Of a postback key: the slug of the partner that it is given to; nil: it may be anyone's.
  package let partner: String?

  package init(
    kind: KeyKind, name: String, digest: [UInt8], masked: String, clear: String? = nil, sealed: [UInt8]? = nil,
    origins: [String] = [], dailyCap: Int? = nil, partner: String? = nil
  ) {
    self.kind = kind
    self.name = name
    self.digest = digest
    self.masked = masked
    self.clear = clear
    self.sealed = sealed
    self.origins = origins
    self.dailyCap = dailyCap
    self.partner = partner
  }
}

extension Store {
  /// An account's keys, oldest first; of the revoked ones the newest ``APIKey/mostRevoked``.
  package func keys(of account: AccountID) throws(Failure) -> [APIKey] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM api_key WHERE account_id = ?1 AND (revoked_at IS NULL OR id IN (
            SELECT id FROM api_key WHERE account_id = ?1 AND revoked_at IS NOT NULL ORDER BY id DESC LIMIT ?2))
          ORDER BY id
          """, arguments: [account.rawValue, APIKey.mostRevoked]
      ).map(APIKey.init(row:))
    }
  }

  /// - Throws: `limitReached` (keys), `notFound` where there is no such account, or no such partner.
  package func createKey(_ key: NewKey, for account: AccountID, at now: Instant) throws(Failure) -> APIKey {
    defer { forgetDirectory() }
    return try write { transaction in
      guard try Account.exists(account, transaction.db) else { throw Failure.notFound }
      let count = try Int.fetchOne(
        transaction.db, sql: "SELECT count(*) FROM api_key WHERE account_id = ? AND revoked_at IS NULL",
        arguments: [account.rawValue])
      guard (count ?? 0) < APIKey.limit else { throw Failure.limitReached(what: "keys", limit: APIKey.limit) }
      if let partner = key.partner {
        let find = "SELECT 1 FROM partner WHERE account_id = ? AND slug = ? AND archived_at IS NULL"
        guard try transaction.db.integer(find, account.rawValue, partner) != nil else { throw Failure.notFound }
      }
      return try Self.insertKey(key, account, transaction, at: now)
    }
  }

  /// Ends a key for good; revoking twice is no error. - Throws: `notFound`.
  package func revokeKey(_ key: KeyID, of account: AccountID, at now: Instant) throws(Failure) {
    defer { forgetDirectory() }
    try write { transaction in
      let db = transaction.db
      try db.execute(
        sql: "UPDATE api_key SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND account_id = ?",
        arguments: [now.microseconds, key.rawValue, account.rawValue])
      guard db.changesCount == 1 else { throw Failure.notFound }
    }
  }

  static func insertKey(
    _ key: NewKey, _ account: AccountID, _ transaction: Transaction, at now: Instant
  ) throws -> APIKey {
    let stored = APIKey(
      id: KeyID(rawValue: transaction.ids.next(at: now)), accountID: account, kind: key.kind, name: key.name,
      digest: key.digest, masked: key.masked, clear: key.clear, sealed: key.sealed, origins: key.origins,
      dailyCap: key.dailyCap, partner: key.partner, createdAt: now)
    try transaction.db.execute(
      sql: """
        INSERT INTO api_key (id, account_id, kind, name, digest, masked, clear, sealed, origins, daily_cap, partner,
          created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        stored.id.rawValue, account.rawValue, key.kind.rawValue, key.name, Data(key.digest), key.masked, key.clear,
        key.sealed.map { Data($0) }, key.origins.joined(separator: " "), key.dailyCap, key.partner,
        now.microseconds,
      ])
    return stored
  }
}

extension APIKey {
  init(row: Row) {
    self.init(
      id: KeyID(rawValue: row["id"]), accountID: AccountID(rawValue: row["account_id"]),
      kind: KeyKind(rawValue: row["kind"]) ?? .postback, name: row["name"], digest: Array(row["digest"] as Data),
      masked: row["masked"], clear: row["clear"], sealed: (row["sealed"] as Data?).map(Array.init),
      origins: (row["origins"] as String).split(separator: " ").map(String.init), dailyCap: row["daily_cap"],
      partner: row["partner"],
      createdAt: Instant(microseconds: row["created_at"]),
      revokedAt: (row["revoked_at"] as Int64?).map(Instant.init(microseconds:)))
  }
}
