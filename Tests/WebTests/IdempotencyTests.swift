import Synchronization
import Testing

/// The same `lead_id` again: PRODUCT.md §3.
@Suite struct IdempotencyTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  @Test func `a repeat gets the first answer and counts nothing`() {
    let first = account.decide(#""lead_id":"k1","click_id":"c1","time_on_site":40"#)
    bench.clock.advance(seconds: 5)
    let again = account.decide(#""lead_id":"k1","click_id":"other","time_on_site":1"#)
    #expect(first.status == 200 && first.text == again.text)
    #expect(account.decide(#""lead_id":"k2""#)["usage.used"] == "2")
    #expect(account.get("/api/v1/events/recent")["events"] == "2")
    #expect(account.get("/api/v1/stats")["total.leads"] == "2")
  }

  @Test func `body and header mean the same and may not differ`() {
    let first = account.decide("", headers: ["idempotency-key": "k1"])
    #expect(account.decide(#""lead_id":"k1""#).text == first.text)
    #expect(account.decide(#""lead_id":"k1""#, headers: ["idempotency-key": "k1"]).text == first.text)
    let differing = account.decide(#""lead_id":"k1""#, headers: ["idempotency-key": "k2"])
    #expect(differing.isProblem(422, "invalid_fields") && differing.fields == ["lead_id"])
    #expect(account.decide(#""lead_id":"k1""#, headers: ["idempotency-key": ""]).text == first.text)
    #expect(account.get("/api/v1/usage")["used"] == "1")
  }

  @Test func `it is remembered for 30 days`() {
    let first = account.decide(#""lead_id":"k1""#)["event_id"]
    bench.clock.advance(seconds: 30 * 86_400 - 1)
    #expect(account.decide(#""lead_id":"k1""#)["event_id"] == first)
    bench.clock.advance(seconds: 2)
    let second = account.decide(#""lead_id":"k1""#)["event_id"]
    #expect(second != first)
    #expect(account.decide(#""lead_id":"k1""#)["event_id"] == second)
  }

  @Test func `a browser's repeat gets its brief answer`() {
    account.makeSource()
    let first = account.decideInBrowser(#""lead_id":"k1""#)
    #expect(account.decideInBrowser(#""lead_id":"k1""#).text == first.text)
    #expect(account.decide(#""lead_id":"k1""#)["event_id"] == first["event_id"])
  }

  @Test func `many at once are one lead`() {
    let answers = Mutex<Set<String>>([])
    onThreads(32) { _ in
      let answer = account.decide(#""lead_id":"k1""#)
      answers.withLock { _ = $0.insert(answer.text) }
    }
    #expect(answers.withLock { $0.count } == 1)
    #expect(account.get("/api/v1/usage")["used"] == "1")
  }

  @Test func `leads that repeat without an id are counted each`() {
    #expect(account.decide()["event_id"] != account.decide()["event_id"])
    #expect(account.decide(#""lead_id":"""#)["usage.used"] == "3")
    #expect(account.decide(#""lead_id":"""#)["usage.used"] == "4")
  }

  @Test func `an id is a text of at most 200 bytes, kept as a hash`() throws {
    #expect(account.decide(#""lead_id":7"#).fields == ["lead_id"])
    #expect(account.decide(#""lead_id":"\#(String(repeating: "k", count: 201))""#).fields == ["lead_id"])
    #expect(account.decide("", headers: ["idempotency-key": String(repeating: "k", count: 201)]).status == 422)
    #expect(account.decide(#""lead_id":"zqleadkeymarker""#).status == 200)
    #expect(try !MarkerSearch(bench.storedBytes()).finds("zqleadkeymarker"))
  }
}
