import CFastCGI
import Dispatch
import Synchronization

/// libfcgi's state of one request: buffers, parameters and the socket to nginx.
///
/// `@unchecked`: it has one user at a time. A thread takes it from the ``ConnectionPool`` and accepts into it; whoever
/// sends the answer gives it back.
final class Connection: @unchecked Sendable {
  let state = UnsafeMutablePointer<FCGX_Request>.allocate(capacity: 1)

  init(_ listener: Listener) {
    // It fails for flags that it does not know, and takes 0.
    FCGX_InitRequest(state, listener.descriptor, 0)
  }

  deinit {
    FCGX_Free(state, 1)
    state.deallocate()
  }
}

/// The connections of one listener: as many requests may be under way at once.
final class ConnectionPool: Sendable {
  private let listener: Listener
  private let left: DispatchSemaphore
  private let free = Mutex<[Connection]>([])

  init(listener: Listener, count: Int) {
    self.listener = listener
    self.left = DispatchSemaphore(value: count)
  }

  /// The one that was used last, while its memory is warm. Waits where all are in use.
  func take() -> Connection {
    left.wait()
    return free.withLock { $0.popLast() } ?? Connection(listener)
  }

  func giveBack(_ connection: Connection) {
    free.withLock { $0.append(connection) }
    left.signal()
  }
}
