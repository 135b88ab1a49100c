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

  @Test func `a page that somebody else opened does nothing`() {
    let mine = cookie(logIn())
    let person = bench.get("/api/v1/session", headers: ["cookie": mine])["person.id"] ?? ""
    let page = ["cookie": mine, "host": "nova.example", "origin": "https://nova.example"]
    func create(_ slug: String, _ meant: String) -> Answer {
      bench.send(
        "POST", "/api/v1/sources", json: #"{"slug":"\#(slug)"}"#, headers: page.merging(["x-person": meant]) { $1 })
    }
    #expect(create("a", person).status == 201)
    for other in ["prs_0", "", person + "0"] { #expect(create("b", other).isProblem(409, "other_person")) }
    #expect(bench.get("/api/v1/usage", headers: page.merging(["x-person": "x"]) { $1 }).isProblem(409, "other_person"))
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

  @Test func `trying is limited by the network of an IPv6 address`() {
    for number in 1...10 { _ = logIn("somebody\(number)@example.com", "guess", from: "2001:db8:0:1::\(number)") }
    #expect(logIn(from: "2001:db8:0:1:ffff::1").isProblem(429, "too_many_log_ins"))
    #expect(logIn(from: "2001:db8:0:2::1").status == 200)
    func badKey(from address: String) -> Answer {
      bench.send("GET", "/api/v1/usage", key: "bn_live_x", address: address)
    }
    for number in 1...20 { #expect(badKey(from: "2001:db8:0:3::\(number)").isProblem(401, "bad_key")) }
    #expect(badKey(from: "2001:db8:0:3:1::").isProblem(429, "too_many_bad_keys"))
    #expect(badKey(from: "2001:db8:0:4:1::").isProblem(401, "bad_key"))
  }

  @Test func `a person changes the password and goes on with a new session`() {
    let new = " a new horse battery "
    let (here, there) = (cookie(logIn()), cookie(logIn()))
    let id = bench.get("/api/v1/session", headers: ["cookie": here])["person.id"] ?? ""
    func change(_ json: String, id: String = id) -> Answer {
      bench.send(
        "PATCH", "/api/v1/people/\(id)", json: json,
        headers: ["cookie": here, "host": "nova.example", "origin": "https://nova.example"])
    }
    #expect(change("{}").fields == ["password", "old_password"])
    #expect(change(#"{"password":"\#(new)"}"#).fields == ["old_password"])
    #expect(change(#"{"password":"short","old_password":"\#(Self.password)"}"#).fields == ["password"])
    #expect(change(#"{"password":"\#(new)","old_password":"wrong horse"}"#).fields == ["old_password"])
    #expect(logIn().status == 200)
    let changed = change(#"{"password":"\#(new)","old_password":"\#(Self.password)"}"#)
    #expect(changed.status == 200 && changed["email"] == "owner@example.com" && !changed.text.contains("horse"))
    for old in [here, there] {
      #expect(bench.get("/api/v1/usage", headers: ["cookie": old]).isProblem(401, "session_ended"))
    }
    #expect(bench.get("/api/v1/usage", headers: ["cookie": cookie(changed)]).status == 200)
    #expect(logIn().isProblem(401, "bad_log_in"))
    #expect(logIn("owner@example.com", "a new horse battery").isProblem(401, "bad_log_in"))
    #expect(logIn("owner@example.com", new).status == 200)
  }

  @Test func `nobody guesses the old password of a session at leisure`() {
    let cookie = cookie(logIn())
    let id = bench.get("/api/v1/session", headers: ["cookie": cookie])["person.id"] ?? ""
    let answers = (0..<10).map { _ in
      bench.send(
        "PATCH", "/api/v1/people/\(id)", json: #"{"password":"long enough 1","old_password":"guess"}"#,
        headers: ["cookie": cookie, "host": "nova.example", "origin": "https://nova.example"])
    }
    #expect(answers.dropLast().allSatisfy { $0.fields == ["old_password"] })
    #expect(answers.last?.isProblem(429, "too_many_log_ins") == true)
  }

  @Test func `a session changes no other password, a secret key each of its account`() throws {
    let two = account.send(
      "POST", "/api/v1/people", json: #"{"email":"two@example.com","password":"\#(Self.password)"}"#)
    let path = "/api/v1/people/\(two["id"] ?? "")"
    let json = #"{"password":"long enough 1","old_password":"\#(Self.password)"}"#
    let foreign = bench.send(
      "PATCH", path, json: json,
      headers: ["cookie": cookie(logIn()), "host": "nova.example", "origin": "https://nova.example"])
    #expect(foreign.isProblem(403, "not_yourself"))
    let other = try bench.account()
    #expect(other.send("PATCH", path, json: json).isProblem(404, "not_found"))
    for key in [account.publishable, account.postback] {
      #expect(bench.send("PATCH", path, key: key, json: json).isProblem(403, "key_not_allowed"))
    }
    let session = cookie(logIn("two@example.com"))
    let answer = account.send("PATCH", path, json: #"{"password":"long enough 1"}"#)
    #expect(answer.status == 200 && answer["id"] == two["id"] && answer.header("set-cookie") == nil)
    #expect(bench.get("/api/v1/usage", headers: ["cookie": session]).isProblem(401, "session_ended"))
    #expect(logIn("two@example.com", "long enough 1").status == 200)
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
