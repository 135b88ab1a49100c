import Domain
import Foundation
import Jobs
import Outbound
import Storage
import TestReceiver
import Testing

/// The job with a real store and real calls to trackers on this machine.
@Suite(.serialized) struct ForwardingJobTests {
  private let bench: Workbench
  init() throws { bench = try Workbench() }

  @Test func trackersAreToldInOrder() throws {
    let tracker = try Tracker()
    try bench.forward(tracker.url("/p?cid={click_id}&s={status}&p={payout}&c={currency}&src={source}"))
    try bench.receive("C 1", "hold", "sale", "trash")
    let job = try bench.job()
    try job.runToRest()
    #expect(
      tracker.paths == [
        "/p?cid=C%201&s=pending&p=1&c=USD&src=s", "/p?cid=C%201&s=approved&p=1&c=USD&src=s",
        "/p?cid=C%201&s=rejected&p=0&c=USD&src=s",
      ])
    #expect(try bench.deliveries() == ["delivered 1", "delivered 1", "delivered 1"])
    job.end()
  }

  /// Down for days, then back: all arrive in order, and none is given up.
  @Test func aTrackerThatWasDownIsToldEverything() throws {
    let tracker = try Tracker("500 Broken")
    try bench.forward(tracker.url("/{click_id}/{status}"))
    for click in 0..<20 { try bench.receive("c\(click)", "hold", "sale") }
    let job = try bench.job()
    for _ in 0..<60 {
      try job.runToRest()
      bench.pass(3_600)
    }
    #expect(try bench.deliveries().allSatisfy { $0.hasPrefix("due") })
    let calls = tracker.paths.count
    #expect((20...400).contains(calls), "\(calls) calls while it was down")
    tracker.answers("200 OK")
    for _ in 0..<60 {
      try job.runToRest()
      bench.pass(3_600)
    }
    #expect(try bench.deliveries().allSatisfy { $0.hasPrefix("delivered") })
    let delivered = tracker.paths.dropFirst(calls)
    #expect(delivered.count == 40 && Set(delivered).count == 40)
    for click in 0..<20 {
      #expect(delivered.filter { $0.hasPrefix("/c\(click)/") } == ["/c\(click)/pending", "/c\(click)/approved"])
    }
    job.end()
  }

  @Test func aTrackerThatRefusesIsGivenUpAfterElevenAttempts() throws {
    let tracker = try Tracker("404 Not Found")
    try bench.forward(tracker.url("/{click_id}"))
    try bench.receive("C", "hold", "sale")
    let job = try bench.job()
    for _ in 0..<11 {
      try job.runToRest()
      bench.pass(100_000)
    }
    #expect(try bench.deliveries().first == "dead 11")
    #expect(try bench.deliveries().last != "due 0")
    #expect(tracker.paths.count >= 11)
    job.end()
  }

  /// Waiting for a host that is away costs no attempt, and it is called seldom.
  @Test func aHostThatFailsIsProbed() throws {
    let tracker = try Tracker("503 Away")
    try bench.forward(tracker.url("/{click_id}"))
    for click in 0..<100 { try bench.receive("c\(click)", "sale") }
    let job = try bench.job()
    for _ in 0..<600 {
      try job.runToRest()
      bench.pass(1)
    }
    // Ten minutes: a few at first, then one every half minute at least.
    #expect((20 + HostSeats.patience...45).contains(tracker.paths.count), "\(tracker.paths.count)")
    #expect(try bench.deliveries().count { $0 == "due 0" } > 50)
    tracker.answers("200 OK")
    bench.pass(30)
    try job.runToRest()
    #expect(try bench.deliveries().count { $0.hasPrefix("delivered") } > 50)
    job.end()
  }

  /// A probe finds the host back although nothing would be due for an hour, and what it carried arrives then.
  @Test func aProbeGoesOutBeforeTheTime() throws {
    let tracker = try Tracker("503 Away")
    try bench.forward(tracker.url("/{click_id}"))
    try bench.receive("C", "sale")
    let job = try bench.job()
    for seconds: Int64 in [6, 40, 140, 700, 30, 30, 30] {
      try job.runToRest()
      bench.pass(seconds)
    }
    tracker.answers("200 OK")
    try job.runToRest()
    #expect(try bench.deliveries() == ["delivered 6"])
    job.end()
  }

  @Test func whatWasInFlightAtACrashIsSentAgain() throws {
    let hanging = try Receiver { $0.hang() }
    let forward = try bench.forward(hanging.url("/{click_id}"))
    try bench.receive("C", "hold", "sale")
    let crashed = try bench.job(whole: 60_000)
    #expect(try crashed.run { hanging.requests + hanging.connections > 0 })
    let tracker = try Tracker()
    _ = try bench.store.updateForward(forward.id, of: bench.account.id) { $0.url = tracker.url("/{status}") }
    let job = try bench.job()
    try job.runToRest()
    #expect(tracker.paths == [])
    bench.pass(30)
    try job.runToRest()
    #expect(tracker.paths == ["/pending", "/approved"])
    job.end()
    crashed.end()
  }

  @Test func anAddressThatIsNotAllowedIsNeverCalled() throws {
    let tracker = try Tracker()
    try bench.forward(tracker.url("/").replacingOccurrences(of: "127.0.0.1", with: "10.0.0.1"))
    try bench.receive("C", "sale")
    let job = try bench.job()
    try job.runToRest()
    #expect(try bench.deliveries() == ["due 1"] && tracker.paths.isEmpty)
    job.end()
  }

  /// Prints what it measured: a debug build, with the receiver in the same process.
  @Test func thousandsOfForwards() throws {
    let tracker = try Tracker(milliseconds: 50)
    try bench.forward(tracker.url("/{click_id}"))
    for click in 0..<2_000 { try bench.receive("c\(click)", "sale") }
    let job = try bench.job()
    let start = ContinuousClock.now
    #expect(try job.run(seconds: 60) { tracker.paths.count == 2_000 })
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("forwarding: \(Int(2_000 / seconds)) a second")
    try job.runToRest()
    #expect(try bench.deliveries().allSatisfy { $0 == "delivered 1" } && Set(tracker.paths).count == 2_000)
    job.end()
  }
}
