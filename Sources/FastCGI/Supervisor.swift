import CFastCGI
import Glibc

/// Why a supervisor did not start, or gave up. The text says what to do.
package enum SupervisorFault: Error, Equatable {
  case noCommand
  /// A socket's path would be longer than the 107 bytes that the system allows.
  case pathTooLong(bytes: Int)
  /// The directory cannot be opened or written to.
  case directory(errno: Int32)
  /// Another supervisor or server listens there.
  case alreadyRunning
  /// Something that is not a socket has a socket's name.
  case notASocket
  case socket(errno: Int32)
  case spawn(errno: Int32)

  package var text: String {
    switch self {
    case .noCommand: "no command to run"
    case .pathTooLong(let bytes):
      "a socket's path would be \(bytes) bytes long and the system allows \(SocketAddress.maximumPathBytes): "
        + "choose a state folder with a shorter path"
    case .directory(let code): "the folder for the sockets cannot be used: \(Self.words(code))"
    case .alreadyRunning: "another server listens on these sockets: stop it first, or choose another state folder"
    case .notASocket: "a file that is not a socket has the name of one: move it away"
    case .socket(let code): "a listening socket could not be opened: \(Self.words(code))"
    case .spawn(let code): "the server could not be started: \(Self.words(code))"
    }
  }

  private static func words(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}

/// Keeps a server running behind sockets that stay open: a crash delays requests and fails none that had not begun.
///
/// Where systemd runs the server its socket unit does this; everywhere else `backnova supervise` does.
package struct Supervisor: Sendable {
  /// The sockets' names, in the order in which they are handed over.
  package static let names = ["decision", "postback", "api"]

  private let directory: String
  private let command: [String]
  private let say: @Sendable (String) -> Void
  private let stopMilliseconds: Int64

  /// - Parameters:
  ///   - directory: where `decision.sock`, `postback.sock` and `api.sock` stand while it runs; it must exist.
  ///   - command: the program, looked up in PATH, and its arguments.
  ///   - stopSeconds: how long the child has after a stopping signal before it is killed.
  ///   - say: gets a line of plain words for each thing that happens to the child.
  package init(
    directory: String, command: [String], stopSeconds: Int = 12,
    say: @escaping @Sendable (String) -> Void = Supervisor.sayOnStandardError
  ) {
    self.directory = directory
    self.command = command
    self.stopMilliseconds = Int64(stopSeconds) * 1000
    self.say = say
  }

  /// Runs until SIGTERM, SIGINT or SIGHUP, or until `stop` (a descriptor that becomes readable; -1: none), and returns
  /// the child's exit code. Takes these signals from the calling thread, which must be the only one that could get them.
  package func run(stop: Int32 = -1) throws(SupervisorFault) -> Int32 {
    guard !command.isEmpty else { throw .noCommand }
    var signals = Signals.stoppingSet()
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Glibc.signal(SIGCHLD, SIG_DFL)  // An inherited SIG_IGN would take the child's exit code away.
    let signalDescriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    guard signalDescriptor >= 0 else { throw .socket(errno: errno) }
    defer { close(signalDescriptor) }
    let sockets = try SupervisorSockets(directory: directory, names: Self.names)
    return try superviseChildren(
      of: sockets, until: StopRequest(signals: signalDescriptor, other: stop))
  }

  private func superviseChildren(
    of sockets: borrowing SupervisorSockets, until stop: StopRequest
  ) throws(SupervisorFault) -> Int32 {
    var backOff = BackOff()
    while true {
      let started = Milliseconds.now()
      let child = try ChildProcess(command: command, sockets: sockets.descriptors)
      if let signal = stop.wait(orUntil: child.descriptor, milliseconds: -1) {
        return end(child, with: signal, stop)
      }
      let code = child.collect()
      let delay = backOff.delay(afterMilliseconds: Milliseconds.now() - started)
      say("the server ended with code \(code); starting it again" + (delay > 0 ? " in \(delay) ms" : ""))
      if delay > 0, stop.wait(orUntil: -1, milliseconds: delay) != nil { return code }
    }
  }

  /// Passes the signal on and waits for the child; a second signal is passed on as well.
  private func end(_ child: borrowing ChildProcess, with signal: Int32, _ stop: StopRequest) -> Int32 {
    child.send(signal)
    let deadline = Milliseconds.now() + stopMilliseconds
    while !stop.isReadable(child.descriptor) {
      let left = deadline - Milliseconds.now()
      guard left > 0 else {
        say("the server did not stop in time and was killed")
        child.send(SIGKILL)
        break
      }
      if let again = stop.waitForSignal(orUntil: child.descriptor, milliseconds: left) { child.send(again) }
    }
    return child.collect()
  }

  /// For the server that a supervisor runs: has it stopped (SIGTERM) where its supervisor is gone without a word, so
  /// that no orphan goes on writing. Does nothing for a process that no supervisor started.
  package static func endWithSupervisor() {
    guard let text = getenv(ChildProcess.supervisorVariable), let supervisor = pid_t(String(cString: text)),
      backnova_follow_parent(SIGTERM) == 0
    else { return }
    // It may have gone before we asked.
    if getppid() != supervisor { raise(SIGTERM) }
  }

  /// Writes the line to standard error, as `supervise: …`.
  package static func sayOnStandardError(_ line: String) {
    let bytes = Array("supervise: \(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

/// How long to wait before a child is started again: not at all, unless it keeps dying young.
struct BackOff {
  private var earlyDeaths = 0

  /// Milliseconds: 0 for a child that lived a second or for a first early death, then 100, 200, … 1,000.
  mutating func delay(afterMilliseconds lived: Int64) -> Int64 {
    guard lived < 1000 else {
      earlyDeaths = 0
      return 0
    }
    earlyDeaths += 1
    return earlyDeaths == 1 ? 0 : min(1000, 100 << Int64(min(earlyDeaths - 2, 8)))
  }
}

/// The word to stop, by signal or by descriptor.
private struct StopRequest {
  let signals: Int32
  let other: Int32

  /// Waits for the word to stop and returns the signal to pass on; nil where `descriptor` became readable or the time
  /// (-1: no limit) went by first.
  func wait(orUntil descriptor: Int32, milliseconds: Int64) -> Int32? {
    waitForAny([signals, other], orUntil: descriptor, milliseconds: milliseconds)
  }

  /// As ``wait(orUntil:milliseconds:)``, for signals alone: `other` stays readable once it is.
  func waitForSignal(orUntil descriptor: Int32, milliseconds: Int64) -> Int32? {
    waitForAny([signals, -1], orUntil: descriptor, milliseconds: milliseconds)
  }

  func isReadable(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  private func waitForAny(_ stops: [Int32], orUntil descriptor: Int32, milliseconds: Int64) -> Int32? {
    // `poll` passes over descriptors below 0.
    var entries = (stops + [descriptor]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let deadline = Milliseconds.now() + milliseconds
    while true {
      let left = milliseconds < 0 ? -1 : Int32(clamping: max(0, deadline - Milliseconds.now()))
      let count = poll(&entries, nfds_t(entries.count), left)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      if entries[0].revents != 0 { return nextSignal() }
      return entries[1].revents != 0 ? SIGTERM : nil
    }
  }

  /// SIGHUP is passed on as SIGTERM: the terminal is gone, and the server is to stop.
  private func nextSignal() -> Int32 {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard read(signals, &info, size) == size else { return SIGTERM }
    return info.ssi_signo == UInt32(SIGINT) ? SIGINT : SIGTERM
  }
}
