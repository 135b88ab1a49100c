import Synchronization

/// Counters since the server began, as Prometheus reads them.
final class Metrics: Sendable {
  private struct State {
    var requests: [Request: Int] = [:]
    var decisions: [String: Int] = [:]
    var postbacks: [String: Int] = [:]
  }
  private struct Request: Hashable {
    let route: String
    let status: Int
  }
  private let state = Mutex(State())

  func count(route: String, status: Int) {
    state.withLock { $0.requests[Request(route: route, status: status), default: 0] += 1 }
  }

  func count(decision: String) { state.withLock { $0.decisions[decision, default: 0] += 1 } }
  func count(postback result: String) { state.withLock { $0.postbacks[result, default: 0] += 1 } }

  /// The text exposition format. Labels are routes and our own words: nothing of a request.
  func text(gauges: [(name: String, help: String, value: Int64)], version: String) -> String {
    let state = state.withLock { $0 }
    var lines = [
      "# HELP backnova_info The version that runs.", "# TYPE backnova_info gauge",
      "backnova_info{version=\"\(version)\"} 1",
      "# HELP backnova_requests_total Requests answered, by route and status.",
      "# TYPE backnova_requests_total counter",
    ]
    lines += state.requests.map {
      "backnova_requests_total{route=\"\($0.key.route)\",status=\"\($0.key.status)\"} \($0.value)"
    }
    .sorted()
    lines += ["# HELP backnova_decisions_total Leads decided.", "# TYPE backnova_decisions_total counter"]
    lines += state.decisions.map { "backnova_decisions_total{decision=\"\($0.key)\"} \($0.value)" }.sorted()
    lines += [
      "# HELP backnova_postbacks_total Partners' messages, by result.", "# TYPE backnova_postbacks_total counter",
    ]
    lines += state.postbacks.map { "backnova_postbacks_total{result=\"\($0.key)\"} \($0.value)" }.sorted()
    for gauge in gauges {
      lines += ["# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge", "\(gauge.name) \(gauge.value)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
