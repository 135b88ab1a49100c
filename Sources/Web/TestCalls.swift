import HTTP
import Outbound
import Synchronization

/// The test calls of all accounts. Each holds one of the API's threads for up to 15 s, so that only some of them may be
/// under way at once.
final class TestCalls: Sendable {
  /// At once.
  static let most = 4
  private let guarding: AddressGuard
  private let running = Mutex(0)

  init(guarding: AddressGuard) { self.guarding = guarding }

  /// Makes one call and waits for its end. - Throws: a 429 where too many are under way.
  func make(_ url: String) throws -> CallResult {
    let isFree = running.withLock { running in
      guard running < Self.most else { return false }
      running += 1
      return true
    }
    guard isFree else { throw Problem.tooManyTestCalls }
    defer { running.withLock { $0 -= 1 } }
    return DirectCaller.make(Outbound.Call(id: 0, url: url), guarding: guarding)
  }
}
