import GRDB

/// A table of counters (column `used`) that are raised by one guarded statement, never read first. Not by `RETURNING`,
/// which builds a table of its own each time.
struct GuardedCounter {
  /// Decisions of an account in a month, against its plan.
  static let usage = GuardedCounter("usage", of: ["account_id", "period"])
  /// Decisions of a publishable key on a day, against its cap.
  static let keyUsage = GuardedCounter("key_usage", of: ["key_id", "day"])
  /// Leads of a partner in an hour, on a day and in all, against its caps.
  static let caps = GuardedCounter("cap_count", of: ["account_id", "partner", "span", "period"])

  private let find: String
  private let raise: String
  private let insert: String
  private let lower: String

  private init(_ table: String, of key: [String]) {
    let match = key.map { "\($0) = ?" }.joined(separator: " AND ")
    find = "SELECT used FROM \(table) WHERE \(match)"
    raise = "UPDATE \(table) SET used = used + 1 WHERE \(match) AND used < ?"
    lower = "UPDATE \(table) SET used = used - 1 WHERE \(match) AND used > 0"
    let places = key.map { _ in "?, " }.joined()
    insert = "INSERT INTO \(table) (\(key.joined(separator: ", ")), used) VALUES (\(places)1) ON CONFLICT DO NOTHING"
  }

  func used<each Key: Bindable>(_ key: repeat each Key, in db: Database) throws -> Int {
    try db.integer(find, repeat each key) ?? 0
  }

  /// Adds one, unless it stands at its limit.
  /// - Parameter limit: nil: none.
  /// - Returns: whether one was added.
  func raise<each Key: Bindable>(_ key: repeat each Key, limit: Int?, in db: Database) throws -> Bool {
    let limit = limit ?? .max
    try db.run(raise, repeat each key, limit)
    if db.changesCount == 1 { return true }
    guard limit > 0 else { return false }
    try db.run(insert, repeat each key)
    return db.changesCount == 1
  }

  /// Takes one back.
  func lower<each Key: Bindable>(_ key: repeat each Key, in db: Database) throws {
    try db.run(lower, repeat each key)
  }
}
