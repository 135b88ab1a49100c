import Domain
import GRDB
import Synchronization

/// The visits of the last hour by address: in memory, for the flood rule, beside the table on disk that is in order of time.
///
/// By address they would stand on as many pages as a transaction has visits, and a page costs as much as all else that is
/// written of a lead (script/bench.d). They are tables of the writer's connection (`TEMP`), and so follow every rollback.
/// There are two: one is filled; when that has gone on for an hour, or it holds half of what may be held, the other one is
/// emptied and filled next. So nothing need be looked for in order to forget it.
final class RecentVisits: Sendable {
  private struct State {
    var filled = 0
    /// Of the table that is being filled.
    var count = 0
    var first: Int64 = 0
  }
  private let state = Mutex(State())
  private let most: Int
  /// Between ids that were made an hour apart.
  private static let hour = IDSource.first(at: Instant(seconds: 3_600))

  /// Makes the tables, with the newest hour that is on disk.
  /// - Parameter most: visits that may be held; of more than half of it in an hour the oldest may be missed.
  init(most: Int, _ db: Database) throws {
    self.most = most
    for table in 0...1 {
      try db.execute(
        sql: """
          CREATE TEMP TABLE recent_visit_\(table) (
            account_id INTEGER NOT NULL,
            address_ref BLOB NOT NULL,
            lead_id INTEGER NOT NULL,
            PRIMARY KEY (account_id, address_ref, lead_id)
          ) STRICT, WITHOUT ROWID
          """)
    }
    try db.execute(
      sql: """
        INSERT INTO recent_visit_0 SELECT account_id, address_ref, lead_id FROM visit
        WHERE lead_id > (SELECT max(lead_id) FROM visit) - \(Self.hour) ORDER BY lead_id DESC LIMIT \(most / 2)
        """)
  }

  /// Adds a visit.
  func add(_ lead: LeadID, from address: ArraySlice<UInt8>, in account: Int64, _ db: Database) throws {
    let (table, isNext) = state.withLock { state in
      let isNext = state.count >= most / 2 || lead.rawValue >= state.first + Self.hour
      if isNext { state = State(filled: 1 - state.filled, first: lead.rawValue) }
      state.count += 1
      return (state.filled, isNext)
    }
    // Where this is undone, the table keeps what it holds until its next turn, and no count is wrong.
    if isNext { try db.run(Self.empty[table]) }
    try db.run(Self.insert[table], account, address, lead.rawValue)
  }

  /// Counts the visits from an address since an id was made: to `limit` and no further, for one busy address must not slow
  /// all others.
  func count(from address: ArraySlice<UInt8>, in account: Int64, since: Int64, limit: Int, _ db: Database) throws -> Int
  {
    try db.integer(
      """
      SELECT count(*) FROM (
        SELECT 1 FROM recent_visit_0 WHERE account_id = ?1 AND address_ref = ?2 AND lead_id >= ?3
        UNION ALL SELECT 1 FROM recent_visit_1 WHERE account_id = ?1 AND address_ref = ?2 AND lead_id >= ?3
        LIMIT ?4)
      """, account, address, since, limit) ?? 0
  }

  /// Takes out a visit that is still on disk.
  func drop(_ lead: LeadID, of account: AccountID, _ db: Database) throws {
    for table in 0...1 { try db.run(Self.drop[table], account.rawValue, lead.rawValue) }
  }

  private static let empty = (0...1).map { "DELETE FROM recent_visit_\($0)" }
  private static let insert = (0...1).map {
    "INSERT INTO recent_visit_\($0) (account_id, address_ref, lead_id) VALUES (?, ?, ?)"
  }
  private static let drop = (0...1).map {
    """
    DELETE FROM recent_visit_\($0) WHERE account_id = ?1 AND lead_id = ?2
      AND address_ref = (SELECT address_ref FROM visit WHERE lead_id = ?2)
    """
  }
}
