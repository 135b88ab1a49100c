import Domain

/// The system's time as it was at the start, and what a clock that nobody sets has counted since: a jump of the
/// system's time moves nothing of what waits. After a new start both agree again.
package struct SteadyClock: Sendable {
  private let start: Instant
  private let elapsed: @Sendable () -> Duration

  /// - Parameter elapsed: the time since the start; tests bring their own.
  package init(start: Instant, elapsed: @escaping @Sendable () -> Duration) {
    self.start = start
    self.elapsed = elapsed
  }

  package init(start: Instant) {
    let begun = ContinuousClock.now
    self.init(start: start) { ContinuousClock.now - begun }
  }

  package var now: Instant {
    let (seconds, attoseconds) = elapsed().components
    return Instant(microseconds: start.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }
}
