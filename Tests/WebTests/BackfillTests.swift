import Testing

/// `POST /api/v1/forwards/{id}/backfill`.
@Suite struct BackfillTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    // Its days begin at 15:00 UTC of the day before; it is 21:00 on 22 November.
    account = try bench.account(timezone: "Asia/Tokyo")
    account.makeSource("s1")
    for click in ["A", "B"] {
      _ = account.decide(#""click_id":"\#(click)""#)
      #expect(account.postback("click_id=\(click)&status=sale&payout=5").status == 200)
    }
  }

  private func backfill(_ id: String, _ json: String, _ query: String = "") -> Answer {
    account.send("POST", "/api/v1/forwards/\(id)/backfill\(query)", json: json)
  }

  private func due(_ id: String) -> [String] {
    account.get("/api/v1/forwards/\(id)/deliveries?state=due").all("deliveries", "click_id")
  }

  @Test func `a new tracker gets what there is, once`() {
    let id = account.makeForward()["id"] ?? ""
    let days = #"{"from":"2026-11-01","to":"2026-11-22"}"#
    let dry = backfill(id, days, "?dry_run=1")
    #expect(dry.status == 200 && dry.keys() == ["conversions", "forwards", "next", "skipped"])
    #expect(dry["conversions"] == "2" && dry["forwards"] == "2" && dry["skipped"] == "0" && dry["next"] == "null")
    #expect(due(id) == [])
    let done = backfill(id, days)
    #expect(done.text == dry.text && due(id) == ["B", "A"])
    let again = backfill(id, days)
    #expect(again["conversions"] == "2" && again["forwards"] == "0" && again["skipped"] == "2" && due(id).count == 2)
    #expect(backfill(id, #"{"from":"2026-11-01","to":"2026-11-22","after":"A"}"#)["conversions"] == "1")
  }

  @Test func `days are the account's`() {
    bench.clock.advance(seconds: 4 * 3_600)
    _ = account.decide(#""click_id":"C""#)
    #expect(account.postback("click_id=C&status=sale&payout=5").status == 200)
    let id = account.makeForward()["id"] ?? ""
    // By UTC it is still the 22nd.
    #expect(backfill(id, #"{"from":"2026-11-23","to":"2026-11-23"}"#)["forwards"] == "1" && due(id) == ["C"])
    #expect(backfill(id, #"{"from":"2026-11-22","to":"2026-11-22"}"#)["forwards"] == "2")
    let replay = account.send("POST", "/api/v1/forwards/replay", json: #"{"from":"2026-11-22","to":"2026-11-22"}"#)
    #expect(replay["replayed"] == "0")
  }

  @Test(
    arguments: [
      ("{}", "from"), (#"{"from":"2026-11-01"}"#, "to"), (#"{"to":"2026-11-01"}"#, "from"),
      (#"{"from":"2026-11-02","to":"2026-11-01"}"#, "from"), (#"{"from":"2026-11-02","to":"soon"}"#, "to"),
      (#"{"from":"2026-02-30","to":"2026-11-01"}"#, "from"), (#"{"from":1,"to":"2026-11-01"}"#, "from"),
      (#"{"from":"2026-11-01","to":""}"#, "to"), (#"{"from":"2026-11-01","to":"2026-11-01","after":7}"#, "after"),
    ]) func `what cannot be taken is named`(json: String, field: String)
  {
    let id = account.makeForward()["id"] ?? ""
    let answer = backfill(id, json)
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields == [field], "\(answer)")
  }

  @Test func `one that is off, another's or gone is refused`() throws {
    let days = #"{"from":"2026-11-01","to":"2026-11-22"}"#
    let id = account.makeForward(#""active":false"#)["id"] ?? ""
    #expect(backfill(id, days).isProblem(409, "forward_off"))
    let other = try bench.account()
    #expect(other.send("POST", "/api/v1/forwards/\(id)/backfill", json: days).isProblem(404, "not_found"))
    #expect(backfill("x", days).isProblem(404, "not_found"))
    #expect(account.send("DELETE", "/api/v1/forwards/\(id)").status == 204)
    #expect(backfill(id, days).isProblem(404, "not_found"))
    #expect(backfill(id, days, "?dry_run=maybe").fields == ["dry_run"])
    let asPartner = bench.send("POST", "/api/v1/forwards/\(id)/backfill", key: account.postback, json: days)
    #expect(asPartner.isProblem(403, "key_not_allowed"))
  }
}
