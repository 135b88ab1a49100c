import Testing

/// Changing the account's time zone: PRODUCT.md §7.
@Suite struct TimezoneTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  private func change(to zone: String) -> Answer {
    account.send("PATCH", "/api/v1/account", json: #"{"timezone":"\#(zone)"}"#)
  }

  @Test func `a change is on its way, and then done`() throws {
    #expect(account.get("/api/v1/account")["timezone_change"] == "null")
    // Half past eleven in the evening UTC is tomorrow in Kyiv.
    bench.clock.advance(seconds: 11 * 3_600 + 1_800)
    _ = account.decide(#""click_id":"c1""#)
    _ = account.postback("click_id=c1&status=sale&payout=12.5")
    let begun = change(to: "Europe/Kyiv")
    #expect(begun.status == 200 && begun["timezone"] == "UTC")
    #expect(begun.keys("timezone_change") == ["progress", "started_at", "to"])
    #expect(begun["timezone_change.to"] == "Europe/Kyiv" && begun["timezone_change.progress"].flatMap(Double.init) == 0)
    #expect(begun["timezone_change.started_at"] == "2026-11-22T23:30:00.000Z")
    #expect(account.get("/api/v1/account").text == begun.text)
    #expect(account.get("/api/v1/stats")["rows.0.key"] == "2026-11-22")

    while try bench.store.rebuildRollups() {}
    let done = account.get("/api/v1/account")
    #expect(done["timezone"] == "Europe/Kyiv" && done["timezone_change"] == "null")
    let stats = account.get("/api/v1/stats")
    #expect(stats["timezone"] == "Europe/Kyiv" && stats["to"] == "2026-11-23")
    #expect(stats["rows.0.key"] == "2026-11-23" && stats["total.revenue"] == "12.5")
  }

  @Test func `the shown zone is no change, and ends one`() {
    #expect(change(to: "UTC")["timezone_change"] == "null")
    #expect(change(to: "Asia/Tokyo")["timezone_change.to"] == "Asia/Tokyo")
    #expect(change(to: "Europe/Kyiv")["timezone_change.to"] == "Europe/Kyiv")
    #expect(change(to: "UTC")["timezone_change"] == "null")
  }

  @Test(arguments: ["Mars/Base", "europe", "GMT+3", "Factory", "+03:00", "../UTC", "", "Europe/Kyiv\\u0007"])
  func `what is no zone is refused`(_ zone: String) {
    let answer = change(to: zone)
    if zone.isEmpty {
      #expect(answer.status == 200 && answer["timezone_change"] == "null", "empty counts as missing, as everywhere")
    } else {
      #expect(answer.isProblem(422, "invalid_fields") && answer.fields == ["timezone"])
    }
    #expect(account.get("/api/v1/account")["timezone_change"] == "null")
  }

  @Test func `a zone comes with other settings or not at all`() {
    let refused = account.send("PATCH", "/api/v1/account", json: #"{"timezone":"Asia/Tokyo","currency":"eur"}"#)
    #expect(refused.status == 422 && account.get("/api/v1/account")["timezone_change"] == "null")
    let both = account.send("PATCH", "/api/v1/account", json: #"{"timezone":"Asia/Tokyo","currency":"EUR"}"#)
    #expect(both["currency"] == "EUR" && both["timezone_change.to"] == "Asia/Tokyo")
  }
}
