import Dispatch
import Domain
import GRDB
import Synchronization

/// What a write works with: the connection, ids, the directory, the hour's visits, and the roll-up changes of the whole
/// batch.
struct Transaction {
  let db: Database
  let ids: IDSource
  let rollups: RollupBatch
  let visits: RecentVisits
  fileprivate let directories: BatchDirectory

  /// The directory as this transaction sees it: what a request read of it before may have changed since.
  func directory() throws -> Directory { try directories.current(db) }
}

/// The newest directory that a batch has seen, so that it is read at most once for each change.
///
/// Only ever touched by the thread that leads the writer, inside its transaction.
private final class BatchDirectory {
  private var directory: Directory
  private var isCurrent = false
  init(_ directory: Directory) { self.directory = directory }

  /// What the write before did may have changed it.
  func beginWrite() { isCurrent = false }

  /// As it was when the write first asked.
  func current(_ db: Database) throws -> Directory {
    if isCurrent { return directory }
    let version = try Directory.version(db)
    if version != directory.version { directory = try Directory(db, version: version) }
    isCurrent = true
    return directory
  }
}

/// Commits writes of many threads together: one transaction, one `fdatasync`, then every answer.
///
/// Nobody need wait for a commit: what follows from a write is handed over with it. One thread commits batch after batch,
/// another one answers meanwhile, so that a batch wakes two threads and not one a write.
final class Writer: Sendable {
  private struct State {
    var waiting: [PendingWrite] = []
    var isCommitting = false
    var statistics = WriteStatistics()
  }
  private let state = Mutex(State())
  private let pool: DatabasePool
  private let log: WriteAheadLog
  private let ids: IDSource
  private let visits: RecentVisits
  private let limits: StoreLimits
  private let knownDirectory: @Sendable () -> Directory
  private let committing: SerialThread
  private let answering: SerialThread

  /// - Parameter knownDirectory: the newest one that the server has read.
  /// - Throws: ``StoreFault/threads``.
  init(
    pool: DatabasePool, log: WriteAheadLog, ids: IDSource, visits: RecentVisits, limits: StoreLimits,
    knownDirectory: @escaping @Sendable () -> Directory
  ) throws(StoreFault) {
    self.committing = try SerialThread()
    self.answering = try SerialThread()
    self.pool = pool
    self.log = log
    self.knownDirectory = knownDirectory
    self.ids = ids
    self.visits = visits
    self.limits = limits
  }

  var statistics: WriteStatistics {
    state.withLock { state in
      var statistics = state.statistics
      statistics.waiting = state.waiting.count
      return statistics
    }
  }

