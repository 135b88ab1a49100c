import Testing

/// Usage and events: PRODUCT.md §2.
@Suite struct EventTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account(plan: .solo)
  }

  @Test func `usage`() throws {
    _ = account.decide()
    let usage = account.get("/api/v1/usage")
    #expect(usage.keys() == ["period", "plan", "remaining", "resets_at", "total_limit", "used"])
    #expect(usage["used"] == "1" && usage["total_limit"] == "25000" && usage["remaining"] == "24999")
    #expect(usage["plan"] == "solo" && usage["period"] == "2026-11")
    #expect(usage["resets_at"] == "2026-12-01T00:00:00.000Z")
    let unlimited = try bench.account().get("/api/v1/usage")
    #expect(unlimited["total_limit"] == "null" && unlimited["remaining"] == "null" && unlimited["plan"] == "unlimited")
  }

  @Test func `the newest come first, 50 at most`() {
    for number in 0..<53 { _ = account.decide(#""click_id":"c\#(number)""#) }
    let recent = account.get("/api/v1/events/recent")
    #expect(recent.keys() == ["events"])
    #expect(recent.all("events", "click_id") == (3..<53).reversed().map { "c\($0)" })
    #expect(account.get("/api/v1/events/recent?limit=2").all("events", "click_id") == ["c52", "c51"])
    let before = recent["events.49.event_id"] ?? ""
    #expect(account.get("/api/v1/events/recent?before=\(before)").all("events", "click_id") == ["c2", "c1", "c0"])
    #expect(account.get("/api/v1/events/recent?before=\(before)&limit=1").all("events", "click_id") == ["c2"])
  }

  @Test(arguments: ["limit=0", "limit=51", "limit=x", "limit=", "limit=-1", "before=x", "before=", "before=evt_1"])
  func `a bad range is 422`(query: String) {
    let answer = account.get("/api/v1/events/recent?\(query)")
    #expect(answer.isProblem(422, "invalid_fields"))
    #expect(answer.fields == [String(query.prefix { $0 != "=" })])
  }

  @Test func `leads are found by click id`() {
    for _ in 1...2 { _ = account.decide(#""click_id":"Zoë & co""#) }
    _ = account.decide(#""click_id":"other""#)
    let found = account.get("/api/v1/events?click_id=Zo%C3%AB+%26%20co")
    #expect(found["events"] == "2")
    #expect(account.get("/api/v1/events?click_id=none")["events"] == "0")
    #expect(account.get("/api/v1/events").isProblem(422, "invalid_fields"))
    #expect(account.get("/api/v1/events?click_id=%FF").status == 422)
  }

  @Test func `one lead's timeline`() {
    let lead = account.decide(
      #""click_id":"c1","landing_page":"p?sub=1","country":"US","signals":{"languages":["en-US"]},"form_data":{"email":"a@web.de"}"#
    )
    _ = account.postback("click_id=c1&status=hold&payout=3&txid=t1")
    bench.clock.advance(seconds: 60)
    _ = account.postback("click_id=c1&status=sale&payout=12.50&txid=t1&sub=x")
    let event = account.get("/api/v1/events/\(lead["event_id"] ?? "")")
    let promised = [
      "event_id", "click_id", "source", "received_at", "decision", "score", "approval_probability", "reasons", "status",
      "revenue", "held_revenue", "route", "attempts", "conversions", "postbacks", "forwards",
    ]
    #expect(Set(event.keys()).isSuperset(of: promised))
    #expect(event["event_id"] == lead["event_id"] && event["score"] == lead["score"])
    #expect(event["received_at"] == "2026-11-22T12:00:00.000Z")
    #expect(event["status"] == "approved" && event["revenue"] == "12.5" && event["held_revenue"] == "0")
    #expect(event["conversions"] == "1" && event["conversions.0.txid"] == "t1")
    #expect(event["conversions.0.changed_at"] == "2026-11-22T12:01:00.000Z")
    #expect(event.all("postbacks", "result") == ["applied", "applied"])
    #expect(event.all("postbacks", "received_at") == ["2026-11-22T12:00:00.000Z", "2026-11-22T12:01:00.000Z"])
    #expect(event["email_domain"] == "(rare)")
    #expect(event["attempts"] == "0" && event["forwards"] == "0" && event["route"] == "null")
  }

  @Test(arguments: [
    "evt_0000000000000", "evt_", "x", "evt_zzzzzzzzzzzzz", "EVT_0000000000000", "%00", "🦊", "evt_00000000000000",
  ])
  func `an event that is not there is 404`(id: String) {
    #expect(account.get("/api/v1/events/\(id)").isProblem(404, "not_found"))
  }

  @Test func `held revenue is what is pending`() {
    _ = account.decide(#""click_id":"c1""#)
    _ = account.postback("click_id=c1&status=hold&payout=3.25")
    let event = account.get("/api/v1/events/recent")
    #expect(event["events.0.held_revenue"] == "3.25" && event["events.0.revenue"] == "0")
    #expect(event["events.0.status"] == "pending")
  }
}
