import Testing

/// `/api/v1/postbacks/status-map`: PRODUCT.md §5.
@Suite struct StatusMapTests {
  static let path = "/api/v1/postbacks/status-map"
  let bench: Workbench
  let account: TestAccount
  /// The postback key's id.
  let key: String

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    key = account.keyID("postback")
  }

  private func put(_ json: String, _ query: String = "") -> Answer {
    account.send("PUT", Self.path + query, json: json)
  }

  private func map(_ query: String = "") -> [String: String] {
    let answer = account.get(Self.path + query)
    return answer.keys("map").reduce(into: [:]) { $0[$1] = answer["map.\($1)"] }
  }

  @Test func `words that are named change, the others stay, null takes one out`() {
    #expect(account.get(Self.path)["map"] == "" && account.get(Self.path)["key"] == "null")
    #expect(account.get(Self.path)["table.chargeback"] == "4")
    #expect(put(#"{" Approve ":"approved","1":"approved","NO-sale x":"rejected"}"#).status == 200)
    #expect(map() == ["approve": "approved", "1": "approved", "no_sale_x": "rejected"])
    let answer = put(#"{"1":null,"approve":"pending","2":"chargeback","never":null}"#)
    #expect(answer.status == 200 && answer["dry_run"] == "false" && answer["clicks_waiting"] == "0")
    #expect(answer.keys("map") == ["2", "approve", "no_sale_x"])
    #expect(map() == ["approve": "pending", "2": "chargeback", "no_sale_x": "rejected"])
    #expect(put("{}").status == 200)
    #expect(map().count == 3)
  }

  @Test func `a key has a map of its own, before the account's, before the table`() {
    _ = put(#"{"sale":"rejected","odd":"approved"}"#)
    _ = put(#"{"sale":"chargeback"}"#, "?key=\(key)")
    #expect(map("?key=\(key)") == ["sale": "chargeback"] && account.get(Self.path + "?key=\(key)")["key"] == key)
    for (click, status) in [("a", "sale"), ("b", "odd"), ("c", "paid")] {
      _ = account.decide(#""click_id":"\#(click)""#)
      _ = account.postback("click_id=\(click)&status=\(status)&payout=2")
    }
    #expect(["a", "b", "c"].map { account.event($0)["status"] } == ["chargeback", "approved", "approved"])
    #expect(bench.get("/api/postback?api_key=\(account.secret)&click_id=a&status=sale")["lead_status"] == "chargeback")
    _ = put(#"{"sale":null}"#, "?key=\(key)")
    #expect(account.event("a")["status"] == "rejected")
    _ = put(#"{"sale":null}"#)
    #expect(account.event("a")["status"] == "approved")
  }

  @Test func `only one's own postback and secret keys have words`() throws {
    let other = try bench.account()
    _ = put(#"{"odd":"approved"}"#)
    #expect(other.get(Self.path)["map"] == "")
    let refused = [account.keyID("publishable"), other.keyID("postback"), "key_1", "x", account.postback]
    for key in refused {
      for answer in [put(#"{"odd":"rejected"}"#, "?key=\(key)"), account.get(Self.path + "?key=\(key)")] {
        #expect(answer.isProblem(422, "invalid_fields") && answer.fields == ["key"])
        #expect(!answer.text.contains(account.postback))
      }
    }
    #expect(put("{}", "?key=\(account.keyID("secret"))").status == 200)
    #expect(other.get(Self.path + "?key=\(other.keyID("postback"))")["map"] == "")
  }

  @Test func `a word that cannot be taken is named`() {
    let long = String(repeating: "x", count: 65)
    let answer = put(#"{"ok":"approved","odd":"sale","\#(long)":"approved"," ":"approved","n":1,"a\u0007b":null}"#)
    #expect(answer.isProblem(422, "invalid_fields"))
    #expect(answer.fields.sorted() == [" ", "a\u{7}b", "n", "odd", long])
    #expect(map() == [:])
    #expect(put(#"{"\#(long.dropFirst())":"approved"}"#).status == 200)
    // Said twice, in two ways.
    #expect(put(#"{"Odd":"approved","odd":"rejected"}"#).fields == ["odd"])
    #expect(put("[]").isProblem(422, "invalid_fields"))
    #expect(put("{").isProblem(400, "bad_json"))
    #expect(put("{}", "?dry_run=yes").fields == ["dry_run"])
    #expect(account.send("POST", Self.path, json: "{}").isProblem(405, "method_not_allowed"))
  }

  @Test func `a map holds 200 words, in a dry run too`() {
    func words(_ numbers: Range<Int>) -> String {
      "{" + numbers.map { "\"w\($0)\":\"approved\"" }.joined(separator: ",") + "}"
    }
    #expect(put(words(0..<201), "?dry_run=1").isProblem(422, "limit_reached"))
    #expect(put(words(0..<201)).isProblem(422, "limit_reached") && map().isEmpty)
    #expect(put(words(0..<200)).status == 200)
    #expect(put(#"{"more":"approved"}"#).isProblem(422, "limit_reached"))
    #expect(put(#"{"more":"approved","w0":null}"#).status == 200 && map().count == 200)
  }

  @Test func `a dry run says what the change then does, and does nothing`() {
    account.makeForward()
    for number in 0..<6 {
      _ = account.decide(#""click_id":"c\#(number)""#)
      _ = account.postback("click_id=c\(number)&status=\(number < 4 ? "odd" : "sale")&payout=3")
    }
    _ = account.postback("click_id=c3&status=sale&payout=3")
    _ = account.postback("click_id=nobody&status=odd&payout=3")
    func sums() -> [String] {
      ["revenue", "held_revenue", "approved", "pending"].map { account.get("/api/v1/stats")["total.\($0)"] ?? "" }
    }
    func forwards() -> Int { (0..<6).reduce(0) { $0 + (Int(account.event("c\($1)")["forwards"] ?? "") ?? 0) } }
    let (before, sent) = (sums(), forwards())
    #expect(before == ["9", "9", "3", "3"])
    let dry = put(#"{"odd":"approved"}"#, "?dry_run=1")
    #expect(dry["dry_run"] == "true" && dry["map.odd"] == "approved" && dry.node("clicks_waiting") == nil)
    #expect(sums() == before && forwards() == sent && map().isEmpty)
    let done = put(#"{"odd":"approved"}"#)
    for name in dry.keys("effect") { #expect(done["effect.\(name)"] == dry["effect.\(name)"], "\(name)") }
    let effect = ["messages", "clicks", "leads", "conversions", "forwards", "revenue", "held_revenue"]
      .map { done["effect.\($0)"] ?? "" }
    #expect(effect == ["5", "5", "3", "3", "3", "9", "-9"])
    #expect(sums() == ["18", "0", "6", "0"] && forwards() == sent + 3)
    let again = put(#"{"odd":"approved"}"#)
    #expect(again["effect.messages"] == "0" && again["effect.forwards"] == "0" && forwards() == sent + 3)
  }
}

extension TestAccount {
  /// The id of its first key of a kind.
  func keyID(_ kind: String) -> String {
    let keys = get("/api/v1/keys")
    let place = keys.all("keys", "kind").firstIndex(of: kind) ?? 0
    return keys["keys.\(place).id"] ?? ""
  }

  /// The timeline of the newest lead of a click.
  func event(_ clickID: String) -> Answer {
    let found = get("/api/v1/events?click_id=\(clickID)")
    return get("/api/v1/events/\(found["events.0.event_id"] ?? "")")
  }

  /// - Parameter members: beside name and URL.
  @discardableResult
  func makeForward(_ members: String = "") -> Answer {
    send(
      "POST", "/api/v1/forwards",
      json:
        #"{"name":"keitaro","url":"https://tracker.example/p?subid={click_id}"\#(members.isEmpty ? "" : "," + members)}"#
    )
  }
}
