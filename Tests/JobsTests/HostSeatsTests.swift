import Domain
import Jobs
import Testing

/// Who may be called how often at once.
struct HostSeatsTests {
  private let now = Workbench.start

  private let one = AccountID(rawValue: 1)
  private let other = AccountID(rawValue: 2)

  private func fill(_ seats: inout HostSeats, _ host: String, of account: AccountID) -> Int {
    var count = 0
    while seats.hasRoom(for: host, of: account, at: now) {
      seats.take(for: host, of: account, at: now)
      count += 1
    }
    return count
  }

  private func deliver(_ seats: inout HostSeats, _ host: String, _ times: Int) {
    for _ in 0..<times {
      seats.take(for: host, of: one, at: now)
      seats.giveBack(from: host, of: one, .delivered, at: now)
    }
  }

  @Test func hostsBeginWithFewAndGetMore() {
    var seats = HostSeats(total: 200)
    #expect(fill(&seats, "new", of: one) == 4)
    deliver(&seats, "good", 10)
    #expect(fill(&seats, "good", of: one) == 14)
  }

  @Test func nobodyHoldsMoreThanIsFree() {
    var seats = HostSeats(total: 200)
    for host in ["a", "b", "c"] { deliver(&seats, host, 500) }
    #expect(fill(&seats, "a", of: one) == 100)
    // Neither the account by another host, nor the host for another account.
    #expect(fill(&seats, "b", of: one) == 0)
    #expect(fill(&seats, "a", of: other) == 0)
    #expect(fill(&seats, "b", of: other) == 50)
    #expect(fill(&seats, "c", of: AccountID(rawValue: 3)) == 25)
    seats.giveBack(from: "a", of: one, .delivered, at: now)
    #expect(!seats.hasRoom(for: "a", of: one, at: now))
    // However many fill what they may, the next one finds a seat.
    for number in 4..<8 {
      deliver(&seats, "\(number)", 500)
      #expect(fill(&seats, "\(number)", of: AccountID(rawValue: Int64(number))) > 0)
    }
  }

  @Test func aHostThatFailsIsAwayUntilItDelivers() {
    var seats = HostSeats(total: 200)
    for _ in 0..<HostSeats.patience {
      #expect(seats.hasRoom(for: "h", of: one, at: now) && !seats.wantsProbe(of: "h", at: now))
      seats.take(for: "h", of: one, at: now)
      seats.giveBack(from: "h", of: one, .failed, at: now)
    }
    #expect(!seats.hasRoom(for: "h", of: one, at: now) && seats.hasRoom(for: "i", of: one, at: now))
    var (time, probes) = (now, 0)
    for _ in 0..<600 {
      time = time + 1
      guard seats.hasRoom(for: "h", of: one, at: time), seats.wantsProbe(of: "h", at: time) else { continue }
      seats.take(for: "h", of: one, at: time)
      #expect(!seats.hasRoom(for: "h", of: one, at: time + 1_000))
      seats.giveBack(from: "h", of: one, .failed, at: time)
      probes += 1
    }
    #expect((600 / 30...600 / 20).contains(probes), "\(probes)")
    #expect(seats.isAway("h"))
    seats.take(for: "h", of: one, at: time + 30)
    let isBack = seats.giveBack(from: "h", of: one, .delivered, at: time + 30)
    #expect(isBack && !seats.isAway("h"))
    #expect(seats.hasRoom(for: "h", of: one, at: time + 30) && !seats.wantsProbe(of: "h", at: time + 60))
  }

  @Test func aRefusalIsNoFailureOfTheHost() {
    var seats = HostSeats(total: 200)
    for _ in 0..<50 {
      seats.take(for: "h", of: one, at: now)
      seats.giveBack(from: "h", of: one, .refused, at: now)
    }
    #expect(fill(&seats, "h", of: one) == 4)
  }
}
