import Domain
import Storage

/// Drops what is kept for a time only (``Storage/Store/dropExpired(at:limit:)`` names what and how long).
package struct RetentionJob: Job {
  package let name = "retention"
  package let interval = 600.0
  private let store: Store
  private let now: @Sendable () -> Instant

  package init(store: Store, now: @escaping @Sendable () -> Instant) {
    self.store = store
    self.now = now
  }

  package func run() throws -> Bool { try store.dropExpired(at: now()) }
}
