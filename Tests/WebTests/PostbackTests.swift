import Domain
import GRDB
import Testing

/// Partners' messages: PRODUCT.md §5. What the ledger does beyond the shared vectors is tested with the ledger.
@Suite struct PostbackTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    #expect(account.decide(#""click_id":"c1""#).status == 200)
  }

  private func event(_ clickID: String = "c1") -> Answer {
    let found = account.get("/api/v1/events?click_id=\(clickID)")
    return account.get("/api/v1/events/\(found["events.0.event_id"] ?? "")")
  }

  @Test(arguments: PostbackVector.all) func `the shared vectors`(vector: PostbackVector) throws {
    let database = try DatabaseQueue(path: bench.folder.appendingPathComponent("backnova.db").path)
    try database.write { db in
      // A tracker that is told of everything, put there as another process would.
      try db.execute(
        sql: """
          INSERT INTO forward (account_id, name, url, statuses, status_map, active, created_at)
          VALUES (?, 'tracker', 'https://tracker.example/?cid={click_id}', 'approved pending rejected chargeback', '', 1, 0)
          """, arguments: [account.id.rawValue])
      try db.execute(sql: "UPDATE directory SET version = version + 1")
    }
    var answer: Answer?
    for query in vector.queries {
      let query = query.replacingOccurrences(of: "{K}", with: account.postback).replacingOccurrences(
        of: "{C}", with: "c1")
      answer = bench.get("/api/postback?" + query)
      #expect(answer?.status == 200 && answer?["status"] == "ok")
    }
    #expect(answer?["result"] == vector.result)
    #expect(answer?["reason"] == vector.reason)
    #expect(answer?["lead_status"] == vector.leadStatus ?? "null")
    let revenue = Money(decimal: vector.revenue ?? "0")
    #expect(event()["revenue"].flatMap { Money(decimal: $0) } == revenue)
    #expect(account.get("/api/v1/stats")["total.revenue"].flatMap { Money(decimal: $0) } == revenue)
    #expect(try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM delivery") } == vector.forwards)
  }

  @Test func `the answer's shape`() {
    let applied = account.postback("click_id=c1&status=sale&payout=1")
    #expect(applied.keys() == ["event_id", "lead_status", "result", "status", "warnings"])
    #expect(applied["event_id"] == event()["event_id"])
    let unmatched = account.postback("click_id=c2&status=sale")
    #expect(unmatched["result"] == "unmatched" && unmatched["event_id"] == "null" && unmatched["lead_status"] == "null")
    let ignored = account.postback("status=sale&payout=x")
    #expect(ignored.keys() == ["event_id", "lead_status", "reason", "result", "status", "warnings"])
    #expect(ignored.keys("warnings.0") == ["code", "text"] && ignored["warnings.0.code"] == "bad_payout")
  }

  @Test(arguments: [
    ("approved accepted converted confirmed sale paid qualified ftd first_deposit rebill", "approved"),
    ("pending lead deposit submitted new registered callback waiting hold whatever 1 approve", "pending"),
    ("rejected declined trash junk duplicate failed cancelled no_answer unqualified", "rejected"),
    ("chargeback refund reversed dispute", "chargeback"),
  ])
  func `every word has its class`(words: String, status: String) {
    for word in words.split(separator: " ") {
      _ = account.decide(#""click_id":"\#(word)""#)
      let spelled = "%20" + word.uppercased().replacingOccurrences(of: "_", with: "-") + "+"
      #expect(account.postback("click_id=\(word)&status=\(spelled)")["lead_status"] == status)
    }
    _ = account.decide(#""click_id":"first deposit""#)
    #expect(account.postback("click_id=first%20deposit&status=first%20deposit")["lead_status"] == "approved")
    _ = account.decide(#""click_id":"wordless""#)
    #expect(account.postback("click_id=wordless")["lead_status"] == "pending")
  }

  @Test(arguments: [
    "{click_id}", "%7Bclick_id%7D", "%257Bclick_id%257D", "%23%23CLICK%23%23", "[CLICK]", "%23click%23", "$%7Bclick%7D",
    "REPLACE", "OPTIONAL",
  ])
  func `a macro is no click id`(value: String) {
    let answer = account.postback("click_id=\(value)&status=sale")
    #expect(answer["result"] == "ignored" && answer["reason"] == "unexpanded_macro")
  }

  @Test(arguments: ["status=sale", "click_id=", "click_id=null", "click_id=undefined", "click_id=%20", "click_id", ""])
  func `no click id`(query: String) {
    #expect(account.postback(query)["reason"] == "missing_click_id")
  }

  @Test(arguments: ["%FF", "a%00b", "a%0Ab", String(repeating: "c", count: 257), "a%E2%80%A8b"])
  func `no such click id can be`(value: String) {
    let answer = account.postback("click_id=\(value)&status=sale")
    #expect(answer["result"] == "ignored" && answer["reason"] == "bad_click_id")
  }

  @Test func `form and JSON say what a query says`() {
    let form = "api_key=\(account.postback)&click_id=c1&status=sale&payout=2%2C50&txid=t1"
    let posted = bench.send("POST", "/api/postback", body: Array(form.utf8), type: "application/x-www-form-urlencoded")
    #expect(posted["result"] == "applied")
    let json = #"{"api_key":"\#(account.postback)","click_id":"c1","status":"sale","payout":2.50,"txid":"t1","x":[1]}"#
    #expect(bench.send("POST", "/api/postback", json: json)["result"] == "duplicate")
    #expect(account.postback("click_id=c1&status=sale&payout=2.5&txid=t1")["result"] == "duplicate")
    #expect(event()["revenue"] == "2.5")
  }

  @Test func `null in JSON counts as absent, with a warning`() {
    let query = "/api/postback?api_key=\(account.postback)"
    let json = #"{"api_key":null,"click_id":"c1","status":"sale","payout":null,"txid":null,"sub1":null}"#
    let answer = bench.send("POST", query, json: json)
    #expect(answer["result"] == "applied" && answer.all("warnings", "code") == ["empty_value"])
    #expect(event()["postbacks.0.amount"] == "null" && event()["postbacks.0.other_parameters.0"] == "sub1")
  }

  @Test func `the body goes before the query`() {
    let query = "/api/postback?api_key=\(account.postback)&click_id=none&status=trash&payout=9"
    let body = Array("click_id=c1&status=sale&payout=".utf8)
    let answer = bench.send("POST", query, body: body, type: "application/x-www-form-urlencoded")
    #expect(answer["result"] == "applied" && answer["lead_status"] == "approved")
    #expect(event()["revenue"] == "9")
    let json = bench.send("POST", query, json: #"{"click_id":"c1","payout":3,"status":"sale"}"#)
    #expect(json["result"] == "applied" && event()["revenue"] == "3")
  }

  @Test func `of a repeated parameter the last present value counts`() {
    let answer = account.postback(
      "click_id=c2&status=trash&status=sale&status=&click_id=c1&click_id={x}&payout=1&payout=2")
    #expect(answer["result"] == "applied" && answer["lead_status"] == "approved")
    #expect(answer.all("warnings", "code").contains("repeated_parameter"))
    #expect(event()["revenue"] == "2")
  }

  @Test(arguments: [
    ("application/json", "{"), ("application/json", "[]"), ("application/json", "\u{FEFF}{}"),
    ("multipart/form-data", "x"), ("text/plain", "click_id=c1"), ("application/xml", "<a/>"),
  ])
  func `an unreadable body is said to be one, and the query still counts`(type: String, body: String) {
    let query = "/api/postback?api_key=\(account.postback)"
    let alone = bench.send("POST", query, body: Array(body.utf8), type: type)
    #expect(alone.status == 200 && alone["result"] == "ignored" && alone["reason"] == "unreadable_body")
    let both = bench.send("POST", query + "&click_id=c1&status=sale", body: Array(body.utf8), type: type)
    #expect(both["result"] == "applied")
  }

  @Test func `HEAD records nothing`() {
    #expect(bench.send("HEAD", "/api/postback?api_key=\(account.postback)&click_id=c1&status=sale").status == 200)
    #expect(event()["status"] == "new" && event()["postbacks"] == "0")
  }

  @Test func `a secret key works too, a publishable one and none do not`() {
    let query = "click_id=c1&status=sale"
    #expect(bench.get("/api/postback?api_key=\(account.publishable)&\(query)").isProblem(403, "key_not_allowed"))
    #expect(bench.get("/api/postback?\(query)").isProblem(401, "missing_key"))
    #expect(bench.get("/api/postback?api_key=&\(query)").isProblem(401, "missing_key"))
    #expect(bench.get("/api/postback?api_key=bn_pb_bad&\(query)").isProblem(401, "bad_key"))
    #expect(event()["status"] == "new")
    #expect(bench.get("/api/postback?api_key=\(account.secret)&\(query)")["result"] == "applied")
    #expect(bench.get("/api/postback?\(query)", key: account.postback)["result"] == "duplicate")
  }

  @Test func `a revoked postback key is 401`() {
    let keys = account.get("/api/v1/keys")
    let place = keys.all("keys", "kind").firstIndex(of: "postback") ?? 0
    #expect(account.send("DELETE", "/api/v1/keys/\(keys["keys.\(place).id"] ?? "")").status == 204)
    #expect(account.postback("click_id=c1&status=sale").isProblem(401, "bad_key"))
  }

  @Test(arguments: [
    "?click_id=c1?status=sale&payout=5", "&click_id=c1&amp;status=sale&amp;payout=5",
    "&click_id=c1&status=sale&payout=5¤cy=USD", "&click_id=c1&status=sale&payout=5%A4cy=USD",
  ])
  func `a mangled query is healed`(rest: String) {
    let answer = bench.get("/api/postback?api_key=\(account.postback)" + rest)
    #expect(answer["result"] == "applied" && event()["revenue"] == "5")
    #expect(answer.all("warnings", "code") == ["healed_query"])
  }

  @Test(arguments: [
    ("12.50", "12.5"), ("12,50", "12.5"), ("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("$15.00", "15"),
    ("%2015%20USD%20", "15"), ("1,234", "1234"), ("0,123", "0.123"), ("1.234", "1.234"), ("1e3", "0"),
    ("1.1234567", "0"),
    ("1000000001", "0"), ("1000000000", "1000000000"), ("abc", "0"), ("NaN", "0"), ("0", "0"), ("{payout}", "0"),
  ])
  func `amounts`(payout: String, revenue: String) {
    #expect(account.postback("click_id=c1&status=sale&payout=\(payout)")["result"] == "applied")
    #expect(event()["revenue"] == revenue)
  }

  @Test func `another currency counts at face value`() {
    let answer = account.postback("click_id=c1&status=sale&payout=5&currency=eur")
    #expect(answer.all("warnings", "code") == ["currency_mismatch"])
    #expect(event()["conversions.0.currency"] == "EUR" && event()["revenue"] == "5")
  }

  @Test func `what came before its lead is applied in order when the lead comes`() {
    for query in [
      "status=hold&payout=4", "status=sale&payout=4", "status=sale&payout=4", "status=sale&payout=2&txid=t2",
    ] {
      #expect(account.postback("click_id=late&\(query)")["result"] == "unmatched")
      bench.clock.advance(seconds: 1)
    }
    #expect(account.get("/api/v1/stats")["total.revenue"] == "0")
    _ = account.decide(#""click_id":"late""#)
    let event = event("late")
    #expect(event["status"] == "approved")
    #expect(event.all("postbacks", "result") == ["applied", "applied", "duplicate", "applied"])
    #expect(account.get("/api/v1/stats")["total.revenue"] == event["revenue"])
    #expect(account.postback("click_id=late&status=sale&payout=2&txid=t2")["result"] == "duplicate")
  }

  @Test func `32 at once are one`() {
    let results = Results()
    onThreads(32) { _ in results.add(account.postback("click_id=c1&status=sale&payout=7&txid=t")["result"] ?? "") }
    #expect(results.count("applied") == 1 && results.count("duplicate") == 31)
    #expect(event()["revenue"] == "7" && event()["postbacks"] == "32")
  }

  @Test(arguments: [
    "zqtxidmail@canary.example", "Zqtxidmail@Canary.Example", "mailto:zqtxidmail@canary.example",
    "Jo zqtxidmail@canary.example", "zqtxidmail@@canary.example", "zqtxidmail%40canary.example",
    "zqtxidmail@canary.example.", "zqtxidmail%2540canary.example", "zqtxidmail%252540canary%252Eexample.",
  ])
  func `an e-mail in a txid or an unmatched click id is never stored`(address: String) throws {
    let sent = address.replacingOccurrences(of: " ", with: "%20")
    #expect(account.postback("click_id=c1&status=sale&txid=\(sent)")["result"] == "applied")
    #expect(account.postback("click_id=c1&status=sale&txid=\(sent)")["result"] == "duplicate")
    #expect(account.postback("click_id=\(sent)&status=sale")["result"] == "unmatched")
    #expect(account.postback("click_id={x}&status=sale&txid=\(sent)")["result"] == "ignored")
    #expect(account.postback("click_id=c1&status=\(sent)")["result"] == "stale")
    #expect(account.postback("click_id=c1&txid=zqtxidmail%2540canary.example&status=sale").status == 200)
    _ = account.postback("click_id=zqcontrolmarker&status=sale")
    let search = try MarkerSearch(bench.storedBytes())
    #expect(search.finds("zqcontrolmarker"))
    #expect(!search.finds("zqtxidmail"))
    #expect(!bench.log.text.contains("zqtxidmail"))
  }

  @Test(arguments: ["jo@x.com.", "jo%40x.com", "jo%2540x.com", "JO@X.com"])
  func `an address in a txid is one reference, however it is spelled, and is warned of`(address: String) {
    _ = account.postback("click_id=c1&status=sale&payout=2&txid=jo@x.com")
    let answer = account.postback("click_id=c1&status=sale&payout=2&txid=\(address)")
    #expect(answer["result"] == "duplicate")
    #expect(answer.all("warnings", "code") == ["contact_in_txid"])
    #expect(event().all("postbacks", "txid").count == 2 && Set(event().all("postbacks", "txid")).count == 1)
    #expect(account.postback("click_id=c1&status=jo@x.com").all("warnings", "code") == ["unknown_status"])
  }

  @Test func `a phone number in an unmatched click id is never stored`() throws {
    #expect(account.postback("click_id=%2B12125557391&status=sale")["result"] == "unmatched")
    #expect(account.postback("click_id=%252B12125557391&status=sale")["result"] == "unmatched")
    #expect(try !MarkerSearch(bench.storedBytes()).finds("12125557391"))
  }

  @Test func `a click id with an @ that is no e-mail is a click id`() {
    #expect(account.postback("click_id=a%40b&status=sale&payout=2")["result"] == "unmatched")
    _ = account.decide(#""click_id":"a@b""#)
    #expect(event("a%40b")["revenue"] == "2")
  }

  @Test func `of unknown parameters only the names are kept`() throws {
    _ = account.postback("click_id=c1&status=sale&sub_id=zqsubvalue&phone=zqphonevalue&jo%40zqname.example=1")
    let names = try #require(event().node("postbacks.0.other_parameters")).elements.compactMap(\.string)
    #expect(names == ["sub_id", "phone"])
    let search = try MarkerSearch(bench.storedBytes())
    for marker in ["zqsubvalue", "zqphonevalue", "zqname.example"] { #expect(!search.finds(marker)) }
  }

  @Test(arguments: [nil, "application/x-www-form-urlencoded"])
  func `a body that is no form is unreadable, and no name of it is kept`(type: String?) throws {
    let query = "/api/postback?api_key=\(account.postback)"
    for body in ["zqphone12125550123", "\n", "zqphone&zqmail", "&", "{\"zqphone\":1}"] {
      let alone = bench.send("POST", query, body: Array(body.utf8), type: type)
      #expect(alone["result"] == "ignored" && alone["reason"] == "unreadable_body")
      #expect(bench.send("POST", query + "&click_id=c1", body: Array(body.utf8), type: type)["event_id"] != "null")
    }
    #expect(account.postback("click_id=c1&zqword&kept=&also=1&click_id").status == 200)
    let postbacks = event()
    #expect(postbacks["postbacks.5.other_parameters.0"] == "kept" && postbacks["postbacks.5.other_parameters"] == "2")
    for marker in ["zqphone", "zqmail", "zqword"] { #expect(try !MarkerSearch(bench.storedBytes()).finds(marker)) }
  }

  @Test func `a flood of parameters is read as far as it goes`() {
    let many = (0..<200).map { "p\($0)=x" }.joined(separator: "&")
    let flood = account.postback("click_id=c1&status=sale&\(many)")
    #expect(flood["result"] == "applied" && flood.all("warnings", "code") == ["value_too_long"])
    let long = account.postback("click_id=c1&status=\(String(repeating: "x", count: 9_000))")
    #expect(long.status == 200 && long.all("warnings", "code") == ["value_too_long"])
  }
}
