import Domain
import GRDB
import Synchronization

/// What a server keeps in memory to admit a request without asking the disk: accounts, keys and sources. Never changes;
/// a reference, since every request takes one.
package final class Directory: Sendable {
  package let accounts: [AccountID: Account]
  private let keys: [[UInt8]: APIKey]
  private let sources: [AccountID: [String: Source]]

  /// The key with that SHA-256, unless it was revoked.
  package func key(digest: [UInt8]) -> APIKey? { keys[digest] }

  package func source(_ slug: String, of account: AccountID) -> Source? { sources[account]?[slug] }

  init(_ db: Database) throws {
    accounts = try Row.fetchAll(db, sql: "SELECT * FROM account").map(Account.init(row:))
      .reduce(into: [:]) { $0[$1.id] = $1 }
    keys = try Row.fetchAll(db, sql: "SELECT * FROM api_key WHERE revoked_at IS NULL").map(APIKey.init(row:))
      .reduce(into: [:]) { $0[$1.digest] = $1 }
    sources = try Row.fetchAll(db, sql: "SELECT * FROM source").map(Source.init(row:))
      .reduce(into: [:]) { $0[$1.accountID, default: [:]][$1.slug] = $1 }
  }

  /// Knows nobody.
  init() {
    accounts = [:]
    keys = [:]
    sources = [:]
  }
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
