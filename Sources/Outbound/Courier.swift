import CCurl
import Dispatch
import Glibc
import Synchronization

/// Makes many calls at once, on one thread of its own: connections are kept and used again, HTTP/2 carries many calls
/// where the receiver offers it. A caller hands calls in without waiting, and fetches the results.
///
/// A result follows each call that was taken, unless the courier is stopped before.
package final class Courier: Sendable {
  /// Calls that are under way or wait to be fetched.
  package let limit: Int
  private let desk: CourierDesk
  private let ended = DispatchSemaphore(value: 0)

  /// - Throws: ``CallFailure/local`` where libcurl or the thread is not to be had.
  package init(
    limit: Int = 200, limits: CallLimits = CallLimits(), guarding: AddressGuard
  ) throws(CallFailure) {
    guard limit > 0, let desk = CourierDesk() else { throw .local }
    let round = CourierRound(desk: desk, limit: limit, limits: limits, guarding: guarding, ended: ended)
    guard startThread(round) else { throw .local }
    self.limit = limit
    self.desk = desk
  }

  /// Ends as ``stop()`` does.
  deinit { stop() }

  /// Hands a call in; false: there are ``limit`` already, or the courier was stopped.
  package func submit(_ call: Call) -> Bool { desk.take(call, limit: limit) }

  /// The results that came in since they were last fetched, in the order in which the calls ended; waits for the first.
  /// Empty where none came in time, or the courier was stopped. For one thread.
  package func results(waitingMilliseconds: Int) -> [CallResult] {
    desk.hand(out: .now() + .milliseconds(waitingMilliseconds))
  }

  /// Breaks off what is under way, whose results never come, and returns once the thread has ended. Further calls do
  /// nothing.
  package func stop() {
    guard desk.close() else { return }
    ended.wait()
  }
}

/// What lies between those who hand calls in and the thread that makes them.
private final class CourierDesk: @unchecked Sendable {
  /// Used by the courier's thread alone, except that any thread may wake it.
  let multi: UnsafeMutableRawPointer
  private let state = Mutex(State())
  private let news = DispatchSemaphore(value: 0)

  private struct State {
    var waiting: [Call] = []
    var results: [CallResult] = []
    /// Taken, and not fetched yet.
    var open = 0
    var isClosed = false
  }

  init?() {
    guard let multi = curl_multi_init() else { return nil }
    self.multi = multi
  }

  deinit { curl_multi_cleanup(multi) }

  func take(_ call: Call, limit: Int) -> Bool {
    let isFirst: Bool? = state.withLock { state in
      guard !state.isClosed, state.open < limit else { return nil }
      state.open += 1
      state.waiting.append(call)
      return state.waiting.count == 1
    }
    if isFirst == true { curl_multi_wakeup(multi) }
    return isFirst != nil
  }

  /// What was handed in since; nil: it is time to end.
  func pick() -> [Call]? {
    state.withLock { state in
      guard !state.isClosed else { return nil }
      defer { state.waiting = [] }
      return state.waiting
    }
  }

  func lay(_ results: [CallResult]) {
    guard !results.isEmpty else { return }
    state.withLock { $0.results += results }
    news.signal()
  }

  func hand(out deadline: DispatchTime) -> [CallResult] {
    while true {
      let (results, isClosed) = state.withLock { state in
        defer { state.results = [] }
        state.open -= state.results.count
        return (state.results, state.isClosed)
      }
      if !results.isEmpty || isClosed { return results }
      if news.wait(timeout: deadline) == .timedOut { return [] }
    }
  }

  /// False where it was closed before.
  func close() -> Bool {
    let wasClosed = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed
    }
    curl_multi_wakeup(multi)
    news.signal()
    return !wasClosed
  }
}

/// What the courier's thread does, and owns.
private final class CourierRound {
  private let desk: CourierDesk
  private let limits: CallLimits
  private let guarding: AddressGuard
  private let ended: DispatchSemaphore
  private var underWay: [UnsafeMutableRawPointer: CallHandle] = [:]
  private var results: [CallResult] = []

  init(desk: CourierDesk, limit: Int, limits: CallLimits, guarding: AddressGuard, ended: DispatchSemaphore) {
    self.desk = desk
    self.limits = limits
    self.guarding = guarding
    self.ended = ended
    // Connections kept open for the next call.
    bn_curl_multi_set_long(desk.multi, CURLMOPT_MAXCONNECTS, limit)
  }

  func run() {
    defer { ended.signal() }
    while let calls = desk.pick() {
      for call in calls { start(call) }
      var count: Int32 = 0
      let isFine = curl_multi_perform(desk.multi, &count) == CURLM_OK
      collect()
      desk.lay(results)
      results.removeAll(keepingCapacity: true)
      // Woken by the desk, by a socket, or by libcurl's own clock. An error would come back at once: never spin on it.
      guard isFine, curl_multi_poll(desk.multi, nil, 0, 1_000, nil) == CURLM_OK else {
        usleep(100_000)
        continue
      }
    }
    for handle in underWay.values { curl_multi_remove_handle(desk.multi, handle.easy) }
  }

  private func start(_ call: Call) {
    do throws(CallFailure) {
      let handle = try CallHandle(call, limits: limits, guarding: guarding)
      guard curl_multi_add_handle(desk.multi, handle.easy) == CURLM_OK else { throw .local }
      underWay[handle.easy] = handle
    } catch {
      results.append(CallResult(id: call.id, failure: error))
    }
  }

  private func collect() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(desk.multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      curl_multi_remove_handle(desk.multi, easy)
      guard let handle = underWay.removeValue(forKey: easy) else { continue }
      results.append(handle.result(code))
    }
  }
}

/// Starts the courier's thread with every signal blocked: a receiver that goes away while TLS writes to it raises
/// SIGPIPE.
private func startThread(_ round: consuming CourierRound) -> Bool {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 1 << 20)

  var all = sigset_t()
  var before = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

  var thread = pthread_t()
  let box = Unmanaged.passRetained(round)
  guard pthread_create(&thread, &attributes, runRound, box.toOpaque()) == 0 else {
    box.release()
    return false
  }
  return true
}

/// A function of its own: a closure written in a main-actor context would carry that isolation into the thread and
/// trap.
private func runRound(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let box else { return nil }
  Unmanaged<CourierRound>.fromOpaque(box).takeRetainedValue().run()
  return nil
}
