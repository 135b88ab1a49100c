import Domain
import HTTP
import JSON
import Storage

/// `GET /api/v1/sources/{slug}/snippet?kind=&click_macro=`: the source code generator.
enum SnippetHandler {
  /// Bytes of a macro.
  private static let longestMacro = 64

  static func show(_ call: Call) throws -> Response {
    let slug = call.parameters["slug"] ?? ""
    guard try call.store.directory().source(slug, of: call.account.id) != nil else { throw Failure.notFound }
    let pairs = FormPairs(call.request.query)
    let kind = try pairs.word("kind", SnippetKind.self) ?? .html
    let macro = try pairs.value("click_macro", "must be a macro such as {clickid}, up to \(longestMacro) characters") {
      isMacro($0) ? $0 : nil
    }
    let keys = try call.store.keys(of: call.account.id).filter { $0.kind == .publishable && $0.revokedAt == nil }
    // A key of some pages alone stands in the code only where there is none for any page: it would be refused elsewhere.
    let key = keys.last { $0.origins.isEmpty } ?? keys.last
    let snippet = Snippet(
      kind: kind, source: slug, origin: "https://" + (call.request.headers["host"] ?? "HOST"),
      publishableKey: key?.clear, origins: key?.origins ?? [], clickMacro: macro ?? "{clickid}")
    return .json([
      "source": .string(slug), "kind": .string(kind.rawValue), "code": .string(snippet.code),
      "landing_url": .string(snippet.landingURL), "notes": .list(snippet.notes),
    ])
  }

  /// What may stand for a value in a query: no end of it, no quotes, nothing that cannot be seen.
  private static func isMacro(_ text: String) -> Bool {
    (1...longestMacro).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"'&#<>\\`".utf8.contains($0) }
  }
}
