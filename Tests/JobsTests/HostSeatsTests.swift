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
    while seats.hasRoom(for: HostSeats.Host(host, of: account), at: now) {
      seats.take(for: HostSeats.Host(host, of: account), at: now)
      count += 1
    }
    return count
  }

  private func deliver(_ seats: inout HostSeats, _ host: String, of account: AccountID? = nil, _ times: Int) {
    let host = HostSeats.Host(host, of: account ?? one)
    for _ in 0..<times {
      seats.take(for: host, at: now)
      seats.giveBack(from: host, .delivered, at: now)
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
    // Not the account by another host either; what another one may is its own.
    #expect(fill(&seats, "b", of: one) == 0)
    deliver(&seats, "b", of: other, 500)
    #expect(fill(&seats, "a", of: other) == 4)
    #expect(fill(&seats, "b", of: other) == 46)
    deliver(&seats, "c", of: AccountID(rawValue: 3), 500)
    #expect(fill(&seats, "c", of: AccountID(rawValue: 3)) == 25)
    seats.giveBack(from: HostSeats.Host("a", of: one), .delivered, at: now)
    #expect(!seats.hasRoom(for: HostSeats.Host("a", of: one), at: now))
    // However many fill what they may, the next one finds a seat.
    for number in 4..<8 {
      deliver(&seats, "\(number)", of: AccountID(rawValue: Int64(number)), 500)
      #expect(fill(&seats, "\(number)", of: AccountID(rawValue: Int64(number))) > 0)
    }
  }

  @Test func aHostThatFailsIsAwayUntilItAnswers() {
    var seats = HostSeats(total: 200)
    let host = HostSeats.Host("h", of: one)
    for _ in 0..<HostSeats.patience {
      #expect(seats.hasRoom(for: host, at: now) && !seats.wantsProbe(of: host, at: now))
      seats.take(for: host, at: now)
      seats.giveBack(from: host, .failed, at: now)
    }
    #expect(!seats.hasRoom(for: host, at: now) && seats.hasRoom(for: HostSeats.Host("i", of: one), at: now))
    var (time, probes) = (now, 0)
    for _ in 0..<600 {
      time = time + 1
      guard seats.hasRoom(for: host, at: time), seats.wantsProbe(of: host, at: time) else { continue }
      seats.take(for: host, at: time)
      #expect(!seats.hasRoom(for: host, at: time + 1_000))
      seats.giveBack(from: host, .failed, at: time)
      probes += 1
    }
    #expect((600 / 30...600 / 20).contains(probes), "\(probes)")
    #expect(seats.isAway(host))
    seats.take(for: host, at: time + 30)
    let isBack = seats.giveBack(from: host, .delivered, at: time + 30)
    #expect(isBack && !seats.isAway(host))
    #expect(seats.hasRoom(for: host, at: time + 30) && !seats.wantsProbe(of: host, at: time + 60))
  }

  @Test func aRefusalIsNoFailureOfTheHost() {
    var seats = HostSeats(total: 200)
    for _ in 0..<50 {
      seats.take(for: HostSeats.Host("h", of: one), at: now)
      seats.giveBack(from: HostSeats.Host("h", of: one), .refused, at: now)
    }
    #expect(fill(&seats, "h", of: one) == 4)
  }

  @Test(arguments: [HostSeats.Ending.delivered, .refused]) func anyAnswerShowsThatAHostIsBack(ending: HostSeats.Ending)
  {
    var seats = HostSeats(total: 200)
    let host = HostSeats.Host("h", of: one)
    for _ in 0..<HostSeats.patience {
      seats.take(for: host, at: now)
      seats.giveBack(from: host, .failed, at: now)
    }
    var shown: [Bool] = []
    for (seconds, ending) in [(5, .unmade), (10, ending), (15, ending)] as [(Int64, HostSeats.Ending)] {
      seats.take(for: host, at: now + seconds)
      let isBack = seats.giveBack(from: host, ending, at: now + seconds)
      shown.append(isBack)
    }
    #expect(shown == [false, true, false] && !seats.isAway(host))
  }

  @Test func whatNeverLeftSaysNothingOfItsHost() {
    var seats = HostSeats(total: 200)
    let host = HostSeats.Host("h", of: one)
    for _ in 0..<50 {
      seats.take(for: host, at: now)
      seats.giveBack(from: host, .unmade, at: now)
    }
    #expect(!seats.isAway(host) && seats.count == 0)
  }

  @Test func aHostIsAwayForOneAccountOnly() {
    var seats = HostSeats(total: 200)
    for _ in 0..<HostSeats.patience {
      seats.take(for: HostSeats.Host("h", of: one), at: now)
      seats.giveBack(from: HostSeats.Host("h", of: one), .failed, at: now)
    }
    #expect(seats.isAway(HostSeats.Host("h", of: one)) && !seats.isAway(HostSeats.Host("h", of: other)))
    #expect(fill(&seats, "h", of: other) == 4)
  }

  @Test func idleHostsAreForgotten() {
    var seats = HostSeats(total: 200)
    for number in 0..<100 { deliver(&seats, "\(number)", 1) }
    seats.take(for: HostSeats.Host("busy", of: one), at: now)
    seats.forgetIdle(at: now + HostSeats.idleSeconds - 1)
    #expect(seats.count == 101)
    seats.forgetIdle(at: now + HostSeats.idleSeconds)
    #expect(seats.count == 1)
  }
}
