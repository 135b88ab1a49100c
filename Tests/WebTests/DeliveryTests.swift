import Domain
import Foundation
import GRDB
import Storage
import Testing

/// What trackers were told: its log, forwards' health, replays, and ready templates.
@Suite struct DeliveryTests {
  let bench: Workbench
  let account: TestAccount
  let forward: String

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    account.makeSource("s1")
    forward = account.makeForward()["id"] ?? ""
  }

  /// Leases what is due and settles it, as an attempt that the tracker answered so.
  private func send(_ status: Int?, failure: String? = nil, _ verdict: DeliveryOutcome.Verdict) throws {
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

  private func receive(_ click: String, _ words: String...) {
    #expect(account.decide(#""click_id":"\#(click)""#).status == 200)
    for word in words { #expect(account.postback("click_id=\(click)&status=\(word)&payout=5").status == 200) }
  }

  private func log(_ query: String = "") -> Answer { account.get("/api/v1/forwards/\(forward)/deliveries\(query)") }
  private func replay(_ json: String) -> Answer { account.send("POST", "/api/v1/forwards/replay", json: json) }

  @Test func `the log tells every attempt`() throws {
    receive("A", "sale")
    #expect(log()["deliveries.0.state"] == "due" && log()["deliveries.0.attempts"] == "0")
    try send(nil, failure: "connection_refused", .retry(at: bench.clock.now))
    try send(404, .dead)
    let answer = log()
    let expected = [
      "state": "dead", "click_id": "A", "status": "approved", "attempts": "2", "attempts.0.status": "null",
      "attempts.0.error": "the host refused the connection", "attempts.1.status": "404",
      "attempts.1.error": "the tracker answered 404", "attempts.1.answer": "said", "attempts.1.milliseconds": "12",
    ]
    for (name, value) in expected { #expect(answer["deliveries.0.\(name)"] == value, "\(name): \(answer.text)") }
  }

  @Test func `the log has pages and states`() throws {
    for click in ["A", "B", "C"] { receive(click, "sale") }
    try send(200, .delivered)
    receive("D", "sale")
    let first = log("?limit=3")
    #expect(first.all("deliveries", "click_id") == ["D", "C", "B"])
    #expect(log("?limit=3&before=\(first["next"] ?? "")").all("deliveries", "click_id") == ["A"])
    #expect(log("?state=due").all("deliveries", "click_id") == ["D"])
    #expect(log("?state=odd").status == 422 && log("?before=x").status == 422 && log("?limit=0").status == 422)
    let other = try bench.account()
    #expect(other.get("/api/v1/forwards/\(forward)/deliveries").status == 404)
  }

  @Test func `a replay sends the state of now`() throws {
    receive("A", "hold")
    try send(404, .dead)
    #expect(account.postback("click_id=A&status=sale&payout=7").status == 200)
    try send(200, .delivered)
    let forward = account.get("/api/v1/forwards")["forwards.0.id"] ?? ""
    #expect(
      account.send("POST", "/api/v1/forwards/replay?dry_run=1", json: #"{"all_dead":true}"#)["replayed"] == "1")
    #expect(replay(#"{"all_dead":true,"forward":"fwd_1m833g8fd0000"}"#)["replayed"] == "0")
    #expect(replay(#"{"all_dead":true,"forward":"\#(forward)"}"#)["replayed"] == "1")
    #expect(replay(#"{"all_dead":true}"#)["replayed"] == "0")
    let due = log("?state=due")
    #expect(due["deliveries.0.status"] == "approved" && due["deliveries.0.payout"] == "7", "\(due.text)")
    #expect(due["deliveries.0.attempts"] == "1")
    try send(200, .delivered)
    let health = account.get("/api/v1/forwards/health")
    #expect(health["forwards.0.delivered"] == "2" && health["forwards.0.dead"] == "0")
  }

  @Test func `replays of some, and of a time`() throws {
    for click in ["A", "B", "C"] { receive(click, "sale") }
    let ids = log().all("deliveries", "id").compactMap { $0 }
    // What waits anyway is not sent again.
    #expect(replay(#"{"ids":["\#(ids[0])"]}"#)["replayed"] == "0")
    try send(200, .delivered)
    #expect(replay(#"{"ids":["\#(ids[0])","\#(ids[1])"]}"#)["replayed"] == "2")
    #expect(replay(#"{"from":"2020-01-01","to":"2020-02-01"}"#)["replayed"] == "0")
    #expect(replay(#"{"from":"2026-11-22","to":"2026-11-22"}"#)["replayed"] == "1")
    let other = try bench.account()
    try send(200, .delivered)
    #expect(other.send("POST", "/api/v1/forwards/replay", json: #"{"ids":["\#(ids[0])"]}"#)["replayed"] == "0")
  }

  /// More than one call looks at, most of which wait anyway.
  @Test func `a replay goes on where the last one ended`() throws {
    receive("A", "sale")
    try send(200, .delivered)
    receive("B", "sale")
    let database = try DatabaseQueue(path: bench.folder.appendingPathComponent("backnova.db").path)
    try database.write { db in
      let columns = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('delivery') WHERE name <> 'id'")
        .joined(separator: ", ")
      try db.execute(
        sql: """
          WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 5100)
          INSERT INTO delivery (id, \(columns)) SELECT id + n, \(columns)
            FROM (SELECT * FROM delivery ORDER BY id DESC LIMIT 1), up;
          UPDATE delivery SET state = 'delivered', settled_at = 1 WHERE id = (SELECT max(id) FROM delivery)
          """)
    }
    let days = #""from":"2026-11-22","to":"2026-11-22""#
    let first = replay("{\(days)}")
    #expect(first.keys() == ["dropped", "next", "replayed"] && first["replayed"] == "1", "\(first)")
    let next = try #require(first["next"])
    let second = replay(#"{\#(days),"after":"\#(next)"}"#)
    #expect(second["replayed"] == "1" && second["next"] == "null", "\(second)")
    #expect(replay(#"{\#(days),"after":"x"}"#).fields == ["after"])
  }

  @Test func `a lead's story tells whether its trackers know`() throws {
    receive("A", "hold", "sale")
    func texts() -> [String] { account.event("A").all("timeline", "text").filter { $0.hasPrefix("Forward") } }
    #expect(texts() == ["Forward keitaro: pending, worth 5: waits.", "Forward keitaro: approved, worth 5: waits."])
    try send(200, .delivered)
    try send(404, .dead)
    #expect(
      texts() == ["Forward keitaro: pending, worth 5: delivered.", "Forward keitaro: approved, worth 5: given up."])
    let event = account.event("A")
    #expect(event.all("forwards", "state") == ["delivered", "dead"])
    #expect(event.all("forwards", "forward_name") == ["keitaro", "keitaro"])
    #expect(event["forwards.0.settled_at"] == "2026-11-22T12:00:00.000Z")
  }

  @Test(
    arguments: [
      "{}", #"{"ids":["x"]}"#, #"{"ids":[],"all_dead":true}"#, #"{"from":"2026-11-22"}"#,
      #"{"from":"2026-11-23","to":"2026-11-22"}"#, #"{"all_dead":false}"#, #"{"all_dead":true,"forward":"x"}"#,
      #"{"ids":[],"forward":"fwd_1m833g8fd0000"}"#,
    ]) func `a replay must say of what`(body: String)
  {
    #expect(replay(body).status == 422)
  }

  @Test func `ready templates are listed`() {
    let answer = account.get("/api/v1/forwards/templates")
    #expect(answer.all("templates", "slug").count == TrackerTemplate.all.count)
    #expect(answer["templates.0.status_map.approved"] == "sale")
  }
}
