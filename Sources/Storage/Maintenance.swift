import Domain
import Foundation
import GRDB

extension Store {
  /// The tables as SQL, in the order in which they were made: what `docs/schema.sql` holds.
  package func schema() throws(Failure) -> String {
    try read { db in
      try String.fetchAll(
        db,
        sql:
          "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'grdb_%' AND name NOT LIKE 'sqlite_%'"
      ).map { $0 + ";\n" }.joined(separator: "\n")
    }
  }

  /// Copies the whole database to a file of its own while the server runs, and checks the copy.
  /// - Returns: false where the copy is damaged; it is left for inspection.
  package func backup(to path: String) throws(Failure) -> Bool {
    do {
      let copy = try DatabaseQueue(path: path)
      try pool.backup(to: copy)
      return try copy.inDatabase { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"]
    } catch { throw .unavailable }
  }

  /// Whether SQLite finds the file sound: a quick look that reads every page but compares no index.
  package func isSound() throws(Failure) -> Bool {
    try read { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") == ["ok"] }
  }

  /// Whether a reader can see the tables.
  package func canRead() -> Bool {
    do { return try read { try Int.fetchOne($0, sql: "SELECT only FROM directory") } == 1 } catch { return false }
  }

  /// Bytes of the database and of its write-ahead log; 0 for one that is not there.
  package func fileSizes() -> (database: Int64, log: Int64) {
    func size(_ path: String) -> Int64 {
      ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.int64Value ?? 0
    }
    return (size(pool.path), size(pool.path + "-wal"))
  }

  /// When the newest id was made, by the clock of then.
  package var newestInstant: Instant { ids.newest }

  /// Lets running work end and closes the file; nothing can be asked of the store after it.
  package func close() {
    log.close()
    try? pool.close()
  }

  package var writeStatistics: WriteStatistics { writer.statistics }

  /// Whether the writer can commit now: touches one row that is always there, and looks for room, since on a full disk
  /// that one page may still fit where a lead's pages do not.
  package func canWrite() -> Bool {
    guard hasRoom else { return false }
    do {
      try write { try $0.db.execute(sql: "UPDATE directory SET version = version WHERE only = 1") }
      return true
    } catch { return false }
  }

  /// A mebibyte or more is free beside the database.
  private var hasRoom: Bool { freeBytes().map { $0 >= 1 << 20 } ?? true }

  /// Bytes that are free where the database lies; nil where the system does not say.
  package func freeBytes() -> Int64? {
    var status = statvfs()
    guard statvfs(pool.path, &status) == 0 else { return nil }
    return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }

  /// Drops what is kept for a time only: visits after a day, the callers' ids of leads and messages without a lead
  /// after 30 days, sessions once they ended, keys' daily counts and partners' hourly and daily ones after a week, alerts
  /// 30 days after they were over.
  ///
  /// Rows are looked for beside the writer and dropped by their keys, `limit` of a table at most: no commit waits for it.
  /// - Returns: whether there may be more.
  package func dropExpired(at now: Instant, limit: Int = 500) throws(Failure) -> Bool {
    let day = IDSource.first(at: now - 86_400)
    let month = IDSource.first(at: now - Self.leadKeyDays * 86_400)
    let tables = [
      ExpiringTable(name: "visit", key: ["lead_id"], expired: "lead_id < \(day)"),
      ExpiringTable(name: "lead_key", key: ["account_id", "digest"], expired: "lead_id < \(month)"),
      ExpiringTable(
        name: "unmatched", key: ["account_id", "click_id", "postback_id"], expired: "postback_id < \(month)"),
      ExpiringTable(name: "session", key: ["digest"], expired: "expires_at < \(now.microseconds)"),
      // Counted in days of any zone: a day more or less is none too many.
      ExpiringTable(
        name: "cap_count", key: ["account_id", "partner", "span", "period"],
        expired: "span = 0 AND period < \((now.seconds / 86_400 - CapCounts.keptDays) * 24)"),
      ExpiringTable(
        name: "cap_count", key: ["account_id", "partner", "span", "period"],
        expired: "span = 1 AND period < \(now.seconds / 86_400 - CapCounts.keptDays)"),
      ExpiringTable(name: "key_usage", key: ["key_id", "day"], expired: "day < \(now.seconds / 86_400 - 7)"),
      ExpiringTable(
        name: "alert", key: ["account_id", "code", "subject"],
        expired: "resolved_at < \((now - Alert.keptDays * 86_400).microseconds)"),
    ]
    try write { try $0.visits.forget(at: now, $0.db) }
    var mayBeMore = false
    for table in tables {
      let keys = try read { try table.expiredKeys(limit: limit, $0) }
      guard !keys.isEmpty else { continue }
      try write { transaction in for key in keys { try table.drop(key, transaction.db) } }
      mayBeMore = mayBeMore || keys.count == limit
    }
    return mayBeMore
  }
}

/// A table whose rows end by themselves. The condition is looked at again when a row is dropped: it may have changed.
private struct ExpiringTable: Sendable {
  let name: String
  let key: [String]
  let expired: String

  func expiredKeys(limit: Int, _ db: Database) throws -> [[DatabaseValue]] {
    try Row.fetchAll(db, sql: "SELECT \(key.joined(separator: ", ")) FROM \(name) WHERE \(expired) LIMIT \(limit)")
      .map { Array($0.databaseValues) }
  }

  func drop(_ values: [DatabaseValue], _ db: Database) throws {
    let sql = "DELETE FROM \(name) WHERE \(expired) AND " + key.map { "\($0) = ?" }.joined(separator: " AND ")
    try db.execute(sql: sql, arguments: StatementArguments(values))
  }
}
