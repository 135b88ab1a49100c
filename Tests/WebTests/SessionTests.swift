import Testing

/// People log in with e-mail and password: PRODUCT.md §1.
@Suite struct SessionTests {
  static let password = "correct horse battery"
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account(email: "owner@example.com", password: Self.password)
  }

  private func logIn(_ email: String = "owner@example.com", _ password: String = password, from address: String = "::1")
    -> Answer
  {
    bench.send(
      "POST", "/api/v1/session", json: #"{"email":"\#(email)","password":"\#(password)"}"#, address: address)
  }

  /// The cookie as a browser sends it back.
  private func cookie(_ answer: Answer) -> String {
    String((answer.header("set-cookie") ?? "").prefix { $0 != ";" })
  }

  @Test func `the cookie is for this host, TLS and no script`() throws {
    let answer = logIn("Owner@Example.COM")
    #expect(answer.status == 200)
    #expect(answer["person.email"] == "owner@example.com")
    #expect(answer["account_id"] == account.id.text)
    #expect(answer.header("cache-control") == "no-store")
    let parts = try #require(answer.header("set-cookie")).components(separatedBy: "; ")
    #expect(parts[0].hasPrefix("__Host-"))
    #expect(
      Set(parts.dropFirst().map { String($0.prefix { $0 != "=" }) }).isSuperset(of: ["Path", "Secure", "HttpOnly"]))
    #expect(parts.contains("Path=/") && parts.contains("SameSite=Strict"))
    #expect(!parts.contains { $0.hasPrefix("Domain") })
    #expect(!answer.text.contains(cookie(answer).split(separator: "=")[1]))
  }

  @Test func `a session reads, and writes from its own pages only`() {
    let cookie = cookie(logIn())
    #expect(bench.get("/api/v1/session", headers: ["cookie": cookie])["person.email"] == "owner@example.com")
    #expect(bench.get("/api/v1/usage", headers: ["cookie": "a=b; \(cookie)"]).status == 200)
    func create(_ slug: String, _ headers: [String: String]) -> Answer {
      bench.send(
        "POST", "/api/v1/sources", json: #"{"slug":"\#(slug)"}"#,
        headers: headers.merging(["cookie": cookie, "host": "nova.example"]) { $1 })
    }
    #expect(create("a", ["origin": "https://nova.example"]).status == 201)
    for origin in ["https://evil.example", "http://nova.example", "null", "", "https://nova.example.evil"] {
      #expect(create("b", ["origin": origin]).isProblem(403, "foreign_origin"))
    }
    #expect(create("b", [:]).isProblem(403, "foreign_origin"))
    #expect(account.get("/api/v1/sources")["sources"] == "1")
  }

  @Test func `a session makes no decision`() {
    let headers = ["cookie": cookie(logIn()), "host": "nova.example", "origin": "https://nova.example"]
    let answer = bench.send("POST", "/api/v1/decision", json: #"{"source":"s1"}"#, headers: headers)
    #expect(answer.isProblem(401, "missing_key"))
  }

  @Test func `logging out ends it`() {
    let cookie = cookie(logIn())
    let own = ["cookie": cookie, "host": "nova.example", "origin": "https://nova.example"]
    let foreign = bench.send(
      "DELETE", "/api/v1/session", headers: own.merging(["origin": "https://evil.example"]) { $1 })
    #expect(foreign.isProblem(403, "foreign_origin"))
    #expect(bench.get("/api/v1/usage", headers: ["cookie": cookie]).status == 200)
    let answer = bench.send("DELETE", "/api/v1/session", headers: own)
    #expect(answer.status == 204)
    #expect(answer.header("set-cookie")?.contains("Max-Age=0") == true)
    #expect(bench.get("/api/v1/usage", headers: ["cookie": cookie]).isProblem(401, "session_ended"))
    #expect(bench.send("DELETE", "/api/v1/session").status == 204)
  }

  @Test func `a session ends by itself, and a made-up one never began`() {
    let cookie = cookie(logIn())
    bench.clock.advance(seconds: 14 * 86_400 - 1)
    #expect(bench.get("/api/v1/usage", headers: ["cookie": cookie]).status == 200)
    bench.clock.advance(seconds: 1)
    #expect(bench.get("/api/v1/usage", headers: ["cookie": cookie]).isProblem(401, "session_ended"))
    #expect(bench.get("/api/v1/usage", headers: ["cookie": "__Host-backnova=made-up"]).isProblem(401, "session_ended"))
  }

  @Test func `a wrong password and an unknown address cannot be told apart`() {
    let (wrong, unknown) = (logIn("owner@example.com", "wrong horse battery"), logIn("nobody@example.com"))
    for answer in [wrong, unknown] {
      #expect(answer.isProblem(401, "bad_log_in"))
      #expect(answer.header("set-cookie") == nil)
    }
    func withoutID(_ answer: Answer) -> String {
      answer.text.replacingOccurrences(of: answer["request_id"] ?? "-", with: "")
    }
    #expect(withoutID(wrong) == withoutID(unknown))
    #expect(wrong.response.headers.map(\.name) == unknown.response.headers.map(\.name))
  }

  @Test func `trying is limited by e-mail and by address`() {
    for number in 1...10 { _ = logIn("owner@example.com", "guess", from: "203.0.113.\(number)") }
    #expect(logIn(from: "203.0.113.99").isProblem(429, "too_many_log_ins"))
    bench.clock.advance(seconds: 60)
    #expect(logIn(from: "203.0.113.99").status == 200)
    bench.clock.advance(seconds: 60)
    for number in 1...10 { _ = logIn("somebody\(number)@example.com", "guess", from: "203.0.113.1") }
    #expect(logIn(from: "203.0.113.1").isProblem(429, "too_many_log_ins"))
    #expect(logIn(from: "203.0.113.2").status == 200)
  }

  @Test func `both fields are needed`() {
    #expect(bench.send("POST", "/api/v1/session", json: "{}").fields == ["email", "password"])
    #expect(bench.send("POST", "/api/v1/session", json: #"{"email":1,"password":[]}"#).status == 422)
    #expect(bench.get("/api/v1/session").isProblem(401, "missing_key"))
  }

  @Test func `a removed person is out at once`() {
    let added = account.send(
      "POST", "/api/v1/people", json: #"{"email":"two@example.com","password":"\#(Self.password)"}"#)
    let cookie = cookie(logIn("two@example.com"))
    #expect(bench.get("/api/v1/usage", headers: ["cookie": cookie]).status == 200)
    #expect(account.send("DELETE", "/api/v1/people/\(added["id"] ?? "")").status == 204)
    #expect(bench.get("/api/v1/usage", headers: ["cookie": cookie]).status == 401)
  }
}
