import Domain
import Storage

/// How forwards do, as Prometheus reads it: by state, and by host.
enum ForwardMetrics {
  /// Hosts that have a label of their own; all others are one.
  static let mostHosts = 50
  private static let others = "(other)"

  static func lines(_ health: [ForwardHealth], at now: Instant) -> [String] {
    let hosts = hosts(health)
    let states: [(name: String, help: String, count: KeyPath<HostHealth, Int>)] = [
      (
        "due",
        "Changes that trackers are still to be told of; of one forward \(ForwardHealth.mostCounted) are counted.",
        \.due
      ),
      ("delivered", "Changes that trackers were told of.", \.delivered),
      ("dead", "Changes that no tracker took: given up.", \.dead),
    ]
    var lines: [String] = []
    for state in states {
      let name = "backnova_forwards_\(state.name)"
      lines += head(name, state.help) + ["\(name) \(hosts.reduce(0) { $0 + $1[keyPath: state.count] })"]
    }
    lines += head(
      "backnova_host_forwards", "The same by host; the \(mostHosts) with most to do, and all others as one.")
    for host in hosts {
      lines += states.map {
        "backnova_host_forwards{\(label(host)),state=\"\($0.name)\"} \(host[keyPath: $0.count])"
      }
    }
    lines += head("backnova_host_oldest_due_seconds", "For how long the oldest that waits has waited.")
    lines += hosts.map { host in
      let age = host.oldestDueAt.map { max(now.seconds - $0.seconds, 0) } ?? 0
      return "backnova_host_oldest_due_seconds{\(label(host))} \(age)"
    }
    lines += head("backnova_host_failing", "1 while a host's last attempt was in vain.")
    lines += hosts.map { host in
      let isFailing = host.failedAt.map { failed in host.deliveredAt.map { $0 < failed } ?? true } ?? false
      let error = isFailing ? FailureText.code(host.failure, status: host.failedStatus) : "none"
      return "backnova_host_failing{\(label(host)),error=\"\(error)\"} \(isFailing ? 1 : 0)"
    }
    return lines
  }

  private static func head(_ name: String, _ help: String) -> [String] {
    ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
  }

  /// In order of their names.
  private static func hosts(_ health: [ForwardHealth]) -> [HostHealth] {
    let busiest = HostHealth.sums(health).sorted {
      ($0.due, $0.dead, $0.delivered, $1.host) > ($1.due, $1.dead, $1.delivered, $0.host)
    }
    let named = Set(busiest.prefix(mostHosts).map(\.host))
    return HostHealth.sums(health) { named.contains($0) ? $0 : others }.sorted { $0.host < $1.host }
  }

  private static func label(_ health: HostHealth) -> String {
    let text = health.host.unicodeScalars.map { scalar in
      switch scalar {
      case "\\", "\"": "\\\(scalar)"
      case _ where scalar.properties.generalCategory == .control: "?"
      default: "\(scalar)"
      }
    }.joined()
    return "host=\"\(text)\""
  }
}
