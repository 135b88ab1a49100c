/// The path of a route, such as `/api/v1/sources/{slug}`: literal segments, and names that take one segment each.
///
/// A path matches segment by segment, byte for byte; a name never takes an empty segment, and a slash at the end is not
/// ignored. Two patterns may fit one path (`/forwards/health`, `/forwards/{id}`): try those with fewer names first.
package struct RoutePath: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// What the names of a pattern took.
  package struct Parameters: Sendable, Equatable {
    private let values: [(name: String, value: String)]
    fileprivate init(_ values: [(name: String, value: String)]) { self.values = values }

    /// What the name took; nil where the pattern has no such name.
    package subscript(_ name: String) -> String? { values.first { $0.name == name }?.value }
    package var isEmpty: Bool { values.isEmpty }

    package static func == (a: Self, b: Self) -> Bool { a.values.elementsEqual(b.values, by: ==) }
  }

  private enum Segment: Sendable, Hashable {
    case literal(String)
    case name(String)
  }

  /// The pattern as written.
  package let description: String
  private let segments: [Segment]

  /// Reads a pattern that begins with `/`. Only a whole segment in braces is a name.
  package init(_ pattern: String) {
    description = pattern
    segments = pattern.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { text in
      text.hasPrefix("{") && text.hasSuffix("}") && text.utf8.count > 2
        ? .name(String(text.dropFirst().dropLast())) : .literal(String(text))
    }
  }

  package init(stringLiteral pattern: String) { self.init(pattern) }

  /// The names, in order.
  package var names: [String] {
    segments.compactMap { if case .name(let name) = $0 { name } else { nil } }
  }

  /// What the names take from this path; nil where it does not match. The path begins with `/` and has no query.
  package func match(_ path: String) -> Parameters? {
    var rest = path.utf8[...]
    var taken: [(name: String, value: String)] = []
    for segment in segments {
      guard rest.popFirst() == UInt8(ascii: "/") else { return nil }
      let piece = rest.prefix { $0 != UInt8(ascii: "/") }
      switch segment {
      case .literal(let text):
        guard piece.elementsEqual(text.utf8) else { return nil }
      case .name(let name):
        guard !piece.isEmpty else { return nil }
        taken.append((name, String(Substring(piece))))
      }
      rest = rest[piece.endIndex...]
    }
    return rest.isEmpty ? Parameters(taken) : nil
  }
}
