import JSON

/// The answer to one request. Status line, `Content-Length` and the end of the connection are the server's business.
package struct Response: Sendable, CustomStringConvertible, CustomReflectable {
  /// 200…599.
  package var status: Int
  /// In the order in which they are sent. A name that is not an HTTP token is left out, and control characters in a
  /// value are left out, when the response is written.
  package var headers: [(name: String, value: String)]
  /// Not sent where the request was `HEAD`.
  package var body: [UInt8]

  package init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A JSON answer. It may hold a key, a password or somebody's numbers, so no cache keeps it, unless `headers` say so.
  package static func json(
    _ value: JSONValue, status: Int = 200, headers: [(name: String, value: String)] = []
  ) -> Response {
    var fields = [(name: "Content-Type", value: "application/json")] + headers
    if !headers.contains(where: { $0.name == "Cache-Control" }) { fields.append(("Cache-Control", "no-store")) }
    return Response(status: status, headers: fields, body: value.encoded())
  }

  /// A text in UTF-8; `type` without `charset`.
  package static func text(
    _ text: String, status: Int = 200, type: String = "text/plain", headers: [(name: String, value: String)] = []
  ) -> Response {
    Response(
      status: status, headers: [("Content-Type", type + "; charset=utf-8")] + headers, body: Array(text.utf8))
  }

  /// The first value of a header, whatever the case of its name.
  package func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }

  package var description: String { String(status) }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
