import Domain
import HTTP

/// Takes the answer of a handler that did not throw: once, on any thread.
typealias LateAnswer = @Sendable (Result<Response, Failure>) -> Void

/// One endpoint: what it is called with, who may, and what answers.
struct Route: Sendable {
  enum Action: Sendable {
    /// Anyone; the handler looks at the request itself.
    case open(@Sendable (OpenCall) throws -> Response)
    /// Those whom the gate lets in.
    case admitted(Access, @Sendable (Call) throws -> Response)
    /// As ``open``, with an answer that comes later: the thread need not wait for the disk.
    case openDeferred(@Sendable (OpenCall, @escaping LateAnswer) throws -> Void)
    /// As ``admitted``, with an answer that comes later.
    case deferred(Access, @Sendable (Call, @escaping LateAnswer) throws -> Void)
  }
  let method: String
  let path: RoutePath
  let action: Action
  /// Whether web pages of other origins may call it.
  let allowsOtherOrigins: Bool

  /// `POST /api/v1/decision`: how metrics and logs name it.
  let name: String

  init(method: String, path: RoutePath, action: Action, allowsOtherOrigins: Bool = false) {
    self.method = method
    self.path = path
    self.action = action
    self.allowsOtherOrigins = allowsOtherOrigins
    self.name = method + " " + path.description
  }
}

/// The routes by their paths.
struct RouteTable: Sendable {
  enum Match: Sendable {
    case found(Route, RoutePath.Parameters)
    /// The path is there, the method is not: what is allowed, and a route of that path.
    case noMethod(allowed: [String], Route)
    case noPath
  }

  /// In the order in which they were given.
  let routes: [Route]
  private let literal: [String: [Route]]
  private let patterns: [Route]

  init(_ routes: [Route]) {
    self.routes = routes
    self.literal = Dictionary(grouping: routes.filter { $0.path.names.isEmpty }, by: \.path.description)
    self.patterns = routes.filter { !$0.path.names.isEmpty }
  }

  func find(method: String, path: String) -> Match {
    let candidates = literal[path] ?? patterns.filter { $0.path.match(path) != nil }
    guard let first = candidates.first else { return .noPath }
    let wanted =
      candidates.first { $0.method == method } ?? (method == "HEAD" ? candidates.first { $0.method == "GET" } : nil)
    guard let wanted, let parameters = wanted.path.match(path) else {
      return .noMethod(allowed: candidates.map(\.method) + ["OPTIONS"], first)
    }
    return .found(wanted, parameters)
  }
}
