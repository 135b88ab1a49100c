import GRDB

/// The database file itself, beside the store: what only this engine has, and what would take too long to reach otherwise.
enum SQLiteFile {
  static func execute(_ sql: String, on path: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    let file = try DatabaseQueue(path: path, configuration: configuration)
    try file.write { try $0.execute(sql: sql) }
    try file.close()
  }

  /// The first column of each row.
  static func integers(_ sql: String, on path: String) throws -> [Int] {
    let file = try DatabaseQueue(path: path)
    defer { try? file.close() }
    return try file.read { try Int.fetchAll($0, sql: sql) }
  }

  /// How a statement would be run, a step an element.
  static func plan(_ sql: String, on path: String) throws -> [String] {
    let file = try DatabaseQueue(path: path)
    defer { try? file.close() }
    return try file.read { try Row.fetchAll($0, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] } }
  }

  /// Runs `body` while a connection of its own holds the write lock.
  static func whileLocked(_ path: String, _ body: () throws -> Void) throws {
    let file = try DatabaseQueue(path: path)
    try file.inDatabase { db in
      try db.beginTransaction(.immediate)
      defer { try? db.rollback() }
      try body()
    }
    try file.close()
  }

  /// The first column of each row.
  static func texts(_ sql: String, on path: String) throws -> [String] {
    let file = try DatabaseQueue(path: path)
    defer { try? file.close() }
    return try file.read { try String.fetchAll($0, sql: sql) }
  }

  /// All rows of all tables, by table.
  static func dump(_ path: String) throws -> [String: [String]] {
    let file = try DatabaseQueue(path: path)
    defer { try? file.close() }
    return try file.read { db in
      let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
      return try tables.reduce(into: [:]) { dump, table in
        dump[table] = try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map(\.description)
      }
    }
  }
}
