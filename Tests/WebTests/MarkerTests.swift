import Foundation
import Testing

/// No raw contact, address, program, form field or key on disk or in the log: PRODUCT.md §8.
@Suite struct MarkerTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account(email: "owner@example.com", password: "correct horse battery")
    account.makeSource()
  }

  /// What must be found nowhere, each sent in its own places below.
  static let markers = [
    "zqlocalpart", "zqsurname", "zqgivenname", "2125550199", "zqstreet", "zqzipcode", "zqfieldname", "203.0.113.77",
    "2001:db8:0:77", "zqagent", "zqsubid", "zqfragment", "zqleadid", "zqreferer", "zqcookie", "zqunknown", "zqtxid",
    "zqclickmail", "zqlogin", "zqpassword", "zqbadkey", "zqquery", "zqbroken", "zqstatusmail", "zqparameter",
  ]

  /// Everything that could carry contact data, through every door.
  private func sendMarkers() {
    let form = #"""
      {"email":"zqlocalpart@gmail.com","phone":"+1 212 555 0199","first_name":"zqgivenname","last_name":"zqsurname",
       "address":"zqstreet 7","zip":"zqzipcode","zqfieldname":"x","mobile":"+12125550199","ip":"203.0.113.77"}
      """#
    let lead = #"""
      "landing_page":"https://shop.example/offer?email=zqlocalpart@gmail.com&sub=zqsubid#zqfragment","lead_id":"zqleadid",
      "click_id":"c1","ip":"203.0.113.77","user_agent":"Mozilla/5.0 zqagent","zqunknown":"zqunknown","form_data":\#(form)
      """#
    let headers = [
      "user-agent": "Mozilla/5.0 zqagent", "referer": "https://shop.example/?zqreferer", "cookie": "a=zqcookie",
      "x-forwarded-for": "203.0.113.77", "idempotency-key": "zqleadid", "origin": "https://zqreferer.example",
    ]
    #expect(account.decide(lead, headers: headers).status == 200)
    #expect(account.decideInBrowser(#""form_data":\#(form)"#, headers: headers, address: "203.0.113.77").status == 200)
    let second = headers.filter { $0.key != "idempotency-key" }
    #expect(
      account.decideInBrowser(#""form_data":\#(form)"#, headers: second, address: "2001:db8:0:77::1").status == 200)
    #expect(account.decideInBrowser(lead + #","country":"zqbroken""#, headers: headers).status == 422)
    #expect(account.decide(lead + "zqbroken", headers: headers).status == 400)
    #expect(account.decide(#""click_id":"zqclickmail@gmail.com""#).status == 422)

    for query in [
      "click_id=c1&status=sale&payout=1&txid=zqtxid%40gmail.com&zqname=zqparameter&phone=%2B12125550199",
      "click_id=zqclickmail%40gmail.com&status=sale&email=zqlocalpart%40gmail.com",
      "click_id=c1&status=zqstatusmail%40gmail.com", "click_id={x}&txid=zqtxid%40gmail.com",
      "payout=zqparameter&click_id=c1",
    ] { #expect(account.postback(query).status == 200) }
    let json = #"{"click_id":"c1","email":"zqlocalpart@gmail.com","a":{"b":"zqparameter"},"currency":"zqparameter"}"#
    #expect(bench.send("POST", "/api/postback?api_key=\(account.postback)", json: json).status == 200)
    let broken = bench.send(
      "POST", "/api/postback?api_key=\(account.postback)&sub=zqquery", body: Array("zqbroken".utf8), type: "text/plain")
    #expect(broken.status == 200)

    #expect(bench.get("/api/postback?api_key=bn_pb_zqbadkey&click_id=zqquery").status == 401)
    #expect(bench.get("/zqquery?zqquery=1", key: "zqbadkey").status == 404)
    #expect(account.get("/api/v1/stats?from=zqquery").status == 422)
    #expect(account.get("/api/v1/events?click_id=zqquery&email=zqlocalpart").status == 200)
    let logIn = #"{"email":"zqlogin@example.com","password":"zqpassword"}"#
    #expect(bench.send("POST", "/api/v1/session", json: logIn, headers: headers).status == 401)
    let person = #"{"email":"two@example.com","password":"zqpassword1"}"#
    #expect(account.send("POST", "/api/v1/people", json: person).status == 201)
  }

  @Test func `nothing that was sent is on disk or in the log`() throws {
    sendMarkers()
    // Controls: what may be kept is found, in each of the ways in which the search looks.
    let control = "zqcontrolmarker"
    let hex = control.utf8.map { String(format: "%02x", $0) }.joined()
    for (number, kept) in [control, hex, Data(("x" + control).utf8).base64EncodedString()].enumerated() {
      #expect(account.decide(#""lead_id":"control-\#(number)","click_id":"\#(kept)""#).status == 200)
      bench.log.append("\(kept)")
      let found = [try bench.storedBytes(), Array(bench.log.text.utf8)].map { MarkerSearch($0).finds(control) }
      #expect(found == [true, true], "control \(number)")
    }
    try check("while it runs")
    bench.store.close()
    try check("once it is closed")
  }

  private func check(_ moment: String) throws {
    let (stored, logged) = (MarkerSearch(try bench.storedBytes()), MarkerSearch(Array(bench.log.text.utf8)))
    let secrets = [account.secret, account.postback, "correct horse battery"]
    for marker in Self.markers + secrets {
      #expect(!stored.finds(marker), "\(marker) is in the database \(moment)")
      #expect(!logged.finds(marker), "\(marker) is in the log \(moment)")
    }
  }

  @Test(arguments: [
    "plain ZQMARKERWORD here", "7a716d61726b6572776f7264", "enFtYXJrZXJ3b3Jk", "eHpxbWFya2Vyd29yZA==",
    "eHh6cW1hcmtlcndvcmQ=",
  ])
  func `the search finds a marker in each form`(text: String) {
    #expect(MarkerSearch(Array(text.utf8)).finds("zqmarkerword"))
    #expect(!MarkerSearch(Array(text.utf8)).finds("zqanotherword"))
  }

  @Test func `a failing request is logged by its id, route and status alone`() throws {
    bench.store.close()
    let answer = bench.get(
      "/api/v1/events?click_id=zqquery", key: account.secret, headers: ["user-agent": "zqagent"])
    #expect(answer.status == 503 && answer.isWellFormedProblem)
    #expect(bench.log.text.contains("GET /api/v1/events") && bench.log.text.contains(answer["request_id"] ?? "-"))
    for marker in ["zqquery", "zqagent", account.secret] { #expect(!bench.log.text.contains(marker)) }
  }
}
