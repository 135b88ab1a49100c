import Domain
import Storage
import Synchronization

/// Counters since the server began, as Prometheus reads them. Every one exists from the start and is raised without a
/// lock: threads that waited for each other here cost a tenth of a decision (script/bench).
final class Metrics: Sendable {
  private final class Counter: Sendable {
    private let value = Atomic(0)
    func raise() { value.add(1, ordering: .relaxed) }
    var now: Int { value.load(ordering: .relaxed) }
  }
  /// What handlers and the gate answer with; anything else counts as 0.
  private static let statuses = [
    200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503, 0,
  ]
  private static let noRoute = "none"

  private let requests: [String: [Int: Counter]]
  private let decisions: [Decision: Counter]
  private let postbacks: [PostbackResult: Counter]

  init(routes: [Route]) {
    let names = Set(routes.map(\.name) + [Self.noRoute])
    requests = names.reduce(into: [:]) { counters, name in
      counters[name] = Self.statuses.reduce(into: [:]) { $0[$1] = Counter() }
    }
    decisions = Decision.allCases.reduce(into: [:]) { $0[$1] = Counter() }
    postbacks = PostbackResult.allCases.reduce(into: [:]) { $0[$1] = Counter() }
  }

  func count(route: Route?, status: Int) {
    let counters = requests[route?.name ?? Self.noRoute]
    (counters?[status] ?? counters?[0])?.raise()
  }

  func count(_ decision: Decision) { decisions[decision]?.raise() }
  func count(_ result: PostbackResult) { postbacks[result]?.raise() }

  /// The text exposition format. Labels are routes and our own words: nothing of a request.
  /// - Parameter further: lines that go behind ours.
  func text(
    gauges: [(name: String, help: String, value: Int64)], lines further: [String], version: String
  ) -> String {
    var lines = [
      "# HELP backnova_info The version that runs.", "# TYPE backnova_info gauge",
      "backnova_info{version=\"\(version)\"} 1",
      "# HELP backnova_requests_total Requests answered, by route and status.",
      "# TYPE backnova_requests_total counter",
    ]
    lines += requests.flatMap { name, counters in
      counters.filter { $0.value.now > 0 }.map {
        "backnova_requests_total{route=\"\(name)\",status=\"\($0.key)\"} \($0.value.now)"
      }
    }.sorted()
    lines += ["# HELP backnova_decisions_total Leads decided.", "# TYPE backnova_decisions_total counter"]
    lines += decisions.map { "backnova_decisions_total{decision=\"\($0.key.rawValue)\"} \($0.value.now)" }.sorted()
    lines += [
      "# HELP backnova_postbacks_total Partners' messages, by result.", "# TYPE backnova_postbacks_total counter",
    ]
    lines += postbacks.map { "backnova_postbacks_total{result=\"\($0.key.rawValue)\"} \($0.value.now)" }.sorted()
    for gauge in gauges {
      lines += ["# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge", "\(gauge.name) \(gauge.value)"]
    }
    return (lines + further).joined(separator: "\n") + "\n"
  }
}
