import CFastCGI
import Dispatch
import Glibc
import HTTP
import Logging
import Synchronization

/// One thread of a pool: waits for a connection, has it answered, waits again.
final class Worker: Sendable {
  private let listener: Listener
  private let connections: ConnectionPool
  private let seat: ReaderSeat
  private let limits: ServerLimits
  private let logger: Logger
  private let handler: Server.Handler
  private let shift: Shift

  init(
    listener: Listener, connections: ConnectionPool, readers: DispatchSemaphore, limits: ServerLimits, logger: Logger,
    handler: @escaping Server.Handler, shift: Shift
  ) {
    self.listener = listener
    self.connections = connections
    self.seat = ReaderSeat(readers)
    self.limits = limits
    self.logger = logger
    self.handler = handler
    self.shift = shift
  }

  /// Starts the thread, with every signal blocked: an interrupted read would end a request.
  func start() throws(ServerFault) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, limits.stackBytes)

    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

    shift.join()
    var thread = pthread_t()
    let box = Unmanaged.passRetained(self)
    guard pthread_create(&thread, &attributes, runWorker, box.toOpaque()) == 0 else {
      box.release()
      shift.leave()
      throw .threads
    }
  }

  fileprivate func run() {
    defer { shift.leave() }
    guard let queue = ConnectionQueue(listener: listener, stopped: shift.stopped.descriptor) else {
      logger.error("a thread found no descriptor left", metadata: ["socket": "\(listener.name)"])
      return
    }
    stepBack()
    var connection = connections.take()
    defer { connections.giveBack(connection) }
    // Whoever waits for the seat finds the shift over in its turn.
    defer { seat.leave() }
    var failures = 0
    while true {
      seat.take()
      if shift.isOver { return }
      switch FCGX_Accept_r(connection.state) {
      case 0:
        failures = 0
        answer(connection)
        connection = connections.take()
      case -EAGAIN:
        queue.wait()
      case let code:
        failures += 1
        pause(after: code, isFirst: failures == 1)
      }
    }
  }

  /// Of this thread alone. Where the system refuses it, all goes on, more slowly.
  private func stepBack() {
    errno = 0
    if nice(limits.niceness) == -1, errno != 0 {
      logger.warning("a thread may not step back behind the writer", metadata: ["errno": "\(errno)"])
    }
  }

  /// The shift is not over before the answer is out, whichever thread sends it.
  private func answer(_ connection: Connection) {
    shift.join()
    let exchange = Exchange(connection: connection, limits: limits)
    exchange.run(handler, willWait: { [seat] in seat.leave() }) { [self] id, method, status in
      connections.giveBack(connection)
      logger.debug("answered", metadata: ["request": "\(id)", "method": "\(method)", "status": "\(status)"])
      shift.leave()
    }
  }

  /// No descriptor or memory left, mostly: others will give some back. Going on at once would only burn the processor.
  private func pause(after code: Int32, isFirst: Bool) {
    if isFirst {
      logger.error("a connection could not be taken", metadata: ["socket": "\(listener.name)", "errno": "\(-code)"])
    }
    _ = shift.stopped.wait(milliseconds: 100)
  }
}

/// A thread's right to take requests: of the threads of a listener, only so many have it at once.
///
/// A thread keeps it from one request to the next, so that it costs nothing where no handler waits.
private final class ReaderSeat: Sendable {
  private let free: DispatchSemaphore
  private let isTaken = Atomic(false)

  /// - Parameter free: counts the seats of all threads together.
  init(_ free: DispatchSemaphore) { self.free = free }

  /// Waits for a seat, unless this thread has one.
  func take() {
    guard !isTaken.load(ordering: .relaxed) else { return }
    free.wait()
    isTaken.store(true, ordering: .relaxed)
  }

  /// Gives the seat up, if this thread has one; may be called more than once.
  func leave() {
    if isTaken.exchange(false, ordering: .relaxed) { free.signal() }
  }
}

/// A function of its own: a closure written in a main-actor context would carry that isolation into the thread and trap.
private func runWorker(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let box else { return nil }
  Unmanaged<Worker>.fromOpaque(box).takeRetainedValue().run()
  return nil
}

/// What one thread waits for: a connection on its listener, which wakes one thread only, or the word to stop.
private struct ConnectionQueue: ~Copyable {
  private let epoll: Int32

  init?(listener: Listener, stopped: Int32) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard epoll >= 0 else { return nil }
    var connection = epoll_event(events: EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue, data: epoll_data(u64: 0))
    var stop = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: 1))
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, listener.descriptor, &connection) == 0,
      epoll_ctl(epoll, EPOLL_CTL_ADD, stopped, &stop) == 0
    else { return nil }
  }

  deinit { close(epoll) }

  /// Returns when there may be a connection, or when it is time to stop; the caller finds out which.
  func wait() {
    var event = epoll_event()
    _ = epoll_wait(epoll, &event, 1, -1)
  }
}
