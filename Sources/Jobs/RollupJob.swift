import Storage
import Synchronization

/// Works off changes of time zones: fills the roll-ups of the new zone's days, and drops those of the old.
package final class RollupJob: Job {
  package let name = "rollups"
  /// A change that nobody waits for yet is noticed this soon; between changes a look costs next to nothing.
  package let interval = 0.5
  private let store: Store
  /// The directory's version at which nothing was left to do. It rises with every change of a zone.
  private let settled = Atomic<Int64>(-1)

  package init(store: Store) { self.store = store }

  package func run() throws -> Bool {
    let version = try store.directory().version
    guard version != settled.load(ordering: .relaxed) else { return false }
    if try store.rebuildRollups() || store.dropFormerRollups() { return true }
    settled.store(version, ordering: .relaxed)
    return false
  }
}
