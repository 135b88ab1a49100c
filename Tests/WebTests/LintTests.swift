import Testing

/// `POST /api/v1/postbacks/lint`.
@Suite struct LintTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    #expect(account.decide(#""click_id":"c1""#).status == 200)
    #expect(account.decide(#""click_id":"c2""#).status == 200)
    #expect(account.postback("click_id=c2&status=sale&payout=8&txid=1")["result"] == "applied")
  }

  /// Lints a URL of this host. - Parameter url: `{K}` stands for the postback key.
  private func lint(_ url: String, _ members: String = "", host: String = "bn.example") -> Answer {
    let url = url.replacingOccurrences(of: "{K}", with: account.postback)
      .replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
    return bench.send(
      "POST", "/api/v1/postbacks/lint", key: account.secret,
      json: #"{"url":"\#(url)"\#(members.isEmpty ? "" : "," + members)}"#, headers: ["host": host])
  }

  /// Behind `https://bn.example/api/postback?api_key={K}&`: query, result, status, payout, txid, codes.
  @Test(arguments: [
    ("click_id=c1&status=sale&payout=5&txid=t", "applied", "approved", "5", "t", ""),
    ("click_id=c1&status=SALE&payout=5,50&txid=t", "applied", "approved", "5.5", "t", ""),
    ("click_id=c1&status=hold&payout=5&txid=t", "applied", "pending", "5", "t", ""),
    ("click_id=c1&status=trash&payout=0&txid=t", "applied", "rejected", "0", "t", ""),
    ("click_id=c1&status=refund&payout=-5&txid=t", "applied", "chargeback", "5", "t", ""),
    ("click_id=c1&status=sale&payout=-5&txid=t", "applied", "chargeback", "5", "t", ""),
    ("click_id=c1&status=whatever&payout=5&txid=t", "applied", "pending", "5", "t", "unknown_status"),
    ("click_id=c1&status=hold&payout=-5&txid=t", "applied", "pending", "null", "t", "negative_payout"),
    ("click_id=c1&status=sale&payout=x&txid=t", "applied", "approved", "null", "t", "bad_payout"),
    ("click_id=c1&status=sale&payout=1,234&txid=t", "applied", "approved", "1234", "t", "thousands_separator"),
    ("click_id=c1&status=sale&payout=5%20EUR&txid=t", "applied", "approved", "5", "t", "currency_mismatch"),
    ("click_id=c1&status=sale&payout=5&txid=t&currency=usd", "applied", "approved", "5", "t", ""),
    (
      "click_id=c1&status=sale&payout=5&txid=t¤cy=EUR", "applied", "approved", "5", "t",
      "healed_query currency_mismatch"
    ),
    ("click_id=c1&amp;status=sale&amp;payout=5&amp;txid=t", "applied", "approved", "5", "t", "healed_query"),
    ("click_id=c1?status=sale&payout=5&txid=t", "applied", "approved", "5", "t", "healed_query"),
    ("click_id=c1&status=trash&status=sale&payout=5&txid=t", "applied", "approved", "5", "t", "repeated_parameter"),
    ("click_id=c1&status=&payout=null&txid=t", "applied", "pending", "null", "t", "empty_value"),
    ("click_id=c1&status=sale&payout=5&txid=", "applied", "approved", "5", "null", "empty_value"),
    // The click's own story.
    ("click_id=c2&status=sale&payout=8&txid=1", "duplicate", "approved", "8", "1", ""),
    ("click_id=c2&status=hold&payout=8&txid=1", "stale", "pending", "8", "1", ""),
    ("click_id=c2&status=sale&payout=3&txid=2", "applied", "approved", "3", "2", ""),
    ("click_id=c2&status=trash&payout=3&txid=2", "applied", "rejected", "3", "2", "unknown_txid"),
    ("click_id=c3&status=sale&payout=5&txid=t", "unmatched", "approved", "5", "t", ""),
    // Names that are missing.
    ("click_id=c1", "applied", "pending", "null", "null", "missing_status missing_payout missing_txid"),
    ("click_id=c1&payout=5&txid=t", "applied", "pending", "5", "t", "missing_status"),
    ("click_id=c1&status=sale&txid=t", "applied", "approved", "null", "t", "missing_payout"),
    ("click_id=c1&status=sale&payout=5", "applied", "approved", "5", "null", "missing_txid"),
    ("status=sale&payout=5&txid=t", "ignored missing_click_id", "approved", "5", "t", "missing_click_id"),
    // Names that are another's.
    ("clickid=c1&status=sale&payout=5&txid=t", "ignored missing_click_id", "approved", "5", "t", "misnamed_click_id"),
    ("subid=c1&status=sale&payout=5&txid=t", "ignored missing_click_id", "approved", "5", "t", "misnamed_click_id"),
    ("aff_sub=c1&status=sale&payout=5&txid=t", "ignored missing_click_id", "approved", "5", "t", "misnamed_click_id"),
    ("cid=c1&status=sale&payout=5&txid=t", "ignored missing_click_id", "approved", "5", "t", "misnamed_click_id"),
    ("Click_ID=c1&status=sale&payout=5&txid=t", "ignored missing_click_id", "approved", "5", "t", "misnamed_click_id"),
    ("click_id=c1&status=sale&sum=5&txid=t", "applied", "approved", "null", "t", "misnamed_payout"),
    ("click_id=c1&status=sale&amount=5&txid=t", "applied", "approved", "null", "t", "misnamed_payout"),
    ("click_id=c1&status=sale&revenue=5&tid=t", "applied", "approved", "null", "null", "misnamed_payout misnamed_txid"),
    ("click_id=c1&status=sale&payout=5&transaction_id=t", "applied", "approved", "5", "null", "misnamed_txid"),
    ("click_id=c1&goal=sale&payout=5&txid=t", "applied", "pending", "5", "t", "misnamed_status"),
    ("click_id=c1&event=sale&payout=5&txid=t", "applied", "pending", "5", "t", "misnamed_status"),
    ("click_id=c1&conv_status=sale&payout=5&txid=t", "applied", "pending", "5", "t", "misnamed_status"),
    (
      "click_id=c1&staus=sale&payout=5&txid=t&curency=EUR", "applied", "pending", "5", "t",
      "misnamed_status misnamed_currency"
    ),
    // Others beside our own say nothing.
    ("click_id=c1&status=sale&payout=5&txid=t&goal=2&sub1=x&sum=9", "applied", "approved", "5", "t", ""),
    // Templates.
    (
      "click_id={sub1}&status={status}&payout={sum}&txid={transactionid}", "ignored unexpanded_macro", "pending",
      "null", "null", "unexpanded_macro network_macros"
    ),
    (
      "click_id=#s2#&status=sale&payout=#price#&txid=#leadid#", "ignored unexpanded_macro", "approved", "null", "null",
      "unexpanded_macro network_macros"
    ),
    (
      "click_id=%7Bmine%7D&status=sale&payout={yours}&txid=t", "ignored unexpanded_macro", "approved", "null", "t",
      "unexpanded_macro unknown_macros"
    ),
    (
      "click_id=c1&status=sale&payout=REPLACE&txid=t", "applied", "approved", "null", "t",
      "unexpanded_macro unknown_macros"
    ),
    (
      "subid={sub5}&status={status}&sum={sum}", "ignored missing_click_id", "pending", "null", "null",
      "unexpanded_macro misnamed_click_id misnamed_payout missing_txid network_macros"
    ),
    // What does not arrive as it stands there.
    ("click_id=c1&status=first deposit&payout=5&txid=t", "applied", "approved", "5", "t", "raw_space"),
    ("click_id=c1&status=sale&payout=5&txid=t#top", "applied", "approved", "5", "t#top", "fragment"),
  ])
  func `what a URL would do`(
    query: String, result: String, status: String, payout: String, txid: String, codes: String
  ) {
    let answer = lint("https://bn.example/api/postback?api_key={K}&" + query)
    #expect(answer.status == 200 && answer["http_status"] == "200", "\(answer)")
    let reason = answer["reason"].flatMap { $0 == "null" ? nil : " " + $0 } ?? ""
    #expect((answer["result"] ?? "") + reason == result)
    #expect(answer["status"] == status && answer["payout"] == payout && answer["txid"] == txid, "\(answer)")
    #expect(answer.all("warnings", "code") == codes.split(separator: " ").map(String.init))
    #expect(answer["template"] == String(codes.contains("_macros")))
  }

  @Test(arguments: [
    ("http://bn.example/api/postback?api_key={K}&", "200", "not_https"),
    ("bn.example/api/postback?api_key={K}&", "200", "not_https"),
    ("https://other.example/api/postback?api_key={K}&", "200", "wrong_host"),
    ("https://BN.example:443/api/postback?api_key={K}&", "200", ""),
    ("https://bn.example/api/v1/postback?api_key={K}&", "404", "wrong_path"),
    ("https://bn.example/api/postback/?api_key={K}&", "404", "wrong_path"),
    ("http://other.example/?api_key={K}&", "404", "not_https wrong_host wrong_path"),
    ("https://bn.example/api/postback?", "401", "missing_key"),
    ("https://bn.example/api/postback?api_key=&", "401", "missing_key"),
    ("https://bn.example/api/postback?key={K}&", "401", "misnamed_key"),
    ("https://bn.example/api/postback?api_key=KEY&", "401", "unknown_key"),
    ("https://bn.example/api/postback?api_key=bn_pb_00000000000000000000000000000000&", "401", "unknown_key"),
    ("https://bn.example/api/postback?x=1&api_key=old&api_key={K}&", "200", ""),
  ])
  func `where it goes and with which key`(front: String, status: String, codes: String) {
    let answer = lint(front + "click_id=c1&status=sale&payout=5&txid=t")
    #expect(answer["http_status"] == status && answer["result"] == "applied")
    #expect(answer.all("warnings", "code") == codes.split(separator: " ").map(String.init))
    #expect(!answer.text.contains(account.postback))
  }

  @Test func `keys of other kinds, of nobody any more, of others`() throws {
    let rest = "&click_id=c1&status=sale&payout=5&txid=t"
    func codes(_ key: String) -> [String] {
      let answer = lint("https://bn.example/api/postback?api_key=\(key)" + rest)
      #expect(!answer.text.contains(key) && answer["result"] == "applied")
      return [answer["http_status"] ?? ""] + answer.all("warnings", "code")
    }
    #expect(codes(account.secret) == ["200", "secret_key"])
    #expect(codes(account.publishable) == ["403", "publishable_key"])
    #expect(codes(try bench.account().postback) == ["401", "unknown_key"])
    let keys = account.get("/api/v1/keys")
    let place = keys.all("keys", "kind").firstIndex(of: "postback") ?? 0
    #expect(account.send("DELETE", "/api/v1/keys/\(keys["keys.\(place).id"] ?? "")").status == 204)
    #expect(codes(account.postback) == ["401", "revoked_key"])
  }

  @Test func `a key is never answered, wherever it stands`() {
    let key = account.postback
    for query in [
      "click_id=\(key)&txid=\(key)&status=\(key)&payout=\(key)", "\(key)=1&click_id={\(key)}", "click_id=x\(key)\(key)",
      "api_key={\(key)}",
    ] {
      let answer = lint("https://bn.example/api/postback?api_key={K}&" + query)
      #expect(answer.status == 200 && !answer.text.contains(key))
    }
  }

  @Test func `contact data is answered as it would be kept`() {
    let answer = lint(
      "https://bn.example/api/postback?api_key={K}&click_id=jo%40example.com&txid=jo%40example.com&status=sale&payout=1"
    )
    #expect(answer["result"] == "unmatched" && answer.all("warnings", "code") == ["contact_in_txid"])
    #expect(answer["click_id"]?.utf8.count == 64 && answer["txid"]?.utf8.count == 64)
    #expect(!answer.text.contains("example.com\"") && !answer.text.contains("jo%40") && !answer.text.contains("jo@"))
  }

  @Test func `the answer's shape`() {
    let answer = lint("http://bn.example/api/postback?api_key={K}&clickid={sub1}&goal={status}&sum={sum}&geo=US")
    #expect(
      answer.keys() == [
        "click_id", "currency", "event_id", "healed_url", "http_status", "lead_status", "networks", "parameters",
        "payout", "raw_status", "reason", "result", "status", "template", "txid", "warnings",
      ])
    #expect(answer.all("parameters", "name") == ["api_key", "clickid", "goal", "sum", "geo"])
    #expect(answer.all("parameters", "meaning") == ["api_key", "click_id", "status", "payout", "null"])
    #expect(answer.all("parameters", "macro") == ["null", "{sub1}", "{status}", "{sum}", "null"])
    #expect(answer["parameters.0.known"] == "true" && answer["parameters.1.known"] == "false")
    #expect(answer["networks.0"] == "affise" && answer["networks"] == "1")
    #expect(
      answer["healed_url"]
        == "https://bn.example/api/postback?api_key=KEY&click_id={sub1}&status={status}&payout={sum}")
    #expect(answer.keys("warnings.0") == ["code", "text"])
    #expect(answer.all("warnings", "text").allSatisfy { $0.utf8.count > 20 })
    #expect(answer.all("warnings", "text").contains { $0.contains("Affise") })
  }

  @Test func `a healed URL does what was meant`() {
    let answer = lint(
      "http://elsewhere.example/pb?api_key={K}&amp;clickid=c1&status=first deposit&sum=5,5&tid=a%2Bb/c")
    #expect(answer["result"] == "ignored")
    let healed = (answer["healed_url"] ?? "").replacingOccurrences(of: "=KEY&", with: "={K}&")
    #expect(healed.hasPrefix("https://bn.example/api/postback?api_key={K}&"))
    let again = lint(healed)
    #expect(again["result"] == "applied" && again["status"] == "approved" && again["payout"] == "5.5")
    #expect(again["txid"] == "a+b/c" && again["click_id"] == "c1" && again["warnings"] == "0")
  }

  @Test func `the words of the URL's key count, or those of the key that is asked for`() {
    let keys = account.get("/api/v1/keys")
    func id(_ kind: String) -> String {
      keys["keys.\(keys.all("keys", "kind").firstIndex(of: kind) ?? 0).id"] ?? ""
    }
    let map = "/api/v1/postbacks/status-map"
    #expect(account.send("PUT", map, json: #"{"odd":"rejected"}"#).status == 200)
    #expect(account.send("PUT", map + "?key=\(id("postback"))", json: #"{"odd":"approved"}"#).status == 200)
    let query = "click_id=c1&status=Odd&payout=5&txid=t"
    #expect(lint("https://bn.example/api/postback?api_key={K}&" + query)["status"] == "approved")
    #expect(lint("https://bn.example/api/postback?" + query)["status"] == "rejected")
    #expect(lint("https://bn.example/api/postback?" + query, #""key":"\#(id("postback"))""#)["status"] == "approved")
    #expect(
      lint("https://bn.example/api/postback?api_key={K}&" + query, #""key":"\#(id("secret"))""#)["status"] == "rejected"
    )
    #expect(lint("https://bn.example/api/postback?" + query, #""key":"key_none""#).fields == ["key"])
  }

  @Test(arguments: ["{}", #"{"url":""}"#, #"{"url":1}"#, #"{"url":null}"#, #"{"url":"a\nb"}"#])
  func `no URL`(json: String) {
    let answer = account.send("POST", "/api/v1/postbacks/lint", json: json)
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields == ["url"])
  }

  @Test func `long URLs`() {
    let front = "https://bn.example/api/postback?api_key={K}&click_id=c1&status=sale&payout=5&txid=t&x="
    let long = lint(front + String(repeating: "x", count: 7_950))
    #expect(long.status == 200 && long.all("warnings", "code").contains("too_long"))
    #expect(lint(front + String(repeating: "x", count: 8_200)).fields == ["url"])
  }

  @Test func `it is for the account's own people`() {
    let body = #"{"url":"https://x.example/"}"#
    #expect(bench.send("POST", "/api/v1/postbacks/lint", json: body).isProblem(401, "missing_key"))
    for key in [account.postback, account.publishable] {
      #expect(bench.send("POST", "/api/v1/postbacks/lint", key: key, json: body).isProblem(403, "key_not_allowed"))
    }
  }

  @Test func `nothing is recorded and nothing logged`() throws {
    let before = try bench.storedBytes()
    for query in ["click_id=c1&status=sale", "click_id=none&status=odd", "status=x", "click_id=a@b.example"] {
      #expect(lint("https://bn.example/api/postback?api_key={K}&" + query).status == 200)
    }
    #expect(try bench.storedBytes() == before)
    #expect(bench.log.text.isEmpty)
    #expect(account.get("/api/v1/postbacks/unmapped")["words"] == "0")
  }
}
