import CFastCGI
import Glibc

/// The listening sockets of a supervisor: opened once, open as long as it lives, removed when it ends.
struct SupervisorSockets: ~Copyable {
  /// In the order in which the child gets them, from descriptor 3 on. All above 63, out of the way of 3…5.
  let descriptors: [Int32]
  private let paths: [String]
  private let lock: Int32

  static let backlog: Int32 = 4096
  /// For our user and for the group that nginx belongs to: whoever can connect can speak FastCGI to us.
  static let mode: mode_t = 0o660

  /// Opens one socket a name in `directory`, replacing what an earlier supervisor left behind.
  init(directory: String, names: [String]) throws(SupervisorFault) {
    let paths = names.map { directory + "/" + $0 + ".sock" }
    let longest = paths.map(\.utf8.count).max() ?? 0
    guard longest <= SocketAddress.maximumPathBytes else { throw .pathTooLong(bytes: longest) }
    let lock = backnova_lock_directory(directory)
    guard lock >= 0 else { throw errno == EWOULDBLOCK ? .alreadyRunning : .directory(errno: errno) }
    var opened: [Int32] = []
    do throws(SupervisorFault) {
      for path in paths { opened.append(try Self.open(path)) }
    } catch {
      for (descriptor, path) in zip(opened, paths) {
        close(descriptor)
        unlink(path)
      }
      close(lock)
      throw error
    }
    self.descriptors = opened
    self.paths = paths
    self.lock = lock
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
    for path in paths { unlink(path) }
    close(lock)
  }

  private static func open(_ path: String) throws(SupervisorFault) -> Int32 {
    try removeStale(path)
    let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard made >= 0 else { throw .socket(errno: errno) }
    let descriptor = fcntl(made, F_DUPFD_CLOEXEC, 64)
    close(made)
    guard descriptor >= 0 else { throw .socket(errno: errno) }
    // The mode of the socket before `bind` is that of the file after it, so the file is never wider than wanted.
    guard fchmod(descriptor, mode) == 0,
      SocketAddress.with(path: path, { Glibc.bind(descriptor, $0, $1) }) == 0
    else {
      let reason = errno
      close(descriptor)
      throw .socket(errno: reason)
    }
    guard chmod(path, mode) == 0, listen(descriptor, backlog) == 0 else {
      let reason = errno
      close(descriptor)
      unlink(path)
      throw .socket(errno: reason)
    }
    return descriptor
  }

  /// Removes a socket that nobody listens on. Anything else at that path is somebody's, and stays.
  private static func removeStale(_ path: String) throws(SupervisorFault) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard probe >= 0 else { throw .socket(errno: errno) }
    defer { close(probe) }
    let result = SocketAddress.with(path: path) { connect(probe, $0, $1) }
    guard result != 0, errno == ECONNREFUSED else { throw .alreadyRunning }
    guard unlink(path) == 0 else { throw .directory(errno: errno) }
  }
}
