import Domain
import Foundation
import Jobs
import Outbound
import Storage
import TestReceiver
import Testing

/// Hosts that answer some calls and not others, and what becomes of what waited for them.
@Suite(.serialized) struct ComebackTests {
  private let bench: Workbench
  init() throws { bench = try Workbench() }

  private func delivered() throws -> Int { try bench.deliveries().count { $0.hasPrefix("delivered") } }

  /// Until a delivery has failed so often that it waits for an hour.
  private func runUntilOneWaitsLong(_ job: ForwardingJob) throws {
    for _ in 0..<300 {
      try job.runToRest()
      bench.pass(30)
      if try bench.deliveries().contains("due 5") { return }
    }
    Issue.record("\(try bench.deliveries())")
  }

  /// Now, and once those are due that were so soon that they are not brought forward.
  private func runToRestTwice(_ job: ForwardingJob) throws {
    try job.runToRest()
    bench.pass(LeasedDelivery.leaseSeconds)
    try job.runToRest()
  }

  /// A host that answers is back, whatever it says to the first call.
  @Test(arguments: ["302 Found", "404 Not Found", "500 Broken"])
  func aHostIsBackOnceItAnswers(first: String) throws {
    let tracker = try Tracker()
    try bench.forward(tracker.url("/{click_id}"))
    try bench.receive("before", "sale")
    let job = try bench.job()
    try job.runToRest()
    tracker.answers("503 Away")
    for click in 0..<20 { try bench.receive("c\(click)", "sale") }
    try runUntilOneWaitsLong(job)
    tracker.answersOnce(first)
    tracker.answers("200 OK")
    try runToRestTwice(job)
    // All but the one that got the answer, if that waits long.
    #expect(try delivered() >= 20)
    job.end()
  }

  /// One host, two accounts with a path each.
  @Test func whatOneAccountsPathDoesThrottlesNobodyElse() throws {
    let tracker = try Tracker("200 OK")
    tracker.answers("503 Away", to: "/dead")
    let other = try bench.another()
    try bench.forward(tracker.url("/dead"))
    try bench.forward(tracker.url("/alive/{click_id}"), of: other)
    for click in 0..<20 { try bench.receive("c\(click)", "sale") }
    let job = try bench.job()
    try job.runToRest()
    for click in 0..<20 { try bench.receive("d\(click)", "sale", of: other) }
    try job.runToRest()
    #expect(try delivered() == 20)
    #expect(tracker.paths.count { $0 == "/dead" } <= 10)
    job.end()
  }

  @Test func aPathThatHangsHoldsNobodyElsesSeats() throws {
    let tracker = try Receiver { connection in
      while let line = connection.request() {
        guard !line.contains("/hang") else { return connection.hang() }
        guard connection.send(answer("200 OK")) else { return }
      }
    }
    let other = try bench.another()
    try bench.forward(tracker.url("/hang"))
    try bench.forward(tracker.url("/alive/{click_id}"), of: other)
    for click in 0..<50 { try bench.receive("c\(click)", "sale") }
    let job = try bench.job(whole: 120_000)
    #expect(try job.run { tracker.requests >= 4 })
    for click in 0..<20 { try bench.receive("d\(click)", "sale", of: other) }
    #expect(try job.run { try delivered() == 20 })
    job.end()
  }

  /// A tracker that answers 500 to click ids which it does not know is there all the same.
  @Test func deliveriesThatATrackerChokesOnDoNotMakeItAway() throws {
    let tracker = try Tracker("200 OK")
    for click in 0..<10 { tracker.answers("500 Broken", to: "/bad\(click)") }
    try bench.forward(tracker.url("/{click_id}"))
    for click in 0..<10 { try bench.receive("bad\(click)", "sale") }
    let job = try bench.job()
    try job.runToRest()
    for click in 0..<50 { try bench.receive("c\(click)", "sale") }
    try job.runToRest()
    #expect(try delivered() == 50)
    #expect(try bench.deliveries().prefix(10).allSatisfy { $0 == "due 1" })
    job.end()
  }

