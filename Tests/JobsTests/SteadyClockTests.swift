import Domain
import Jobs
import Synchronization
import Testing

struct SteadyClockTests {
  private final class Elapsed: Sendable {
    let time = Mutex(Duration.zero)
  }

  /// The system's time is asked for at the start alone: whatever it jumps to afterwards, waits last as long as they were
  /// to.
  @Test func itGoesOnFromItsStart() {
    let elapsed = Elapsed()
    let clock = SteadyClock(start: Workbench.start) { elapsed.time.withLock { $0 } }
    #expect(clock.now == Workbench.start)
    elapsed.time.withLock { $0 = .seconds(3_600) + .microseconds(5) }
    #expect(clock.now.microseconds - Workbench.start.microseconds == 3_600_000_005)
  }

  @Test func itNeverGoesBack() {
    let clock = SteadyClock(start: Instant(seconds: 0))
    let times = (0..<1_000).map { _ in clock.now.microseconds }
    #expect(times == times.sorted() && times[0] >= 0 && times[0] < 60_000_000)
  }
}
