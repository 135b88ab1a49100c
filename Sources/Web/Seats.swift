import Domain
import Synchronization

/// How many calls may do something at once that holds their thread for long, and how many of them one holder's.
final class Seats<Holder: Hashable & Sendable>: Sendable {
  private struct State {
    var free: Int
    var taken: [Holder: Int] = [:]
  }
  private let state: Mutex<State>
  private let share: Int

  /// - Parameter share: a holder's, of all; nil: any number of them.
  init(_ count: Int, share: Int? = nil) {
    state = Mutex(State(free: count))
    self.share = share ?? count
  }

  /// - Returns: whether there was one.
  func take(_ holder: Holder) -> Bool {
    state.withLock { state in
      guard state.free > 0, state.taken[holder, default: 0] < share else { return false }
      state.free -= 1
      state.taken[holder, default: 0] += 1
      return true
    }
  }

  /// Gives back what was taken.
  func leave(_ holder: Holder) {
    state.withLock { state in
      state.free += 1
      let left = state.taken[holder, default: 1] - 1
      state.taken[holder] = left > 0 ? left : nil
    }
  }
}

/// A partner as the holder of seats.
struct PartnerName: Hashable {
  private let account: AccountID
  private let slug: String

  init(_ partner: Partner) {
    account = partner.accountID
    slug = partner.slug
  }
}

extension Seats where Holder == PartnerName {
  /// Those of threads that wait for partners' answers: one that hangs must leave room for the others, and all of them for
  /// leads that go to nobody.
  /// - Parameter threads: those that take decisions. One partner may hold a quarter of them, all together three.
  convenience init(decisionThreads threads: Int) {
    self.init(max(1, threads * 3 / 4), share: max(1, threads / 4))
  }
}
