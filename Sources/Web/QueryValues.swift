import Domain
import HTTP
import Storage

/// Reads the parameters of a query; an empty one counts as missing.
extension FormPairs {
  /// - Throws: 422 with `message` where `read` can make nothing of it.
  func value<Value>(_ name: String, _ message: String, _ read: (String) -> Value?) throws -> Value? {
    guard let text = self[name], !text.isEmpty else { return nil }
    guard let value = read(text) else { throw Problem.badField(name, message) }
    return value
  }

  func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Word.Type
  ) throws -> Word? where Word.RawValue == String {
    try value(name, "must be one of " + Word.allCases.map(\.rawValue).joined(separator: ", "), Word.init(rawValue:))
  }

  /// A number of rows, from 1.
  func count(_ name: String, most: Int) throws -> Int? {
    try value(name, "must be a whole number from 1 to \(most)") {
      Int($0).flatMap { (1...most).contains($0) ? $0 : nil }
    }
  }

  /// Whether it is `1` or `true`; `0`, `false` and missing are no.
  func flag(_ name: String) throws -> Bool {
    try value(name, "must be 1 or 0") { ["1": true, "true": true, "0": false, "false": false][$0] } ?? false
  }

  func day(_ name: String) throws -> Day? {
    try value(name, "must be a date such as 2026-11-22") { Day(text: $0) }
  }

  /// A key of the caller's account.
  func key(_ name: String, of call: Call) throws -> APIKey? {
    let keys = self[name].map { $0.isEmpty } == false ? try call.store.keys(of: call.account.id) : []
    return try value(name, "must be the id of one of this account's keys: key_…") { text in
      keys.first { $0.id.text == text }
    }
  }
}
