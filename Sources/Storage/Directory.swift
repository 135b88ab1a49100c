import Domain
import GRDB
import Synchronization

/// What a server keeps in memory to admit a request without asking the disk: accounts, keys and sources.
package struct Directory: Sendable {
  package private(set) var accounts: [AccountID: Account] = [:]
  private var keys: [[UInt8]: APIKey] = [:]
  private var sources: [AccountID: [String: Source]] = [:]

  /// The key with that SHA-256, unless it was revoked.
  package func key(digest: [UInt8]) -> APIKey? { keys[digest] }

  package func source(_ slug: String, of account: AccountID) -> Source? { sources[account]?[slug] }

  init(_ db: Database) throws {
    for row in try Row.fetchAll(db, sql: "SELECT * FROM account") {
      let account = Account(row: row)
      accounts[account.id] = account
    }
    for row in try Row.fetchAll(db, sql: "SELECT * FROM api_key WHERE revoked_at IS NULL") {
      let key = APIKey(row: row)
      keys[key.digest] = key
    }
    for row in try Row.fetchAll(db, sql: "SELECT * FROM source") {
      let source = Source(row: row)
      sources[source.accountID, default: [:]][source.slug] = source
    }
  }

  init() {}
}

struct CachedDirectory {
  var directory = Directory()
  /// -1: nothing was read yet.
  var version: Int64 = -1
  var checkedAt: ContinuousClock.Instant?
  /// Counts our own changes: a look that began before one of them proves nothing.
  var changes = 0
}

extension Store {
  /// How long a change that another process made may go unseen; our own are seen at once.
  private static let freshness = Duration.milliseconds(250)
  /// How old the directory may be for those who do not wait for the next one: a revoked key ends within a second.
  private static let patience = Duration.milliseconds(750)

  /// Accounts, keys and sources as they stand now, or stood at most a quarter of a second ago.
  package func directory() throws(Failure) -> Directory {
    let now = ContinuousClock.now
    let known = cachedDirectory.withLock { cached -> Directory? in
      guard let checkedAt = cached.checkedAt, now - checkedAt < Self.freshness else { return nil }
      return cached.directory
    }
    if let known { return known }
    return try refreshDirectory(at: now)
  }

  /// Makes the next look at the directory ask the database.
  func forgetDirectory() {
    cachedDirectory.withLock { cached in
      cached.checkedAt = nil
      cached.changes += 1
    }
  }

  private func refreshDirectory(at now: ContinuousClock.Instant) throws(Failure) -> Directory {
    let (known, changes) = cachedDirectory.withLock { cached in
      // Others go on with what there is while this thread looks, unless there is nothing yet, it was called stale, or
      // nobody asked for so long that it may be older than a change is allowed to go unseen.
      if let checkedAt = cached.checkedAt, now - checkedAt < Self.patience { cached.checkedAt = now }
      return (cached.version, cached.changes)
    }
    let fresh: (version: Int64, directory: Directory?) = try read { db in
      let statement = try db.cachedStatement(sql: "SELECT version FROM directory")
      let version = try Int64.fetchOne(statement) ?? 0
      return (version, version == known ? nil : try Directory(db))
    }
    return cachedDirectory.withLock { cached in
      if let directory = fresh.directory, fresh.version > cached.version {
        cached.directory = directory
        cached.version = fresh.version
      }
      if cached.changes == changes { cached.checkedAt = now }
      return cached.directory
    }
  }
}
