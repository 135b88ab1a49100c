/// A value of a document: a place on its tape. Text and numbers are decoded only when asked for.
package struct JSONNode: Sendable {
  package enum Kind: String, Sendable { case object, array, string, number, bool, null }

  let storage: JSONStorage
  let index: Int

  private var entry: JSONEntry { storage.tape[index] }

  package var kind: Kind { entry.kind }

  package var isNull: Bool { kind == .null }

  /// The decoded text; nil unless a string.
  package var string: String? {
    let entry = entry
    guard entry.kind == .string else { return nil }
    return text(of: entry)
  }

  /// The literal as it was written, e.g. `12.50`; nil unless a number. For exact money.
  package var numberText: String? {
    let entry = entry
    guard entry.kind == .number else { return nil }
    return String(decoding: storage.bytes[entry.range], as: UTF8.self)
  }

  /// Nil unless a number that is written without fraction and exponent and fits.
  package var integer: Int64? { numberText.flatMap { Int64($0) } }

  /// The nearest double; nil unless a number, and where it is too large for one.
  package var double: Double? {
    guard let value = numberText.flatMap({ Double($0) }), value.isFinite else { return nil }
    return value
  }

  /// Nil unless `true` or `false`.
  package var bool: Bool? {
    let entry = entry
    return entry.kind == .bool ? storage.bytes[Int(entry.start)] == UInt8(ascii: "t") : nil
  }

  /// The member of that name, compared byte by byte; nil if there is none, or this is not an object.
  package subscript(_ key: String) -> JSONNode? {
    var key = key
    return key.withUTF8 { wanted in
      var found: JSONNode?
      visitMembers { name, value in
        let matches =
          name.isEscaped
          ? JSONText.decode(name, in: storage.bytes).elementsEqual(wanted)
          : name.range.count == wanted.count && storage.bytes[name.range].elementsEqual(wanted)
        if matches { found = value }
        return !matches
      }
      return found
    }
  }

  /// Each member in the order of the text; none unless an object.
  package func forEachMember<Failure: Error>(
    _ body: (_ key: String, _ value: JSONNode) throws(Failure) -> Void
  ) throws(Failure) {
    try visitMembers { name, value throws(Failure) in
      try body(text(of: name), value)
      return true
    }
  }

  /// The keys in the order of the text; empty unless an object.
  package var memberKeys: [String] {
    var keys: [String] = []
    forEachMember { key, _ in keys.append(key) }
    return keys
  }

  /// The elements in order; empty unless an array.
  package var elements: [JSONNode] {
    let entry = entry
    guard entry.kind == .array else { return [] }
    var elements: [JSONNode] = []
    var place = index + 1
    while place < Int(entry.next) {
      elements.append(JSONNode(storage: storage, index: place))
      place = Int(storage.tape[place].next)
    }
    return elements
  }

  /// Visits members until `body` returns false.
  private func visitMembers<Failure: Error>(
    _ body: (_ name: JSONEntry, _ value: JSONNode) throws(Failure) -> Bool
  ) throws(Failure) {
    let entry = entry
    guard entry.kind == .object else { return }
    var place = index + 1
    while place < Int(entry.next) {
      let value = JSONNode(storage: storage, index: place + 1)
      guard try body(storage.tape[place], value) else { return }
      place = Int(storage.tape[place + 1].next)
    }
  }

  private func text(of entry: JSONEntry) -> String {
    entry.isEscaped
      ? String(decoding: JSONText.decode(entry, in: storage.bytes), as: UTF8.self)
      : String(decoding: storage.bytes[entry.range], as: UTF8.self)
  }
}

extension JSONNode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The kind and nothing of the content, which may be contact data.
  package var description: String { "JSONNode(\(kind.rawValue))" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
