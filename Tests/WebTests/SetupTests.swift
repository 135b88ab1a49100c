import Testing

/// Sources, settings, people and keys: PRODUCT.md §2.
@Suite struct SetupTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  @Test func `a source is made, shown, changed, archived`() {
    let made = account.send(
      "POST", "/api/v1/sources",
      json: #"{"slug":"tiktok_us","name":"TikTok","traffic_type":"social","cost_per_lead":0.5}"#)
    #expect(made.status == 201)
    #expect(
      made.keys() == ["active", "archived_at", "cost_per_lead", "created_at", "name", "slug", "stats", "traffic_type"])
    #expect(made["slug"] == "tiktok_us" && made["cost_per_lead"] == "0.5" && made["active"] == "true")
    let changed = account.send("PATCH", "/api/v1/sources/tiktok_us", json: #"{"name":"T","cost_per_lead":null}"#)
    #expect(changed["name"] == "T" && changed["cost_per_lead"] == "null" && changed["traffic_type"] == "social")
    #expect(account.send("PATCH", "/api/v1/sources/tiktok_us", json: #"{"slug":"x"}"#).fields == ["slug"])
    _ = account.decide(#""click_id":"c1""#, source: "tiktok_us")
    _ = account.postback("click_id=c1&status=sale&payout=3")
    let shown = account.get("/api/v1/sources/tiktok_us")
    #expect(shown["stats.leads"] == "1" && shown["stats.revenue"] == "3" && shown["stats.profit"] == "3")
    #expect(account.send("DELETE", "/api/v1/sources/tiktok_us")["active"] == "false")
    let listed = account.get("/api/v1/sources")
    #expect(listed["sources.0.active"] == "false" && listed["sources.0.stats.leads"] == "1")
    #expect(account.send("PATCH", "/api/v1/sources/tiktok_us", json: #"{"active":true}"#)["archived_at"] == "null")
  }

  @Test func `a source's name is taken once`() {
    account.makeSource()
    let again = account.send("POST", "/api/v1/sources", json: #"{"slug":"s1"}"#)
    #expect(again.isProblem(409, "taken") && again.fields == ["slug"])
    #expect(account.get("/api/v1/sources/none").isProblem(404, "not_found"))
    #expect(account.send("POST", "/api/v1/sources", json: #"{"slug":1,"name":[]}"#).fields == ["slug", "slug", "name"])
  }

  @Test func `settings`() {
    let before = account.get("/api/v1/account")
    #expect(
      before.keys() == [
        "account_id", "address_limit", "created_at", "currency", "disabled_rules", "duplicate_window", "plan",
        "refuse_other_partner", "routing_policy", "thresholds", "timezone", "timezone_change",
      ])
    #expect(before["thresholds.accept_at"] == "40" && before["thresholds.reject_below"] == "15")
    #expect(before["duplicate_window"] == "2592000" && before["account_id"] == account.id.text)
    let after = account.send(
      "PATCH", "/api/v1/account",
      json:
        #"{"currency":"EUR","routing_policy":"learned","address_limit":5,"thresholds":{"accept_at":90},"refuse_other_partner":true}"#
    )
    #expect(after.status == 200 && after["currency"] == "EUR" && after["routing_policy"] == "learned")
    #expect(before["refuse_other_partner"] == "false" && after["refuse_other_partner"] == "true")
    #expect(after["thresholds.accept_at"] == "90" && after["thresholds.reject_below"] == "15")
    #expect(account.get("/api/v1/account").text == after.text)
  }

  @Test(arguments: [
    (#""currency":"eur""#, "currency"), (#""currency":"EURO""#, "currency"),
    (#""routing_policy":"best""#, "routing_policy"),
    (#""duplicate_window":-1"#, "duplicate_window"), (#""duplicate_window":1.5"#, "duplicate_window"),
    (#""address_limit":0"#, "address_limit"), (#""address_limit":99999999999999999999"#, "address_limit"),
    (#""disabled_rules":["time_on_site"]"#, "disabled_rules"), (#""disabled_rules":"flood""#, "disabled_rules"),
    (#""thresholds":40"#, "thresholds"), (#""thresholds":{"accept_at":10}"#, "thresholds"),
    (#""thresholds":{"accept_at":101}"#, "thresholds.accept_at"), (#""plan":"unlimited""#, "plan"),
    (#""account_id":"acc_9""#, "account_id"),
  ])
  func `a bad setting changes nothing`(members: String, field: String) {
    let before = account.get("/api/v1/account").text
    let good = field == "routing_policy" ? #""currency":"EUR""# : #""routing_policy":"weighted""#
    let answer = account.send("PATCH", "/api/v1/account", json: "{\(good),\(members)}")
    #expect(answer.isProblem(422, "invalid_fields"))
    #expect(answer.fields.contains(field))
    #expect(account.get("/api/v1/account").text == before)
  }

  @Test func `people`() {
    let made = account.send("POST", "/api/v1/people", json: #"{"email":"Two@Example.com"}"#)
    #expect(made.status == 201 && made["email"] == "two@example.com")
    #expect(made["password"]?.isEmpty == false)
    let people = account.get("/api/v1/people")
    #expect(people["people"] == "2" && people.keys("people.0") == ["created_at", "email", "id"])
    let again = account.send("POST", "/api/v1/people", json: #"{"email":"two@example.com","password":"long enough 1"}"#)
    #expect(again.isProblem(409, "taken"))
    #expect(
      account.send("POST", "/api/v1/people", json: #"{"email":"x","password":"short"}"#).fields == [
        "email", "password",
      ])
    #expect(account.send("DELETE", "/api/v1/people/\(made["id"] ?? "")").status == 204)
    #expect(account.send("DELETE", "/api/v1/people/\(made["id"] ?? "")").isProblem(404, "not_found"))
    #expect(account.send("DELETE", "/api/v1/people/\(people["people.0.id"] ?? "")").isProblem(422, "last_person"))
    #expect(account.get("/api/v1/people")["people"] == "1")
  }

  @Test func `a password is kept as it was typed, other texts without the white space around them`() {
    let json = #"{"email":" Two@Example.com\t","password":" long enough 1 "}"#
    #expect(account.send("POST", "/api/v1/people", json: json)["email"] == "two@example.com")
    func logIn(_ password: String) -> Int {
      bench.send("POST", "/api/v1/session", json: #"{"email":"two@example.com ","password":"\#(password)"}"#).status
    }
    #expect(logIn("long enough 1") == 401 && logIn(" long enough 1 ") == 200)
    let source = account.send("POST", "/api/v1/sources", json: #"{"slug":" s1 ","name":" \u00a0 "}"#)
    #expect(source["slug"] == "s1" && source["name"] == "s1")
    #expect(account.send("POST", "/api/v1/keys", json: #"{"kind":"secret","name":" a b "}"#)["name"] == "a b")
  }

  @Test func `no cache keeps an answer`() {
    let key = account.send("POST", "/api/v1/keys", json: #"{"kind":"postback"}"#)
    let person = account.send("POST", "/api/v1/people", json: #"{"email":"two@example.com"}"#)
    let answers = [
      key, person, account.get("/api/v1/keys"), account.get("/api/v1/keys/\(key["id"] ?? "")"),
      account.get("/api/v1/session"), account.get("/api/v1/events/recent"), account.decide(), bench.get("/healthz"),
      account.postback("click_id=a"), account.get("/api/v1/keys/none"),
    ]
    for answer in answers {
      #expect(answer.response.headers.filter { $0.name == "Cache-Control" }.map(\.value) == ["no-store"])
    }
  }

  @Test func `a secret key is shown once, the others again`() {
    for (kind, prefix) in [("secret", "bn_live_"), ("publishable", "bn_pub_"), ("postback", "bn_pb_")] {
      let made = account.send("POST", "/api/v1/keys", json: #"{"kind":"\#(kind)","name":"n"}"#)
      let key = made["key"] ?? ""
      #expect(made.status == 201 && key.hasPrefix(prefix) && key.utf8.count == prefix.utf8.count + 32)
      #expect(
        key.dropFirst(prefix.utf8.count).utf8.allSatisfy {
          $0 < 128 && Character(Unicode.Scalar($0)).isLetter || (48...57).contains($0)
        })
      #expect(made["masked"] == key.prefix(12) + "…" + key.suffix(4))
      let shown = account.get("/api/v1/keys/\(made["id"] ?? "")")
      #expect(shown["key"] == (kind == "secret" ? nil : key))
      #expect(!account.get("/api/v1/keys").text.contains(key))
    }
    #expect(account.get("/api/v1/keys")["keys"] == "6")
  }

  @Test func `at rest neither a secret nor a postback key can be read`() throws {
    let search = try MarkerSearch(bench.storedBytes())
    #expect(!search.finds(account.secret) && !search.finds(account.postback))
    #expect(search.finds(account.publishable))
  }

  @Test(arguments: [
    ("{}", "kind"), (#"{"kind":"root"}"#, "kind"), (#"{"kind":"secret","origins":["https://a.example"]}"#, "origins"),
    (#"{"kind":"postback","daily_cap":1}"#, "daily_cap"), (#"{"kind":"publishable","daily_cap":0}"#, "daily_cap"),
    (#"{"kind":"publishable","origins":["a.example"]}"#, "origins"),
    (#"{"kind":"publishable","origins":["https://a.example/path"]}"#, "origins"),
    (#"{"kind":"publishable","origins":["https://a b"]}"#, "origins"), (#"{"kind":"publishable","name":7}"#, "name"),
  ])
  func `a bad key is not made`(json: String, field: String) {
    let answer = account.send("POST", "/api/v1/keys", json: json)
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields.contains(field))
    #expect(account.get("/api/v1/keys")["keys"] == "3")
  }

  @Test func `health`() {
    let answer = bench.get("/healthz")
    #expect(answer.status == 200 && answer["status"] == "ok" && answer["reason"] == "null")
    #expect(answer["version"] == "0.0.0-test" && answer["checks.database_writes"] == "true")
    #expect(bench.send("HEAD", "/healthz").status == 200)
  }

  @Test func `metrics count by route and hold nothing of a request`() {
    _ = account.decide()
    _ = account.postback("click_id=zqclick&status=zqword")
    _ = bench.get("/zqpath?zqquery=1")
    _ = account.get("/api/v1/events/zqevent?zqquery=1")
    let answer = bench.get("/metrics")
    #expect(answer.status == 200 && answer.header("content-type")?.hasPrefix("text/plain; version=0.0.4") == true)
    for line in [
      #"backnova_requests_total{route="POST /api/v1/decision",status="200"} 1"#,
      #"backnova_requests_total{route="GET /api/v1/events/{event_id}",status="404"} 1"#,
      #"backnova_requests_total{route="none",status="404"} 1"#, #"backnova_decisions_total{decision="accept"} 1"#,
      #"backnova_postbacks_total{result="unmatched"} 1"#, #"backnova_info{version="0.0.0-test"} 1"#,
    ] { #expect(answer.text.contains(line + "\n"), "\(line)") }
    for marker in ["zq", account.secret, account.postback, "bn_"] { #expect(!answer.text.contains(marker)) }
    #expect(answer.text.split(separator: "\n").allSatisfy { $0.hasPrefix("# ") || $0.hasPrefix("backnova_") })
  }
}
