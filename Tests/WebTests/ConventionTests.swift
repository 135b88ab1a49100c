import Testing

/// What holds for every path: PRODUCT.md §2.
@Suite struct ConventionTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  @Test func `a problem has all its members`() {
    let answer = account.send("POST", "/api/v1/sources", json: #"{"slug":"NOT A SLUG","cost_per_lead":-1}"#)
    #expect(answer.isProblem(422, "invalid_fields"))
    #expect(answer.keys() == ["code", "detail", "errors", "request_id", "status", "title", "type"])
    #expect(answer.fields == ["slug", "cost_per_lead"])
    #expect(answer["type"] == "about:blank")
    #expect(answer.header("cache-control") == "no-store")
  }

  @Test func `two problems have two request ids`() {
    #expect(bench.get("/nothing")["request_id"] != bench.get("/nothing")["request_id"])
  }

  @Test(arguments: [
    "/", "/api", "/api/v1", "/api/v1/decision/", "/api/v1/nothing", "/api/v1/keys/a/b", "/API/V1/USAGE",
  ])
  func `unknown paths are 404`(path: String) {
    for method in ["GET", "POST", "DELETE", "OPTIONS", "BREW"] {
      #expect(bench.send(method, path, key: account.secret).isProblem(404, "unknown_path"))
    }
  }

  @Test(arguments: [
    ("GET", "/api/v1/decision", "OPTIONS, POST"), ("DELETE", "/api/postback", "GET, HEAD, OPTIONS, POST"),
    ("POST", "/api/v1/usage", "GET, OPTIONS"), ("PUT", "/api/v1/keys", "GET, OPTIONS, POST"),
    ("POST", "/api/v1/keys/key_1", "DELETE, GET, OPTIONS"), ("BREW", "/api/v1/session", "DELETE, GET, OPTIONS, POST"),
    ("POST", "/healthz", "GET, OPTIONS"), ("PUT", "/api/v1/sources/s1", "DELETE, GET, OPTIONS, PATCH"),
  ])
  func `a wrong method is 405 and says which are right`(method: String, path: String, allowed: String) {
    let answer = bench.send(method, path, key: account.secret)
    #expect(answer.isProblem(405, "method_not_allowed"))
    #expect(answer.header("allow") == allowed)
  }

  @Test(arguments: [nil, "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", ""])
  func `a wrong type is 415`(type: String?) {
    let body = Array(#"{"source":"s1"}"#.utf8)
    for path in ["/api/v1/decision", "/api/v1/sources", "/api/v1/keys", "/api/v1/people", "/api/v1/session"] {
      let answer = bench.send("POST", path, key: account.secret, body: body, type: type)
      #expect(answer.isProblem(415, "unsupported_media_type"))
    }
  }

  @Test(arguments: ["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8"])
  func `the type of JSON may have parameters and capitals`(type: String) {
    let answer = bench.send(
      "POST", "/api/v1/decision", key: account.secret, body: Array(#"{"source":"s1"}"#.utf8), type: type)
    #expect(answer.status == 200)
  }

  @Test(arguments: ["", "{", "{}}", "nul", "{\"source\":}", "\u{FEFF}{}", "{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}"])
  func `what is no JSON is 400`(body: String) {
    #expect(bench.send("POST", "/api/v1/decision", key: account.secret, json: body).isProblem(400, "bad_json"))
  }

  @Test(arguments: ["[]", "1", "\"text\"", "null", "true"])
  func `JSON that is no object is 422`(body: String) {
    #expect(bench.send("POST", "/api/v1/decision", key: account.secret, json: body).isProblem(422, "invalid_fields"))
  }

  @Test func `a body over 64 KiB is 413`() {
    let padding = String(repeating: " ", count: 65_536)
    for path in ["/api/v1/decision", "/api/v1/sources", "/api/v1/session"] {
      let answer = bench.send("POST", path, key: account.secret, json: #"{"source":"s1"}"# + padding)
      #expect(answer.isProblem(413, "body_too_large"))
    }
  }

  @Test func `every field at fault is named`() {
    let answer = account.decide(
      #""click_id":7,"time_on_site":"x","country":"USA","cost":-1,"form_data":[],"signals":{"pasted":1},"ip":"nowhere""#,
      source: "No Source")
    #expect(answer.isProblem(422, "invalid_fields"))
    #expect(
      Set(answer.fields)
        == ["source", "click_id", "time_on_site", "country", "cost", "form_data", "signals.pasted", "ip"])
  }

  @Test func `HEAD is answered as GET is`() {
    #expect(bench.send("HEAD", "/api/v1/usage", key: account.secret).status == 200)
    #expect(bench.send("HEAD", "/api/v1/usage").status == 401)
  }

  @Test func `a preflight of the decision is answered`() {
    let headers = ["origin": "https://shop.example", "access-control-request-method": "POST"]
    let answer = bench.send("OPTIONS", "/api/v1/decision", headers: headers)
    #expect(answer.status == 204)
    #expect(answer.header("access-control-allow-origin") == "*")
    #expect(answer.header("access-control-allow-methods")?.contains("POST") == true)
    let allowed = answer.header("access-control-allow-headers") ?? ""
    for name in ["authorization", "content-type", "idempotency-key", "x-api-key"] { #expect(allowed.contains(name)) }
    #expect(Int(answer.header("access-control-max-age") ?? "").map { $0 > 0 } == true)
    #expect(answer.response.body.isEmpty)
  }

  @Test func `a page of another origin may read the decision's answers, errors included`() {
    account.makeSource()
    let answers = [
      account.decideInBrowser(), account.decideInBrowser(source: "unknown"), account.decideInBrowser(#""click_id":[]"#),
      bench.send("POST", "/api/v1/decision"), bench.send("POST", "/api/v1/decision", key: "bn_pub_bad"),
      bench.send("POST", "/api/v1/decision", key: account.postback), bench.send("GET", "/api/v1/decision"),
      bench.send("POST", "/api/v1/decision", key: account.publishable, body: [1], type: "text/plain"),
      bench.send("POST", "/api/v1/decision", key: account.publishable, json: "{"),
    ]
    #expect(answers.map(\.status) == [200, 422, 422, 401, 401, 403, 405, 415, 400])
    for answer in answers {
      #expect(answer.header("access-control-allow-origin") == "*")
      #expect(answer.header("access-control-expose-headers") == "Retry-After")
      #expect(answer.header("access-control-allow-credentials") == nil)
    }
  }

  @Test(arguments: [
    "/api/v1/usage", "/api/v1/session", "/api/v1/keys", "/api/v1/events/recent", "/nothing", "/healthz",
  ])
  func `no other page may read the rest`(path: String) {
    for method in ["GET", "OPTIONS"] {
      #expect(bench.send(method, path, key: account.secret).header("access-control-allow-origin") == nil)
    }
  }
}
