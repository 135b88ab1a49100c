/// When a forward that was not delivered is tried again, and when it is given up (PRODUCT.md §6).
package enum RetrySchedule {
  /// Seconds to wait after each failed attempt; one that fails after the last wait is the end: 11 attempts in all.
  package static let waits: [Int64] = [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400]
  /// Attempts after which a forward is dead.
  package static var attempts: Int { waits.count + 1 }
  /// Seconds that a tracker may ask us to wait (`Retry-After`); whoever asks for more is asked again after these.
  package static let longestRequest: Int64 = 3_600

  /// The moment of the next attempt; nil: none, the forward is dead.
  ///
  /// Each wait is stretched or shortened by up to 10 %, so that what failed together does not come back together. A
  /// `Retry-After` can only make a wait longer, never shorter, and at most an hour long: it never spends the attempts
  /// faster, and no tracker can hold its forwards back for days. Its spread only goes up, so that nobody comes too
  /// early.
  ///
  /// - Parameters:
  ///   - failed: attempts made so far, all in vain: 1 after the first. Less counts as 1.
  ///   - retryAfter: the seconds that the tracker asked for, if it did.
  package static func next(
    after failed: Int, at now: Instant, retryAfter: Int64? = nil, using random: inout some RandomNumberGenerator
  ) -> Instant? {
    let place = max(failed, 1) - 1
    guard waits.indices.contains(place) else { return nil }
    let planned = spread(waits[place], -100_000...100_000, using: &random)
    let asked = spread(min(max(retryAfter ?? 0, 0), longestRequest), 0...100_000, using: &random)
    return Instant(microseconds: now.microseconds + max(planned, asked))
  }

  /// Microseconds: the seconds and that many millionths more.
  private static func spread(
    _ seconds: Int64, _ millionths: ClosedRange<Int64>, using random: inout some RandomNumberGenerator
  ) -> Int64 {
    seconds * (1_000_000 + Int64.random(in: millionths, using: &random))
  }
}
