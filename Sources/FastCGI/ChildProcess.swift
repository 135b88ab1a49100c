import CFastCGI
import CSpawn
import Glibc

/// A command that runs with listening sockets handed over as systemd does it: descriptors 3 and up, LISTEN_FDS and
/// LISTEN_PID. Waitable through a pidfd, so that no SIGCHLD is needed.
struct ChildProcess: ~Copyable {
  let processID: pid_t
  /// Readable once the child has ended.
  let descriptor: Int32

  /// Names the supervisor's process id to the child; see ``Supervisor/endWithSupervisor()``.
  static let supervisorVariable = "BACKNOVA_SUPERVISOR"

  /// Starts it with no signal blocked or ignored and no other descriptors than these and 0…2.
  init(command: [String], sockets: [Int32]) throws(SupervisorFault) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (place, socket) in sockets.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, socket, 3 + Int32(place))
    }
    bn_spawn_close_from(&actions, 3 + Int32(sockets.count))

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    Self.resetSignals(&attributes)

    // Only the child itself knows LISTEN_PID: `exec` keeps the shell's process id.
    let arguments = ["/bin/sh", "-c", #"LISTEN_PID=$$ exec "$@""#, "sh"] + command
    var pid: pid_t = 0
    let result = withCStrings(arguments) { argv in
      withCStrings(Self.environment(sockets: sockets.count)) { environment in
        posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv, environment)
      }
    }
    guard result == 0 else { throw .spawn(errno: result) }
    let watch = pidfd_open(pid, 0)
    guard watch >= 0 else {
      let reason = errno
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
      throw .spawn(errno: reason)
    }
    processID = pid
    descriptor = watch
  }

  deinit { close(descriptor) }

  func send(_ signal: Int32) { kill(processID, signal) }

  /// Takes the ended child's exit code, or 128 and the number of the signal that ended it. Waits if it still runs.
  func collect() -> Int32 {
    var status: Int32 = 0
    while waitpid(processID, &status, 0) < 0 {
      guard errno == EINTR else { return 1 }
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
  }

  private static func environment(sockets: Int) -> [String] {
    var variables: [String] = []
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if !text.hasPrefix("LISTEN_") && !text.hasPrefix(supervisorVariable + "=") { variables.append(text) }
      next += 1
    }
    return variables + ["LISTEN_FDS=\(sockets)", "\(supervisorVariable)=\(getpid())"]
  }
}

/// Calls `body` with a null-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let copies = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
  for (place, string) in strings.enumerated() { (copies + place).initialize(to: strdup(string)) }
  (copies + strings.count).initialize(to: nil)
  defer {
    for place in strings.indices { free(copies[place]) }
    copies.deallocate()
  }
  return body(copies)
}
