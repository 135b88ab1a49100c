/// The pairs of a query or of an `application/x-www-form-urlencoded` body, in order, repeats included.
///
/// Percent-decoded once, `+` as space. What goes past a limit is left out and reported by ``isOverflowing``: reading
/// never fails, since partners' panels send anything.
package struct FormPairs: Sendable, CustomStringConvertible, CustomReflectable {
  /// A name and its value, decoded.
  package struct Pair: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    package let name: String
    package let value: String
    /// Whether the value's bytes were UTF-8; where not, each bad sequence stands as U+FFFD in ``value``.
    package let isValidUTF8: Bool

    package init(name: String, value: String, isValidUTF8: Bool = true) {
      self.name = name
      self.value = value
      self.isValidUTF8 = isValidUTF8
    }

    package var description: String { "pair" }
    package var customMirror: Mirror { Mirror(self, children: []) }
  }

  /// At most so many pairs are read.
  package static let maximumCount = 64
  /// Longest name, in bytes after decoding.
  package static let maximumNameBytes = 64
  /// Longest value, in bytes after decoding.
  package static let maximumValueBytes = 4096

  /// The pairs within the limits.
  package private(set) var pairs: [Pair] = []
  /// Whether pairs were left out: too many, or a name or value too long.
  package private(set) var isOverflowing = false

  /// Reads what stands between `&`s. An empty piece is nothing; a piece without `=` is a name with an empty value.
  package init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix { $0 != UInt8(ascii: "&") }
      rest = rest.dropFirst(piece.count + 1)
      guard !piece.isEmpty else { continue }
      guard pairs.count < Self.maximumCount else {
        isOverflowing = true
        return
      }
      read(piece)
    }
  }

  private mutating func read(_ piece: ArraySlice<UInt8>) {
    let rawName = piece.prefix { $0 != UInt8(ascii: "=") }
    let rawValue = piece.dropFirst(rawName.count + 1)
    // A decoded byte takes three at most, so what is longer still need not be decoded to be refused.
    guard rawName.count <= 3 * Self.maximumNameBytes, rawValue.count <= 3 * Self.maximumValueBytes else {
      isOverflowing = true
      return
    }
    let name = PercentDecoding.form(rawName)
    let value = PercentDecoding.form(rawValue)
    guard name.count <= Self.maximumNameBytes, value.count <= Self.maximumValueBytes else {
      isOverflowing = true
      return
    }
    let valid = String(validating: value, as: UTF8.self)
    pairs.append(
      Pair(
        name: String(decoding: name, as: UTF8.self), value: valid ?? String(decoding: value, as: UTF8.self),
        isValidUTF8: valid != nil))
  }

  /// The first pair of that name.
  package func first(_ name: String) -> Pair? { pairs.first { $0.name == name } }

  /// The value of the first pair of that name; nil where there is none or its bytes were not UTF-8.
  package subscript(_ name: String) -> String? {
    guard let pair = first(name), pair.isValidUTF8 else { return nil }
    return pair.value
  }

  package var description: String { "\(pairs.count) pairs" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
