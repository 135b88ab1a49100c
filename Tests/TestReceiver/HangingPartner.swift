import Synchronization

/// A partner that takes what it is sent and never answers.
package final class HangingPartner: Sendable {
  private let held: Held
  private let receiver: Receiver

  private final class Held: Sendable {
    let requests = Mutex<[SentRequest]>([])
    let waiting = Atomic<Int>(0)
  }

  package init() throws {
    let held = Held()
    self.held = held
    receiver = try Receiver { connection in
      guard let request = connection.exchange() else { return }
      held.requests.withLock { $0.append(request) }
      held.waiting.add(1, ordering: .relaxed)
      connection.hang()
      held.waiting.subtract(1, ordering: .relaxed)
    }
  }

  package var port: Int { receiver.port }
  package func url(_ path: String = "/") -> String { receiver.url(path) }
  /// In the order in which they came.
  package var requests: [SentRequest] { held.requests.withLock { $0 } }
  /// How many wait for an answer now.
  package var waiting: Int { held.waiting.load(ordering: .relaxed) }
}
