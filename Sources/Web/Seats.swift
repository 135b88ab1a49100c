import Synchronization

/// How many calls may do something at once that holds their thread for long.
final class Seats: Sendable {
  private let free: Mutex<Int>

  init(_ count: Int) { free = Mutex(count) }

  /// - Returns: whether there was one.
  func take() -> Bool {
    free.withLock { free in
      guard free > 0 else { return false }
      free -= 1
      return true
    }
  }

  /// Gives back what was taken.
  func leave() { free.withLock { $0 += 1 } }
}
