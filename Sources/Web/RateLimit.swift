import Domain
import Privacy
import Synchronization

/// Counts what one address or name does in a window of time. Neither is kept: only a hash that means nothing once the
/// server ends.
final class RateLimit: Sendable {
  /// Names counted at once; beyond it all of them begin anew rather than memory growing.
  private static let capacity = 20_000
  private struct State {
    var window: Int64 = 0
    var counts: [UInt64: Int] = [:]
  }
  private let hash: AddressHash
  private let count: Int
  private let seconds: Int64
  private let state = Mutex(State())

  /// - Parameters: how often in how many seconds.
  init(count: Int, seconds: Int64) throws(CryptoFault) {
    self.hash = try AddressHash()
    self.count = count
    self.seconds = seconds
  }

  /// Counts once. - Returns: false from the first time beyond the limit until the window ends.
  func admits(_ name: String, at now: Instant) -> Bool {
    let name = hash(name)
    return state.withLock { state in
      let window = now.seconds / seconds
      if window != state.window || state.counts.count >= Self.capacity { state = State(window: window) }
      state.counts[name, default: 0] += 1
      return state.counts[name, default: 0] <= count
    }
  }
}
