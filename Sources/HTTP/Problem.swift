import JSON

/// An error as the world reads it (RFC 9457). Its texts go to the client as they are: they never quote the input.
package struct Problem: Error, Equatable {
  /// 400…599.
  package var status: Int
  /// Stable, snake_case: what programs switch on.
  package var code: String
  /// The same for every problem with this code; the status' own phrase where nothing better is known.
  package var title: String
  /// What went wrong this time and how to mend it, in a sentence.
  package var detail: String
  /// The fields at fault, where fields are.
  package var errors: [FieldError]
  /// Seconds after which trying again makes sense; sent as `Retry-After`, at least 1.
  package var retryAfter: Int?
  /// Further headers, such as `Allow` or `WWW-Authenticate`.
  package var headers: [Header]

  /// A header of the answer.
  package struct Header: Sendable, Equatable {
    package let name: String
    package let value: String
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package init(
    status: Int, code: String, title: String? = nil, detail: String, errors: [FieldError] = [], retryAfter: Int? = nil,
    headers: [Header] = []
  ) {
    self.status = status
    self.code = code
    self.title = title ?? StatusPhrase.of(status)
    self.detail = detail
    self.errors = errors
    self.retryAfter = retryAfter
    self.headers = headers
  }

  /// The problem as `application/problem+json`. `type` is `about:blank`: `code` says which problem it is.
  package func response(requestID: String) -> Response {
    var members: [JSONValue.Member] = [
      .init("type", "about:blank"),
      .init("title", .string(title)),
      .init("status", .integer(Int64(status))),
      .init("detail", .string(detail)),
      .init("code", .string(code)),
      .init("request_id", .string(requestID)),
    ]
    if !errors.isEmpty { members.append(.init("errors", .array(errors.map(\.json)))) }
    var fields: [(name: String, value: String)] = [
      ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"),
    ]
    if let retryAfter { fields.append(("Retry-After", String(max(1, retryAfter)))) }
    for header in headers { fields.append((header.name, header.value)) }
    return Response(status: status, headers: fields, body: JSONValue.object(members).encoded())
  }
}

/// A field at fault. Neither text ever quotes the value.
package struct FieldError: Sendable, Equatable {
  /// The field's name; inner ones with dots: `form_data.email`.
  package let field: String
  /// What is wrong with it, in plain words.
  package let message: String

  package init(field: String, message: String) {
    self.field = field
    self.message = message
  }

  fileprivate var json: JSONValue { .object([.init("field", .string(field)), .init("message", .string(message))]) }
}
