import Domain
import Jobs
import Outbound
import Storage
import Testing

/// When a host counts as failing.
@Suite struct HostAlertTests {
  private let bench: Workbench
  private let job: AlertJob
  init() throws {
    let bench = try Workbench()
    self.bench = bench
    job = AlertJob(store: bench.store, sender: AlertSender(), opening: { _ in nil }, now: { bench.now })
    bench.pass(AlertJob.patience)
  }

  /// Leases what waits, and ends each attempt so.
  private func attempt(_ forward: Forward, _ verdict: DeliveryOutcome.Verdict, status: Int) throws {
    let leased = try bench.store.exchangeDeliveries(
      settling: [], leasing: [LeaseRequest(forward: forward.id, count: 10)], at: bench.now)
    let attempt = DeliveryAttempt(at: bench.now, status: status, milliseconds: 1, failure: nil, answer: "")
    _ = try bench.store.exchangeDeliveries(
      settling: leased.map { DeliveryOutcome(id: $0.delivery.id, verdict: verdict, attempt: attempt) }, leasing: [],
      at: bench.now)
    #expect(!leased.isEmpty)
  }

  private func fail(_ forward: Forward) throws { try attempt(forward, .retry(at: bench.now + 30), status: 503) }
  private func deliver(_ forward: Forward) throws { try attempt(forward, .delivered, status: 200) }

  private func isFailing() throws -> Bool {
    _ = try job.run()
    return try bench.store.alerts(of: bench.account.id).contains {
      $0.cause.code == .hostFailing && $0.resolvedAt == nil
    }
  }

  @Test func aHostThatTakesFromOneForwardDoesNotFail() throws {
    let (bad, good) = (try bench.forward("https://t.example/a"), try bench.forward("https://t.example/b"))
    try bench.receive("c", "sale")
    for _ in 0..<3 {
      try fail(bad)
      bench.pass(3_000)
    }
    try deliver(good)
    #expect(try !isFailing())
    bench.pass(3_601)
    #expect(try isFailing())
    try bench.receive("d", "sale")
    try deliver(good)
    #expect(try !isFailing())
  }

  @Test func anotherAccountsDeliveriesSayNothing() throws {
    let other = try bench.another()
    let bad = try bench.forward("https://t.example/a")
    let good = try bench.forward("https://t.example/a", of: other)
    try bench.receive("c", "sale")
    try bench.receive("c", "sale", of: other)
    try fail(bad)
    bench.pass(4_000)
    try deliver(good)
    #expect(try isFailing())
  }

  @Test func oneFailureOfAnOldDeliveryIsNotAnHour() throws {
    let forward = try bench.forward("https://t.example/a")
    try bench.receive("c", "sale")
    try deliver(forward)
    for _ in 0..<2 {
      bench.pass(100_000)
      _ = try bench.store.replayDeliveries(.written(Workbench.start..<bench.now), of: bench.account.id)
      try fail(forward)
      #expect(try !isFailing())
      // Given up: nothing waits, and what fails next is another failure.
      bench.pass(60)
      try attempt(forward, .dead, status: 503)
      #expect(try !isFailing())
    }
    bench.pass(100_000)
    _ = try bench.store.replayDeliveries(.allDead(), of: bench.account.id)
    try fail(forward)
    bench.pass(3_599)
    #expect(try !isFailing())
    bench.pass(1)
    #expect(try isFailing())
  }

  @Test func aForwardThatWasChangedBeginsAnew() throws {
    let forward = try bench.forward("https://t.example/a")
    try bench.receive("c", "sale")
    try fail(forward)
    bench.pass(4_000)
    #expect(try isFailing())
    _ = try bench.store.updateForward(forward.id, of: bench.account.id) { $0.url = "https://u.example/a" }
    try fail(forward)
    #expect(try !isFailing())
    for isActive in [false, true] {
      bench.pass(4_000)
      _ = try bench.store.updateForward(forward.id, of: bench.account.id) { $0.isActive = isActive }
    }
    #expect(try !isFailing())
  }
}
