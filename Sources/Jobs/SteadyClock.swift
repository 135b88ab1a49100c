import Domain

/// The system's time as it was at the start, and what a clock that nobody sets has counted since: a jump of the
/// system's time moves nothing of what waits. After a new start both agree again.
package struct SteadyClock: Sendable {
  private let start: Instant
  private let begun = ContinuousClock.now

  package init(start: Instant) { self.start = start }

  package var now: Instant {
    let (seconds, attoseconds) = (ContinuousClock.now - begun).components
    return Instant(microseconds: start.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }
}
