extension JSONNode {
  /// The value that an RFC 6901 pointer leads to, such as `/data/0/id`, or this one for an empty pointer; nil where there
  /// is none.
  package func value(at pointer: String) -> JSONNode? {
    guard let steps = JSONPointer.steps(pointer) else { return nil }
    return steps.reduce(self as JSONNode?) { node, step in
      switch node?.kind {
      case .object: node?[step]
      case .array: JSONPointer.index(step).flatMap { node?.elements.dropFirst($0).first }
      default: nil
      }
    }
  }
}

/// The grammar of RFC 6901.
package enum JSONPointer {
  package static func isValid(_ text: String) -> Bool { steps(text) != nil }

  static func steps(_ text: String) -> [String]? {
    guard !text.isEmpty else { return [] }
    guard text.utf8.first == UInt8(ascii: "/") else { return nil }
    var steps: [String] = []
    for step in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let step = unescaped(step) else { return nil }
      steps.append(step)
    }
    return steps
  }

  /// `~1` is a slash and `~0` a tilde; no other tilde may stand there.
  private static func unescaped(_ step: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    var rest = step
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "~") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
      case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
      default: return nil
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Digits without a zero in front.
  static func index(_ step: String) -> Int? {
    guard step.utf8.allSatisfy({ (48...57).contains($0) }), step == "0" || !step.hasPrefix("0") else { return nil }
    return Int(step)
  }
}
