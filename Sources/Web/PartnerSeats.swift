import Domain
import Synchronization

/// How many threads may wait for partners' answers: one that hangs must leave room for the others, and all of them for
/// leads that go to nobody.
final class PartnerSeats: Sendable {
  private struct Name: Hashable {
    let account: AccountID
    let slug: String
  }
  private struct State {
    var taken = 0
    var byPartner: [Name: Int] = [:]
  }
  private let state = Mutex(State())
  private let perPartner: Int
  private let total: Int

  /// - Parameter threads: those that take decisions. One partner may hold a quarter of them, all together three.
  init(threads: Int) {
    perPartner = max(1, threads / 4)
    total = max(1, threads * 3 / 4)
  }

  /// - Returns: whether there was one.
  func take(_ partner: Partner) -> Bool {
    let name = Name(account: partner.accountID, slug: partner.slug)
    return state.withLock { state in
      guard state.taken < total, state.byPartner[name, default: 0] < perPartner else { return false }
      state.taken += 1
      state.byPartner[name, default: 0] += 1
      return true
    }
  }

  /// Gives back what was taken.
  func leave(_ partner: Partner) {
    let name = Name(account: partner.accountID, slug: partner.slug)
    state.withLock { state in
      state.taken -= 1
      let left = state.byPartner[name, default: 1] - 1
      state.byPartner[name] = left > 0 ? left : nil
    }
  }
}
