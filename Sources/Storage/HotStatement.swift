import GRDB
import GRDBSQLite

/// What a statement of the hot path takes: bound without being boxed.
protocol Bindable {
  /// How many of the statement's `?` it fills.
  var places: Int32 { get }
  /// - Parameter place: the first `?` that it fills, counted from 1.
  /// - Returns: SQLite's result code.
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32
}

extension Bindable {
  var places: Int32 { 1 }
}

/// GRDB's statements, with values bound and columns read by SQLite itself. A decision or a postback runs a dozen
/// statements while everyone else waits, and boxing their values took as long as running them (script/bench). For
/// those statements alone; all else reads better as GRDB.
extension Database {
  /// Runs a statement to its end.
  func run<each Value: Bindable>(_ sql: String, _ values: repeat each Value) throws {
    try withSteps(sql, repeat each values) { step in while try step() != nil {} }
  }

  /// The first column of the first row; nil where there is no row, or it is NULL.
  func integer<each Value: Bindable>(_ sql: String, _ values: repeat each Value) throws -> Int? {
    try withSteps(sql, repeat each values) { step in
      let first = try step().flatMap { $0.integer(0) }
      while try step() != nil {}
      return first
    }
  }

  /// Each row in turn.
  func rows<Element, each Value: Bindable>(
    _ sql: String, _ values: repeat each Value, element: (HotRow) throws -> Element
  ) throws -> [Element] {
    try withSteps(sql, repeat each values) { step in
      var elements: [Element] = []
      while let row = try step() { elements.append(try element(row)) }
      return elements
    }
  }

  private func withSteps<Result, each Value: Bindable>(
    _ sql: String, _ values: repeat each Value, body: (() throws -> HotRow?) throws -> Result
  ) throws -> Result {
    let statement = try cachedStatement(sql: sql).sqliteStatement
    var place: Int32 = 1
    var code = SQLITE_OK
    for value in repeat each values {
      if code == SQLITE_OK { code = value.bind(to: statement, at: place) }
      place += value.places
    }
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    return try body {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: return HotRow(statement: statement)
      case SQLITE_DONE: return nil
      // Its message is not taken: it can quote values.
      case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
      }
    }
  }
}

/// The row at which a statement stands; good until the next step.
struct HotRow {
  fileprivate let statement: OpaquePointer

  func integer(_ column: Int32) -> Int? {
    sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : Int(sqlite3_column_int64(statement, column))
  }

  func real(_ column: Int32) -> Double? {
    sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : sqlite3_column_double(statement, column)
  }

  func text(_ column: Int32) -> String? {
    guard let bytes = sqlite3_column_text(statement, column) else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}

/// SQLite copies what it is given before `bind` returns.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Int64: Bindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 { sqlite3_bind_int64(statement, place, self) }
}

extension Int: Bindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 { sqlite3_bind_int64(statement, place, Int64(self)) }
}

extension Bool: Bindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    sqlite3_bind_int64(statement, place, self ? 1 : 0)
  }
}

extension Double: Bindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 { sqlite3_bind_double(statement, place, self) }
}

extension String: Bindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    var text = self
    return text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        // A null pointer would bind NULL instead of an empty text.
        guard let start = $0.baseAddress else { return sqlite3_bind_text(statement, place, "", 0, copied) }
        return sqlite3_bind_text64(statement, place, start, UInt64($0.count), copied, UInt8(SQLITE_UTF8))
      }
    }
  }
}

extension ArraySlice<UInt8>: Bindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    withUnsafeBytes { sqlite3_bind_blob64(statement, place, $0.baseAddress, UInt64($0.count), copied) }
  }
}

extension Optional: Bindable where Wrapped: Bindable {
  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    self?.bind(to: statement, at: place) ?? sqlite3_bind_null(statement, place)
  }
}

/// Several numbers, one after the other.
extension Array: Bindable where Element == Int64 {
  var places: Int32 { Int32(count) }

  func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
    for (offset, number) in enumerated() {
      let code = number.bind(to: statement, at: place + Int32(offset))
      guard code == SQLITE_OK else { return code }
    }
    return SQLITE_OK
  }
}
