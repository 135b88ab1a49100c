import Glibc
import Synchronization

/// A receiver on a port of its own, with a thread for each connection; what it answers is up to the test.
package final class Receiver: Sendable {
  package typealias Handler = @Sendable (Connection) -> Void

  package let port: Int
  private let listener: Int32
  private let handler: Handler
  private let counter = Counter()

  /// What the threads count, which may outlive the receiver.
  package final class Counter: Sendable {
    package let connections = Atomic<Int>(0)
    package let requests = Atomic<Int>(0)
  }

  /// - Parameter handler: called once a connection; whatever is open when it returns is closed.
  package init(_ handler: @escaping Handler) throws {
    self.handler = handler
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    let isOpen = withUnsafeMutableBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) {
        bind(listener, $0.baseAddress, size) == 0 && listen(listener, 1_024) == 0
          && getsockname(listener, $0.baseAddress, &size) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard isOpen else { throw ReceiverFault() }
    let (accepted, given) = (counter, handler)
    startThread {
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else {
          close(listener)
          return
        }
        accepted.connections.add(1, ordering: .relaxed)
        startThread {
          given(Connection(descriptor: descriptor, counter: accepted))
          close(descriptor)
        }
      }
    }
  }

  /// The thread that accepts closes the listener: were it closed here, the thread could wait on whoever got its number
  /// next.
  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  package var connections: Int { counter.connections.load(ordering: .relaxed) }
  package var requests: Int { counter.requests.load(ordering: .relaxed) }

  package func url(_ path: String = "/", host: String = "127.0.0.1") -> String { "http://\(host):\(port)\(path)" }

  /// Answers every request with these bytes.
  package convenience init(answering text: String) throws {
    try self.init { connection in while connection.request() != nil, connection.send(text) {} }
  }
}

package struct ReceiverFault: Error {
  package init() {}
}

/// One connection as its thread sees it.
package struct Connection: Sendable {
  package let descriptor: Int32
  package let counter: Receiver.Counter

  /// The first line of the next request; nil: there is none any more.
  package func request() -> String? {
    var request: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let count = recv(descriptor, &piece, piece.count, 0)
      guard count > 0 else { return nil }
      request += piece.prefix(count)
    }
    counter.requests.add(1, ordering: .relaxed)
    return String(decoding: request.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
  }

  /// False once the other side has gone.
  @discardableResult
  package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Has the connection end with a reset in place of an orderly close.
  package func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Waits until the other side goes.
  package func hang() {
    var piece = [UInt8](repeating: 0, count: 256)
    while recv(descriptor, &piece, piece.count, 0) > 0 {}
  }
}

package func pause(_ milliseconds: UInt32) { usleep(milliseconds * 1_000) }

/// A whole answer.
package func answer(_ status: String, _ headers: String = "", body: String = "") -> String {
  "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

private final class Work: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThread(_ run: @escaping @Sendable () -> Void) {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 1 << 18)
  var thread = pthread_t()
  pthread_create(&thread, &attributes, runWork, Unmanaged.passRetained(Work(run)).toOpaque())
}

private func runWork(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let box else { return nil }
  Unmanaged<Work>.fromOpaque(box).takeRetainedValue().run()
  return nil
}
