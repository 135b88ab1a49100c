import Domain
import Synchronization

/// How many calls may do something at once that holds their thread for long, and how many of them one account's.
final class Seats: Sendable {
  private struct State {
    var free: Int
    var taken: [AccountID: Int] = [:]
  }
  private let state: Mutex<State>
  private let share: Int

  /// - Parameter share: an account's, of all; nil: any number of them.
  init(_ count: Int, share: Int? = nil) {
    state = Mutex(State(free: count))
    self.share = share ?? count
  }

  /// - Returns: whether there was one.
  func take(_ account: AccountID) -> Bool {
    state.withLock { state in
      guard state.free > 0, state.taken[account, default: 0] < share else { return false }
      state.free -= 1
      state.taken[account, default: 0] += 1
      return true
    }
  }

  /// Gives back what was taken.
  func leave(_ account: AccountID) {
    state.withLock { state in
      state.free += 1
      let left = state.taken[account, default: 1] - 1
      state.taken[account] = left > 0 ? left : nil
    }
  }
}
