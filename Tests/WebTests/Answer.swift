import HTTP
import JSON

/// An answer as a test reads it.
struct Answer: Sendable, CustomStringConvertible {
  let response: Response
  /// Nil where the body is not JSON.
  let root: JSONNode?

  init(_ response: Response) {
    self.response = response
    let limits = JSONLimits(bytes: 1 << 24, depth: 32, values: 1_000_000, numberBytes: 64)
    root = (try? JSONDocument(response.body, limits: limits))?.root
  }

  var status: Int { response.status }
  var text: String { String(decoding: response.body, as: UTF8.self) }
  var description: String { "\(status) \(text)" }
  func header(_ name: String) -> String? { response.header(name) }

  /// The node that a path of names and numbers leads to: `events.0.click_id`.
  func node(_ path: String) -> JSONNode? {
    var node = root
    for step in path.split(separator: ".") {
      guard let place = node else { return nil }
      if place.kind == .array {
        let elements = place.elements
        node = Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      } else {
        node = place[String(step)]
      }
    }
    return node
  }

  /// The value at a path as text: a string itself, a number as written, `true`, `false` or `null`; of an object its keys,
  /// of an array its number of elements. Nil where there is none.
  subscript(_ path: String) -> String? {
    guard let node = node(path) else { return nil }
    return switch node.kind {
    case .string: node.string
    case .number: node.numberText
    case .bool: node.bool == true ? "true" : "false"
    case .null: "null"
    case .object: node.memberKeys.joined(separator: " ")
    case .array: String(node.elements.count)
    }
  }

  /// The texts at one path within each element of an array.
  func all(_ array: String, _ name: String) -> [String] {
    (0..<(Int(self[array] ?? "") ?? 0)).compactMap { self["\(array).\($0).\(name)"] }
  }

  /// The keys of the object at a path, sorted; of the whole answer without a path.
  func keys(_ path: String = "") -> [String] { (node(path)?.memberKeys ?? []).sorted() }

  /// Whether it is a problem of that status and code, in the shape that PRODUCT.md §2 gives to all of them.
  func isProblem(_ status: Int, _ code: String) -> Bool {
    self.status == status && self["code"] == code && isWellFormedProblem
  }

  var isWellFormedProblem: Bool {
    let required = ["type", "title", "status", "detail", "code", "request_id"]
    let isHex = (self["request_id"] ?? "").utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    let fields = (node("errors")?.elements ?? []).allSatisfy { $0.memberKeys.sorted() == ["field", "message"] }
    return header("content-type") == "application/problem+json" && self["status"] == String(status)
      && required.allSatisfy { self[$0]?.isEmpty == false } && self["request_id"]?.utf8.count == 32 && isHex && fields
      && (status != 429 && status != 503 || Int(header("retry-after") ?? "").map { $0 > 0 } == true)
  }

  /// The fields that a problem names.
  var fields: [String] { all("errors", "field") }
}
