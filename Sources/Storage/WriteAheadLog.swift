import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Keeps the write-ahead log short while others write.
///
/// A checkpoint copies the log's pages into the database file and waits for the disk: some milliseconds, in which the
/// writer would stand still. So another thread copies, by a connection of its own. The log begins anew only where all of
/// it is copied, which that thread never comes to see beside writers that do not rest: what came meanwhile, a batch or
/// two, the writer copies itself.
final class WriteAheadLog: Sendable {
  private enum Stage { case growing, copying, copied }
  private enum Step { case none, copyMost, beginAnew }
  private struct State {
    var stage = Stage.growing
    /// That the writer added since the log last began anew, or was to.
    var pages = 0
    /// At so many of them it is copied.
    var enough: Int
    /// It shows what was erased, so its file must be emptied, too.
    var owesEmptying = false

    /// Tries again when so many more pages were added.
    mutating func wait(for pages: Int) {
      stage = .growing
      enough = self.pages + pages
    }
  }
  private let state: Mutex<State>
  private let copier: DatabaseQueue
  private let copying = DispatchQueue(label: "backnova.checkpoint")
  private let limits: StoreLimits

  /// - Throws: where the file cannot be opened once more.
  init(path: String, limits: StoreLimits) throws {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -64") }
    self.copier = try DatabaseQueue(path: path, configuration: configuration)
    self.limits = limits
    self.state = Mutex(State(enough: limits.checkpointPages))
  }

  func close() { try? copier.close() }

  /// Looks whether it is time to copy. To be called by the writer behind each transaction, when nobody waits for it.
  func tend(_ pool: DatabasePool) {
    pool.writeWithoutTransaction { db in
      switch next(added: Self.takePagesWritten(db)) {
      case .none: break
      case .copyMost: copying.async { self.copyMost() }
      case .beginAnew: beginAnew(db)
      }
    }
  }

  /// Has the log copied at the next look, however short it is: on a full disk that may make room.
  func copySoon() { state.withLock { $0.enough = 0 } }

  /// Empties the log's file now, or, where a reader or another process keeps it, as soon as it can be.
  func empty(_ pool: DatabasePool) {
    // SQLite lets one copy at a time, and refuses others without a wait: not beside our own.
    let isEmpty = copying.sync { pool.writeWithoutTransaction { Self.checkpoint(.truncate, $0) } }
    guard !isEmpty else { return }
    state.withLock { state in
      state.owesEmptying = true
      state.enough = 0
    }
  }

  private func next(added: Int) -> Step {
    state.withLock { state in
      state.pages += added
      switch state.stage {
      case .copying: return .none
      case .copied: return .beginAnew
      case .growing:
        guard state.pages >= state.enough else { return .none }
        state.stage = .copying
        return .copyMost
      }
    }
  }

  private func copyMost() {
    let left = copier.writeWithoutTransaction { Self.copy($0) }
    state.withLock { state in
      state.stage = .copied
      // A reader still needs what stands there, and the writer must not copy so much: later.
      if left > limits.writerCopiesPages { state.wait(for: limits.writerCopiesPages) }
    }
  }

  private func beginAnew(_ db: Database) {
    let mode = state.withLock { $0.owesEmptying ? Database.CheckpointMode.truncate : .restart }
    let hasBegun = Self.checkpoint(mode, db)
    state.withLock { state in
      guard hasBegun else { return state.wait(for: limits.writerCopiesPages) }
      // An erasure may have come to owe it since.
      let owes = state.owesEmptying && mode != .truncate
      state = State(enough: owes ? 0 : limits.checkpointPages, owesEmptying: owes)
    }
  }

  /// - Returns: how many pages of the log are not copied.
  private static func copy(_ db: Database) -> Int {
    guard db.sqliteConnection != nil, let log = try? db.checkpoint(.passive) else { return 0 }
    return log.walFrameCount - log.checkpointedFrameCount
  }

  /// - Returns: false: a reader or another process needs the log, which is not waited for.
  private static func checkpoint(_ mode: Database.CheckpointMode, _ db: Database) -> Bool {
    // Closed meanwhile: SQLite would not forgive it.
    guard let connection = db.sqliteConnection else { return false }
    do {
      let wait = try Int32.fetchOne(db, sql: "PRAGMA busy_timeout") ?? 0
      sqlite3_busy_timeout(connection, 0)
      defer { sqlite3_busy_timeout(connection, wait) }
      try db.checkpoint(mode)
      return true
    } catch { return false }
  }

  /// How many pages the connection wrote since this was last asked; 0 where it is closed.
  private static func takePagesWritten(_ db: Database) -> Int {
    var pages: Int32 = 0
    var highest: Int32 = 0
    guard let connection = db.sqliteConnection else { return 0 }
    sqlite3_db_status(connection, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 1)
    return Int(pages)
  }
}
