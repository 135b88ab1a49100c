/// One request as nginx handed it over: a value, read whole, so that a handler never waits for the network.
///
/// Its texts show method and path and nothing else: queries, headers and bodies hold keys and contact data.
package struct Request: Sendable, CustomStringConvertible, CustomReflectable {
  /// Names this request in problems and logs: nginx's `$request_id`, or one of our own. 32 lower-case hex digits.
  package var id: String
  /// In capitals: `GET`.
  package var method: String
  /// Begins with `/`, has no query, percent-decoded once, valid UTF-8 without NUL.
  package var path: String
  /// The raw bytes behind the first `?`, not decoded; see ``FormPairs``.
  package var query: [UInt8]
  /// By lower-case name. A header sent twice is joined by `, ` (cookies by `; `), so that neither can hide the other.
  package var headers: [String: String]
  /// Complete: a body that ended early never becomes a request.
  package var body: [UInt8]
  /// The client's address as nginx names it; empty where nginx named none.
  package var remoteAddress: String
  /// ISO 3166 code of the client's country, two capitals, where nginx's geoip2 module knows it.
  package var country: String?
  /// Whether the client's connection to nginx was TLS.
  package var isSecure: Bool
  /// To be called by a handler, on its own thread and before it returns, when it is about to wait for something that may
  /// take long, such as a partner: another thread then takes requests in its place. What only computes, or answers later,
  /// need not.
  package var willWait: @Sendable () -> Void = {}

  package init(
    id: String = Request.makeID(), method: String = "GET", path: String, query: [UInt8] = [],
    headers: [String: String] = [:], body: [UInt8] = [], remoteAddress: String = "127.0.0.1", country: String? = nil,
    isSecure: Bool = true
  ) {
    self.id = id
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
    self.country = country
    self.isSecure = isSecure
  }

  /// The type that `Content-Type` names, lower-cased and without parameters (`application/json`); nil where there is
  /// none or where it is not one.
  package var mediaType: String? { headers["content-type"].flatMap { MediaType.essence(of: $0) } }

  /// The value of a cookie, as sent; the first where the browser sent several of that name.
  package func cookie(_ name: String) -> String? {
    headers["cookie"].flatMap { CookieHeader.value(of: name, in: $0) }
  }

  package var description: String { method + " " + path }
  package var customMirror: Mirror { Mirror(self, children: []) }

  /// 128 random bits as 32 lower-case hex digits.
  package static func makeID() -> String {
    var generator = SystemRandomNumberGenerator()
    return hex(generator.next()) + hex(generator.next())
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
