import Testing

/// What a decision answers: PRODUCT.md §3.
@Suite struct DecisionTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account(plan: .solo)
  }

  /// The request of PRODUCT.md §3, as an outside program sends it.
  static let full = #"""
    "traffic_type":"push","landing_page":"offer-page-1","time_on_site":45,"page_views":3,"click_id":"abc123",
    "lead_id":"key-1","country":"US","cost":0.35,
    "form_data":{"name":"Ann Lee","email":"ann@gmail.com","phone":"+1 212 555 0123"},
    "signals":{"fill_seconds":12.5,"pasted":false,"webdriver":false,"timezone":"America/New_York","languages":["en-US"]}
    """#

  @Test func `a secret key gets the whole answer`() {
    let answer = account.decide(Self.full)
    #expect(answer.status == 200)
    #expect(answer.header("content-type") == "application/json")
    #expect(
      answer.keys() == [
        "approval_probability", "click_id", "decision", "duplicate", "event_id", "reasons", "route", "score", "usage",
      ])
    #expect(answer["event_id"]?.hasPrefix("evt_") == true)
    #expect(answer["decision"] == "accept")
    #expect(answer["click_id"] == "abc123")
    #expect(answer["duplicate"] == "false")
    #expect(answer["route"] == "null")
    #expect(answer.keys("usage") == ["remaining", "total_limit", "used"])
    #expect(
      answer["usage.used"] == "1" && answer["usage.total_limit"] == "25000" && answer["usage.remaining"] == "24999")
    #expect(answer.keys("reasons.0") == ["code", "points", "text"])
    #expect(answer.all("reasons", "text").contains("45 s on the page before submitting"))
    #expect(answer.node("score")?.integer.map { (0...100).contains($0) } == true)
    #expect(answer.node("approval_probability")?.double.map { (0...1).contains($0) } == true)
  }

  @Test func `a publishable key learns no more than it must`() {
    account.makeSource()
    let answer = account.decideInBrowser(Self.full)
    #expect(answer.status == 200)
    #expect(answer.keys() == ["click_id", "decision", "event_id", "route"])
    #expect(answer["route"] == "null")
    #expect(answer["click_id"] == "abc123")
  }

  @Test func `only the source is required`() {
    let answer = account.decide()
    #expect(answer.status == 200)
    #expect(answer["score"] == "50" && answer["reasons"] == "0" && answer["click_id"] == "null")
    let missing = account.send("POST", "/api/v1/decision", json: "{}")
    #expect(missing.isProblem(422, "invalid_fields") && missing.fields == ["source"])
  }

  @Test func `the order of keys and unknown members mean nothing`() {
    let one = account.decide(#""time_on_site":45,"country":"US","form_data":{"email":"a@web.de","name":"Ann Lee"}"#)
    let two = bench.send(
      "POST", "/api/v1/decision", key: account.secret,
      json:
        #"{"new":[{}],"form_data":{"name":"Ann Bee","email":"b@web.de"},"country":"us","time_on_site":45.0,"source":"s1"}"#
    )
    #expect(one.status == 200 && two.status == 200)
    #expect(one["score"] == two["score"])
    #expect(one.all("reasons", "code") == two.all("reasons", "code"))
  }

  @Test func `null counts as not sent`() {
    let names = [
      "traffic_type", "landing_page", "time_on_site", "page_views", "click_id", "lead_id", "country", "cost",
    ]
    let members = (names + ["form_data", "signals", "ip", "user_agent"]).map { "\"\($0)\":null" }.joined(separator: ",")
    #expect(account.decide(members)["score"] == "50")
  }

  @Test(arguments: [
    "+12125550123", "12125550123", "jo", "Mars/Base", "America/New_York\\n", "é", String(repeating: "a", count: 300),
  ])
  func `a time zone that does not exist is not kept, and the lead is`(zone: String) throws {
    let answer = account.decide(#""signals":{"timezone":"\#(zone)"}"#)
    #expect(answer.status == 200)
    let event = account.get("/api/v1/events/\(answer["event_id"] ?? "")")
    #expect(event["signals.timezone"] == "null")
  }

  @Test func `a time zone that exists is kept`() throws {
    let answer = account.decide(#""signals":{"timezone":"Europe/Kyiv"}"#)
    let event = account.get("/api/v1/events/\(answer["event_id"] ?? "")")
    #expect(event["signals.timezone"] == "Europe/Kyiv")
    #expect(account.decide(#""signals":{"timezone":7}"#).fields == ["signals.timezone"])
  }

  @Test(arguments: ["a", "tiktok_us", "0", "a.b-c_d", String(repeating: "a", count: 64)])
  func `a source's name`(slug: String) { #expect(account.decide(source: slug).status == 200) }

  @Test(arguments: ["", "A", "_a", "-a", ".a", "a b", "é", "a/b", "a\\u0000", String(repeating: "a", count: 65)])
  func `no source's name`(slug: String) {
    let answer = account.decide(source: slug)
    #expect(answer.status == 422 || answer.status == 400)
    #expect(account.get("/api/v1/sources")["sources"] == "0")
  }

  @Test func `a secret key makes a source on first use, at most 500 an account`() {
    for number in 1...500 { #expect(account.decide(source: "s\(number)").status == 200) }
    #expect(account.decide(source: "one-too-many").isProblem(422, "limit_reached"))
    #expect(account.decide(source: "s500").status == 200)
    #expect(account.get("/api/v1/usage")["used"] == "501")
    #expect(account.get("/api/v1/sources")["sources"] == "500")
  }

  @Test(arguments: [
    ("offer?sub1=x", "offer"), ("https://a.example/p#f", "https://a.example/p"), ("o#a?b", "o"), ("plain", "plain"),
    ("?only=query", "null"), ("  offer \u{A0}", "offer"), ("(other)", "null"), (" (none) ?x=1", "null"),
    ("(rare)#", "null"), ("   ", "null"),
  ])
  func `a landing page loses query and fragment`(page: String, kept: String) {
    _ = account.decide(#""landing_page":"\#(page)""#)
    #expect(account.get("/api/v1/events/recent")["events.0.landing_page"] == kept)
  }

  @Test(arguments: [
    ("/thanks/jo@example.com/next", "/thanks/*/next"), ("/t/jo%2540example.com", "/t/*"), ("jo@example.com.", "*"),
    ("https://jo:x@a.example/p", "https://*/p"), ("/call/+12125550123", "/call/*"), ("/call/%2B12125550123", "/call/*"),
    ("/call/2125550123/", "/call/*/"), ("/call/(212) 555-01-23", "/call/*"), ("/p;tel=12125550123/q", "/*/q"),
    ("/2026/11/22/offer-1234567890", "/2026/11/22/offer-1234567890"), ("/id/123456789", "/id/123456789"),
    ("https://a.example:8443/offer", "https://a.example:8443/offer"), ("/1234567890123456", "/1234567890123456"),
  ])
  func `a landing page keeps no contact`(page: String, kept: String) {
    #expect(account.decide(#""landing_page":"\#(page)""#).status == 200)
    #expect(account.get("/api/v1/events/recent")["events.0.landing_page"] == kept)
  }

  @Test func `a long landing page is looked through before it is cut`() throws {
    let page = String(repeating: "a", count: 50) + "/zqlocal" + String(repeating: "b", count: 240) + "@example.com"
    #expect(account.decide(#""landing_page":"\#(page)""#).status == 200)
    #expect(account.get("/api/v1/events/recent")["events.0.landing_page"] == String(repeating: "a", count: 50) + "/*")
    #expect(try !MarkerSearch(bench.storedBytes()).finds("zqlocal"))
  }

  @Test(arguments: [
    (" push ", "push"), ("jo@example.com", "*"), ("from jo%40example.com", "*"), ("+12125550123", "*"),
    ("212-555-0123", "*"), ("(other)", "null"), ("(none)", "null"), (" (rare) ", "null"), (" ", "null"),
    ("native 2", "native 2"),
  ])
  func `a traffic type keeps no contact and is none of our words`(type: String, kept: String) {
    #expect(account.decide(#""traffic_type":"\#(type)""#).status == 200)
    #expect(account.get("/api/v1/events/recent")["events.0.traffic_type"] == kept)
  }

  @Test func `only what has the shape of a language is kept`() {
    let good = ["en", "en-US", "zh-Hant-TW", "es-419", "fil-PH"]
    let bad = [
      "", "e", "2125550123", "en-2125550123", "en-212-555", "en_US", "jo@example.com", "en-", "-en", "engl", "en-U",
      "en-Latn-US-x1-x2", String(repeating: "zq", count: 40), "é",
    ]
    let list = (bad + good).map { "\"\($0)\"" }.joined(separator: ",")
    #expect(account.decide(#""signals":{"languages":[\#(list)]}"#).status == 200)
    let event = account.get("/api/v1/events/recent")
    #expect((0..<good.count).map { event["events.0.signals.languages.\($0)"] } == good)
    #expect(event["events.0.signals.languages"] == "5")
  }

  @Test func `the country is the caller's, or for a browser the address's`() {
    account.makeSource()
    func stored() -> String? { account.get("/api/v1/events/recent")["events.0.country"] }
    _ = account.decideInBrowser(country: "DE")
    #expect(stored() == "DE")
    _ = account.decideInBrowser(#""country":"us""#, country: "DE")
    #expect(stored() == "US")
    _ = account.decideInBrowser()
    #expect(stored() == "null")
    _ = bench.send("POST", "/api/v1/decision", key: account.secret, json: #"{"source":"s1"}"#, country: "DE")
    #expect(stored() == "null")
    #expect(account.decide(#""country":"Germany""#).fields == ["country"])
  }

  @Test func `cost and traffic type are the lead's, else the source's`() {
    account.makeSource("paid", #""cost_per_lead":1.25,"traffic_type":"push""#)
    func event(_ members: String) -> [String?] {
      _ = account.decide(members, source: "paid")
      let recent = account.get("/api/v1/events/recent")
      return [recent["events.0.cost"], recent["events.0.traffic_type"]]
    }
    #expect(event("") == ["1.25", "push"])
    #expect(event(#""cost":0.000001,"traffic_type":"search""#) == ["0.000001", "search"])
    #expect(event(#""cost":0"#) == ["0", "push"])
    for cost in ["-1", "1e3", "0.0000001", "1000000000.000001", "\"1\""] {
      #expect(account.decide(#""cost":\#(cost)"#).fields == ["cost"])
    }
  }

  @Test func `only a server names the visitor's address and program`() {
    account.makeSource()
    let bot = #""user_agent":"curl/8.0 bot","ip":"not an address""#
    let browser = account.decideInBrowser(bot, headers: ["user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"])
    #expect(browser["decision"] == "accept")
    #expect(account.get("/api/v1/events/recent")["events.0.user_agent"]?.contains("firefox") == true)
    #expect(account.decide(bot).fields == ["ip"])
    #expect(account.decide(#""user_agent":"Googlebot/2.1""#)["decision"] == "reject")
    _ = account.decide("", headers: ["user-agent": "Googlebot/2.1"])
    #expect(account.get("/api/v1/events/recent")["events.0.user_agent"] == "null")
  }

  @Test func `the month's quota is exact and says when it ends`() throws {
    // Ten below the limit, without 24,990 requests: other leads of the account are counted by storage alone.
    let limit = 25_000
    onThreads(32) { number in
      for _ in stride(from: number, to: limit - 10, by: 32) {
        _ = try? bench.store.commitDecision(draft(of: account, at: bench.clock.now)) { _ in plainVerdict }
      }
    }
    #expect(account.decide(#""lead_id":"early""#)["usage.remaining"] == "9")
    let statuses = Results()
    onThreads(64) { _ in statuses.add(String(account.decide().status)) }
    #expect(statuses.count("200") == 9 && statuses.count("429") == 55)
    let refused = account.decide()
    #expect(refused.isProblem(429, "quota_exceeded"))
    #expect(refused.header("retry-after") == String(8 * 86_400 + 43_200))
    #expect(account.decide(#""lead_id":"early""#)["usage.used"] == "24991")
    #expect(account.postback("click_id=none&status=sale").status == 200)
    #expect(account.get("/api/v1/usage")["remaining"] == "0")
    bench.clock.advance(seconds: 8 * 86_400 + 43_200)
    #expect(account.decide()["usage.used"] == "1")
  }
}
