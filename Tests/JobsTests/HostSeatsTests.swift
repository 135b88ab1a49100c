import Domain
import Jobs
import Testing

/// Who may be called how often at once.
struct HostSeatsTests {
  private let now = Workbench.start

  private func fill(_ seats: inout HostSeats, _ host: String) -> Int {
    var count = 0
    while seats.hasRoom(for: host, at: now) {
      seats.take(for: host, at: now)
      count += 1
    }
    return count
  }

  private func deliver(_ seats: inout HostSeats, _ host: String, _ times: Int) {
    for _ in 0..<times {
      seats.take(for: host, at: now)
      seats.giveBack(from: host, .delivered, at: now)
    }
  }

  @Test func hostsBeginWithFewAndGetMore() {
    var seats = HostSeats(total: 200)
    #expect(fill(&seats, "new") == 4)
    deliver(&seats, "good", 10)
    #expect(fill(&seats, "good") == 14)
  }

  @Test func theLastQuarterIsKeptForTheOthers() {
    var seats = HostSeats(total: 200)
    deliver(&seats, "a", 500)
    deliver(&seats, "b", 500)
    #expect(fill(&seats, "a") == 150)
    #expect(fill(&seats, "b") == 50)
    #expect(fill(&seats, "c") == 0)
    seats.giveBack(from: "a", .delivered, at: now)
    #expect(!seats.hasRoom(for: "a", at: now) && seats.hasRoom(for: "c", at: now))
  }

  @Test func aHostThatFailsIsAwayUntilItDelivers() {
    var seats = HostSeats(total: 200)
    for _ in 0..<HostSeats.patience {
      #expect(seats.hasRoom(for: "h", at: now) && !seats.wantsProbe(of: "h", at: now))
      seats.take(for: "h", at: now)
      seats.giveBack(from: "h", .failed, at: now)
    }
    #expect(!seats.hasRoom(for: "h", at: now) && seats.hasRoom(for: "i", at: now))
    var (time, probes) = (now, 0)
    for _ in 0..<600 {
      time = time + 1
      guard seats.hasRoom(for: "h", at: time), seats.wantsProbe(of: "h", at: time) else { continue }
      seats.take(for: "h", at: time)
      #expect(!seats.hasRoom(for: "h", at: time + 1_000))
      seats.giveBack(from: "h", .failed, at: time)
      probes += 1
    }
    #expect((600 / 30...600 / 20).contains(probes), "\(probes)")
    seats.take(for: "h", at: time + 30)
    seats.giveBack(from: "h", .delivered, at: time + 30)
    #expect(seats.hasRoom(for: "h", at: time + 30) && !seats.wantsProbe(of: "h", at: time + 60))
  }

  @Test func aRefusalIsNoFailureOfTheHost() {
    var seats = HostSeats(total: 200)
    for _ in 0..<50 {
      seats.take(for: "h", at: now)
      seats.giveBack(from: "h", .refused, at: now)
    }
    #expect(fill(&seats, "h") == 4)
  }
}
