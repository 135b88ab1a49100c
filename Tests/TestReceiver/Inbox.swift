import Glibc
import Synchronization

/// A receiver of posts that writes down what it gets.
package final class Inbox: Sendable {
  /// One post, its header as it came.
  package struct Post: Equatable, Sendable {
    package let header: String
    package let body: String
    package var path: String { header.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  }

  private let state: State
  private let receiver: Receiver

  private final class State: Sendable {
    let posts = Mutex<[Post]>([])
    let answer: Mutex<String>
    init(_ answer: String) { self.answer = Mutex(answer) }
  }

  package init(_ status: String = "200 OK", body: String = "") throws {
    let state = State(answer(status, body: body))
    self.state = state
    receiver = try Receiver { connection in
      while let post = connection.post() {
        state.posts.withLock { $0.append(post) }
        guard connection.send(state.answer.withLock { $0 }) else { return }
      }
    }
  }

  package func url(_ path: String = "/") -> String { receiver.url(path) }
  /// From now on.
  package func answers(_ status: String) { state.answer.withLock { $0 = answer(status) } }
  /// In the order in which they came, also those that were answered with a fault.
  package var posts: [Post] { state.posts.withLock { $0 } }
}

extension Connection {
  /// The next request with as much body as it says; nil: there is none any more.
  fileprivate func post() -> Inbox.Post? {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while true {
      if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
        let header = String(decoding: bytes[..<end], as: UTF8.self)
        let line = header.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let length = line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
        if bytes.count >= end + length {
          return Inbox.Post(header: header, body: String(decoding: bytes[end..<(end + length)], as: UTF8.self))
        }
      }
      let count = recv(descriptor, &piece, piece.count, 0)
      guard count > 0 else { return nil }
      bytes += piece.prefix(count)
    }
  }
}
