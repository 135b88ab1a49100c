import Foundation
import JSON
import TestReceiver
import Testing

extension EndToEnd.Handover {
  /// A lead reaches its partner, and the partner's word comes back.
  @Suite struct HandoverTests {
    @Test func theWholeStory() throws {
      let desk = try Desk()
      let sayer = try Recorder(answering: answer("200 OK", body: #"{"ok":false}"#))
      let taker = try Recorder(
        answering: answer("200 OK", body: #"{"ok":true,"id":"L7","to":"https://pp.example/thanks?t=1"}"#))
      try desk.makePartner("says-no", sayer.url("/leads"), priority: 1, [.init("caps", ["total": 1])])
      try desk.makePartner("gone", "http://127.0.0.1:\(try Site.freePort())/", priority: 2)
      try desk.makePartner("takes", taker.url("/leads"), priority: 3, [.init("payout", 30)])
      try desk.makePartner("elsewhere", taker.url("/never"), priority: 1, [.init("filters", ["countries": ["DE"]])])

      let decided = desk.decide([
        "source": "tiktok_us", "click_id": "story-1", "country": "US",
        "form_data": ["name": "Jo Canary", "email": "jo.canary@example.com", "phone": "(212) 555-0123"],
      ])
      #expect(decided.status == 200 && decided["route.delivery"]?.string == "accepted", "\(decided.text)")
      #expect(decided["route.partner"]?.string == "takes" && decided["route.partner_lead_id"]?.string == "L7")
      #expect(decided["route.redirect_url"]?.string == "https://pp.example/thanks?t=1")
      let sent = #"{"mail":"jo.canary@example.com","phone":"+12125550123","name":"Jo Canary","click":"story-1"}"#
      #expect(sayer.requests.map(\.text) == [sent] && taker.requests.map(\.text) == [sent])
      #expect(taker.requests.first?.target == "/leads")

      let key = try postbackKey(of: "takes", desk)
      let word = desk.client.get("/api/postback?api_key=\(key)&click_id=story-1&status=sale&payout=12.50&txid=t1")
      #expect(word["result"]?.string == "applied" && word["event_id"]?.string == decided["event_id"]?.string)
      #expect(word["warnings"]?.elements.isEmpty == true, "\(word.text)")
      try checkStory(of: decided, desk)
      checkStats(desk, revenue: 12.5, leads: 1)
    }

    @Test func whatTheMessageDoesNotSayIsExpectedOfThePartner() throws {
      let desk = try Desk()
      let taker = try Recorder(answering: answer("200 OK", body: #"{"ok":true}"#))
      try desk.makePartner("takes", taker.url(), [.init("payout", 30)])
      try desk.makePartner("other", taker.url(), priority: 2)
      let decided = desk.decide(["source": "a", "click_id": "expected", "form_data": Desk.contact()])
      #expect(decided["route.partner"]?.string == "takes", "\(decided.text)")
      let other = try postbackKey(of: "other", desk)
      let word = desk.client.get("/api/postback?api_key=\(other)&click_id=expected&status=sale")
      #expect(
        word["result"]?.string == "applied" && word.texts("warnings", "code") == ["other_partner"], "\(word.text)")
      checkStats(desk, revenue: 30, leads: 1)
    }

    /// Places are few and clients many, all at one moment.
    @Test func aCapIsNeverExceeded() throws {
      let desk = try Desk()
      let taker = try Recorder(answering: answer("200 OK", body: #"{"ok":true}"#))
      try desk.makePartner("ten", taker.url(), [.init("caps", ["total": 10])])
      let (site, key) = (desk.site, desk.account.keys.secret)
      let deliveries = atOnce(64) { number in
        let lead: JSONValue = ["source": "a", "click_id": .string("cap-\(number)"), "form_data": Desk.contact()]
        return site.client().post("/api/v1/decision", lead, key: key)["route.delivery"]?.string ?? "no answer"
      }
      #expect(deliveries.count { $0 == "accepted" } == 10 && deliveries.count { $0 == "none" } == 54, "\(deliveries)")
      #expect(taker.requests.count == 10)
      #expect(desk.get("/api/v1/partners/ten")["caps_used.total"]?.integer == 10)
      #expect(desk.get("/api/v1/stats?group_by=partner")["total.delivered"]?.integer == 10)
    }

    /// The partner may have got it, so nobody else does, and its place stays taken.
    @Test func aCrashInTheMiddleOfADeliveryEndsAsUnknown() throws {
      let desk = try Desk()
      let silent = try HangingPartner()
      let other = try Recorder(answering: answer("200 OK", body: #"{"ok":true}"#))
      try desk.makePartner("silent", silent.url(), priority: 1, [.init("caps", ["total": 5])])
      try desk.makePartner("other", other.url(), priority: 2)
      let lead = Call.post(
        "/api/v1/decision",
        ["source": "a", "click_id": "crash", "lead_id": "crash", "form_data": Desk.contact()],
        key: desk.account.keys.secret)
      let site = desk.site
      let caller = Crowd(1) { _ in site.client().send(lead).status }
      try #require(Stopwatch.waits(seconds: 10) { silent.waiting == 1 })
      #expect(desk.event(ofClick: "crash")["route.delivery"]?.string == "open", "on disk before its first byte")
      try site.killResponder()
      #expect(caller.results() == [502])

      let event = desk.event(ofClick: "crash")
      #expect(
        event["route.delivery"]?.string == "unknown" && event["route.partner"]?.string == "silent", "\(event.text)")
      #expect(event.texts("attempts", "outcome") == ["unknown"] && event.texts("attempts", "cause") == ["crash"])
      #expect(event.texts("timeline", "what") == ["decision", "attempt"])
      #expect(desk.get("/api/v1/partners/silent")["caps_used.total"]?.integer == 1)
      let again = desk.client.send(lead)
      #expect(again["route.delivery"]?.string == "unknown" && again["usage.used"]?.integer == 1, "\(again.text)")
      #expect(silent.requests.count == 1 && other.requests.isEmpty)
    }

    private func postbackKey(of partner: String, _ desk: Desk) throws -> String {
      let made = desk.client.post(
        "/api/v1/keys", ["kind": "postback", "partner": .string(partner)], key: desk.account.keys.secret)
      return try #require(made["key"]?.string, "\(made.text)")
    }

    private func checkStory(of decided: Answer, _ desk: Desk) throws {
      let event = desk.event(of: decided)
      #expect(event.texts("attempts", "partner") == ["says-no", "gone", "takes"], "\(event.text)")
      #expect(event.texts("attempts", "outcome") == ["declined", "not_sent", "accepted"])
      #expect(event.texts("attempts", "cause") == ["refused_body", "connection_refused", "took_it"])
      #expect(event["attempts.2.status"]?.integer == 200 && event["attempts.2.milliseconds"]?.integer != nil)
      #expect(event["route.partner"]?.string == "takes" && event["route.partner_lead_id"]?.string == "L7")
      let considered = event["route.considered"]?.elements ?? []
      let eligible = considered.filter { $0["eligible"]?.bool == true }.compactMap { $0["partner"]?.string }
      #expect(Set(eligible) == ["says-no", "gone", "takes"])
      let passed = considered.filter { $0["eligible"]?.bool == false }
      #expect(
        passed.map { $0["partner"]?.string } == ["elsewhere"] && passed.map { $0["reason"]?.string } == ["country"])
      #expect(event.texts("timeline", "what") == ["decision", "attempt", "attempt", "attempt", "postback"])
      #expect(event["timeline"]?.elements.allSatisfy { $0["cause"]?.string?.isEmpty == false } == true)
      #expect(event["status"]?.string == "approved" && event["revenue"]?.double == 12.5)
      #expect(event.texts("conversions", "txid") == ["t1"] && event.texts("postbacks", "result") == ["applied"])
      #expect(!event.text.contains("thanks"), "a redirect is answered, never stored")
      #expect(desk.get("/api/v1/partners/says-no")["caps_used.total"]?.integer == 0, "given back")
    }

    private func checkStats(_ desk: Desk, revenue: Double, leads: Int64) {
      let stats = desk.get("/api/v1/stats?group_by=partner")
      #expect(stats.texts("rows", "key") == ["takes"], "\(stats.text)")
      for row in ["rows.0", "total"] {
        #expect(stats[row + ".leads"]?.integer == leads && stats[row + ".delivered"]?.integer == leads)
        #expect(stats[row + ".approved"]?.integer == 1 && stats[row + ".revenue"]?.double == revenue)
      }
    }
  }
}
