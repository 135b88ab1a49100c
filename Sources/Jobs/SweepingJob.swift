import Domain
import Storage

/// Ends attempts to hand a lead to a partner that nobody works on any more, so that no lead stays under way for good.
package struct SweepingJob: Job {
  /// Seconds after which an attempt that is open was left open: a lead waits up to 20 for its transaction, its delivery
  /// takes 8 at most, and what that came to waits up to 20 again.
  static let patience: Int64 = 60

  package let name = "sweeping"
  package let interval = 15.0
  private let store: Store
  private let now: @Sendable () -> Instant

  package init(store: Store, now: @escaping @Sendable () -> Instant) {
    self.store = store
    self.now = now
  }

  package func run() throws -> Bool {
    let now = now()
    return try store.sweepOpenAttempts(begunBefore: now - Self.patience, at: now)
  }
}
