import Testing

/// Whatever is sent, the answer is a problem or a proper answer, and never the input (issue A, "It must hold").
@Suite struct HostileTests {
  let bench: Workbench
  let account: TestAccount
  static let allowed: Set<Int> = [200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429]

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    account.makeSource()
  }

  /// Fails unless the answer is one that may be given. - Parameter echoes: members that repeat what was sent, by contract.
  private func check(_ answer: Answer, echoes: [String] = [], _ what: String) {
    #expect(Self.allowed.contains(answer.status), "\(what): \(answer.status)")
    if answer.status >= 400 { #expect(answer.isWellFormedProblem, "\(what): \(answer)") }
    var text = answer.text
    for name in echoes { text = text.replacingOccurrences(of: answer[name] ?? "\u{0}", with: "") }
    let quotes = text.contains(HostileInput.marker) && answer.status != 201
    #expect(!quotes, "\(what): \(answer.status) quotes the input")
    for (name, value) in answer.response.headers {
      #expect(!(name + value).contains(HostileInput.marker) && !value.contains { $0.isNewline }, "\(what): header")
    }
  }

  @Test func `the table is long enough`() { #expect(HostileInput.bodies.count >= 60) }

  @Test(arguments: HostileInput.bodies) func `a hostile body`(body: HostileBody) {
    let paths = [
      ("POST", "/api/v1/decision", account.secret), ("POST", "/api/v1/decision", account.publishable),
      ("POST", "/api/v1/sources", account.secret), ("POST", "/api/v1/keys", account.secret),
      ("PATCH", "/api/v1/sources/s1", account.secret), ("POST", "/api/v1/people", account.secret),
      ("POST", "/api/v1/session", ""),
    ]
    for (method, path, key) in paths {
      let answer = bench.send(method, path, key: key, body: body.bytes, type: body.type)
      check(answer, echoes: path.hasSuffix("decision") ? ["click_id"] : [], path)
      if !path.hasSuffix("decision") && answer.status == 200 { #expect(path.hasSuffix("s1")) }
    }
    let sent = bench.send("PATCH", "/api/v1/account", key: account.secret, body: body.bytes, type: body.type)
    check(sent, "/api/v1/account")
    let postback = bench.send(
      "POST", "/api/postback?api_key=\(account.postback)", body: body.bytes, type: body.type)
    #expect(postback.status == 200 && postback["status"] == "ok")
    check(postback, "/api/postback")
    #expect(bench.log.text.isEmpty)
  }

  @Test(arguments: HostileInput.queries) func `a hostile query`(query: String) {
    let paths = [
      "usage", "events/recent", "events", "stats", "score", "score/whatif", "sources", "keys", "account", "people",
      "session",
    ]
    for path in paths { check(account.get("/api/v1/\(path)?\(query)"), path) }
    for path in ["/healthz", "/metrics", "/api/postback", "/nothing"] { check(bench.get("\(path)?\(query)"), path) }
    let postback = bench.get("/api/postback?api_key=\(account.postback)&\(query)")
    if !query.contains("api_key") { #expect(postback.status == 200) }
    check(postback, "/api/postback")
    #expect(bench.log.text.isEmpty)
  }

  @Test(arguments: [
    "zqhostile", "a\r\nzqhostile: 1", "Bearer", "Bearer ", "Basic enFob3N0aWxl", "Ж",
    String(repeating: "zqhostile", count: 900),
  ])
  func `a hostile header`(value: String) {
    for name in [
      "authorization", "x-api-key", "cookie", "origin", "idempotency-key", "user-agent", "host", "content-type",
    ] {
      for key in [nil, account.publishable] {
        var headers = key.map { ["x-api-key": $0] } ?? [:]
        headers[name] = value
        check(bench.send("POST", "/api/v1/decision", json: #"{"source":"s1"}"#, headers: headers), name)
      }
      check(bench.get("/api/v1/usage", headers: [name: value]), name)
      check(bench.get("/api/v1/usage", headers: ["cookie": "__Host-backnova=\(value)"]), name)
    }
  }

  @Test func `a decision's click id is repeated without starting a header or a tag`() {
    let answer = account.decide(#""click_id":"</script><b>&""#)
    #expect(answer["click_id"] == "</script><b>&")
    #expect(!answer.text.contains { "<>&".contains($0) })
  }
}
