import Testing

/// A key or a contact that someone writes into a value that is kept: PRODUCT.md §1 and §8.
@Suite struct KeptValueTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    _ = account.decide(#""click_id":"c1""#)
  }

  /// One of no account: an account's own stands in the database as it is, like in its pages.
  private static let publishable = "bn_pub_zq23456789abcdefghijABCDEFGHIJ01"

  /// Keys, a phone number, an e-mail address, in all their spellings.
  private var spellings: [(sent: String, marker: String)] {
    [account.secret, Self.publishable, account.postback].flatMap { key in
      let escaped = key.replacingOccurrences(of: "_", with: "%255F")
      let split = key.prefix(12) + "%01" + key.dropFirst(12)
      return ["\(key)", "x-\(key)-y", escaped, "\(split)", "%20" + key].map { ($0, String(key.suffix(32))) }
    } + ["%2B12125550199", "%252B12125550199", "%20%2B12125550199"].map { ($0, "12125550199") }
      + ["zqmail%40canary.example", "zqmail%2540canary.example"].map { ($0, "zqmail") }
  }

  private func expectNothingKept(_ answers: [Answer]) throws {
    let answered = MarkerSearch(Array(answers.map(\.text).joined().utf8))
    let stored = MarkerSearch(try bench.storedBytes())
    for marker in Set(spellings.map(\.marker)).union([account.secret, account.postback]) {
      #expect(!answered.finds(marker) && !stored.finds(marker), "\(marker)")
    }
  }

  @Test func `a postback keeps neither, and says that a key was cut`() throws {
    var answers: [Answer] = []
    for (sent, marker) in spellings {
      let isKey = marker.utf8.count == 32
      for query in ["click_id=c1&txid=\(sent)", "click_id=\(sent)&txid=t", "click_id=c1&status=\(sent)"] {
        let answer = account.postback(query)
        #expect(answer.status == 200)
        let hasWarning = answer.all("warnings", "code").contains("key_in_value")
        #expect(hasWarning == isKey, "\(query)")
        answers.append(answer)
      }
    }
    for path in ["postbacks?limit=200", "conversions", "conversions?format=csv", "postbacks/unmapped"] {
      answers.append(account.get("/api/v1/" + path))
    }
    #expect(answers.dropLast().last?.text.contains("bn_live_…") == true)
    #expect(answers.last?.text.contains("bn_pb_…") == true)
    try expectNothingKept(answers)
  }

  @Test func `one phone number has one reference`() {
    for sent in ["%2B12125550199", "%252B12125550199", "%20%2B12125550199"] {
      #expect(account.postback("click_id=c1&status=sale&txid=\(sent)").all("warnings", "code") == ["contact_in_txid"])
    }
    #expect(account.event("c1")["conversions"] == "1")
    #expect(account.event("c1")["conversions.0.txid"]?.utf8.count == 64)
  }

  @Test func `a correction, a map or a decision that holds one is refused, and its field named`() throws {
    var answers: [Answer] = []
    for (sent, marker) in [(account.secret, "key"), ("+12125550199", "phone"), ("zqmail@canary.example", "e-mail")] {
      let correction = #"{"click_id":"c1","txid":"\#(sent)","status":"approved"}"#
      answers.append(account.send("POST", "/api/v1/conversions", json: correction))
      #expect(answers.last?.fields == ["txid"], "\(marker)")
      let clickID = #"{"click_id":"\#(sent)","status":"approved"}"#
      answers.append(account.send("POST", "/api/v1/conversions", json: clickID))
      #expect(answers.last?.fields == ["click_id"], "\(marker)")
      answers.append(account.decide(#""click_id":"\#(sent)""#))
      #expect(answers.last?.fields == ["click_id"], "\(marker)")
      answers.append(account.send("PUT", StatusMapTests.path, json: #"{"\#(sent)":"approved"}"#))
      #expect(answers.last?.fields.count == 1, "\(marker)")
    }
    #expect(answers.allSatisfy { $0.isProblem(422, "invalid_fields") })
    #expect(answers[3].fields == ["bn_live_…"])
    #expect(account.get(StatusMapTests.path)["map"] == "")
    try expectNothingKept(answers)
  }

  @Test func `a report's row keeps neither`() throws {
    var rows = "click_id,txid,status,payout\r\n"
    for sent in [account.secret, account.postback, "+12125550199", "zqmail@canary.example"] {
      rows += "c1,\(sent),\(sent),1\r\n\(sent),,\(sent),1\r\n"
    }
    let answers = ["?dry_run=1", ""].map { query in
      bench.send(
        "POST", "/api/v1/conversions" + query, key: account.secret, body: Array(rows.utf8), type: "text/csv")
    }
    #expect(answers.allSatisfy { $0.status == 200 && $0.text.contains("key_in_value") })
    try expectNothingKept(answers + [account.get("/api/v1/postbacks"), account.get("/api/v1/postbacks/unmapped")])
  }

  @Test func `what only resembles a key stays`() {
    for text in ["bn_live_", "bn_pb_0123456789", "bn_live_8fJq…x2Ab", "xbn_other_0123456789abcdefghijABCDEFGHIJ01"] {
      let answer = account.send(
        "POST", "/api/v1/conversions", json: #"{"click_id":"c1","txid":"\#(text)","status":"approved"}"#)
      #expect(answer["conversion.txid"] == text)
    }
  }
}
