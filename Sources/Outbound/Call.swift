/// One call that is to be made: a GET, or a POST where it has a body.
package struct Call: Equatable, Sendable {
  /// The caller's own number for it; comes back with the result.
  package let id: Int64
  package let url: String
  package let body: CallBody?

  package init(id: Int64, url: String, body: CallBody? = nil) {
    self.id = id
    self.url = url
    self.body = body
  }
}

/// What a call posts.
package struct CallBody: Equatable, Sendable {
  /// A header's value: no line ends.
  package let contentType: String
  /// Without NUL.
  package let text: String

  package init(contentType: String, text: String) {
    self.contentType = contentType
    self.text = text
  }
}

/// What every call must keep to (PRODUCT.md §6).
package struct CallLimits: Sendable {
  /// Milliseconds for name, connection and TLS together.
  package var connect = 5_000
  /// Milliseconds from the start to the last byte of the answer.
  package var whole = 15_000
  /// Bytes of the answer's body that are read.
  package var body = 65_536
  /// Bytes of header, those of 1xx answers and trailers with them.
  package var header = 65_536
  /// A file of certificates to trust in place of the system's.
  package var certificates: String?

  package init() {}
}

/// How a call ended.
package struct CallResult: Equatable, Sendable {
  package let id: Int64
  /// Of the final answer, once its whole header was there; nil: there was no answer.
  package let status: Int?
  /// What went wrong, also behind an answer's header; nil: nothing.
  package let failure: CallFailure?
  /// From the start to the end.
  package let milliseconds: Int
  /// The first 512 bytes of the answer's body, fit to be shown and stored: one line of printable text.
  package let text: String
  /// The seconds that the answer asks to wait, from `Retry-After`, whether it gave a number or a date.
  package let retryAfter: Int64?
  /// 1 or 2; nil: there was no answer.
  package let httpVersion: Int?

  /// Whether the receiver said that it took the call. Its status says so: what happens to the body behind a 2xx does
  /// not make the message less received, and sending it again would only count twice.
  package var isDelivered: Bool { status.map { (200..<300).contains($0) } ?? false }
}

extension CallResult {
  /// Of a call that was never made.
  package init(id: Int64, failure: CallFailure) {
    self.init(
      id: id, status: nil, failure: failure, milliseconds: 0, text: "", retryAfter: nil, httpVersion: nil)
  }
}

/// What can go wrong with a call: the whole set. Neither the URL nor a library's words are in it.
package enum CallFailure: String, Error, CaseIterable, Sendable {
  case badURL = "bad_url"
  case refusedAddress = "refused_address"
  case nameNotFound = "name_not_found"
  case connectionRefused = "connection_refused"
  case unreachable
  case connectTimedOut = "connect_timed_out"
  case badCertificate = "bad_certificate"
  case tlsFailed = "tls_failed"
  case timedOut = "timed_out"
  case reset
  case tooLong = "too_long"
  case notHTTP = "not_http"
  case local

  /// For the log of attempts.
  package var text: String {
    switch self {
    case .badURL: "the URL cannot be called"
    case .refusedAddress: "the host's address is private or reserved, and calls to it are refused"
    case .nameNotFound: "the host's name was not found"
    case .connectionRefused: "the host refused the connection"
    case .unreachable: "the host could not be reached"
    case .connectTimedOut: "the connection took too long"
    case .badCertificate: "the host's certificate could not be verified"
    case .tlsFailed: "the TLS handshake failed"
    case .timedOut: "the answer took too long"
    case .reset: "the connection broke off"
    case .tooLong: "the answer was too long and was cut"
    case .notHTTP: "the answer was not HTTP"
    case .local: "this server could not make the call"
    }
  }
}
