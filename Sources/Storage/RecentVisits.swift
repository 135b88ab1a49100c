import Domain
import GRDB
import Synchronization

/// The visits of the last hour by address: in memory, for the flood rule, beside the table on disk that is in order of time.
///
/// By address each would dirty a page of its own on disk, a seventh of what a decision writes there (script/bench.d). They
/// are tables of the writer's connection (`TEMP`), and so follow every rollback. There are two: one is filled; when that has
/// gone on for an hour, or it holds half of what may be held, the other one is emptied and filled next. So nothing need be
/// looked for in order to forget it.
///
/// One limit holds for all accounts: where they have more visits in an hour than half of it, the oldest may be missed.
/// Only ever used by the thread that leads the writer, inside its transaction.
final class RecentVisits: Sendable {
  private struct State {
    var filled = 0
    /// Of the table that is being filled; one that was undone is counted, too.
    var count = 0
    var first: Instant?
    /// Of both; nil: there is none.
    var last: Instant?
  }
  private let state: Mutex<State>
  private let most: Int
  private let tables = [Table("recent_visit_0"), Table("recent_visit_1")]
  private static let hour: Int64 = 3_600

  /// Makes the tables, with the newest hour that is on disk.
  /// - Parameter most: visits that may be held.
  init(most: Int, _ db: Database) throws {
    self.most = most
    for table in tables { try db.execute(sql: table.create) }
    // Ids are ordered by time.
    let hourOfIDs = IDSource.first(at: Instant(seconds: Self.hour))
    try db.execute(
      sql: """
        INSERT INTO \(tables[0].name)
        SELECT visit.account_id, address_ref, received_at, visit.lead_id FROM visit JOIN lead ON lead.id = visit.lead_id
        WHERE visit.lead_id > (SELECT max(lead_id) FROM visit) - \(hourOfIDs)
        ORDER BY visit.lead_id DESC LIMIT \(most / 2)
        """)
    let newest = try db.integer("SELECT max(received_at) FROM \(tables[0].name)")
    state = Mutex(State(last: newest.map { Instant(microseconds: Int64($0)) }))
  }

  /// Adds a visit.
  func add(
    _ lead: LeadID, from address: ArraySlice<UInt8>, in account: AccountID, at now: Instant, _ db: Database
  ) throws {
    let (table, isNext) = state.withLock { state in
      let isNext = state.count >= most / 2 || state.first.map { Self.areAnHourApart($0, now) } ?? true
      if isNext { state = State(filled: 1 - state.filled, first: now) }
      state.count += 1
      state.last = now
      return (tables[state.filled], isNext)
    }
    // Where this is undone, the table keeps what it holds until its next turn, and no count is wrong.
    if isNext { try db.run(table.empty) }
    try db.run(table.insert, account.rawValue, address, now.microseconds, lead.rawValue)
  }

  /// Counts the visits from an address in the hour before `now`: to `limit` and no further, for one busy address must not
  /// slow all others. Those of a clock that was more than an hour ahead do not count.
  func count(
    from address: ArraySlice<UInt8>, in account: AccountID, at now: Instant, limit: Int, _ db: Database
  ) throws -> Int {
    try db.integer(
      """
      SELECT count(*) FROM (
        SELECT 1 FROM recent_visit_0 WHERE account_id = ?1 AND address_ref = ?2 AND received_at BETWEEN ?3 AND ?4
        UNION ALL
        SELECT 1 FROM recent_visit_1 WHERE account_id = ?1 AND address_ref = ?2 AND received_at BETWEEN ?3 AND ?4
        LIMIT ?5)
      """, account.rawValue, address, (now - Self.hour).microseconds, (now + Self.hour).microseconds, limit) ?? 0
  }

  /// Takes out a visit. To be called before it is taken off the disk, where its address stands.
  func drop(_ lead: LeadID, of account: AccountID, _ db: Database) throws {
    for table in tables { try db.run(table.drop, account.rawValue, lead.rawValue) }
  }

  /// Forgets all, where the last visit was more than an hour ago: no further one may come to push them out.
  func forget(at now: Instant, _ db: Database) throws {
    guard let last = state.withLock({ $0.last }), Self.areAnHourApart(last, now) else { return }
    for table in tables { try db.run(table.empty) }
  }

  private static func areAnHourApart(_ one: Instant, _ other: Instant) -> Bool {
    abs(one.seconds - other.seconds) >= hour
  }

  private struct Table {
    let name: String
    let create: String
    let empty: String
    let insert: String
    let drop: String

    init(_ name: String) {
      self.name = name
      create = """
        CREATE TEMP TABLE \(name) (
          account_id INTEGER NOT NULL,
          address_ref BLOB NOT NULL,
          received_at INTEGER NOT NULL,
          lead_id INTEGER NOT NULL,
          PRIMARY KEY (account_id, address_ref, received_at, lead_id)
        ) STRICT, WITHOUT ROWID
        """
      empty = "DELETE FROM \(name)"
      insert = "INSERT INTO \(name) (account_id, address_ref, received_at, lead_id) VALUES (?, ?, ?, ?)"
      drop = """
        DELETE FROM \(name) WHERE account_id = ?1 AND lead_id = ?2
          AND address_ref = (SELECT address_ref FROM visit WHERE lead_id = ?2)
        """
    }
  }
}
