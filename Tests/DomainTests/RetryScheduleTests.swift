import Domain
import Testing

@Suite struct RetryScheduleTests {
  private let now = Instant(seconds: 1_800_000_000)

  /// Seconds from now to the next attempt, over many draws: the least and the most.
  private func waits(after failed: Int, retryAfter: Int64? = nil) throws -> (least: Double, most: Double) {
    var random = SeededRandom(seed: UInt64(failed))
    let all = try (0..<2_000).map { _ in
      let next = try #require(RetrySchedule.next(after: failed, at: now, retryAfter: retryAfter, using: &random))
      return Double(next.microseconds - now.microseconds) / 1_000_000
    }
    return (all.min() ?? .nan, all.max() ?? .nan)
  }

  @Test(arguments: [
    (1, 5.0), (2, 30), (3, 120), (4, 600), (5, 3_600), (6, 10_800), (7, 21_600), (8, 43_200), (9, 86_400), (10, 86_400),
  ])
  func waitsLongerAndLongerWithinATenth(_ failed: Int, _ seconds: Double) throws {
    let (least, most) = try waits(after: failed)
    #expect(least >= seconds * 0.9 && least < seconds * 0.91)
    #expect(most <= seconds * 1.1 && most > seconds * 1.09)
  }

  @Test func endsAfterTheEleventhAttempt() {
    var random = SeededRandom(seed: 1)
    #expect(RetrySchedule.attempts == 11)
    #expect(RetrySchedule.next(after: 10, at: now, using: &random) != nil)
    for failed in [11, 12, 1_000, .max] {
      #expect(RetrySchedule.next(after: failed, at: now, retryAfter: 5, using: &random) == nil)
    }
  }

  @Test(arguments: [Int.min, -1, 0])
  func oddCountsAreTheFirst(_ failed: Int) throws {
    var random = SeededRandom(seed: 3)
    let next = try #require(RetrySchedule.next(after: failed, at: now, using: &random))
    #expect(next > now && next < now + 6)
  }

  @Test func aTrackerMayAskForALongerWait() throws {
    let (least, most) = try waits(after: 1, retryAfter: 60)
    #expect(least >= 60 && most <= 66 && most > 65)
  }

  @Test func aTrackerCannotShortenAWait() throws {
    let (least, most) = try waits(after: 5, retryAfter: 1)
    #expect(least >= 3_240 && most <= 3_960)
  }

  @Test(arguments: [3_600, 3_601, 864_000, Int64.max])
  func aTrackerCannotAskForMoreThanAnHour(_ seconds: Int64) throws {
    let (least, most) = try waits(after: 1, retryAfter: seconds)
    #expect(least >= 3_600 && most <= 3_960)
  }

  @Test(arguments: [0, -1, Int64.min])
  func nonsenseIsNoRequest(_ seconds: Int64) throws {
    let (least, most) = try waits(after: 1, retryAfter: seconds)
    #expect(least >= 4.5 && most <= 5.5)
  }

  @Test func whatFailedTogetherComesBackApart() throws {
    var random = SeededRandom(seed: 5)
    let moments = Set(try (0..<1_000).map { _ in try #require(RetrySchedule.next(after: 4, at: now, using: &random)) })
    #expect(moments.count > 990)
  }
}
