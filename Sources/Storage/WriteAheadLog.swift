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
  private enum Task { case nothing, copyMost, copyRest }
  private struct State {
    var stage = Stage.growing
    /// That the writer added since it last copied.
    var pages = 0
  }
  private let state = Mutex(State())
  private let copier: DatabaseQueue
  private let copying = DispatchQueue(label: "backnova.checkpoint")
  private let limits: StoreLimits

  /// - Throws: where the file cannot be opened once more.
  init(path: String, limits: StoreLimits) throws {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON; PRAGMA cache_size = -64") }
    self.copier = try DatabaseQueue(path: path, configuration: configuration)
    self.limits = limits
  }

  func close() { try? copier.close() }

  /// Looks whether it is time to copy. To be called by the writer behind each transaction, when nobody waits for it.
  func tend(_ pool: DatabasePool) {
    pool.writeWithoutTransaction { db in
      switch next(added: Self.takePagesWritten(db)) {
      case .nothing: break
      case .copyMost: copying.async { self.copy() }
      case .copyRest: Self.checkpoint(db)
      }
    }
  }

  private func next(added: Int) -> Task {
    state.withLock { state in
      state.pages += added
      switch state.stage {
      case .copying: return .nothing
      case .copied:
        state = State()
        return .copyRest
      case .growing:
        guard state.pages >= limits.checkpointPages else { return .nothing }
        state.stage = .copying
        return .copyMost
      }
    }
  }

  private func copy() {
    copier.writeWithoutTransaction { Self.checkpoint($0) }
    state.withLock { $0.stage = .copied }
  }

  /// Where it fails, the next round copies the same pages.
  private static func checkpoint(_ db: Database) {
    // Closed meanwhile: SQLite would not forgive it.
    guard db.sqliteConnection != nil else { return }
    _ = try? db.checkpoint(.passive)
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
