import Domain
import HTTP
import JSON

/// Reads the members of a JSON body and collects what is wrong with them, so that one answer names every field at fault.
struct JSONForm: ~Copyable {
  let root: JSONNode
  private(set) var errors: [FieldError] = []

  /// - Throws: 415 where the body is not called JSON, 413 where it is too large, 400 where it is not JSON, 422 where it is
  ///   not an object.
  init(_ request: Request) throws {
    guard request.mediaType == "application/json" else { throw Problem.wrongType }
    let document: JSONDocument
    do { document = try JSONDocument(request.body) } catch {
      throw error.reason == .tooLarge ? Problem.bodyTooLarge : Problem.badJSON(error.reason.text)
    }
    guard document.root.kind == .object else { throw Problem.badField("body", "must be a JSON object") }
    self.root = document.root
  }

  mutating func fail(_ field: String, _ message: String) { errors.append(FieldError(field: field, message: message)) }

  /// - Throws: 422 naming every field that was found at fault.
  func check() throws { if !errors.isEmpty { throw Problem.badFields(errors) } }

  /// The member of that name; nil where it is missing or null. A dot leads into an object.
  func node(_ path: String) -> JSONNode? {
    var node = root[path]
    if node == nil, let dot = path.utf8.firstIndex(of: UInt8(ascii: ".")) {
      node = root[String(path[..<dot])]?[String(path[path.utf8.index(after: dot)...])]
    }
    return node.flatMap { $0.isNull ? nil : $0 }
  }

  /// A text without control characters; empty counts as missing.
  /// - Parameter trims: whether white space around it is dropped; a password is kept as it was typed.
  mutating func text(_ path: String, maximumBytes: Int, trims: Bool = true) -> String? {
    guard let node = node(path) else { return nil }
    guard var text = node.string else {
      fail(path, "must be a string")
      return nil
    }
    if trims { text = text.trimmed }
    guard text.utf8.count <= maximumBytes else {
      fail(path, "must be at most \(maximumBytes) bytes")
      return nil
    }
    guard !text.hasControlCharacters else {
      fail(path, "must not hold control characters")
      return nil
    }
    return text.isEmpty ? nil : text
  }

  /// A number of at least 0; what is beyond `most` counts as `most`, since it is said by a browser and only weighs.
  mutating func number(_ path: String, most: Double) -> Double? {
    guard let node = node(path) else { return nil }
    guard let number = node.double, number >= 0 else {
      fail(path, "must be a number of at least 0")
      return nil
    }
    return min(number, most)
  }

  mutating func integer(_ path: String, in range: ClosedRange<Int>) -> Int? {
    guard let node = node(path) else { return nil }
    guard let number = node.integer.flatMap({ Int(exactly: $0) }), range.contains(number) else {
      fail(path, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  mutating func bool(_ path: String) -> Bool? {
    guard let node = node(path) else { return nil }
    if node.bool == nil { fail(path, "must be true or false") }
    return node.bool
  }

  /// An amount from 0 to 10^9 with at most 6 decimals.
  mutating func money(_ path: String) -> Money? {
    guard let node = node(path) else { return nil }
    guard let money = node.numberText.flatMap({ Money(decimal: $0) }), money >= .zero else {
      fail(path, "must be a number from 0 to 1000000000 with at most 6 decimals")
      return nil
    }
    return money
  }

  /// An ISO 4217 code.
  mutating func currency(_ path: String) -> String? {
    let text = text(path, maximumBytes: 16)
    if let text, text.utf8.count != 3 || !text.utf8.allSatisfy({ (65...90).contains($0) }) {
      fail(path, "must be an ISO 4217 code such as USD")
    }
    return text
  }

  /// An ISO 3166 code of two letters, in either case.
  mutating func country(_ path: String) -> String? {
    guard let text = text(path, maximumBytes: 64) else { return nil }
    let code = text.uppercased()
    guard code.utf8.count == 2, code.utf8.allSatisfy({ (65...90).contains($0) }) else {
      fail(path, "must be an ISO 3166 code of two letters, such as US")
      return nil
    }
    return code
  }

  /// A list of texts.
  mutating func texts(_ path: String, most: Int, maximumBytes: Int) -> [String]? {
    guard let node = node(path) else { return nil }
    let texts = node.kind == .array ? node.elements.compactMap(\.string) : []
    guard node.kind == .array, texts.count == node.elements.count, texts.count <= most,
      texts.allSatisfy({ $0.utf8.count <= maximumBytes })
    else {
      fail(path, "must be a list of at most \(most) strings of at most \(maximumBytes) bytes each")
      return nil
    }
    return texts
  }

  /// A word of a closed set.
  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ path: String, _ type: Word.Type
  ) -> Word? where Word.RawValue == String {
    guard let node = node(path) else { return nil }
    if let word = node.string.flatMap(Word.init(rawValue:)) { return word }
    fail(path, "must be one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
    return nil
  }
}

extension String {
  /// Without the white space around it.
  var trimmed: String { self[...].trimmed }
}

extension Substring {
  /// Without the white space around it.
  var trimmed: String {
    // Nearly always there is none, and Unicode's tables are slow.
    if let first = utf8.first, let last = utf8.last, (0x21...0x7E).contains(first), (0x21...0x7E).contains(last) {
      return String(self)
    }
    let start = drop(while: \.isWhitespace)
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }
}
