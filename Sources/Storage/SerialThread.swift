import Dispatch
import Foundation
import Synchronization

/// A thread that does what it is handed, one after the other; it ends with its owner.
///
/// Not a dispatch queue: that begins a thread where work is handed over, which inherits the priority found there, and
/// requests are read at a lower one than they are committed at.
final class SerialThread: Sendable {
  private let line = Line()

  init() {
    let thread = Thread { [line] in line.work() }
    // Signals are for the thread that waits for them: here they would end the program.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    thread.start()
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  deinit { line.end() }

  /// Returns at once.
  func async(_ work: @escaping @Sendable () -> Void) { line.add(work) }
}

/// What waits for the thread. It outlives the ``SerialThread`` until the thread has noticed.
private final class Line: Sendable {
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

  func work() {
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