  /// Runs `body` in the next transaction and returns when that is on disk. `body` may run more than once, and what it
  /// did counts only once: it must have no effect but on the database.
  /// - Throws: what `body` throws as a `Failure` (its own changes are undone, nobody else's), or `unavailable`.
  func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) throws(Failure) -> T {
    let outcome = Outcome<T>()
    write(body, preparing: { result in { outcome.settle(result) } })
    return try outcome.wait().get()
  }

  /// As ``write(_:)``, but returns at once.
  /// - Parameter preparing: makes of the result what tells it, **before the result is on disk**: while the disk is at work.
  ///   It may be called several times, also with a success that is never kept, and must have no effect but what it returns.
  ///   What it returned last is called once, when the result is on disk, or with a failure nothing is. Both mostly on a
  ///   thread of the writer that all share: they must not wait for anything, nor send more than a socket takes at once.
  func write<T: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> T,
    preparing: @escaping @Sendable (Result<T, Failure>) -> Telling
  ) {
    let own = PendingWrite { transaction in
      let value = try body(transaction)
      return { preparing(.success(value)) }
    } failing: { failure in
      preparing(.failure(failure))
    }
    let admitted: (accepted: Bool, first: Bool) = state.withLock { state in
      guard state.waiting.count < limits.queue else { return (false, false) }
      state.waiting.append(own)
      defer { state.isCommitting = true }
      return (true, !state.isCommitting)
    }
    guard admitted.accepted else { return preparing(.failure(.unavailable))() }
    if admitted.first { committing.async { self.commitAll() } }
  }

  /// Commits what waits, and what comes meanwhile, until nothing does.
  private func commitAll() {
    while let batch = nextBatch() {
      let now = ContinuousClock.now
      commit(batch.filter { now - $0.queuedAt < .seconds(limits.waitSeconds) })
      answering.async { for write in batch { write.finish() } }
      log.tend(pool)
    }
  }

  private func nextBatch() -> [PendingWrite]? {
    state.withLock { state in
      let batch = Array(state.waiting.prefix(limits.batch))
      state.isCommitting = !batch.isEmpty
      guard !batch.isEmpty else { return nil }
      state.waiting.removeFirst(batch.count)
      state.statistics.transactions += 1
      state.statistics.writes += batch.count
      return batch
    }
  }

  private func commit(_ batch: [PendingWrite]) {
    guard !batch.isEmpty else { return }
    do {
      try pool.writeWithoutTransaction { db in
        do {
          try run(batch, on: db)
        } catch {
          // Rare: someone's write failed. Again, each behind a savepoint, so that it loses its own changes alone.
          if db.isInsideTransaction { try db.rollback() }
          guard !Self.endsEverything(error) else { throw error }
          try runGuarded(batch, on: db)
        }
      }
    } catch {
      log.copySoon()
      for write in batch { write.fail(.unavailable) }
    }
  }

  private func run(_ batch: [PendingWrite], on db: Database) throws {
    let transaction = Transaction(
      db: db, ids: ids, rollups: RollupBatch(), visits: visits, directories: BatchDirectory(knownDirectory()))
    try db.beginTransaction(.immediate)
    for write in batch {
      transaction.directories.beginWrite()
      try write.run(transaction)
    }
    try transaction.rollups.flush(db)
    answering.async { for write in batch { write.prepare() } }
    try db.commit()
  }

  private func runGuarded(_ batch: [PendingWrite], on db: Database) throws {
    let rollups = RollupBatch()
    var directories = BatchDirectory(knownDirectory())
    try db.beginTransaction(.immediate)
    do {
      for write in batch {
        let own = Transaction(db: db, ids: ids, rollups: RollupBatch(), visits: visits, directories: directories)
        directories.beginWrite()
        do {
          try db.inSavepoint {
            try write.run(own)
            return .commit
          }
          rollups.add(own.rollups)
        } catch {
          guard db.isInsideTransaction, !Self.endsEverything(error) else { throw error }
          // What the failed write changed is undone, and its version may come again with other content.
          directories = BatchDirectory(knownDirectory())
          write.fail(error as? Failure ?? .unavailable)
        }
      }
      try rollups.flush(db)
      try db.commit()
    } catch {
      if db.isInsideTransaction { try db.rollback() }
      throw error
    }
  }

  /// A full or failing disk, or a lock that is not given up: no other write of the batch would fare better.
  private static func endsEverything(_ error: any Error) -> Bool {
    guard let code = (error as? DatabaseError)?.resultCode else { return false }
    return [
      .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CORRUPT, .SQLITE_NOMEM, .SQLITE_READONLY,
    ]
    .contains(code)
  }
}

/// How writes were grouped since the server began.
package struct WriteStatistics: Sendable {
  /// Transactions that were begun.
  package fileprivate(set) var transactions = 0
  /// Writes in them.
  package fileprivate(set) var writes = 0
  /// Writes that wait for the next one, now.
  package fileprivate(set) var waiting = 0
}

/// Tells someone what came of a write.
package typealias Telling = @Sendable () -> Void

/// One write: its body, and what is to follow. Without a type parameter, so that hundreds that wait are one kind of value
/// and a result is moved into one closure and not from stage to stage.
private final class PendingWrite: Sendable {
  typealias Body = @Sendable (Transaction) throws -> @Sendable () -> Telling
  private enum Stage {
    case failed(Failure)
    case ran(@Sendable () -> Telling)
    case prepared(Telling)
    case told
  }
  let queuedAt = ContinuousClock.now
  private let body: Body
  private let failing: @Sendable (Failure) -> Telling
  private let stage = Mutex(Stage.failed(.unavailable))

  init(_ body: @escaping Body, failing: @escaping @Sendable (Failure) -> Telling) {
    self.body = body
    self.failing = failing
  }

  func run(_ transaction: Transaction) throws {
    let prepare = try body(transaction)
    stage.withLock { $0 = .ran(prepare) }
  }

  func fail(_ failure: Failure) { stage.withLock { $0 = .failed(failure) } }

  func prepare() {
    stage.withLock { stage in
      if case .ran(let prepare) = stage { stage = .prepared(prepare()) }
    }
  }

  func finish() {
    prepare()
    let tell: Telling? = stage.withLock { stage in
      defer { stage = .told }
      switch stage {
      case .failed(let failure): return failing(failure)
      case .prepared(let tell): return tell
      case .ran, .told: return nil
      }
    }
    tell?()
  }
}

/// A result for which one thread waits.
final class Outcome<T: Sendable>: Sendable {
  private let result = Mutex(Result<T, Failure>.failure(.unavailable))
  private let isSettled = DispatchSemaphore(value: 0)

  func settle(_ settled: Result<T, Failure>) {
    result.withLock { $0 = settled }
    isSettled.signal()
  }

  func wait() -> Result<T, Failure> {
    isSettled.wait()
    return result.withLock { $0 }
  }
}
