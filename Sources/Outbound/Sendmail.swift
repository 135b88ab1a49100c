import CSpawn
import Glibc

/// Hands mails to the machine's own mailer, the program that every mail server brings under the name of `sendmail`: it
/// takes the receiver from the header (`-t`) and a line with a dot as text (`-i`). No shell, nothing of the message in
/// its arguments, and what it prints is dropped: it may quote an address.
package struct Sendmail: Sendable {
  package static let standardPath = "/usr/sbin/sendmail"
  /// Bytes of a mail: what the socket takes without waiting for the reader.
  static let longest = 65_536

  package enum Fault: Error, Equatable, Sendable {
    case tooLong
    case missing
    case notStarted(errno: Int32)
    case timedOut(seconds: Int)
    /// The code it ended with; 128 and the number of a signal that ended it.
    case ended(code: Int32)

    package var text: String {
      switch self {
      case .tooLong: "the mail is too long"
      case .missing: "there is no sendmail program: install one, such as msmtp-mta, or set BACKNOVA_SENDMAIL"
      case .notStarted(let code): "sendmail could not be started (error \(code))"
      case .timedOut(let seconds): "sendmail took more than \(seconds) s and was ended"
      case .ended(let code): "sendmail ended with code \(code): see the mail system's log"
      }
    }
  }

  private let path: String
  private let seconds: Int

  /// - Parameter seconds: it may take; then it is ended.
  package init(path: String = standardPath, seconds: Int = 10) {
    self.path = path
    self.seconds = seconds
  }

  /// - Returns: what went wrong; nil: the mailer took it.
  package func send(_ mail: String) -> Fault? {
    do throws(Fault) {
      guard mail.utf8.count <= Self.longest else { throw .tooLong }
      // A socket in place of a pipe: writing to a reader that is gone raises no signal.
      var ends: [Int32] = [-1, -1]
      guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
        throw .notStarted(errno: errno)
      }
      defer { close(ends[0]) }
      let started = start(reading: ends[1])
      close(ends[1])
      let process = try started.get()
      // Whatever does not reach it shows in how it ends.
      _ = mail.withCString { Glibc.send(ends[0], $0, mail.utf8.count, Int32(MSG_NOSIGNAL)) }
      shutdown(ends[0], Int32(SHUT_WR))
      let code = try wait(for: process)
      return code == 0 ? nil : .ended(code: code)
    } catch { return error }
  }

  /// Starts it in a process group of its own, with no signal blocked and no descriptor but 0…2.
  private func start(reading input: Int32) -> Result<pid_t, Fault> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    bn_spawn_close_from(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var process: pid_t = 0
    let result = withStrings(["sendmail", "-t", "-i"]) { arguments in
      withStrings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]) { environment in
        posix_spawn(&process, path, &actions, &attributes, arguments, environment)
      }
    }
    switch result {
    case 0: return .success(process)
    case ENOENT: return .failure(.missing)
    default: return .failure(.notStarted(errno: result))
    }
  }

  private func wait(for process: pid_t) throws(Fault) -> Int32 {
    let end = ContinuousClock.now + .seconds(seconds)
    var status: Int32 = 0
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process { return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F) }
      guard ended == 0 || errno == EINTR else { throw .notStarted(errno: errno) }
      guard ContinuousClock.now < end else { break }
      usleep(10_000)
    }
    kill(-process, SIGKILL)
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    throw .timedOut(seconds: seconds)
  }
}

/// Calls `body` with the texts as C has them: an array that ends with a null pointer.
private func withStrings<Result>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return body(&pointers)
}
