import Synchronization

/// A tracker that writes down what it is told.
package final class Tracker: Sendable {
  private let told: Told
  private let receiver: Receiver

  private final class Told: Sendable {
    let paths = Mutex<[String]>([])
    /// By path; that of all others under an empty one.
    let statuses: Mutex<[String: String]>
    /// The answers to the next calls, whatever their paths.
    let next: Mutex<[String]> = Mutex([])
    let isHanging = Atomic(false)
    init(_ status: String) { statuses = Mutex(["": status]) }

    func status(of path: String) -> String {
      next.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? statuses.withLock { $0[path] ?? $0[""] ?? "" }
    }
  }

  package init(_ status: String = "200 OK", milliseconds: UInt32 = 0) throws {
    let told = Told(status)
    self.told = told
    receiver = try Receiver { connection in
      while let line = connection.request() {
        if told.isHanging.load(ordering: .relaxed) { return connection.hang() }
        if milliseconds > 0 { pause(milliseconds) }
        let path = line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        told.paths.withLock { $0.append(path) }
        guard connection.send(answer(told.status(of: path))) else { return }
      }
    }
  }

  package func url(_ path: String) -> String { receiver.url(path) }
  /// From now on. - Parameter path: the only one that gets this answer; nil: all that have none of their own.
  package func answers(_ status: String, to path: String? = nil) {
    told.statuses.withLock { $0[path ?? ""] = status }
  }
  /// The next call.
  package func answersOnce(_ status: String) { told.next.withLock { $0.append(status) } }
  /// From now on nobody gets an answer.
  package func hangs() { told.isHanging.store(true, ordering: .relaxed) }
  /// With queries, in the order in which they came; without those that hang.
  package var paths: [String] { told.paths.withLock { $0 } }
}
