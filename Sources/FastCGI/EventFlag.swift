import CFastCGI
import Glibc

/// A flag that threads can wait for beside a socket: raised once, never lowered. Closed with its owner.
struct EventFlag: ~Copyable, Sendable {
  let descriptor: Int32

  /// Nil where the process or the machine has no descriptor left.
  init?() {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  func raise() { _ = eventfd_write(descriptor, 1) }

  /// Waits until it is raised; false where `milliseconds` (-1: no limit) went by first.
  func wait(milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let deadline = milliseconds < 0 ? nil : Milliseconds.now() + Int64(milliseconds)
    while true {
      let left = deadline.map { Int32(clamping: max(0, $0 - Milliseconds.now())) } ?? -1
      let count = poll(&entry, 1, left)
      if count > 0 { return true }
      if count == 0 { return false }
      guard errno == EINTR else { return false }
    }
  }
}

/// The monotonic clock.
enum Milliseconds {
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
