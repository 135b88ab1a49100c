import Foundation
import Synchronization

/// Runs `body` on `count` threads of their own, all let loose at one moment, and returns what each returned.
func atOnce<T: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> T) -> [T] {
  let crowd = Crowd(count, body)
  return crowd.results()
}

/// Threads at work while a test does something else. ``results()`` waits for them.
final class Crowd<T: Sendable>: Sendable {
  private let results_: Mutex<[Int: T]> = Mutex([:])
  private let count: Int
  private let gate = DispatchGroup()
  private let ended = DispatchGroup()

  init(_ count: Int, _ body: @escaping @Sendable (Int) -> T) {
    self.count = count
    gate.enter()
    for number in 0..<count {
      ended.enter()
      let thread = Thread { [self] in
        gate.wait()
        let result = body(number)
        results_.withLock { $0[number] = result }
        ended.leave()
      }
      thread.stackSize = 1 << 20
      thread.start()
    }
    gate.leave()
  }

  func results() -> [T] {
    ended.wait()
    return results_.withLock { results in (0..<count).compactMap { results[$0] } }
  }
}

/// A word to stop that many threads look at.
final class StopSign: Sendable {
  private let flag = Atomic(false)
  var isUp: Bool { flag.load(ordering: .acquiring) }
  func raise() { flag.store(true, ordering: .releasing) }
}

/// Seconds that something took, and tries at intervals until something is so.
struct Stopwatch {
  private let start = ContinuousClock.now
  var seconds: Double {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// Asks every 20 ms. - Returns: false where it was still not so after `seconds`.
  static func waits(seconds: Double, until isSo: () -> Bool) -> Bool {
    let watch = Stopwatch()
    while !isSo() {
      if watch.seconds > seconds { return false }
      usleep(20_000)
    }
    return true
  }
}
