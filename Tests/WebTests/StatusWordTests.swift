import Domain
import Testing

/// `/api/v1/postbacks/presets` and `/unmapped`.
@Suite struct StatusWordTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    #expect(account.decide(#""click_id":"c1""#).status == 200)
  }

  @Test func `the presets`() {
    let answer = bench.get("/api/v1/postbacks/presets", key: account.secret, headers: ["host": "bn.example"])
    #expect(answer["presets"] == String(NetworkPreset.all.count))
    #expect(answer.keys("presets.0") == ["macros", "name", "note", "slug", "source", "url", "words"])
    #expect(answer.keys("presets.0.macros") == ["click_id", "currency", "payout", "status", "txid"])
    #expect(answer["presets.0.slug"] == "affise" && answer["presets.0.words.1"] == "approved")
    #expect(answer["presets.0.url"]?.hasPrefix("https://bn.example/api/postback?api_key=KEY&click_id={sub1}&") == true)
    let tune = answer.all("presets", "slug").firstIndex(of: "tune") ?? 0
    #expect(answer["presets.\(tune).macros.status"] == "null" && answer["presets.\(tune).words"] == "")
    #expect(bench.get("/api/v1/postbacks/presets").isProblem(401, "missing_key"))
  }

  @Test func `words that nothing names, most used first`() throws {
    for word in ["odd", "approve", "Approve", "sale", "approve"] { _ = account.postback("click_id=c1&status=\(word)") }
    let answer = account.get("/api/v1/postbacks/unmapped")
    #expect(answer.all("words", "word") == ["approve", "odd"])
    #expect(
      answer.keys("words.0") == ["first_at", "key_id", "last_at", "messages", "suggested_status", "word"])
    #expect(answer["words.0.messages"] == "3" && answer["words.0.suggested_status"] == "approved")
    #expect(answer["words.1.messages"] == "1" && answer["words.1.suggested_status"] == "null")
    let keys = account.get("/api/v1/keys")
    let place = keys.all("keys", "kind").firstIndex(of: "postback") ?? 0
    #expect(answer["words.0.key_id"] == keys["keys.\(place).id"])
    #expect(answer["words.0.first_at"]?.hasPrefix("2026-11-22T") == true)
    #expect(try bench.account().get("/api/v1/postbacks/unmapped")["words"] == "0")
  }
}
