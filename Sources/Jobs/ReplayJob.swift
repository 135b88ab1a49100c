import Domain
import Storage

/// Works off clicks that a change of status words left to replay, where the call that changed them could not wait.
package struct ReplayJob: Job {
  package let name = "replay"
  package let interval = 1.0
  private let store: Store
  private let now: @Sendable () -> Instant

  package init(store: Store, now: @escaping @Sendable () -> Instant) {
    self.store = store
    self.now = now
  }

  package func run() throws -> Bool { try store.replayClicks(at: now()) }
}
