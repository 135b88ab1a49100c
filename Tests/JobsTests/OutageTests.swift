import Domain
import Foundation
import Jobs
import Outbound
import Storage
import TestReceiver
import Testing

/// Trackers that hang or come back, a clock that jumps, and a stop in the middle of it.
@Suite(.serialized) struct OutageTests {
  private let bench: Workbench
  init() throws { bench = try Workbench() }

  /// Until the first delivery has failed so often that it waits for an hour.
  private func runUntilTheFirstWaitsLong(_ job: ForwardingJob) throws {
    for _ in 0..<300 {
      try job.runToRest()
      bench.pass(30)
      if try bench.deliveries()[0] == "due 5" { return }
    }
    Issue.record("\(try bench.deliveries())")
  }

  /// Now, and once those are due that were so soon that they are not brought forward.
  private func runToRestTwice(_ job: ForwardingJob) throws {
    try job.runToRest()
    bench.pass(LeasedDelivery.leaseSeconds)
    try job.runToRest()
  }

  private func delivered() throws -> Int { try bench.deliveries().count { $0.hasPrefix("delivered") } }

  /// One that was never there.
  @Test func aDeadTrackerDelaysNobodyElse() throws {
    let (dead, alive) = (try Receiver { $0.hang() }, try Tracker())
    let other = try bench.another()
    try bench.forward(dead.url("/{click_id}"))
    try bench.forward(alive.url("/{click_id}"), of: other)
    for click in 0..<100 { try bench.receive("c\(click)", "sale") }
    for click in 0..<20 { try bench.receive("d\(click)", "sale", of: other) }
    let job = try bench.job(whole: 120_000)
    #expect(try job.run { alive.paths.count == 20 })
    #expect(dead.connections <= 50)
    job.end()
  }

  /// Two that were quick, and so hold many seats when they begin to hang.
  @Test func hostsThatBeginToHangDelayNobodyElse() throws {
    let (hosts, alive) = (try [Tracker(), Tracker()], try Tracker())
    let other = try bench.another()
    for host in hosts { try bench.forward(host.url("/{click_id}")) }
    try bench.forward(alive.url("/{click_id}"), of: other)
    for click in 0..<90 { try bench.receive("c\(click)", "sale") }
    let job = try bench.job(seats: 80, whole: 120_000)
    #expect(try job.run(seconds: 30) { try delivered() == 180 })
    for host in hosts { host.hangs() }
    for click in 0..<90 { try bench.receive("d\(click)", "sale") }
    for _ in 0..<20 { _ = try job.run() }
    for click in 0..<20 { try bench.receive("e\(click)", "sale", of: other) }
    #expect(try job.run { alive.paths.count == 20 })
    job.end()
  }

  /// Those that failed need not wait for their own time, which may be hours away.
  @Test func whatWaitedForAHostIsSentOnceItIsBack() throws {
    let tracker = try Tracker("503 Away")
    try bench.forward(tracker.url("/{click_id}/{status}"))
    for click in 0..<30 { try bench.receive("c\(click)", "hold", "sale") }
    let job = try bench.job()
    try runUntilTheFirstWaitsLong(job)
    let before = tracker.paths.count
    tracker.answers("200 OK")
    try runToRestTwice(job)
    #expect(try delivered() == 60)
    let told = tracker.paths.dropFirst(before)
    #expect(Set(told).count == 60 && told.count == 60)
    for click in 0..<30 {
      #expect(told.filter { $0.hasPrefix("/c\(click)/") } == ["/c\(click)/pending", "/c\(click)/approved"])
    }
    job.end()
  }

  /// The next run does not know that it was away, and what waits is sent all the same.
  @Test func whatWaitedIsSentAfterANewStartToo() throws {
    let tracker = try Tracker("503 Away")
    try bench.forward(tracker.url("/{click_id}"))
    for click in 0..<4 { try bench.receive("c\(click)", "sale") }
    let first = try bench.job()
    try runUntilTheFirstWaitsLong(first)
    first.end()
    tracker.answers("200 OK")
    try bench.receive("new", "sale")
    let second = try bench.job()
    try runToRestTwice(second)
    #expect(try delivered() == 5)
    second.end()
  }

