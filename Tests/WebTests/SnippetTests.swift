import Testing

/// `GET /api/v1/sources/{slug}/snippet`: the source code generator.
@Suite struct SnippetTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    account.makeSource()
  }

  private func snippet(_ query: String) -> Answer {
    bench.get("/api/v1/sources/s1/snippet?\(query)", key: account.secret, headers: ["host": "bn.example"])
  }

  @Test func `the page's code has the publishable key, never a secret one`() {
    let answer = snippet("kind=html")
    #expect(answer.status == 200 && answer.keys() == ["code", "kind", "landing_url", "notes", "source"])
    #expect(answer["code"]?.contains("src=\"https://bn.example/sdk/v1.js\"") == true)
    #expect(answer["code"]?.contains("data-key=\"\(account.publishable)\" data-source=\"s1\"") == true)
    #expect(!answer.text.contains(account.secret))
  }

  @Test func `a key of some pages alone stands in the code only where there is no other`() throws {
    let body = #"{"kind":"publishable","origins":["https://landing.example"]}"#
    let bound = try #require(account.send("POST", "/api/v1/keys", json: body)["key"])
    #expect(snippet("kind=html")["code"]?.contains(account.publishable) == true)
    let keys = account.get("/api/v1/keys")
    let place = keys.all("keys", "kind").firstIndex(of: "publishable") ?? 0
    _ = account.send("DELETE", "/api/v1/keys/\(keys["keys.\(place).id"] ?? "")")
    let answer = snippet("kind=html")
    #expect(answer["code"]?.contains(bound) == true)
    #expect(answer["notes.2"]?.contains("https://landing.example alone") == true)
  }

  @Test(arguments: ["php", "curl", "python", "node"])
  func `a server's code names the source and has a place for the secret key`(kind: String) {
    let answer = snippet("kind=\(kind)")
    #expect(answer["kind"] == kind && answer["source"] == "s1")
    for part in ["https://bn.example/api/v1/decision", "YOUR_API_KEY", "s1", "click_id"] {
      #expect(answer["code"]?.contains(part) == true, "\(part)")
    }
    #expect(!answer.text.contains("bn_live_") && !answer.text.contains("bn_pub_"))
  }

  @Test func `without a kind it is the page's`() { #expect(snippet("")["kind"] == "html") }

  @Test func `the landing page's URL has the click's macro`() {
    #expect(snippet("")["landing_url"] == "https://your-landing.example/?click_id={clickid}")
    #expect(
      snippet("click_macro=__CLICKID__")["landing_url"] == "https://your-landing.example/?click_id=__CLICKID__")
    #expect(snippet("click_macro=%24%7BSUBID%7D")["landing_url"]?.hasSuffix("=${SUBID}") == true)
  }

  @Test(arguments: [
    "click_macro=a%26b", "click_macro=%22", "click_macro=a+b", "click_macro=\(String(repeating: "x", count: 65))",
  ])
  func `what is no macro is refused`(query: String) {
    #expect(snippet(query).isProblem(422, "invalid_fields"))
    #expect(snippet(query).fields == ["click_macro"])
  }

  @Test func `an unknown kind and an unknown source`() {
    #expect(snippet("kind=perl").fields == ["kind"])
    #expect(account.get("/api/v1/sources/none/snippet").isProblem(404, "not_found"))
    #expect(bench.get("/api/v1/sources/s1/snippet").isProblem(401, "missing_key"))
  }

  @Test func `another account's source is unknown, and a revoked key is not handed out`() throws {
    #expect(try bench.account().get("/api/v1/sources/s1/snippet").isProblem(404, "not_found"))
    let keys = account.get("/api/v1/keys")
    let place = keys.all("keys", "kind").firstIndex(of: "publishable") ?? 0
    _ = account.send("DELETE", "/api/v1/keys/\(keys["keys.\(place).id"] ?? "")")
    let answer = snippet("kind=html")
    #expect(answer["code"]?.contains("YOUR_PUBLISHABLE_KEY") == true)
    #expect(answer["notes.0"]?.contains("has no publishable key") == true)
  }
}
