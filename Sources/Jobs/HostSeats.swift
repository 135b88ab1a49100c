import Domain

/// How many calls may be under way at once, and to whom. A host begins with few seats and gets more as it delivers;
/// one that fails again and again gets one now and then, to find out whether it is back.
///
/// A host is known by its account: what one account's URLs do there tells nothing of another's, and holds nobody else up.
/// No account may hold more seats than are free: whoever fills theirs and then hangs leaves room for the others, however
/// many hang.
///
/// In memory alone: after a new start every host begins anew, and what is due is in the database.
package struct HostSeats: Sendable {
  /// A host as one account calls it.
  package struct Host: Hashable, Sendable {
    package let name: String
    package let account: AccountID

    package init(_ name: String, of account: AccountID) { (self.name, self.account) = (name, account) }
  }

  /// How a call ended, as far as its host is concerned.
  package enum Ending: Sendable {
    case delivered
    /// The host is there, and will not have it or chokes on it.
    case refused
    /// No answer, one that says so (502, 503, 504), or too many calls (429).
    case failed
    /// It never left here: that says nothing of the host.
    case unmade
  }

  /// Calls in vain, one after the other, after which a host counts as away.
  package static let patience = 5
  /// Seconds from one probe of a host that is away to the next, at most: with the wait of a job, less than 30.
  package static let longestPause: Int64 = 25
  static let first = 4
  /// Seconds without a call after which a host is forgotten: longer than a delivery waits between two attempts.
  package static let idleSeconds: Int64 = 172_800

  private struct State {
    var taken = 0
    var most = HostSeats.first
    var failures = 0
    var probeAt = Instant(microseconds: 0)
    var usedAt = Instant(microseconds: 0)
    var isAway: Bool { failures >= HostSeats.patience }
  }

  private let total: Int
  private var taken = 0
  private var hosts: [Host: State] = [:]
  private var accounts: [AccountID: Int] = [:]

  /// - Parameter total: calls under way at once; half of them at most for one account.
  package init(total: Int) { self.total = total }

  /// Hosts that are remembered.
  package var count: Int { hosts.count }

  /// Whether a host fails again and again.
  package func isAway(_ host: Host) -> Bool { hosts[host]?.isAway ?? false }

  /// Whether a host fails again and again, and it is time to see whether it is back.
  package func wantsProbe(of host: Host, at now: Instant) -> Bool {
    hosts[host].map { $0.isAway && $0.taken == 0 && now >= $0.probeAt } ?? false
  }

  /// Whether another call may begin.
  package func hasRoom(for host: Host, at now: Instant) -> Bool {
    guard accounts[host.account, default: 0] < total - taken else { return false }
    let state = hosts[host] ?? State()
    return state.isAway ? state.taken == 0 && now >= state.probeAt : state.taken < state.most
  }

  package mutating func take(for host: Host, at now: Instant) {
    var state = hosts[host] ?? State()
    state.taken += 1
    state.usedAt = now
    if state.isAway { state.probeAt = now + Self.pause(after: state.failures) }
    hosts[host] = state
    accounts[host.account, default: 0] += 1
    taken += 1
  }

  /// - Returns: whether that shows a host that was away to be back.
  @discardableResult
  package mutating func giveBack(from host: Host, _ ending: Ending, at now: Instant) -> Bool {
    guard var state = hosts[host], state.taken > 0 else { return false }
    let wasAway = state.isAway
    state.taken -= 1
    state.usedAt = now
    taken -= 1
    let held = accounts[host.account, default: 1] - 1
    accounts[host.account] = held == 0 ? nil : held
    switch ending {
    case .delivered:
      state.failures = 0
      state.most = min(state.most + 1, total)
    case .refused: state.failures = 0
    case .failed:
      state.failures += 1
      state.most = max(state.most / 2, 1)
      if state.failures == Self.patience { state.probeAt = now + Self.pause(after: state.failures) }
    case .unmade: break
    }
    // One that is as a new one would be need not be remembered.
    hosts[host] = state.taken == 0 && state.failures == 0 && state.most == Self.first ? nil : state
    return wasAway && !state.isAway
  }

  /// To be called now and then: those that nobody calls any more begin anew when somebody does.
  package mutating func forgetIdle(at now: Instant) {
    hosts = hosts.filter { $0.value.taken > 0 || now < $0.value.usedAt + Self.idleSeconds }
  }

  /// Seconds: short at first, so that a host which only began anew is soon found back.
  private static func pause(after failures: Int) -> Int64 {
    min(1 << Int64(min(failures - patience, 10)), longestPause)
  }
}
