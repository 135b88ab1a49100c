import Dispatch
import Glibc
import Synchronization

/// A thread that does what it is handed, one after the other; it ends with its owner, once what waits is done.
///
/// Not a dispatch queue: that begins a thread where work is handed over, which inherits the priority found there, and
/// requests are read at a lower one than they are committed at.
final class SerialThread: Sendable {
  private let backlog = Backlog()

  /// - Throws: ``StoreFault/threads``.
  init() throws(StoreFault) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let box = Unmanaged.passRetained(backlog)
    guard pthread_create(&thread, &attributes, workOff, box.toOpaque()) == 0 else {
      box.release()
      throw .threads
    }
  }

  deinit { backlog.end() }

  /// Returns at once.
  func async(_ work: @escaping @Sendable () -> Void) { backlog.add(work) }
}

private func workOff(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let box else { return nil }
  Unmanaged<Backlog>.fromOpaque(box).takeRetainedValue().workOff()
  return nil
}

/// What waits for the thread, which keeps it until it has ended.
private final class Backlog: Sendable {
  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var isOver = false
  }
  private let state = Mutex(State())
  private let isThere = DispatchSemaphore(value: 0)

  func add(_ work: @escaping @Sendable () -> Void) {
    state.withLock { $0.waiting.append(work) }
    isThere.signal()
  }

  func end() {
    state.withLock { $0.isOver = true }
    isThere.signal()
  }

  func workOff() {
    while true {
      isThere.wait()
      let (works, isOver) = state.withLock { state in
        defer { state.waiting = [] }
        return (state.waiting, state.isOver)
      }
      for work in works { work() }
      if isOver { return }
    }
  }
}