  /// One try each, and it costs no attempt: what the host cannot take does not spend its attempts on the others' luck.
  @Test func whatFailsAgainWhenItsHostIsBackKeepsItsTime() throws {
    let tracker = try Tracker("503 Away")
    tracker.answers("500 Broken", to: "/bad")
    try bench.forward(tracker.url("/{click_id}"))
    try bench.receive("bad", "sale")
    for click in 0..<20 { try bench.receive("c\(click)", "sale") }
    let job = try bench.job()
    try runUntilTheFirstWaitsLong(job)
    let before = tracker.paths.count { $0 == "/bad" }
    tracker.answers("200 OK")
    for _ in 0..<30 {
      try job.runToRest()
      bench.pass(1)
    }
    #expect(try delivered() == 20 && bench.deliveries()[0] == "due 5")
    #expect((0...5).contains(tracker.paths.count { $0 == "/bad" } - before))
    job.end()
  }

  /// A new start is when the job sees the system's clock: an hour forward makes all waits due at once, an hour back lets
  /// what was in flight or waiting wait for the old time.
  @Test(arguments: [3_600, -3_600] as [Int64]) func aClockThatJumpsNeitherFloodsNorStalls(jump: Int64) throws {
    let tracker = try Tracker("503 Away", milliseconds: 5)
    try bench.forward(tracker.url("/{click_id}/{status}"))
    for click in 0..<100 { try bench.receive("c\(click)", "hold", "sale") }
    let first = try bench.job()
    for seconds: Int64 in [6, 40, 140] {
      try first.runToRest()
      bench.pass(seconds)
    }
    first.end()
    let before = tracker.paths.count
    bench.pass(jump)
    let second = try bench.job()
    try second.runToRest()
    #expect(tracker.paths.count - before <= 20, "\(tracker.paths.count - before) calls to a host that is away")
    tracker.answers("200 OK")
    let calls = tracker.paths.count
    bench.pass(30)
    try second.runToRest()
    bench.pass(30)
    try second.runToRest()
    let told = tracker.paths.dropFirst(calls)
    #expect(try delivered() == 200)
    #expect(told.count == 200 && Set(told).count == 200)
    for click in 0..<100 {
      #expect(told.filter { $0.hasPrefix("/c\(click)/") } == ["/c\(click)/pending", "/c\(click)/approved"])
    }
    second.end()
  }

  /// What ends soon is settled, and the stop takes no longer than that.
  @Test func aStopSettlesWhatIsInFlight() throws {
    let tracker = try Tracker(milliseconds: 200)
    try bench.forward(tracker.url("/{click_id}"))
    for click in 0..<40 { try bench.receive("c\(click)", "sale") }
    let first = try bench.job(patience: .seconds(120))
    _ = try first.run()
    let start = ContinuousClock.now
    first.end()
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(try tracker.paths.count > 0 && delivered() == tracker.paths.count)
    let second = try bench.job()
    try second.runToRest()
    #expect(try delivered() == 40 && tracker.paths.count == 40 && Set(tracker.paths).count == 40)
    second.end()
  }

  /// What hangs is not waited for long, and is sent once its lease ends.
  @Test func aStopDoesNotWaitForWhoHangs() throws {
    let hanging = try Receiver { $0.hang() }
    let forward = try bench.forward(hanging.url("/{click_id}"))
    for click in 0..<10 { try bench.receive("c\(click)", "sale") }
    let first = try bench.job(whole: 120_000)
    #expect(try first.run { hanging.connections > 0 })
    let start = ContinuousClock.now
    first.end()
    #expect(ContinuousClock.now - start < .seconds(60))
    let tracker = try Tracker()
    _ = try bench.store.updateForward(forward.id, of: bench.account.id) { $0.url = tracker.url("/{click_id}") }
    let second = try bench.job()
    bench.pass(LeasedDelivery.leaseSeconds)
    try second.runToRest()
    #expect(try delivered() == 10 && Set(tracker.paths).count == 10 && tracker.paths.count == 10)
    second.end()
  }
}
