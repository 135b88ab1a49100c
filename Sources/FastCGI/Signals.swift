import CFastCGI
import Glibc

/// How the process takes signals: nobody is interrupted, the main thread waits for the word to stop.
package enum Signals {
  /// SIGTERM (systemd, kill), SIGINT (Ctrl-C), SIGHUP (the terminal is gone).
  static let stopping = [SIGTERM, SIGINT, SIGHUP]

  /// Blocks the stopping signals in this thread and those that it starts from now on, and ignores SIGPIPE (a client that
  /// went away) and SIGUSR1 (which libfcgi would take for the end). Call it first in `main`, before any thread exists.
  package static func prepare() {
    var set = stoppingSet()
    pthread_sigmask(SIG_BLOCK, &set, nil)
    ignoreHarmful()
  }

  /// Waits for SIGTERM, SIGINT or SIGHUP and returns which came. Needs ``prepare()``.
  @discardableResult
  package static func waitForStop() -> Int32 {
    var set = stoppingSet()
    pthread_sigmask(SIG_BLOCK, &set, nil)
    var signal: Int32 = 0
    while sigwait(&set, &signal) != 0 {}
    return signal
  }

  static func ignoreHarmful() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGUSR1, SIG_IGN)
  }

  static func stoppingSet() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in stopping { sigaddset(&set, number) }
    return set
  }
}
