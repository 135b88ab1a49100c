/// Every limit of the server, in one place.
///
/// A pool runs as many requests at once as it has threads, or as may read at a time where its handlers do not wait
/// (``readers``), beside those whose answer comes later (``laterAnswers``). What comes beyond that is not refused: it
/// waits in the socket's backlog (4,096), where nginx's own time-outs end the wait; only a full backlog makes nginx
/// answer at once.
package struct ServerLimits: Sendable {
  /// Threads by listener name, so that a slow partner or a heavy report never holds up a postback.
  package var threads: [String: Int] = ["decision": 64, "postback": 4, "api": 16]
  /// Threads of a listener that ``threads`` does not name.
  package var otherThreads = 16
  /// How many of a listener's threads take requests at once, by its name; elsewhere all do. The others come in when one of
  /// these has to wait (``Request/willWait``). Two keep up with any writer; more would take the processor from it.
  package var readers: [String: Int] = ["decision": 2]
  /// How far the threads of all listeners step back (`nice`): what they read waits for the one thread that commits, so that
  /// one comes first.
  package var niceness: Int32 = 5
  /// Requests of one listener whose threads have gone on while their answers are still to come.
  package var laterAnswers = 256
  /// A thread's stack, in bytes.
  package var stackBytes = 512 * 1024
  /// Longest body; beyond it 413.
  package var bodyBytes = 65_536
  /// Longest REQUEST_URI, in bytes; beyond it 414.
  package var uriBytes = 8_192
  /// Most request headers; beyond it 431.
  package var headerCount = 100
  /// Names and values of all request headers together, in bytes; beyond it 431.
  package var headerBytes = 16_384
  /// What is read of a body that is not wanted, in bytes: nginx sends it before it reads our answer.
  package var drainedBytes = 1_048_576
  /// How long one read or one write may wait for nginx, in seconds.
  package var socketSeconds = 30
  /// How long ``Server/stop()`` lets running requests go on, in seconds.
  package var stopSeconds = 10

  package init() {}

  func threads(of listener: Listener) -> Int { max(1, threads[listener.name] ?? otherThreads) }

  func readers(of listener: Listener) -> Int {
    readers[listener.name].map { min(max(1, $0), threads(of: listener)) } ?? threads(of: listener)
  }
}
