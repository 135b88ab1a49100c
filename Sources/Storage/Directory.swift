import Domain
import GRDB
import Synchronization

/// What a server keeps in memory to admit a request without asking the disk: accounts, keys, sources, partners, status
/// words and forwards. Never changes; a reference, since every request takes one.
package final class Directory: Sendable {
  /// Of the row that rises with every change.
  package let version: Int64
  package let accounts: [AccountID: Account]
  private let keys: [[UInt8]: APIKey]
  private let sources: [AccountID: [String: Source]]
  private let statusMaps: [StatusMapOwner: StatusMap]
  private let activeForwards: [AccountID: [Forward]]
  private let partners: [AccountID: [Partner]]
  private let boundPartners: [KeyID: String]
  private let rollups: [AccountID: RollupGenerations]

  /// The key with that SHA-256, unless it was revoked.
  package func key(digest: [UInt8]) -> APIKey? { keys[digest] }

  package func source(_ slug: String, of account: AccountID) -> Source? { sources[account]?[slug] }

  /// An account's partners that are not archived, by slug.
  package func partners(of account: AccountID) -> [Partner] {
    partners[account]?.filter { $0.archivedAt == nil } ?? []
  }

  /// Archived ones, too.
  func hasPartners(_ account: AccountID) -> Bool { partners[account] != nil }

  /// An archived one, too.
  package func partner(_ slug: String, of account: AccountID) -> Partner? {
    partners[account]?.first { $0.slug == slug }
  }

  /// The slug of the partner that a postback key, revoked or not, was given to; nil: it may be anyone's.
  func partner(of key: KeyID) -> String? { boundPartners[key] }

  /// The words that hold for a key's messages; for a key of nobody, those of the account.
  package func statusWords(of key: KeyID, in account: AccountID) -> StatusWords {
    StatusWords(
      key: statusMaps[StatusMapOwner(account: account, key: key)] ?? [:],
      account: statusMaps[StatusMapOwner(account: account, key: nil)] ?? [:])
  }

  /// As it will be once words are changed.
  func changed(by change: StatusMapChange) -> Directory {
    var maps = statusMaps
    for (word, status) in change.words { maps[change.owner, default: [:]][word] = status }
    return Directory(self, statusMaps: maps)
  }

  private init(_ directory: Directory, statusMaps: [StatusMapOwner: StatusMap]) {
    version = directory.version
    accounts = directory.accounts
    keys = directory.keys
    sources = directory.sources
    activeForwards = directory.activeForwards
    partners = directory.partners
    boundPartners = directory.boundPartners
    rollups = directory.rollups
    self.statusMaps = statusMaps
  }

  /// Trackers that are told of an account's conversions, oldest first.
  func activeForwards(of account: AccountID) -> [Forward] { activeForwards[account] ?? [] }

  func rollups(of account: AccountID) -> RollupGenerations? { rollups[account] }

  /// Accounts whose time zone is being changed.
  var accountsRebuilding: [AccountID] { rollups.filter { $0.value.next != nil }.map(\.key) }

  init(_ db: Database, version: Int64) throws {
    self.version = version
    accounts = try Row.fetchAll(db, sql: "SELECT * FROM account").map(Account.init(row:))
      .reduce(into: [:]) { $0[$1.id] = $1 }
    keys = try Row.fetchAll(db, sql: "SELECT * FROM api_key WHERE revoked_at IS NULL").map(APIKey.init(row:))
      .reduce(into: [:]) { $0[$1.digest] = $1 }
    sources = try Row.fetchAll(db, sql: "SELECT * FROM source").map(Source.init(row:))
      .reduce(into: [:]) { $0[$1.accountID, default: [:]][$1.slug] = $1 }
    statusMaps = try StatusMapOwner.maps(db)
    activeForwards = Dictionary(
      grouping: try Row.fetchAll(db, sql: "SELECT * FROM forward WHERE active AND deleted_at IS NULL ORDER BY id")
        .map(Forward.init(row:)), by: \.accountID)
    partners = Dictionary(
      grouping: try Row.fetchAll(db, sql: "SELECT * FROM partner ORDER BY account_id, slug").map(Partner.init(row:)),
      by: \.accountID)
    boundPartners = try Row.fetchAll(db, sql: "SELECT id, partner FROM api_key WHERE partner IS NOT NULL")
      .reduce(into: [:]) { $0[KeyID(rawValue: $1[0])] = $1[1] }
    rollups = try RollupGenerations.all(db)
  }

  /// Knows nobody.
  init() {
    version = -1
    accounts = [:]
    keys = [:]
    sources = [:]
    statusMaps = [:]
    activeForwards = [:]
    partners = [:]
    boundPartners = [:]
    rollups = [:]
  }

  static func version(_ db: Database) throws -> Int64 {
    Int64(try db.integer("SELECT version FROM directory") ?? 0)
  }
}

/// The directory that a server has read last, and when.
final class CachedDirectory: Sendable {
  fileprivate struct State {
    var directory = Directory()
    var checkedAt: ContinuousClock.Instant?
    /// Counts our own changes: a look that began before one of them proves nothing.
    var changes = 0
  }
  fileprivate let state = Mutex(State())

  /// As it was read last; nobody is known before that.
  var known: Directory { state.withLock { $0.directory } }
}

extension Store {
  /// How long a change that another process made may go unseen; our own are seen at once.
  private static let freshness = Duration.milliseconds(250)
  /// How old the directory may be for those who do not wait for the next one: a revoked key ends within a second.
  private static let patience = Duration.milliseconds(750)

  /// Accounts, keys and sources as they stand now, or stood at most a quarter of a second ago.
  package func directory() throws(Failure) -> Directory {
    let now = ContinuousClock.now
    let known = cachedDirectory.state.withLock { cached -> Directory? in
      guard let checkedAt = cached.checkedAt, now - checkedAt < Self.freshness else { return nil }
      return cached.directory
    }
    if let known { return known }
    return try refreshDirectory(at: now)
  }

  /// Makes the next look at the directory ask the database.
  func forgetDirectory() {
    cachedDirectory.state.withLock { cached in
      cached.checkedAt = nil
      cached.changes += 1
    }
  }

  private func refreshDirectory(at now: ContinuousClock.Instant) throws(Failure) -> Directory {
    let (known, changes) = cachedDirectory.state.withLock { cached in
      // Others go on with what there is while this thread looks, unless there is nothing yet, it was called stale, or
      // nobody asked for so long that it may be older than a change is allowed to go unseen.
      if let checkedAt = cached.checkedAt, now - checkedAt < Self.patience { cached.checkedAt = now }
      return (cached.directory.version, cached.changes)
    }
    let fresh: Directory? = try read { db in
      let version = try Directory.version(db)
      return version == known ? nil : try Directory(db, version: version)
    }
    return cachedDirectory.state.withLock { cached in
      if let fresh, fresh.version > cached.directory.version { cached.directory = fresh }
      if cached.changes == changes { cached.checkedAt = now }
      return cached.directory
    }
  }
}
