import Domain
import HTTP
import JSON
import Outbound
import Storage

/// How forwards do, one by one and by host.
enum ForwardHealthHandler {
  /// `GET /api/v1/forwards/health`
  static func health(_ call: Call) throws -> Response {
    let health = try call.store.forwardHealth(of: call.account.id)
    let hosts = HostHealth.sums(health).sorted { $0.host < $1.host }
    return .json(["forwards": .array(health.map(json)), "hosts": .array(hosts.map(json))])
  }

  private static func json(_ health: ForwardHealth) -> JSONValue {
    [
      "id": .string(health.forward.id.text), "name": .string(health.forward.name),
      "host": .text(CallURL.hostName(of: health.forward.url)), "active": .bool(health.forward.isActive),
      "due": .count(health.due), "more_due": .bool(health.isMoreDue), "delivered": .count(health.delivered),
      "dead": .count(health.dead), "oldest_due_at": .time(health.oldestDueAt),
      "last_delivered_at": .time(health.deliveredAt), "last_failed_at": .time(health.failedAt),
      "last_error": .text(
        health.failedAt == nil ? nil : FailureText.words(health.failure, status: health.failedStatus)),
    ]
  }

  private static func json(_ health: HostHealth) -> JSONValue {
    [
      "host": .string(health.host), "forwards": .count(health.forwards), "due": .count(health.due),
      "more_due": .bool(health.isMoreDue), "delivered": .count(health.delivered), "dead": .count(health.dead),
      "oldest_due_at": .time(health.oldestDueAt), "last_delivered_at": .time(health.deliveredAt),
      "last_failed_at": .time(health.failedAt),
      "last_error": .text(
        health.failedAt == nil ? nil : FailureText.words(health.failure, status: health.failedStatus)),
    ]
  }
}

/// What went wrong with a call.
enum FailureText {
  /// nil: nothing.
  static func words(_ failure: String?, status: Int?) -> String? {
    if let status { return (200..<300).contains(status) ? nil : "the tracker answered \(status)" }
    return failure.flatMap(CallFailure.init(rawValue:))?.text ?? failure
  }

  /// One of a small closed set, for labels.
  static func code(_ failure: String?, status: Int?) -> String {
    if let status { return "status_\(min(max(status / 100, 1), 9))xx" }
    return failure.flatMap(CallFailure.init(rawValue:))?.rawValue ?? "other"
  }
}
