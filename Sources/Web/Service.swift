import Domain
import HTTP
import Logging
import Privacy
import Scoring
import Storage

/// What every handler works with. One value for the life of the server; requests come from many threads at once.
package struct Service: Sendable {
  let store: Store
  let keyring: Keyring
  let scoring: any Scoring
  let gate: Gate
  let metrics: Metrics
  let health: HealthCheck
  let version: String
  let now: @Sendable () -> Instant
  private let routes = Routes.all
  private let logger: Logger

  /// - Parameters:
  ///   - now: the clock; tests bring their own.
  ///   - version: as `/healthz` and `/metrics` name it.
  package init(
    store: Store, keyring: Keyring, scoring: any Scoring, version: String, logger: Logger,
    now: @escaping @Sendable () -> Instant
  ) throws(CryptoFault) {
    self.store = store
    self.keyring = keyring
    self.scoring = scoring
    self.version = version
    self.logger = logger
    self.now = now
    self.metrics = Metrics(routes: routes.routes)
    self.health = HealthCheck(store: store)
    self.gate = try Gate(store: store)
  }

  /// Answers a request: the route, then the gate, then the handler. Whatever goes wrong becomes a problem; nothing is
  /// thrown, and nothing of a request but its id, method and route is logged.
  package func respond(to request: Request) -> Response {
    let (route, response) = answer(request)
    metrics.count(route: route, status: response.status)
    if response.status >= 500 {
      logger.error(
        "request failed",
        metadata: ["id": "\(request.id)", "route": "\(route?.name ?? "none")", "status": "\(response.status)"])
    }
    return CrossOrigin.allow(route: route, in: response)
  }

  private func answer(_ request: Request) -> (route: Route?, response: Response) {
    switch routes.find(method: request.method, path: request.path) {
    case .noPath: return (nil, Problem.unknownPath.response(requestID: request.id))
    case .noMethod(let allowed, let sibling):
      if request.method == "OPTIONS" { return (sibling, CrossOrigin.preflight(allowed)) }
      return (sibling, Problem.wrongMethod(allowed: allowed).response(requestID: request.id))
    case .found(let route, let parameters):
      do {
        return (route, try run(route, request, parameters))
      } catch let problem as Problem {
        return (route, problem.response(requestID: request.id))
      } catch let failure as Failure {
        return (route, Problem(failure, at: now()).response(requestID: request.id))
      } catch {
        return (route, Problem.internal.response(requestID: request.id))
      }
    }
  }

  private func run(_ route: Route, _ request: Request, _ parameters: RoutePath.Parameters) throws -> Response {
    let now = now()
    switch route.action {
    case .open(let handle): return try handle(OpenCall(request: request, service: self, now: now))
    case .admitted(let access, let handle):
      let caller = try gate.admit(request, to: access, at: now)
      return try handle(Call(request: request, parameters: parameters, caller: caller, service: self, now: now))
    }
  }
}

/// A request that needs no key, or finds its own.
struct OpenCall: Sendable {
  let request: Request
  let service: Service
  let now: Instant
}

/// A request that was let in.
struct Call: Sendable {
  let request: Request
  let parameters: RoutePath.Parameters
  let caller: Caller
  let service: Service
  let now: Instant

  var account: Account { caller.account }
  var store: Store { service.store }
}
