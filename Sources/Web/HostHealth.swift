import Domain
import Outbound
import Storage

/// How the forwards to one host do together.
struct HostHealth {
  /// ``CallURL/hostName(of:)``.
  let host: String
  private(set) var forwards = 0
  private(set) var due = 0
  /// Whether more wait than were counted.
  private(set) var isMoreDue = false
  private(set) var delivered = 0
  private(set) var dead = 0
  private(set) var oldestDueAt: Instant?
  private(set) var deliveredAt: Instant?
  /// Of the last attempt in vain.
  private(set) var failedAt: Instant?
  private(set) var failedStatus: Int?
  private(set) var failure: String?

  /// In no order. - Parameter names: as which host each is counted.
  static func sums(
    _ health: [ForwardHealth], names: (String) -> String = { $0 }
  ) -> [HostHealth] {
    var hosts: [String: HostHealth] = [:]
    for one in health {
      let name = names(CallURL.hostName(of: one.forward.url) ?? "")
      hosts[name, default: HostHealth(host: name)].add(one)
    }
    return Array(hosts.values)
  }

  private init(host: String) { self.host = host }

  private mutating func add(_ health: ForwardHealth) {
    forwards += 1
    due += health.due
    isMoreDue = isMoreDue || health.isMoreDue
    delivered += health.delivered
    dead += health.dead
    oldestDueAt = [oldestDueAt, health.oldestDueAt].compactMap(\.self).min()
    deliveredAt = [deliveredAt, health.deliveredAt].compactMap(\.self).max()
    guard let last = health.failedAt, failedAt.map({ last > $0 }) ?? true else { return }
    (failedAt, failedStatus, failure) = (last, health.failedStatus, health.failure)
  }
}
