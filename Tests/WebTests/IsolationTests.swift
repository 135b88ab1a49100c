import Testing

/// Accounts never see each other's rows: PRODUCT.md §1.
@Suite struct IsolationTests {
  let bench: Workbench
  let own: TestAccount
  let other: TestAccount

  init() throws {
    bench = try Workbench()
    own = try bench.account()
    other = try bench.account()
    _ = other.decide(#""click_id":"c1","lead_id":"l1","form_data":{"email":"a@example.com"}"#, source: "theirs")
    _ = other.postback("click_id=c1&status=sale&payout=5")
  }

  @Test func `what another account has is 404`() {
    let ids = [
      "events/" + (other.get("/api/v1/events/recent")["events.0.event_id"] ?? "-"), "sources/theirs",
      "keys/" + (other.get("/api/v1/keys")["keys.0.id"] ?? "-"),
      "people/" + (other.get("/api/v1/people")["people.0.id"] ?? "-"),
    ]
    for id in ids {
      #expect(!id.hasSuffix("-"))
      for method in ["GET", "PATCH", "DELETE"] {
        let answer = own.send(method, "/api/v1/" + id, json: "{}")
        #expect(answer.status == 404 || answer.status == 405, "\(method) \(id)")
        if answer.status == 404 { #expect(answer.isProblem(404, "not_found")) }
      }
    }
    #expect(other.get("/api/v1/" + ids[0]).status == 200)
    #expect(other.get("/api/v1/" + ids[1])["active"] == "true")
    #expect(other.get("/api/v1/" + ids[2])["revoked_at"] == "null")
    #expect(other.get("/api/v1/people")["people"] == "1")
  }

  @Test func `lists and sums hold one's own only`() {
    #expect(own.get("/api/v1/events/recent")["events"] == "0")
    #expect(own.get("/api/v1/events?click_id=c1")["events"] == "0")
    #expect(own.get("/api/v1/sources")["sources"] == "0")
    #expect(own.get("/api/v1/keys")["keys"] == "3")
    #expect(own.get("/api/v1/people").all("people", "email") == [own.email.lowercased()])
    #expect(own.get("/api/v1/usage")["used"] == "0")
    #expect(own.get("/api/v1/stats?group_by=source")["rows"] == "0")
    #expect(own.get("/api/v1/stats")["total.revenue"] == "0")
  }

  @Test func `a click id, a lead id and a contact mean something within an account only`() {
    #expect(own.postback("click_id=c1&status=sale&payout=5")["result"] == "unmatched")
    let lead = own.decide(#""lead_id":"l1","form_data":{"email":"a@example.com"}"#)
    #expect(lead["duplicate"] == "false")
    #expect(lead["usage.used"] == "1")
    let (mine, theirs) = (own.get("/api/v1/events/recent"), other.get("/api/v1/events/recent"))
    #expect(mine["events.0.references.email"] != theirs["events.0.references.email"])
    #expect(theirs["events.0.revenue"] == "5")
  }

  @Test func `a setting changes one account`() {
    #expect(own.send("PATCH", "/api/v1/account", json: #"{"currency":"EUR"}"#).status == 200)
    #expect(other.get("/api/v1/account")["currency"] == "USD")
  }

  @Test func `a name may be used by both`() {
    #expect(own.send("POST", "/api/v1/sources", json: #"{"slug":"theirs"}"#).status == 201)
  }
}
