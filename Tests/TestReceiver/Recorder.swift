import Synchronization

/// A partner that writes down what it is sent.
package final class Recorder: Sendable {
  private let kept: Kept
  private let receiver: Receiver

  private final class Kept: Sendable {
    let requests = Mutex<[SentRequest]>([])
  }

  package init(answering text: String = answer("200 OK")) throws {
    let kept = Kept()
    self.kept = kept
    receiver = try Receiver { connection in
      while let request = connection.exchange() {
        kept.requests.withLock { $0.append(request) }
        guard connection.send(text) else { return }
      }
    }
  }

  package var port: Int { receiver.port }
  package func url(_ path: String = "/") -> String { receiver.url(path) }
  package var requests: [SentRequest] { kept.requests.withLock { $0 } }
}