  /// What was to be sent while nobody could write is sent then.
  @Test func whatCouldNotBeLeasedWhenItsHostCameBackIsSentThen() throws {
    let tracker = try Tracker("503 Away")
    try bench.forward(tracker.url("/{click_id}"))
    for click in 0..<8 { try bench.receive("c\(click)", "sale") }
    let job = try bench.job()
    try runUntilOneWaitsLong(job)
    let before = tracker.paths.count
    tracker.answers("200 OK")
    while tracker.paths.count == before {
      _ = try job.run()
      pause(50)
      bench.pass(1)
    }
    pause(200)
    try bench.whileLocked { #expect(throws: Failure.unavailable) { _ = try job.run() } }
    try runToRestTwice(job)
    #expect(try delivered() == 8)
    job.end()
  }

  /// Whichever delivery it is that the host cannot take, the others show whether it is back.
  @Test func probesGoFromOneDeliveryToTheNext() throws {
    let tracker = try Tracker("503 Away")
    try bench.forward(tracker.url("/{click_id}"))
    for click in 0..<10 { try bench.receive("c\(click)", "sale") }
    let job = try bench.job()
    try runUntilOneWaitsLong(job)
    let before = tracker.paths.count
    // Those at their fourth attempt come due within the first 25 rounds, and take a round each; then all wait for an hour,
    // and only probes are left.
    for _ in 0..<45 {
      bench.pass(26)
      try job.runToRest()
    }
    let probes = tracker.paths.dropFirst(before)
    #expect((35...55).contains(probes.count) && Set(probes).count == 10, "\(probes)")
    job.end()
  }

  /// What nobody sets says when; what people read is the time of their clocks.
  @Test(arguments: [86_400, -86_400] as [Int64]) func whatIsLoggedHasTheSystemsTime(ahead: Int64) throws {
    let tracker = try Tracker("404 Not Found")
    tracker.answers("200 OK", to: "/good")
    try bench.forward(tracker.url("/{click_id}"))
    for click in ["good", "bad"] { try bench.receive(click, "sale") }
    let job = try bench.job(ahead: ahead)
    try job.runToRest()
    let system = (bench.now + ahead).microseconds
    #expect(try bench.integers("SELECT DISTINCT at FROM delivery_attempt") == [system])
    #expect(try bench.integers("SELECT settled_at FROM delivery WHERE state = 'delivered'") == [system])
    #expect(try bench.integers("SELECT delivered_at FROM forward_tally") == [system])
    let due = try bench.integers("SELECT due_at FROM delivery WHERE state = 'due'")
    #expect(due.map { abs($0 - bench.now.microseconds) < 10_000_000 } == [true])
    job.end()
  }

  /// Each call to a host that is away shows in the log and in how its forward does, and costs nothing.
  @Test func probesAreLogged() throws {
    let tracker = try Tracker("503 Away")
    try bench.forward(tracker.url("/{click_id}"))
    try bench.receive("C", "sale")
    let job = try bench.job()
    try runUntilOneWaitsLong(job)
    for _ in 0..<3 {
      bench.pass(26)
      try job.runToRest()
      let now = bench.now.microseconds
      #expect(try bench.integers("SELECT count(*) FROM delivery_attempt") == [6])
      #expect(try bench.integers("SELECT at FROM delivery_attempt WHERE NOT counted") == [now])
      #expect(try bench.integers("SELECT failed_at FROM forward_tally") == [now])
    }
    #expect(try bench.deliveries() == ["due 5"])
    job.end()
  }

  /// This server's own want of descriptors or memory is nobody's fault.
  @Test func whatThisServerCouldNotSendCostsNoAttempt() throws {
    let forward = try bench.forward("https://t.example/{click_id}")
    try bench.receive("C", "sale")
    let leased = try #require(
      try bench.store.exchangeDeliveries(
        settling: [], leasing: [LeaseRequest(forward: forward.id, count: 1)], at: bench.now
      ).first)
    let result = CallResult(id: 1, failure: .local)
    let outcome = DeliveryOutcome(of: leased, result, isEarly: false, at: bench.now, clock: bench.now)
    #expect(outcome.verdict == .back(dueAt: bench.now + 5) && result.ending == .unmade)
    #expect(CallResult(id: 1, failure: .badURL).ending == .unmade)
    #expect(CallResult(id: 1, failure: .connectionRefused).ending == .failed)
    _ = try bench.store.exchangeDeliveries(settling: [outcome], leasing: [], at: bench.now)
    #expect(try bench.deliveries() == ["due 0"])
  }
}
