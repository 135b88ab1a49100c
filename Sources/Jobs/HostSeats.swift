import Domain

/// How many calls may be under way at once, and to whom. A host begins with few seats and gets more as it delivers;
/// one that fails again and again gets one now and then, to find out whether it is back.
///
/// No host and no account may hold more seats than are free: whoever fills theirs and then hangs leaves room for the
/// others, however many hang.
///
/// In memory alone: after a new start every host begins anew, and what is due is in the database.
package struct HostSeats: Sendable {
  /// How a call ended, as far as its host is concerned.
  package enum Ending: Sendable {
    case delivered
    /// The host is there, and will not have it.
    case refused
    /// No answer, one of its own faults (5xx), or too many calls (429).
    case failed
  }

  /// Calls in vain, one after the other, after which a host counts as away.
  package static let patience = 5
  /// Seconds from one probe of a host that is away to the next, at most: with the wait of a job, less than 30.
  package static let longestPause: Int64 = 25
  static let first = 4

  private struct Host {
    var taken = 0
    var most = HostSeats.first
    var failures = 0
    var probeAt = Instant(microseconds: 0)
    var isAway: Bool { failures >= HostSeats.patience }
  }

  private let total: Int
  private var taken = 0
  private var hosts: [String: Host] = [:]
  private var accounts: [AccountID: Int] = [:]

  /// - Parameter total: calls under way at once; half of them at most to one host, or for one account.
  package init(total: Int) { self.total = total }

  /// Whether a host fails again and again.
  package func isAway(_ name: String) -> Bool { hosts[name]?.isAway ?? false }

  /// Whether a host fails again and again, and it is time to see whether it is back.
  package func wantsProbe(of name: String, at now: Instant) -> Bool {
    hosts[name].map { $0.isAway && $0.taken == 0 && now >= $0.probeAt } ?? false
  }

  /// Whether another call may begin.
  package func hasRoom(for name: String, of account: AccountID, at now: Instant) -> Bool {
    let free = total - taken
    let host = hosts[name] ?? Host()
    guard host.taken < free, accounts[account, default: 0] < free else { return false }
    return host.isAway ? host.taken == 0 && now >= host.probeAt : host.taken < host.most
  }

  package mutating func take(for name: String, of account: AccountID, at now: Instant) {
    var host = hosts[name] ?? Host()
    host.taken += 1
    if host.isAway { host.probeAt = now + Self.pause(after: host.failures) }
    hosts[name] = host
    accounts[account, default: 0] += 1
    taken += 1
  }

  /// - Returns: whether that shows a host that was away to be back.
  @discardableResult
  package mutating func giveBack(
    from name: String, of account: AccountID, _ ending: Ending, at now: Instant
  ) -> Bool {
    guard var host = hosts[name], host.taken > 0 else { return false }
    let wasAway = host.isAway
    host.taken -= 1
    taken -= 1
    let held = accounts[account, default: 1] - 1
    accounts[account] = held == 0 ? nil : held
    switch ending {
    case .delivered:
      host.failures = 0
      host.most = min(host.most + 1, total)
    case .refused: host.failures = 0
    case .failed:
      host.failures += 1
      host.most = max(host.most / 2, 1)
      if host.failures == Self.patience { host.probeAt = now + Self.pause(after: host.failures) }
    }
    // One that is as a new one would be need not be remembered.
    hosts[name] = host.taken == 0 && host.failures == 0 && host.most == Self.first ? nil : host
    return wasAway && ending == .delivered
  }

  /// Seconds: short at first, so that a host which only began anew is soon found back.
  private static func pause(after failures: Int) -> Int64 {
    min(1 << Int64(min(failures - patience, 10)), longestPause)
  }
}
