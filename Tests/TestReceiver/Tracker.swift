import Synchronization

/// A tracker that writes down what it is told.
package final class Tracker: Sendable {
  private let told: Told
  private let receiver: Receiver

  private final class Told: Sendable {
    let paths = Mutex<[String]>([])
    let status: Mutex<String>
    init(_ status: String) { self.status = Mutex(status) }
  }

  package init(_ status: String = "200 OK", milliseconds: UInt32 = 0) throws {
    let told = Told(status)
    self.told = told
    receiver = try Receiver { connection in
      while let line = connection.request() {
        if milliseconds > 0 { pause(milliseconds) }
        let path = line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        told.paths.withLock { $0.append(path) }
        guard connection.send(answer(told.status.withLock { $0 })) else { return }
      }
    }
  }

  package func url(_ path: String) -> String { receiver.url(path) }
  /// From now on.
  package func answers(_ status: String) { told.status.withLock { $0 = status } }
  /// With queries, in the order in which they came.
  package var paths: [String] { told.paths.withLock { $0 } }
}
