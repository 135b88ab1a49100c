import Domain
import HTTP
import Logging
import Outbound
import Privacy
import Scoring
import Storage

/// What every handler works with. One value for the life of the server; requests come from many threads at once.
package struct Service: Sendable {
  static let mostTestCalls = 4
  static let mostTestCallsPerAccount = 2
  static let mostWaitingRepeats = 8

  let store: Store
  let keyring: Keyring
  let scoring: any Scoring
  let gate: Gate
  let outlets: Outlets
  /// How many threads may wait for partners.
  let partnerSeats: Seats<PartnerName>
  /// Test calls, test leads and tests of alert channels: each holds one of the API's threads for up to 15 s.
  let testSeats = Seats<AccountID>(Service.mostTestCalls, share: Service.mostTestCallsPerAccount)
  /// Repeats of a lead that is still being handed over: each holds a thread until that has ended.
  let repeatSeats = Seats<AccountID>(Service.mostWaitingRepeats)
  let alertTests: RateLimit
  let metrics: Metrics
  let health: HealthCheck
  let version: String
  let now: @Sendable () -> Instant
  private let routes = Routes.all
  private let logger: Logger

  /// - Parameters:
  ///   - version: as `/healthz` and `/metrics` name it.
  ///   - decisionThreads: that take decisions at once; one partner may hold a quarter of them.
  ///   - now: the clock; tests bring their own.
  package init(
    store: Store, keyring: Keyring, scoring: any Scoring, outlets: Outlets, version: String, decisionThreads: Int,
    logger: Logger, now: @escaping @Sendable () -> Instant
  ) throws(CryptoFault) {
    self.store = store
    self.keyring = keyring
    self.scoring = scoring
    self.outlets = outlets
    self.version = version
    self.partnerSeats = Seats(decisionThreads: decisionThreads)
    self.logger = logger
    self.now = now
    self.metrics = Metrics(routes: routes.routes)
    self.health = HealthCheck(store: store)
    self.gate = try Gate(store: store)
    // A test leads to people.
    self.alertTests = try RateLimit(count: 6, seconds: 60)
  }

  /// Answers a request: the route, then the gate, then the handler. Whatever goes wrong becomes a problem; nothing is
  /// thrown, and nothing of a request but its id, method and route is logged.
  /// - Parameter reply: called once, before this returns or later on another thread.
  package func respond(to request: Request, reply: @escaping @Sendable (Response) -> Void) {
    let id = request.id
    switch routes.find(method: request.method, path: request.path) {
    case .noPath: reply(finished(nil, Problem.unknownPath.response(requestID: id), id))
    case .noMethod(let allowed, let sibling):
      let answer =
        request.method == "OPTIONS"
        ? CrossOrigin.preflight(allowed) : Problem.wrongMethod(allowed: allowed).response(requestID: id)
      reply(finished(sibling, answer, id))
    case .found(let route, let parameters):
      do {
        try run(route, request, parameters) { result in
          switch result {
          case .success(let response): reply(finished(route, response, id))
          case .failure(let failure): reply(finished(route, response(to: failure, id), id))
          }
        }
      } catch {
        reply(finished(route, response(to: error, id), id))
      }
    }
  }

  private func run(
    _ route: Route, _ request: Request, _ parameters: RoutePath.Parameters, answer: @escaping LateAnswer
  ) throws {
    let now = now()
    func call(_ access: Access) throws -> Call {
      let caller = try gate.admit(request, to: access, at: now)
      return Call(request: request, parameters: parameters, caller: caller, service: self, now: now)
    }
    switch route.action {
    case .open(let handle): answer(.success(try handle(OpenCall(request: request, service: self, now: now))))
    case .openDeferred(let handle): try handle(OpenCall(request: request, service: self, now: now), answer)
    case .admitted(let access, let handle): answer(.success(try handle(call(access))))
    case .deferred(let access, let handle): try handle(call(access), answer)
    }
  }

  private func response(to error: any Error, _ id: String) -> Response {
    switch error {
    case let problem as Problem: problem.response(requestID: id)
    case let failure as Failure: Problem(failure, at: now()).response(requestID: id)
    default: Problem.internal.response(requestID: id)
    }
  }

  /// Counts an answer, logs that it failed, and lets pages of other origins read it where they may.
  private func finished(_ route: Route?, _ response: Response, _ id: String) -> Response {
    metrics.count(route: route, status: response.status)
    if response.status >= 500 {
      logger.error(
        "request failed",
        metadata: ["id": "\(id)", "route": "\(route?.name ?? "none")", "status": "\(response.status)"])
    }
    return CrossOrigin.allow(route: route, in: response)
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
