import Storage
import Synchronization

/// Whether the database can be read and written, looked at once a second at most: the look writes, and anyone may ask.
final class HealthCheck: Sendable {
  struct Result: Sendable {
    let canRead: Bool
    let canWrite: Bool
  }
  private static let freshness = Duration.seconds(1)
  private let store: Store
  private let last = Mutex<(result: Result, at: ContinuousClock.Instant)?>(nil)

  init(store: Store) { self.store = store }

  func result() -> Result {
    let now = ContinuousClock.now
    if let last = last.withLock(\.self), now - last.at < Self.freshness { return last.result }
    let canRead = store.canRead()
    let result = Result(canRead: canRead, canWrite: canRead && store.canWrite())
    last.withLock { $0 = (result, now) }
    return result
  }
}
