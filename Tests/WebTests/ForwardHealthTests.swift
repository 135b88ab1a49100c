import Domain
import Storage
import Testing

/// How forwards do: one by one, by host, and as Prometheus reads it.
@Suite struct ForwardHealthTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    account.makeSource("s1")
  }

  private func forward(_ url: String, of account: TestAccount? = nil) -> String {
    (account ?? self.account).send("POST", "/api/v1/forwards", json: #"{"name":"n","url":"\#(url)"}"#)["id"] ?? ""
  }

  /// Leases what is due and settles it, as an attempt that the tracker answered so.
  private func send(
    _ forward: String, _ status: Int?, failure: String? = nil, _ verdict: DeliveryOutcome.Verdict
  ) throws {
    let id = try #require(ForwardID(text: forward))
    let leased = try bench.store.exchangeDeliveries(
      settling: [], leasing: [LeaseRequest(forward: id, count: 10)], at: bench.clock.now)
    #expect(!leased.isEmpty)
    let attempt = DeliveryAttempt(
      at: bench.clock.now, status: status, milliseconds: 12, failure: failure, answer: "said")
    _ = try bench.store.exchangeDeliveries(
      settling: leased.map { DeliveryOutcome(id: $0.delivery.id, verdict: verdict, attempt: attempt) }, leasing: [],
      at: bench.clock.now)
  }

  private func receive(_ click: String) {
    #expect(account.decide(#""click_id":"\#(click)""#).status == 200)
    #expect(account.postback("click_id=\(click)&status=sale&payout=5").status == 200)
  }

  private func expect(_ answer: Answer, _ place: String, _ expected: [String: String]) {
    for (name, value) in expected { #expect(answer["\(place).\(name)"] == value, "\(name): \(answer.text)") }
  }

  @Test func `health says how a forward does`() throws {
    let forward = forward("https://tracker.example/p?subid={click_id}")
    receive("A")
    receive("B")
    try send(forward, 503, .retry(at: bench.clock.now))
    expect(
      account.get("/api/v1/forwards/health"), "forwards.0",
      [
        "id": forward, "host": "tracker.example", "due": "2", "more_due": "false", "delivered": "0", "dead": "0",
        "last_error": "the tracker answered 503", "last_delivered_at": "null",
      ])
    try send(forward, 200, .delivered)
    let after = account.get("/api/v1/forwards/health")
    #expect(after["forwards.0.due"] == "0" && after["forwards.0.delivered"] == "2")
    #expect(after["forwards.0.oldest_due_at"] == "null" && after["forwards.0.last_delivered_at"] != "null")
  }

  @Test func `health is summed by host`() throws {
    let one = forward("https://Tracker.Example/one?c={click_id}&token=zqtoken")
    let two = forward("https://tracker.example:8443/two?c={click_id}")
    let three = forward("https://tracker.example?c={click_id}")
    receive("A")
    try send(one, 200, .delivered)
    bench.clock.advance(seconds: 1)
    try send(three, nil, failure: "connection_refused", .retry(at: bench.clock.now))
    try send(two, 404, .dead)
    receive("B")
    let answer = account.get("/api/v1/forwards/health")
    #expect(answer.all("hosts", "host") == ["tracker.example", "tracker.example:8443"])
    expect(
      answer, "hosts.0",
      [
        "forwards": "2", "due": "3", "more_due": "false", "delivered": "1", "dead": "0",
        "last_error": "the host refused the connection", "oldest_due_at": answer["forwards.2.oldest_due_at"] ?? "",
        "last_failed_at": answer["forwards.2.last_failed_at"] ?? "",
        "last_delivered_at": answer["forwards.0.last_delivered_at"] ?? "",
      ])
    expect(
      answer, "hosts.1",
      ["forwards": "1", "due": "1", "dead": "1", "last_error": "the tracker answered 404", "last_delivered_at": "null"])
    #expect(!answer.text.contains("zqtoken"))
    #expect(try bench.account().get("/api/v1/forwards/health").all("hosts", "host").isEmpty)
  }

  @Test func `metrics tell the same by host, and nothing else of a URL`() throws {
    let one = forward("https://tracker.example/zqpath?c={click_id}&token=zqtoken")
    receive("A")
    try send(one, 200, .delivered)
    bench.clock.advance(seconds: 1)
    let two = forward("https://other.example/zqpath?c={click_id}")
    receive("B")
    bench.clock.advance(seconds: 90)
    try send(two, 503, .retry(at: bench.clock.now + 5))
    let text = bench.get("/metrics").text
    for line in [
      "backnova_forwards_due 2", "backnova_forwards_delivered 1", "backnova_forwards_dead 0",
      #"backnova_host_forwards{host="tracker.example",state="due"} 1"#,
      #"backnova_host_forwards{host="tracker.example",state="delivered"} 1"#,
      #"backnova_host_forwards{host="other.example",state="dead"} 0"#,
      #"backnova_host_oldest_due_seconds{host="other.example"} 90"#,
      #"backnova_host_failing{host="other.example",error="status_5xx"} 1"#,
      #"backnova_host_failing{host="tracker.example",error="none"} 0"#,
    ] { #expect(text.contains(line + "\n"), "\(line)\n\(text)") }
    #expect(!text.contains("zq"))
    #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("# ") || $0.hasPrefix("backnova_") })
    bench.clock.advance(seconds: 5)
    try send(two, 200, .delivered)
    #expect(bench.get("/metrics").text.contains(#"backnova_host_failing{host="other.example",error="none"} 0"#))
  }

  /// However many trackers there are, so many labels at most: those with most to do keep their names.
  @Test func `metrics name a limited number of hosts`() throws {
    var accounts: [TestAccount] = []
    for number in 0..<80 {
      if number % 20 == 0 { accounts.append(try bench.account()) }
      _ = forward("https://t\(number).example/?c={click_id}", of: accounts[number / 20])
    }
    _ = forward("https://zz.example/?c={click_id}")
    receive("A")
    let text = bench.get("/metrics").text
    let hosts = Set(text.matches(of: /backnova_host_forwards\{host="([^"]*)"/).map { String($0.1) })
    #expect(hosts.count == 51 && hosts.contains("(other)") && hosts.contains("zz.example"), "\(hosts.count)")
    #expect(text.contains("backnova_forwards_due 1\n"))
  }
}
