import Testing

/// `/api/v1/partners`: PRODUCT.md §2 and §4.
@Suite struct PartnerTests {
  let bench: Workbench
  let account: TestAccount

  /// As PRODUCT.md §2 has it.
  static let whole = #"""
    {"slug":"pp-one","name":"PP one","mode":"server","url":"https://pp.example/leads","method":"POST","format":"json",
     "fields":{"email":"{email}","zip":"{form.zip}"},"headers":{"X-Token":"top-secret"},
     "success":{"status":[200,201],"pointer":"/ok","equals":true,"contains":"yes"},
     "lead_id_pointer":"/id","redirect_pointer":"/redirect","payout":30,"caps":{"hour":5,"day":25,"total":1000},
     "timezone":"Europe/Kyiv","schedule":[{"days":["mon","tue"],"from":"09:00","to":"18:00"}],
     "filters":{"countries":["US"],"sources":[],"traffic_types":[],"min_score":0},"priority":1,"weight":1,"active":true}
    """#

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  /// - Parameter members: beside what is needed, or in its place.
  private func make(_ members: String = "", slug: String = "pp-one") -> Answer {
    let needed = [#""url":"https://pp.example/l""#, #""fields":{"e":"{email}"}"#]
    let others = needed.filter { !members.contains($0.prefix { $0 != ":" }) } + (members.isEmpty ? [] : [members])
    return account.send(
      "POST", "/api/v1/partners", json: #"{"slug":"\#(slug)",\#(others.joined(separator: ","))}"#)
  }

  private func patch(_ json: String) -> Answer { account.send("PATCH", "/api/v1/partners/pp-one", json: json) }

  @Test func `what is made is answered whole, its headers by name alone`() throws {
    let made = account.send("POST", "/api/v1/partners", json: Self.whole)
    #expect(made.status == 201)
    for (name, value) in [
      "slug": "pp-one", "name": "PP one", "mode": "server", "url": "https://pp.example/leads", "method": "POST",
      "format": "json", "fields.email": "{email}", "fields.zip": "{form.zip}", "headers.X-Token": "••••",
      "success.pointer": "/ok", "success.equals": "true", "success.contains": "yes", "lead_id_pointer": "/id",
      "redirect_pointer": "/redirect", "payout": "30", "caps.hour": "5", "caps.day": "25", "caps.total": "1000",
      "caps_used.day": "0", "timezone": "Europe/Kyiv", "filters.min_score": "0", "priority": "1", "weight": "1",
      "active": "true", "archived_at": "null",
    ] { #expect(made[name] == value, "\(name)") }
    #expect(account.get("/api/v1/partners/pp-one").text == made.text)
    #expect(account.get("/api/v1/partners").all("partners", "slug") == ["pp-one"])
    #expect(!made.text.contains("top-secret"))
    #expect(try !MarkerSearch(bench.storedBytes()).finds("top-secret"))
  }

  @Test func `nested fields and constants come back as they were`() {
    let made = make(#""fields":{"lead":{"contact":{"mail":"{email}"},"n":1.50,"ok":true},"none":null,"c":"x"}"#)
    #expect(made.status == 201)
    #expect(
      made.text.contains(#""fields":{"lead":{"contact":{"mail":"{email}"},"n":1.50,"ok":true},"none":null,"c":"x"}"#))
  }

  @Test func `caps and filters change one by one`() {
    _ = account.send("POST", "/api/v1/partners", json: Self.whole)
    let changed = patch(#"{"caps":{"hour":7,"total":null},"filters":{"min_score":30}}"#)
    #expect(changed["caps.hour"] == "7" && changed["caps.day"] == "25" && changed["caps.total"] == "null")
    #expect(changed["filters.countries.0"] == "US" && changed["filters.min_score"] == "30")
  }

  @Test func `headers change one by one`() {
    _ = make(#""headers":{"X-A":"1","X-B":"2"}"#)
    #expect(patch(#"{"headers":{"X-B":null,"X-C":"3"}}"#).text.contains(#""headers":{"X-A":"••••","X-C":"••••"}"#))
    #expect(patch(#"{"weight":7}"#).text.contains(#""headers":{"X-A":"••••","X-C":"••••"}"#))
  }

  @Test(
    arguments: [
      (#""name":"Other""#, "name", "Other"), (#""mode":"page""#, "mode", "page"), (#""weight":0"#, "weight", "0"),
      (#""method":"GET""#, "method", "GET"), (#""payout":12.5"#, "payout", "12.5"),
      (#""payout":null"#, "payout", "null"),
      (#""caps":{"day":3}"#, "caps.day", "3"), (#""caps":{"hour":null}"#, "caps.hour", "null"),
      (#""priority":9"#, "priority", "9"),
      (#""schedule":[]"#, "schedule", "0"), (#""active":false"#, "active", "false"),
      (#""filters":{"min_score":40}"#, "filters.min_score", "40"), (#""deduplicates":true"#, "deduplicates", "true"),
      (#""lead_id_pointer":null"#, "lead_id_pointer", "null"),
      (#""timezone":"Asia/Kolkata""#, "timezone", "Asia/Kolkata"),
    ] as [(String, String, String)]) func `each member may change, alone`(member: String, name: String, value: String)
  {
    let made = account.send("POST", "/api/v1/partners", json: Self.whole)
    let changed = patch("{\(member)}")
    #expect(changed.status == 200 && changed[name] == value && changed.text != made.text)
    #expect(account.get("/api/v1/partners/pp-one").text == changed.text)
  }

  @Test(
    arguments: [
      (#""url":"ftp://pp.example/""#, "url"), (#""url":"https://{country}.pp.example/""#, "url"),
      (#""url":"https://pp.example/?a={mail}""#, "url"), (#""url":"http://127.0.0.1/x""#, "url"),
      (#""fields":{}"#, "fields"), (#""fields":{"a":"{phone_number}"}"#, "fields.a"),
      (#""fields":{"a":[1]}"#, "fields.a"),
      (#""fields":{"a":{"b":"x"}},"format":"form""#, "fields"), (#""headers":{"Host":"x"}"#, "headers.Host"),
      (#""headers":{"X-A":"a\nb"}"#, "headers.X-A"), (#""headers":{"X A":"b"}"#, "headers.X A"),
      (#""success":{"status":[99]}"#, "success.status"), (#""success":{"pointer":"ok"}"#, "success.pointer"),
      (#""success":{"equals":true}"#, "success.pointer"), (#""payout":-1"#, "payout"),
      (#""caps":{"day":-1}"#, "caps.day"),
      (#""timezone":"Mars/Base""#, "timezone"),
      (#""schedule":[{"days":["mon"],"from":"9:00","to":"18:00"}]"#, "schedule"),
      (#""schedule":[{"days":[],"from":"09:00","to":"18:00"}]"#, "schedule"),
      (#""filters":{"countries":["usa"]}"#, "filters.countries"),
      (#""filters":{"min_score":101}"#, "filters.min_score"),
      (#""filters":["US"]"#, "filters"), (#""filters":{"country":["US"]}"#, "filters"),
      (#""caps":{"daily":25}"#, "caps"),
      (#""success":{"state":[200]}"#, "success"),
      (#""schedule":[{"days":["mon"],"from":"09:00","to":"18:00","till":"19:00"}]"#, "schedule"),
      (#""mode":"both""#, "mode"), (#""weight":-1"#, "weight"), (#""redirect_pointer":"redirect""#, "redirect_pointer"),
    ] as [(String, String)]) func `what cannot be taken is named`(member: String, field: String)
  {
    let answer = make(member)
    #expect(answer.status == 422 && answer.all("errors", "field").contains(field), "\(answer.text)")
    #expect(account.get("/api/v1/partners").all("partners", "slug").isEmpty)
  }

  @Test func `a slug is taken once, and never free again`() {
    #expect(make().status == 201)
    #expect(make().status == 409)
    #expect(account.send("DELETE", "/api/v1/partners/pp-one")["archived_at"] != "null")
    #expect(make().status == 409)
    #expect(patch(#"{"weight":2}"#).status == 404)
    #expect(make(slug: "templates").status == 422)
    #expect(make(slug: "PP").status == 422)
  }

  @Test func `a page partner needs no URL`() {
    let made = account.send("POST", "/api/v1/partners", json: #"{"slug":"own","mode":"page"}"#)
    #expect(made.status == 201 && made["mode"] == "page")
    #expect(account.send("PATCH", "/api/v1/partners/own", json: #"{"mode":"server"}"#).status == 422)
  }

  @Test func `accounts do not see each other's`() throws {
    _ = make()
    let other = try bench.account()
    #expect(other.get("/api/v1/partners/pp-one").status == 404)
    #expect(other.get("/api/v1/partners").all("partners", "slug").isEmpty)
  }
}
