import Domain
import Testing

/// Who is let in by a key: PRODUCT.md §1.
@Suite struct GateTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  /// Every path that a secret key opens, but decisions.
  static let paths = [
    ("GET", "/api/v1/usage"), ("GET", "/api/v1/events/recent"), ("GET", "/api/v1/events"),
    ("GET", "/api/v1/events/evt_0000000000000"), ("GET", "/api/v1/stats"), ("GET", "/api/v1/score"),
    ("GET", "/api/v1/score/whatif"), ("GET", "/api/v1/sources"),
    ("POST", "/api/v1/sources"), ("GET", "/api/v1/sources/s1"), ("PATCH", "/api/v1/sources/s1"),
    ("DELETE", "/api/v1/sources/s1"), ("GET", "/api/v1/keys"), ("POST", "/api/v1/keys"), ("GET", "/api/v1/keys/k"),
    ("DELETE", "/api/v1/keys/k"), ("GET", "/api/v1/account"), ("PATCH", "/api/v1/account"), ("GET", "/api/v1/people"),
    ("POST", "/api/v1/people"), ("DELETE", "/api/v1/people/p"), ("GET", "/api/v1/session"),
  ]

  @Test func `a key travels as a bearer or in a header of its own`() {
    for headers in [
      ["authorization": "Bearer \(account.secret)"], ["authorization": "bearer  \(account.secret) "],
      ["x-api-key": account.secret], ["x-api-key": " \(account.secret) "],
    ] {
      #expect(bench.get("/api/v1/usage", headers: headers).status == 200)
    }
  }

  @Test func `a key anywhere else is none`() {
    #expect(bench.get("/api/v1/usage?api_key=\(account.secret)").isProblem(401, "missing_key"))
    #expect(bench.get("/api/v1/usage", headers: ["authorization": "Basic \(account.secret)"]).isProblem(401, "bad_key"))
    #expect(bench.get("/api/v1/usage", headers: ["authorization": account.secret]).isProblem(401, "bad_key"))
    #expect(bench.get("/api/v1/usage", headers: ["cookie": "key=\(account.secret)"]).isProblem(401, "missing_key"))
  }

  @Test(arguments: paths) func `without a key there is nothing`(method: String, path: String) {
    let answer = bench.send(method, path)
    #expect(answer.isProblem(401, "missing_key"))
    #expect(answer.header("www-authenticate") == "Bearer")
  }

  @Test(arguments: paths) func `neither a publishable nor a postback key opens it`(method: String, path: String) {
    for key in [account.publishable, account.postback] {
      #expect(bench.send(method, path, key: key).isProblem(403, "key_not_allowed"))
    }
  }

  @Test func `a postback key makes no decision`() {
    let answer = bench.send("POST", "/api/v1/decision", key: account.postback, json: #"{"source":"s1"}"#)
    #expect(answer.isProblem(403, "key_not_allowed"))
  }

  @Test func `a bad key is 401 whatever its shape`() {
    let almost = String(account.secret.dropLast()) + (account.secret.hasSuffix("A") ? "B" : "A")
    for key in [almost, "bn_live_short", "", "Ж", account.secret + "0", account.secret.uppercased()] {
      let answer = bench.send("GET", "/api/v1/usage", key: key)
      #expect(answer.isProblem(401, "bad_key"))
      #expect(!answer.text.contains(almost))
    }
  }

  @Test func `guessing is limited by address, and a good key still works there`() {
    let guess = "bn_live_" + String(repeating: "x", count: 32)
    func answer(_ key: String, from address: String) -> Answer {
      bench.send("GET", "/api/v1/usage", key: key, address: address)
    }
    for _ in 1...20 { #expect(answer(guess, from: "203.0.113.5").isProblem(401, "bad_key")) }
    let refused = answer(guess, from: "203.0.113.5")
    #expect(refused.isProblem(429, "too_many_bad_keys"))
    #expect(refused.header("retry-after") == "60")
    #expect(answer(account.secret, from: "203.0.113.5").status == 200)
    #expect(answer(guess, from: "203.0.113.6").status == 401)
    #expect(bench.send("GET", "/api/postback?api_key=\(guess)", address: "203.0.113.5").status == 429)
    bench.clock.advance(seconds: 60)
    #expect(answer(guess, from: "203.0.113.5").status == 401)
  }

  @Test func `a revoked key stops working`() {
    let made = account.send("POST", "/api/v1/keys", json: #"{"kind":"secret","name":"second"}"#)
    let key = made["key"] ?? ""
    #expect(bench.get("/api/v1/usage", key: key).status == 200)
    #expect(account.send("DELETE", "/api/v1/keys/\(made["id"] ?? "")").status == 204)
    #expect(bench.get("/api/v1/usage", key: key).isProblem(401, "bad_key"))
  }

  @Test func `a publishable key keeps to its origins`() {
    account.makeSource()
    let made = account.send(
      "POST", "/api/v1/keys", json: #"{"kind":"publishable","origins":["HTTPS://A.Example","https://b.example:8443"]}"#)
    #expect(made["origins.0"] == "https://a.example")
    func status(_ origin: String?) -> Int {
      bench.send(
        "POST", "/api/v1/decision", key: made["key"], json: #"{"source":"s1"}"#,
        headers: origin.map { ["origin": $0] } ?? [:]
      ).status
    }
    #expect(status("https://a.example") == 200)
    #expect(status("https://b.example:8443") == 200)
    for origin in ["https://b.example", "http://a.example", "https://a.example.evil", "null", ""] {
      #expect(status(origin) == 403)
    }
    #expect(status(nil) == 403)
  }

  @Test func `a publishable key wants a source that is there and active`() {
    let unknown = account.decideInBrowser()
    #expect(unknown.isProblem(422, "invalid_fields"))
    #expect(unknown.fields == ["source"])
    account.makeSource()
    #expect(account.decideInBrowser().status == 200)
    #expect(account.send("DELETE", "/api/v1/sources/s1").status == 200)
    #expect(account.decideInBrowser().isProblem(422, "invalid_fields"))
    #expect(account.decide().status == 200)
    #expect(account.get("/api/v1/usage")["used"] == "2")
  }

  @Test func `a publishable key has a daily cap`() {
    account.makeSource()
    let made = account.send("POST", "/api/v1/keys", json: #"{"kind":"publishable","daily_cap":2}"#)
    func decide(_ members: String = "") -> Answer {
      bench.send("POST", "/api/v1/decision", key: made["key"], json: #"{"source":"s1"\#(members)}"#)
    }
    #expect(decide(#","lead_id":"one""#).status == 200)
    #expect(decide().status == 200)
    let refused = decide()
    #expect(refused.isProblem(429, "daily_cap_reached"))
    #expect(refused.header("retry-after") == String(12 * 3_600))
    #expect(decide(#","lead_id":"one""#).status == 200)
    #expect(account.decide().status == 200)
    #expect(account.get("/api/v1/usage")["used"] == "3")
    bench.clock.advance(seconds: 12 * 3_600)
    #expect(decide().status == 200)
  }

  @Test func `the standard cap is 5,000 a day`() {
    let made = account.send("POST", "/api/v1/keys", json: #"{"kind":"publishable"}"#)
    #expect(made["daily_cap"] == "5000")
  }
}
