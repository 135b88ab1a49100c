import CFastCGI
import Dispatch
import Glibc
import HTTP
import Logging
import Synchronization

/// Why the server did not start.
package enum ServerFault: Error, Equatable {
  /// libfcgi did not come up.
  case library
  /// No descriptor left for the server's own use.
  case descriptors
  /// The machine refused another thread.
  case threads
  /// It was started before.
  case alreadyStarted

  package var text: String {
    switch self {
    case .library: "libfcgi did not start"
    case .descriptors: "no file descriptor left: raise the limit (LimitNOFILE=, ulimit -n)"
    case .threads: "no thread left: raise the limit (TasksMax=, ulimit -u)"
    case .alreadyStarted: "the server was started before"
    }
  }
}

/// The FastCGI responder: one pool of blocking threads a listener, each thread with one request at a time. Where handlers
/// seldom wait, few of them take turns at reading, and the others stand in for those that wait.
///
///     Signals.prepare()                       // first in main
///     let server = try Server(listeners: .inherited(), logger: logger) { service.respond(to: $0, reply: $1) }
///     try server.start()
///     Signals.waitForStop()
///     server.stop()
///     let drained = server.wait()
package final class Server: Sendable {
  /// Answers a request by one call of `reply`: on the thread that read it, or later on another, so that a thread need
  /// not wait for an answer. It never throws: what can fail has an answer of its own.
  package typealias Handler = @Sendable (_ request: Request, _ reply: @escaping Reply) -> Void
  package typealias Reply = @Sendable (Response) -> Void

  private let listeners: [Listener]
  private let limits: ServerLimits
  private let logger: Logger
  private let handler: Handler
  private let shift: Shift
  private let isStarted = Atomic(false)

  package init(
    listeners: [Listener], limits: ServerLimits = ServerLimits(), logger: Logger, handler: @escaping Handler
  ) throws(ServerFault) {
    guard let shift = Shift() else { throw .descriptors }
    self.listeners = listeners
    self.limits = limits
    self.logger = logger
    self.handler = handler
    self.shift = shift
  }

  /// Starts all threads and returns. Threads take no signals.
  package func start() throws(ServerFault) {
    guard !isStarted.exchange(true, ordering: .acquiringAndReleasing) else { throw .alreadyStarted }
    guard Library.start() else { throw .library }
    defer { shift.leave() }  // The starter counts as one, so that the shift cannot end while it is being made.
    do {
      for listener in listeners {
        let threads = limits.threads(of: listener)
        let connections = ConnectionPool(listener: listener, count: threads + limits.laterAnswers)
        let readers = DispatchSemaphore(value: limits.readers(of: listener))
        for _ in 0..<threads {
          try Worker(
            listener: listener, connections: connections, readers: readers, limits: limits, logger: logger,
            handler: handler, shift: shift
          ).start()
        }
      }
    } catch {
      shift.stop()
      throw error
    }
    for listener in listeners {
      logger.info("listening", metadata: ["socket": "\(listener.name)", "threads": "\(limits.threads(of: listener))"])
    }
  }

  /// Tells every thread to take no further request. Returns at once; may be called from any thread, and twice.
  package func stop() { shift.stop() }

  /// Waits for ``stop()``, then for the running requests. False where some still ran after `limits.stopSeconds`: they
  /// end with the process.
  package func wait() -> Bool {
    _ = shift.stopped.wait(milliseconds: -1)
    let drained = shift.ended.wait(milliseconds: Int32(clamping: limits.stopSeconds * 1000))
    if !drained { logger.warning("requests were still running when the server stopped") }
    return drained
  }
}

/// The threads at work: when they are to stop, and when the last has gone.
final class Shift: Sendable {
  let stopped: EventFlag
  let ended: EventFlag
  private let isStopping = Atomic(false)
  private let present = Atomic(1)

  init?() {
    guard let stopped = EventFlag(), let ended = EventFlag() else { return nil }
    self.stopped = stopped
    self.ended = ended
  }

  var isOver: Bool { isStopping.load(ordering: .acquiring) }

  func stop() {
    isStopping.store(true, ordering: .releasing)
    stopped.raise()
  }

  func join() { present.add(1, ordering: .relaxed) }

  func leave() {
    if present.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { ended.raise() }
  }
}

/// libfcgi as a whole.
private enum Library {
  /// True once libfcgi is ready; only the first call does anything.
  static func start() -> Bool { isReady }

  private static let isReady: Bool = {
    Signals.ignoreHarmful()
    // Two waits of two seconds each that libfcgi has by default. The first must not be 0: that drops connections.
    setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "200", 1)
    setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1)
    return FCGX_Init() == 0
  }()
}
