import CFastCGI
import Glibc

/// Why a listening socket cannot be used. The text says what to do.
package enum ListenerFault: Error, Equatable {
  /// No socket was handed over: not started by systemd or `backnova supervise`.
  case noneInherited
  /// LISTEN_FDS or LISTEN_PID is meant for another process, or unreadable.
  case notForThisProcess
  /// The descriptor is not a listening unix stream socket with a path.
  case notAListener(descriptor: Int32)
  /// Two sockets have the same name.
  case sameName

  package var text: String {
    switch self {
    case .noneInherited:
      "no listening sockets were handed over: start the server with systemd or with `backnova supervise`"
    case .notForThisProcess: "LISTEN_FDS and LISTEN_PID were not meant for this process"
    case .notAListener(let descriptor): "descriptor \(descriptor) is not a listening unix socket with a path"
    case .sameName: "two of the sockets handed over have the same name"
    }
  }
}

/// A listening unix socket that someone else opened and keeps open, so that a restart loses no request.
package struct Listener: Sendable {
  let descriptor: Int32
  /// The last part of the socket's path without `.sock`: `decision`, `postback`, `api`.
  package let name: String

  /// Takes over a listening socket: non-blocking, closed on exec.
  package init(descriptor: Int32) throws(ListenerFault) {
    var listening: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0, listening == 1,
      let path = SocketAddress.path(of: descriptor), let last = path.split(separator: "/").last,
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
      fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0
    else { throw .notAListener(descriptor: descriptor) }
    self.descriptor = descriptor
    self.name = String(last.hasSuffix(".sock") ? last.dropLast(5) : last)
  }

  /// The sockets that LISTEN_FDS hands over (systemd's sd_listen_fds protocol): descriptors 3 and up. Their names come
  /// from their paths, since systemd gives all sockets of one unit the same LISTEN_FDNAMES.
  package static func inherited() throws(ListenerFault) -> [Listener] {
    try inherited(count: variable("LISTEN_FDS"), processID: variable("LISTEN_PID"))
  }

  /// As ``inherited()``, with the two variables' values and the first descriptor passed in.
  package static func inherited(
    count: String?, processID: String?, first: Int32 = 3
  ) throws(ListenerFault) -> [Listener] {
    guard let count else { throw .noneInherited }
    guard let number = Int32(count), (0...16).contains(number), processID == String(getpid()) else {
      throw .notForThisProcess
    }
    guard number > 0 else { throw .noneInherited }
    var listeners: [Listener] = []
    for descriptor in first..<first + number { listeners.append(try Listener(descriptor: descriptor)) }
    guard Set(listeners.map(\.name)).count == listeners.count else { throw .sameName }
    return listeners
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// Paths of unix sockets.
enum SocketAddress {
  /// A path holds so many bytes: `sun_path` is 108 with the NUL.
  static let maximumPathBytes = 107

  /// The path a socket is bound to; nil where it has none.
  static func path(of descriptor: Int32) -> String? {
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafeMutableBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &length) }
    }
    guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
    let bytes = withUnsafeBytes(of: &address.sun_path) { Array($0.prefix { $0 != 0 }) }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// Calls `body` with the address of that path; nil where the path is too long.
  static func with<Result>(path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result? {
    guard !path.isEmpty, path.utf8.count <= maximumPathBytes, !path.utf8.contains(0) else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafeBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { rebound -> Result? in
        rebound.baseAddress.map { body($0, socklen_t(bytes.count)) }
      }
    }
  }
}
