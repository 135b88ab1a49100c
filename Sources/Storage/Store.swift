import Dispatch
import Domain
import GRDB
import Synchronization

/// The database of a server: one file, opened by the server for as long as it runs and by short commands beside it.
///
/// Its methods are what the product does (`commitDecision`, `commitPostback`, …), never SQL, so that another engine could
/// stand behind them. Reads run beside each other; every write goes through the one ``Writer``.
package final class Store: Sendable {
  let pool: DatabasePool
  let writer: Writer
  let log: WriteAheadLog
  let ids: IDSource
  let cachedDirectory: CachedDirectory
  let wordChanges: WordChanges
  private let longReads: LongReads
  private let reportSeats: DispatchSemaphore
  private let reportWaitSeconds: Int

  /// Opens the file, makes it where it is missing, and brings its tables up to date.
  /// - Parameter migrates: false refuses tables of an older version instead: a command must not change them under a
  ///   server that runs.
  /// - Throws: ``StoreFault`` with what is wrong and the remedy.
  package init(path: String, migrates: Bool = true, limits: StoreLimits = .standard) throws(StoreFault) {
    self.reportSeats = DispatchSemaphore(value: limits.reports)
    self.reportWaitSeconds = limits.reportWaitSeconds
    self.wordChanges = WordChanges(waitSeconds: limits.longReadWaitSeconds)
    self.longReads = LongReads(seats: limits.longReads, waitSeconds: limits.longReadWaitSeconds)
    do {
      let pool = try Self.open(path: path, limits: limits)
      try Self.migrate(pool, migrates: migrates)
      // GRDB sets NORMAL once the pool is open: an acknowledged lead would not survive a power cut.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      guard try pool.writeWithoutTransaction({ try Int.fetchOne($0, sql: "PRAGMA synchronous") }) == 2 else {
        throw StoreFault.notDurable
      }
      self.pool = pool
      let ids = IDSource(after: try pool.read(Self.newestID))
      self.ids = ids
      let cachedDirectory = CachedDirectory()
      self.cachedDirectory = cachedDirectory
      let log = try WriteAheadLog(path: path, limits: limits)
      self.log = log
      let visits = try pool.writeWithoutTransaction { try RecentVisits(most: limits.recentVisits, $0) }
      self.writer = try Writer(pool: pool, log: log, ids: ids, visits: visits, limits: limits) { cachedDirectory.known }
    } catch let fault as StoreFault {
      throw fault
    } catch {
      throw StoreFault(opening: error)
    }
  }

  private static func open(path: String, limits: StoreLimits) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(limits.busySeconds)
    configuration.maximumReaderCount = limits.readers
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA temp_store = MEMORY;
          PRAGMA secure_delete = ON;
          PRAGMA wal_autocheckpoint = \(limits.longestLogPages);
          PRAGMA journal_size_limit = \(limits.longestLogPages * 4_096);
          PRAGMA cache_size = -\(db.configuration.readonly ? limits.readerCacheKiB : limits.writerCacheKiB);
          """)
    }
    return try DatabasePool(path: path, configuration: configuration)
  }

  /// The highest id in use, so that new ones follow it even where the clock stepped back.
  private static func newestID(_ db: Database) throws -> Int64 {
    // Of acceptances those of the newest leads: nobody goes through all.
    let accepted = try Int64.fetchOne(
      db, sql: "SELECT max(accepted_id) FROM (SELECT accepted_id FROM route ORDER BY lead_id DESC LIMIT 1000)")
    let tables = [
      "lead", "postback", "delivery", "forward", "alert_channel", "alert_message", "api_key", "person", "erasure",
    ]
    return try tables.map { try Int64.fetchOne(db, sql: "SELECT max(id) FROM \($0)") ?? 0 }
      .reduce(accepted ?? 0, max)
  }

  /// Runs `body` on one of the readers, which all see whole transactions only.
  func read<T>(_ body: (Database) throws -> T) throws(Failure) -> T {
    do { return try pool.read(body) } catch let failure as Failure { throw failure } catch { throw .unavailable }
  }

  /// Runs `body`, which reads much, on one of the readers that are left to reports.
  func readReport<T>(_ body: (Database) throws -> T) throws(Failure) -> T {
    guard reportSeats.wait(timeout: .now() + .seconds(reportWaitSeconds)) == .success else { throw .unavailable }
    defer { reportSeats.signal() }
    return try read(body)
  }

  /// Runs `body`, which goes through much of an account's history, on one of the readers.
  func readLong<T>(of account: AccountID, _ body: (Database) throws -> T) throws(Failure) -> T {
    try longReads.run(for: account) { () throws(Failure) in try read(body) }
  }

  /// Runs `body` in the writer's next transaction; returns once that is on disk.
  func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) throws(Failure) -> T {
    try writer.write(body)
  }

  /// As ``write(_:)``, but returns at once; see ``Writer/write(_:preparing:)``.
  func write<T: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> T,
    preparing: @escaping @Sendable (Result<T, Failure>) -> Telling
  ) {
    writer.write(body, preparing: preparing)
  }
}

/// Every limit of storage, in one place.
package struct StoreLimits: Sendable {
  /// Seconds a write waits for another process's write.
  package var busySeconds = 5.0
  package var readers = 8
  package var readerCacheKiB = 2_048
  package var writerCacheKiB = 16_384
  /// Visits that are held in memory, about 65 bytes each. All of an hour are counted up to half as many; of more the newest.
  package var recentVisits = 500_000
  /// Writes that share one transaction.
  package var batch = 128
  /// Seconds a write may wait for its transaction; later it is not run any more: its client has been told 504 by then.
  package var waitSeconds = 20
  /// Reports that read at once, and seconds that others wait for them: they must not take all readers.
  package var reports = 2
  package var reportWaitSeconds = 5
  /// The same for what goes through much of an account's history.
  package var longReads = 2
  package var longReadWaitSeconds = 15
  /// Writes that may wait; beyond it a write fails at once as unavailable.
  package var queue = 4_096
  /// Pages of 4 KiB in the write-ahead log at which they are copied into the database file, beside the writer. The more,
  /// the more writes of one page are copied once (script/bench.d).
  package var checkpointPages = 8_000
  /// The most pages that the writer copies itself, before the log begins anew; and so many are added before what could not
  /// be done is tried again.
  package var writerCopiesPages = 500
  /// Pages at which each commit tries to copy, where the copying beside it falls behind. Only a reader that holds on to its
  /// page can make the log longer still.
  package var longestLogPages = 32_000
  package init() {}
  package static let standard = StoreLimits()
}

/// Why a database cannot be opened, with the remedy.
package enum StoreFault: Error, Equatable, Sendable {
  /// Made by a newer version.
  case newerSchema
  /// Made by an older version, and not to be changed now.
  case olderSchema
  /// The disk is full.
  case full
  /// Not a database, or a damaged one.
  case notADatabase
  /// No permission, no such folder, or a read-only file.
  case cannotOpen
  /// Another program keeps it locked.
  case busy
  /// The system gives no thread.
  case threads
  /// `PRAGMA synchronous` could not be set: answers would not survive a power cut.
  case notDurable
  /// Anything else, by SQLite's result code.
  case failed(code: Int32)

  init(opening error: any Error) {
    guard let error = error as? DatabaseError else {
      self = .failed(code: -1)
      return
    }
    self =
      switch error.resultCode {
      case .SQLITE_FULL: .full
      case .SQLITE_NOTADB, .SQLITE_CORRUPT: .notADatabase
      case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_IOERR: .cannotOpen
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
      default: .failed(code: error.extendedResultCode.rawValue)
      }
  }

  /// In plain words, with the remedy.
  package var text: String {
    switch self {
    case .olderSchema:
      "its tables are of an older version: start this version's server, which brings them up to date"
    case .newerSchema:
      "the database was made by a newer version of backnova: install that version, or restore a backup of this one"
    case .full: "the disk is full: free some space and start again; nothing was lost"
    case .notADatabase:
      "the file is not a database or is damaged: restore the newest backup (backnova backup makes them)"
    case .cannotOpen:
      "the file cannot be opened or written: check that its folder exists and belongs to the user that runs backnova"
    case .busy: "another program keeps the database locked: end it and try again"
    case .threads: "the system gives no further thread: raise the limit of tasks or processes (TasksMax, ulimit -u)"
    case .notDurable: "the database cannot be told to write durably (PRAGMA synchronous): this SQLite cannot be used"
    case .failed(let code): "SQLite failed with code \(code): run `backnova check`"
    }
  }
}
