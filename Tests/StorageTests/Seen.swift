import Domain
import Synchronization

/// Takes facts out of the closure that judges them.
final class Seen: Sendable {
  private let last = Mutex<LeadFacts?>(nil)
  func note(_ facts: LeadFacts) { last.withLock { $0 = facts } }
  var facts: LeadFacts? { last.withLock { $0 } }
}
