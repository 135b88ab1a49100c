import Glibc
import Synchronization

/// Stands between a caller and a TLS 1.2 server, and closes right behind the last word of their handshake, in the same
/// segment: the caller has a connection that stands, and is over.
package final class HandshakeCutter: Sendable {
  private let receiver: Receiver
  private let passed: Passed

  private final class Passed: Sendable {
    let handshakes = Atomic<Int>(0)
    let later = Atomic<Int>(0)
  }

  package init(before port: Int) throws {
    let passed = Passed()
    self.passed = passed
    receiver = try Receiver { connection in
      guard let server = Self.dial(port) else { return }
      defer { close(server) }
      guard Self.relay(connection.descriptor, server) else { return }
      passed.handshakes.add(1, ordering: .relaxed)
      var piece = [UInt8](repeating: 0, count: 4_096)
      while true {
        let count = recv(connection.descriptor, &piece, piece.count, 0)
        guard count > 0 else { return }
        // An alert says good-bye: that is no request.
        if piece[0] == 0x17 { passed.later.add(1, ordering: .relaxed) }
      }
    }
  }

  package var port: Int { receiver.port }
  package var handshakes: Int { passed.handshakes.load(ordering: .relaxed) }
  /// Pieces of data that came behind a handshake.
  package var later: Int { passed.later.load(ordering: .relaxed) }

  private static func dial(_ port: Int) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    let isOpen = withUnsafeBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) {
        connect(descriptor, $0.baseAddress, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    if !isOpen { close(descriptor) }
    return isOpen ? descriptor : nil
  }

  /// Until the server has changed its cipher and closed the handshake; false: one of them went before.
  private static func relay(_ client: Int32, _ server: Int32) -> Bool {
    var piece = [UInt8](repeating: 0, count: 16_384)
    while true {
      var both = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&both, 2, 10_000) > 0 else { return false }
      if both[0].revents != 0 {
        let count = recv(client, &piece, piece.count, 0)
        guard count > 0, send(server, piece, count, Int32(MSG_NOSIGNAL)) == count else { return false }
      }
      guard both[1].revents != 0 else { continue }
      var count = recv(server, &piece, piece.count, 0)
      guard count > 0 else { return false }
      if let cipher = piece[..<count].firstRange(of: [0x14, 3, 3, 0, 1, 1] as [UInt8]) {
        while count < cipher.upperBound + 45 {
          let more = piece.withUnsafeMutableBytes { recv(server, $0.baseAddress?.advanced(by: count), 4_096, 0) }
          guard more > 0 else { return false }
          count += more
        }
        guard send(client, piece, count, Int32(MSG_NOSIGNAL | MSG_MORE)) == count else { return false }
        return shutdown(client, Int32(SHUT_WR)) == 0
      }
      guard send(client, piece, count, Int32(MSG_NOSIGNAL)) == count else { return false }
    }
  }
}
