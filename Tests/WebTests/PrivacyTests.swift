import Domain
import TestReceiver
import Testing

/// Looking up and erasing what is held on a person: PRODUCT.md §2.
@Suite struct PrivacyTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  private func lookUp(_ json: String) -> Answer { account.send("POST", "/api/v1/privacy/lookup", json: json) }
  private func erase(_ json: String) -> Answer { account.send("POST", "/api/v1/privacy/erase", json: json) }

  private static let emailHash = "48b4fbec321e8f5413f79ab519eec00a2d610641b5f23a290a0195a06076da41"
  private static let phoneHash = "53ed517fa8e01227bd3ebdc60c78b3f7a7f3a199decdf492af61584ed4ac608d"
  /// Each is the same person's.
  private static let emails = [
    #"{"email":"Jo.Canary+ads@Googlemail.com"}"#, #"{"email":" jocanary@gmail.com "}"#,
    #"{"email_sha256":"\#(emailHash)"}"#, #"{"email_sha256":"\#(emailHash.uppercased())"}"#,
  ]
  private static let phones = [
    #"{"phone":"(212) 555-0123","country":"us"}"#, #"{"phone":"+1 212 555 0123"}"#,
    #"{"phone_sha256":"\#(phoneHash)"}"#,
  ]

  private func come(_ more: String = "") -> Answer {
    account.decide(
      #""click_id":"c1","country":"US","time_on_site":45,"user_agent":"Mozilla/5.0 (X11) Chrome/130.0","ip":"203.0.113.7","#
        + #""lead_id":"l1","form_data":{"email":"jo.canary@gmail.com","phone":"212 555 0123","name":"Jo"}"# + more)
  }

  @Test(arguments: emails + phones) func `what is held is found, raw or hashed`(body: String) {
    let lead = come()
    _ = account.postback("click_id=c1&status=sale&payout=3")
    let answer = lookUp(body)
    #expect(answer.status == 200)
    #expect(answer.keys() == ["leads", "more", "reference", "since", "text", "total"])
    #expect(answer["total"] == "1" && answer["more"] == "false" && answer["since"] == "2026-11-22T12:00:00.000Z")
    #expect(answer["leads.0.event_id"] == lead["event_id"] && answer["leads.0.click_id"] == "c1")
    #expect(answer["leads.0.source"] == "s1" && answer["leads.0.decision"] == lead["decision"])
    #expect(answer["leads.0.score"] == lead["score"] && answer["leads.0.partner"] == "null")
    #expect(answer["leads.0.delivery"] == "null" && answer["leads.0.handed_to"] == "0")
    #expect(answer["leads.0.status"] == "approved" && answer["leads.0.conversions"] == "1")
    #expect(
      answer.node("leads.0.held")?.elements.compactMap(\.string) == [
        "email_ref", "phone_ref", "name_ref", "email_domain", "address_ref", "lead_id", "country", "user_agent",
        "behaviour", "reasons",
      ])
    #expect(answer["text"]?.hasPrefix("1 lead of this person is held, the first since 2026-11-22") == true)
    let event = account.get("/api/v1/events/\(lead["event_id"] ?? "")")
    let full = Self.emails.contains(body) ? event["references.email"] : event["references.phone"]
    #expect(answer["reference"]?.utf8.count == 8 && full?.hasPrefix(answer["reference"] ?? "-") == true)
  }

  @Test(arguments: emails + phones) func `what is erased is found no more`(body: String) {
    let lead = come()
    let total = account.get("/api/v1/stats?group_by=email_domain")["total"]
    bench.clock.advance(seconds: 60)
    let answer = erase(body)
    #expect(answer.status == 200 && answer.keys() == ["at", "id", "key_id", "leads", "left", "person_id", "text"])
    #expect(answer["leads"] == "1" && answer["left"] == "0" && answer["at"] == "2026-11-22T12:01:00.000Z")
    #expect(answer["key_id"]?.hasPrefix("key_") == true && answer["person_id"] == "null")
    for body in Self.emails + Self.phones {
      let held = lookUp(body)
      #expect(held["total"] == "0" && held["leads"] == "0" && held["since"] == "null" && held["more"] == "false")
      #expect(held["text"]?.hasPrefix("Nothing is held") == true)
    }
    let event = account.get("/api/v1/events/\(lead["event_id"] ?? "")")
    #expect(event["erased_at"] == "2026-11-22T12:01:00.000Z" && event["click_id"] == "c1")
    #expect(["email", "phone", "name"].allSatisfy { event["references.\($0)"] == "null" })
    #expect(event["email_domain"] == "null" && event["user_agent"] == "null" && event["signals.time_on_site"] == "null")
    #expect(event["score"] == lead["score"] && event.all("reasons", "code") == lead.all("reasons", "code"))
    #expect(!event.text.contains("gmail") && !event.text.contains("45 s"))
    #expect(event.all("timeline", "what") == ["decision", "erasure"])
    #expect(event["timeline.1.at"] == event["erased_at"])
    #expect(account.get("/api/v1/stats?group_by=email_domain")["total"] == total)
    let again = come()
    #expect(again["duplicate"] == "false" && again["event_id"] != lead["event_id"])
  }

  @Test func `it says who got the contact`() throws {
    let yes = try Recorder(answering: TestReceiver.answer("200 OK", body: #"{"id":"L7"}"#))
    let no = try Recorder(answering: TestReceiver.answer("422 No"))
    let silent = try Receiver { $0.hang() }
    let bench = try Workbench(allowing: "127.0.0.0/8", partnerMilliseconds: 400)
    let account = try bench.account()
    for (place, url) in [no.url(), yes.url(), silent.url()].enumerated() {
      let made = account.send(
        "POST", "/api/v1/partners",
        json: #"""
          {"slug":"pp-\#(place)","url":"\#(url)","fields":{"mail":"{email}"},"priority":\#(place + 1),"caps":{"total":1},
           "lead_id_pointer":"/id"}
          """#)
      #expect(made.status == 201, "\(made.text)")
    }
    for _ in 0..<2 { _ = account.decide(#""form_data":{"email":"jo@example.com"}"#) }
    let held = account.send("POST", "/api/v1/privacy/lookup", json: #"{"email":"jo@example.com"}"#)
    #expect(held.all("leads", "delivery") == ["none", "accepted"], "\(held.text)")
    #expect(held["leads.1.partner"] == "pp-1" && held["leads.0.partner"] == "null")
    #expect(held["leads.1.handed_to.0.partner"] == "pp-1" && held["leads.1.handed_to.0.outcome"] == "accepted")
    #expect(held["leads.1.handed_to"] == "1" && held["leads.0.handed_to"] == "0")
    #expect(held.node("leads.1.held")?.elements.compactMap(\.string).contains("partner_lead_id") == true)
    // A lead that is no duplicate of the first.
    _ = account.decide(#""form_data":{"email":"zq@example.com"}"#)
    let unknown = account.send("POST", "/api/v1/privacy/lookup", json: #"{"email":"zq@example.com"}"#)
    #expect(unknown["leads.0.partner"] == "pp-2" && unknown["leads.0.delivery"] == "unknown")
    #expect(unknown["leads.0.handed_to.0.outcome"] == "unknown" && unknown["leads.0.handed_to"] == "1")
    #expect(unknown.node("leads.0.held")?.elements.compactMap(\.string).contains("partner_lead_id") == false)
  }

  @Test func `an erasure is on record without any contact`() throws {
    let lead = come()
    #expect(lead.status == 200)
    let first = erase(Self.emails[0])
    let second = erase(Self.emails[0])
    #expect(second["leads"] == "0" && second["text"]?.hasPrefix("Nothing was held") == true)
    let all = account.get("/api/v1/privacy/erasures")
    #expect(all.all("erasures", "id") == [second["id"], first["id"]].compactMap { $0 } && all["next"] == "null")
    #expect(all.keys("erasures.0") == ["at", "id", "key_id", "leads", "person_id"])
    #expect(all.all("erasures", "leads") == ["0", "1"])
    let page = account.get("/api/v1/privacy/erasures?limit=1")
    #expect(page.all("erasures", "id") == [second["id"]].compactMap { $0 })
    let rest = account.get("/api/v1/privacy/erasures?limit=1&before=\(page["next"] ?? "")")
    #expect(rest.all("erasures", "id") == [first["id"]].compactMap { $0 } && rest["next"] == "null")
    for query in ["limit=0", "limit=201", "before=x", "before=pb_0000000000001"] {
      #expect(account.get("/api/v1/privacy/erasures?\(query)").isProblem(422, "invalid_fields"))
    }
    let stored = MarkerSearch(try bench.storedBytes())
    for marker in ["jo.canary", "jocanary", Self.emailHash, "2125550123", Self.phoneHash] {
      #expect(!stored.finds(marker) && !MarkerSearch(Array(bench.log.text.utf8)).finds(marker))
    }
  }

  @Test(arguments: [
    ("{}", "email"), (#"{"name":"Jo"}"#, "email"), (#"{"email":""}"#, "email"), (#"{"email":null}"#, "email"),
    (#"{"email":"jo at gmail"}"#, "email"), (#"{"email":[]}"#, "email"), (#"{"email_sha256":"48b4"}"#, "email_sha256"),
    (#"{"phone":"212 555 0123"}"#, "phone"), (#"{"phone":"12","country":"US"}"#, "phone"),
    (#"{"phone":"212 555 0123","country":"USA"}"#, "country"), (#"{"phone_sha256":7}"#, "phone_sha256"),
    (#"{"email":"a@b.example","phone":"+12125550123"}"#, "phone"),
    (#"{"email_sha256":"\#(emailHash)","phone_sha256":"\#(phoneHash)"}"#, "phone"),
  ])
  func `what names nobody is 422 and says what to send`(body: String, field: String) {
    for answer in [lookUp(body), erase(body)] {
      #expect(answer.isProblem(422, "invalid_fields") && answer.fields.contains(field), "\(answer)")
      #expect(!["555 0123", "2125550123", "gmail"].contains { answer.text.contains($0) })
    }
    #expect(account.get("/api/v1/privacy/erasures")["erasures"] == "0")
  }

  @Test func `only who may set up may look up and erase`() throws {
    let (lookup, erase) = ("/api/v1/privacy/lookup", "/api/v1/privacy/erase")
    for path in [lookup, erase] {
      #expect(bench.send("POST", path, json: Self.emails[0]).isProblem(401, "missing_key"))
      for key in [account.publishable, account.postback] {
        #expect(bench.send("POST", path, key: key, json: Self.emails[0]).isProblem(403, "key_not_allowed"))
      }
      #expect(account.get(path).isProblem(405, "method_not_allowed"))
    }
    let other = try bench.account()
    _ = come()
    #expect(other.send("POST", lookup, json: Self.emails[0])["total"] == "0")
    #expect(other.send("POST", erase, json: Self.emails[0])["leads"] == "0")
    #expect(lookUp(Self.emails[0])["total"] == "1")
    #expect(other.get("/api/v1/privacy/erasures")["erasures"] == "1")
    #expect(account.get("/api/v1/privacy/erasures")["erasures"] == "0")
  }

  @Test func `a person who is logged in is on record`() throws {
    let own = try bench.account(email: "p@example.com", password: "correct horse battery")
    let logIn = bench.send(
      "POST", "/api/v1/session", json: #"{"email":"p@example.com","password":"correct horse battery"}"#)
    let cookie = logIn.header("set-cookie")?.split(separator: ";").first.map(String.init) ?? ""
    let headers = ["cookie": cookie, "host": "bn.example", "origin": "https://bn.example"]
    let answer = bench.send("POST", "/api/v1/privacy/erase", json: Self.emails[0], headers: headers)
    #expect(answer.status == 200 && answer["key_id"] == "null" && answer["person_id"]?.hasPrefix("per_") == true)
    let foreign = bench.send(
      "POST", "/api/v1/privacy/erase", json: Self.emails[0], headers: ["cookie": cookie, "host": "bn.example"])
    #expect(foreign.isProblem(403, "foreign_origin"))
    #expect(own.get("/api/v1/privacy/erasures")["erasures"] == "1")
  }

  @Test func `the newest 200 leads are shown`() {
    for _ in 0..<203 { _ = account.decide(#""form_data":{"email":"jo.canary@gmail.com"}"#) }
    let answer = lookUp(Self.emails[0])
    #expect(answer["total"] == "203" && answer["leads"] == "200" && answer["more"] == "true")
    #expect(answer["text"]?.contains("The newest 200 are listed.") == true)
    #expect(erase(Self.emails[0])["leads"] == "203")
  }
}
