import Domain
import Synchronization

/// Makes ids: milliseconds since 1970 and a 20-bit count, 63 bits in all. Always rising, also where the clock steps back.
final class IDSource: Sendable {
  private let last: Mutex<Int64>
  init(after newest: Int64) { self.last = Mutex(newest) }

  func next(at now: Instant) -> Int64 {
    last.withLock { last in
      last = max(last + 1, Self.first(at: now))
      return last
    }
  }

  /// When the last id was made.
  var newest: Instant { Instant(microseconds: (last.withLock { $0 } >> 20) * 1_000) }

  /// The lowest id that can be made at `instant` or later: finds "since then" in a table that is ordered by id.
  /// Of a time beyond what ids can tell, the last one.
  static func first(at instant: Instant) -> Int64 {
    min(max(0, instant.microseconds / 1_000), .max >> 20) << 20
  }
}
