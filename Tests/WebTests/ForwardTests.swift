import Testing

/// `/api/v1/forwards`: PRODUCT.md §2 and §6.
@Suite struct ForwardTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    account.makeSource("s1")
  }

  private func patch(_ id: String, _ json: String) -> Answer {
    account.send("PATCH", "/api/v1/forwards/\(id)", json: json)
  }

  @Test func `what is made is answered whole`() {
    let made = account.makeForward()
    #expect(made.status == 201 && made["id"]?.hasPrefix("fwd_") == true)
    let whole = [
      "name": "keitaro", "url": "https://tracker.example/p?subid={click_id}", "statuses": "4", "status_map": "",
      "source": "null", "active": "true", "created_at": "2026-11-22T12:00:00.000Z",
    ]
    for (name, value) in whole { #expect(made[name] == value, "\(name)") }
    #expect(made.keys().count == whole.count + 1)
    let full = account.makeForward(
      #""statuses":["approved","rejected"],"status_map":{"approved":"sale"},"source":"s1","active":false"#)
    #expect(full["statuses"] == "2" && full["status_map.approved"] == "sale" && full["source"] == "s1")
    #expect(full["active"] == "false")
    #expect(account.get("/api/v1/forwards").all("forwards", "id") == [made["id"], full["id"]])
    #expect(account.get("/api/v1/forwards/\(full["id"] ?? "")").text == full.text)
  }

  @Test(
    arguments: [
      (#""name":"binom""#, "name", "binom"), (#""url":"http://b.example/?a={txid}&b={payout}""#, "url", nil),
      (#""statuses":["pending"]"#, "statuses", "1"), (#""statuses":[]"#, "statuses", "4"),
      (#""status_map":{"rejected":"r","approved":"a"}"#, "status_map", "approved rejected"),
      (#""status_map":{}"#, "status_map", ""), (#""source":"s1""#, "source", "s1"),
      (#""active":false"#, "active", "false"),
    ] as [(String, String, String?)]) func `each member may change, alone`(member: String, name: String, value: String?)
  {
    let made = account.makeForward(#""statuses":["approved","rejected"],"status_map":{"approved":"sale"}"#)
    let id = made["id"] ?? ""
    let changed = patch(id, "{\(member)}")
    #expect(changed.status == 200 && changed[name] == value ?? changed[name] && changed.text != made.text)
    for other in made.keys() where other != name { #expect(changed[other] == made[other], "\(other)") }
    #expect(account.get("/api/v1/forwards/\(id)").text == changed.text)
  }

  @Test func `null takes a source away`() {
    let id = account.makeForward(#""source":"s1""#)["id"] ?? ""
    #expect(patch(id, "{}")["source"] == "s1")
    #expect(patch(id, #"{"source":null}"#)["source"] == "null")
  }

  @Test func `what is deleted or another's is 404`() throws {
    let other = try bench.account()
    let id = account.makeForward()["id"] ?? ""
    for (whose, id) in [(other, id), (account, "fwd_0000000000001"), (account, "x")] {
      #expect(whose.get("/api/v1/forwards/\(id)").isProblem(404, "not_found"))
      #expect(whose.send("PATCH", "/api/v1/forwards/\(id)", json: #"{"name":"x"}"#).isProblem(404, "not_found"))
      #expect(whose.send("DELETE", "/api/v1/forwards/\(id)").isProblem(404, "not_found"))
    }
    #expect(other.get("/api/v1/forwards")["forwards"] == "0")
    #expect(account.send("DELETE", "/api/v1/forwards/\(id)").status == 204)
    #expect(account.send("DELETE", "/api/v1/forwards/\(id)").isProblem(404, "not_found"))
    #expect(account.get("/api/v1/forwards")["forwards"] == "0")
  }

  @Test(arguments: [
    (#""url":"https://x.example/?a={clickid}&b={click_id}&c={Payout}""#, "url"), (#""url":"ftp://x.example/""#, "url"),
    (#""url":"https:///path""#, "url"), (#""url":"https://{source}.example/""#, "url"),
    (#""url":"https://x{source}.example/""#, "url"), (#""url":"https://x.example/a b""#, "url"),
    (#""url":"https://x.example/?a={click_id""#, "url"), (#""url":"https://x.example/?a={}""#, "url"),
    (#""url":"https://x.example/?a=click_id}""#, "url"), (#""url":"""#, "url"), (#""url":7"#, "url"),
    (#""url":"x.example/""#, "url"), (#""url":"https://u:p@x.example/""#, "url"),
    (#""url":"https://x.example:22/""#, "url"), (#""url":"http://169.254.169.254/""#, "url"),
    (#""url":"http://127.1/?a={click_id}""#, "url"), (#""url":"http://[::1]:8080/""#, "url"), (#""name":"""#, "name"),
    (#""name":"  ""#, "name"), (#""name":"a\u0001""#, "name"),
    (#""statuses":["sale"]"#, "statuses"), (#""statuses":"approved""#, "statuses"), (#""statuses":[1]"#, "statuses"),
    (#""status_map":{"sale":"approved"}"#, "status_map"), (#""status_map":{"approved":""}"#, "status_map"),
    (#""status_map":{"approved":"a\nrejected=b"}"#, "status_map"), (#""status_map":["approved"]"#, "status_map"),
    (#""source":"nowhere""#, "source"), (#""active":"yes""#, "active"),
  ]) func `what cannot be taken is named`(member: String, field: String) {
    let id = account.makeForward()["id"] ?? ""
    let before = account.get("/api/v1/forwards").text
    let changed = patch(id, "{\(member)}")
    #expect(changed.isProblem(422, "invalid_fields") && changed.fields == [field])
    var members = ["name": #""name":"n""#, "url": #""url":"https://x.example/""#]
    members[field] = member
    let made = account.send("POST", "/api/v1/forwards", json: "{\(members.values.joined(separator: ","))}")
    #expect(made.isProblem(422, "invalid_fields") && made.fields == [field])
    #expect(account.get("/api/v1/forwards").text == before)
  }

  @Test func `a token that means nothing is named, and so are those that do`() {
    let text =
      account.makeForward(#""x":1"#).status == 201
      ? patch(account.get("/api/v1/forwards")["forwards.0.id"] ?? "", #"{"url":"https://x.example/{clickid}"}"#).text
      : ""
    #expect(text.contains("{clickid}") && text.contains("{click_id}") && text.contains("{forward_id}"))
    let all = "{click_id}{event_id}{status}{payout}{txid}{raw_status}{amount}{source}{partner}{currency}{timestamp}"
    let made = account.send(
      "POST", "/api/v1/forwards", json: #"{"name":"n","url":"https://x.example/?\#(all){forward_id}"}"#)
    #expect(made.status == 201)
    #expect(account.send("POST", "/api/v1/forwards", json: "{}").fields == ["name", "url"])
  }

  @Test(arguments: [
    ("https://{source}.example/", "behind the host"), ("https://x.example:22/", "443"),
    ("ftp://x.example/", "https://"),
    ("http://10.1.2.3/?a={click_id}", "BACKNOVA_ALLOW_CIDR"), ("https://x.example/a b", "%20"),
    ("https://u@x.example/", "user name"), ("https://x.example/?a={click_id", "tokens stand in { and }"),
  ]) func `what is wrong with a URL is said with the remedy`(url: String, words: String) {
    let answer = account.send("POST", "/api/v1/forwards", json: #"{"name":"n","url":"\#(url)"}"#)
    #expect(answer.fields == ["url"] && answer["errors.0.message"]?.contains(words) == true, "\(answer)")
  }

  @Test func `a network that is allowed may be named`() throws {
    let bench = try Workbench(allowing: "10.0.0.0/8", "127.0.0.0/8")
    let account = try bench.account()
    for (host, status) in [("10.1.2.3", 201), ("127.0.0.1:8080", 201), ("192.168.0.1", 422)] {
      let json = #"{"name":"n","url":"http://\#(host)/p?x={click_id}"}"#
      #expect(account.send("POST", "/api/v1/forwards", json: json).status == status, "\(host)")
    }
  }

  @Test func `an account has 20`() {
    for _ in 0..<20 { #expect(account.makeForward().status == 201) }
    #expect(account.makeForward().isProblem(422, "limit_reached"))
  }

  @Test func `only the account itself may`() {
    for key in [account.publishable, account.postback] {
      for (method, path) in [
        ("GET", "forwards"), ("GET", "conversions"), ("POST", "conversions"), ("GET", "postbacks"),
        ("PUT", "postbacks/status-map"), ("GET", "postbacks/status-map"), ("POST", "forwards"),
      ] {
        let answer = bench.send(method, "/api/v1/" + path, key: key, json: "{}")
        #expect(answer.isProblem(403, "key_not_allowed") && !answer.text.contains(key))
      }
    }
    #expect(bench.get("/api/v1/forwards").isProblem(401, "missing_key"))
  }
}
