import Testing

/// The log of postbacks, the ledger, corrections by hand: PRODUCT.md §2 and §5.
@Suite struct LedgerTests {
  let bench: Workbench
  let account: TestAccount
  let other: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account(timezone: "America/New_York")
    other = try bench.account()
    for lead in ["c1", "c2"] {
      _ = account.decide(#""click_id":"\#(lead)""#)
      _ = other.decide(#""click_id":"\#(lead)""#)
    }
  }

  private func correct(_ json: String) -> Answer { account.send("POST", "/api/v1/conversions", json: json) }

  /// Follows `next` to the end. - Returns: the ids.
  private func pages(_ path: String, _ list: String) -> [String] {
    var ids: [String] = []
    var before = ""
    repeat {
      let page = account.get(path + before)
      #expect(page.status == 200)
      ids += page.all(list, "id")
      before = page["next"].map { $0 == "null" ? "" : "&before=\($0)" } ?? ""
    } while !before.isEmpty
    return ids
  }

  // MARK: The log

  @Test func `the log holds everything received and what became of it`() {
    _ = account.postback("click_id=c1&status=Odd&payout=-4,50&txid=t1&currency=eur&sub=1")
    _ = account.postback("click_id=c1&status=sale&payout=4&txid=t1")
    _ = account.postback("click_id=c1&status=sale&payout=4&txid=t1")
    _ = account.postback("click_id=c1&status=hold&txid=t1")
    _ = account.postback("click_id={x}&status=sale")
    _ = account.postback("click_id=late&status=sale")
    let log = account.get("/api/v1/postbacks")
    #expect(log.all("postbacks", "result") == ["unmatched", "ignored", "stale", "duplicate", "applied", "applied"])
    #expect(log["next"] == "null")
    let first = [
      "origin": "partner", "key_id": account.keyID("postback"), "click_id": "c1", "raw_status": "Odd",
      "status": "pending", "payout": "null", "amount": "-4.5", "currency": "EUR", "txid": "t1", "reason": "null",
      "event_id": account.event("c1")["event_id"] ?? "", "other_parameters.0": "sub",
    ]
    for (name, value) in first { #expect(log["postbacks.5.\(name)"] == value, "\(name)") }
    #expect(
      log.all("postbacks.5.warnings", "code").sorted() == ["currency_mismatch", "negative_payout", "unknown_status"])
    #expect(log["postbacks.1.reason"] == "unexpanded_macro" && log["postbacks.1.event_id"] == "null")
    #expect(log.all("postbacks", "cause").allSatisfy { $0.count > 10 })
    for (click, count) in [("c1", "4"), ("late", "1"), ("c2", "0"), ("%7Bx%7D", "0")] {
      #expect(account.get("/api/v1/postbacks?click_id=\(click)")["postbacks"] == count)
    }
    #expect(other.get("/api/v1/postbacks")["postbacks"] == "0")
    #expect(other.get("/api/v1/postbacks?click_id=c1")["postbacks"] == "0")
    #expect(!log.text.contains(account.postback))
  }

  @Test func `a message that waited in vain is found by its click, and does not say that it is kept`() throws {
    _ = account.postback("click_id=late&status=sale")
    let path = "/api/v1/postbacks?click_id=late"
    #expect(account.get(path)["postbacks.0.cause"]?.contains("is kept") == true)
    bench.clock.advance(seconds: 31 * 86_400)
    while try bench.store.dropExpired(at: bench.clock.now) {}
    let found = account.get(path)
    #expect(found.all("postbacks", "result") == ["unmatched"])
    #expect(found["postbacks.0.cause"] == "No lead with this click id came within 30 days; it waits no longer.")
  }

  @Test func `the log is paged and filtered`() {
    for number in 0..<40 {
      _ = account.postback("click_id=c\(number % 4)&status=\(number % 3 == 0 ? "trash" : "sale")&txid=\(number % 8)")
    }
    let all = pages("/api/v1/postbacks?limit=200", "postbacks")
    #expect(all.count == 40 && Set(all).count == 40 && all == all.sorted().reversed())
    for limit in [1, 7, 40] { #expect(pages("/api/v1/postbacks?limit=\(limit)", "postbacks") == all) }
    let rejected = pages("/api/v1/postbacks?status=rejected&limit=5", "postbacks")
    #expect(rejected.count == 14 && Set(rejected).isSubset(of: all))
    let unmatched = pages("/api/v1/postbacks?result=unmatched&click_id=c0&limit=3", "postbacks")
    #expect(unmatched.count == 10)
    #expect(pages("/api/v1/postbacks?key=\(account.keyID("postback"))&limit=30", "postbacks") == all)
    #expect(pages("/api/v1/postbacks?key=\(account.keyID("secret"))&limit=30", "postbacks") == [])
  }

  @Test(arguments: [
    ("postbacks?limit=0", "limit"), ("postbacks?limit=201", "limit"), ("postbacks?before=cnv_1", "before"),
    ("postbacks?result=odd", "result"), ("postbacks?status=sale", "status"), ("postbacks?key=key_x", "key"),
    ("conversions?limit=x", "limit"), ("conversions?before=pb_0000000000001", "before"),
    ("conversions?from=2026-13-01", "from"), ("conversions?from=2026-11-23&to=2026-11-22", "from"),
    ("conversions?status=new", "status"), ("conversions?format=xml", "format"),
  ]) func `what cannot be asked for is named`(query: String, field: String) {
    let answer = account.get("/api/v1/" + query)
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields == [field])
  }

  // MARK: The ledger

  @Test func `the ledger lists conversions, newest first`() {
    for number in 0..<60 {
      _ = account.postback("click_id=c\(1 + number % 2)&status=sale&payout=\(number)&txid=\(number)")
      bench.clock.advance(seconds: 1)
    }
    let all = pages("/api/v1/conversions?limit=200", "conversions")
    #expect(all.count == 60 && all == all.sorted().reversed())
    for query in ["limit=7", "limit=60", "limit=7&status=approved", "limit=7&source=s1", "limit=7&from=2026-11-22"] {
      #expect(pages("/api/v1/conversions?\(query)", "conversions") == all, "\(query)")
    }
    #expect(pages("/api/v1/conversions?click_id=c1&limit=7", "conversions").count == 30)
    for query in ["status=rejected", "source=x", "to=2026-11-21", "from=2026-11-23", "click_id=c3"] {
      #expect(pages("/api/v1/conversions?\(query)", "conversions") == [], "\(query)")
    }
    let one = account.get("/api/v1/conversions/" + all[0])
    let expected = [
      "id": all[0], "click_id": "c2", "source": "s1", "txid": "59", "status": "approved", "raw_status": "sale",
      "payout": "59", "currency": "null", "revenue": "59", "held_revenue": "0", "rebill": "false",
      "event_id": account.event("c2")["event_id"] ?? "", "created_at": "2026-11-22T12:00:59.000Z",
      "changed_at": "2026-11-22T12:00:59.000Z",
    ]
    for (name, value) in expected { #expect(one[name] == value, "\(name)") }
    #expect(one.keys().count == expected.count)
    for id in [all[0], "cnv_x", "cnv_0000000000001"] {
      #expect(other.get("/api/v1/conversions/\(id)").isProblem(404, "not_found"))
    }
    #expect(other.get("/api/v1/conversions")["conversions"] == "0")
    #expect(other.get("/api/v1/conversions?click_id=c1")["conversions"] == "0")
  }

  @Test func `a day of the ledger is the account's`() {
    // 22 November, 23:59:59 in New York, and a second later.
    bench.clock.advance(seconds: 17 * 3_600 - 1)
    _ = account.postback("click_id=c1&status=sale&txid=1")
    bench.clock.advance(seconds: 1)
    _ = account.postback("click_id=c1&status=sale&txid=2")
    func txids(_ query: String) -> [String] { account.get("/api/v1/conversions?\(query)").all("conversions", "txid") }
    #expect(txids("from=2026-11-22&to=2026-11-22") == ["1"] && txids("to=2026-11-22") == ["1"])
    #expect(txids("from=2026-11-23") == ["2"] && txids("from=2026-11-23&to=9999-12-31") == ["2"])
    #expect(txids("from=2026-11-22&to=2026-11-23&click_id=c1") == ["2", "1"])
    #expect(txids("click_id=c1&from=2026-11-23") == ["2"])
  }

  @Test func `as CSV that a spreadsheet takes for text`() {
    for (number, txid) in ["=1%2B1", "%2Bx", "-x", "%3D%CC%81x", "a%22b,c"].enumerated() {
      _ = account.postback("click_id=c1&status=sale&payout=\(number)&txid=\(txid)")
    }
    let answer = account.get("/api/v1/conversions?format=csv&limit=2")
    #expect(answer.header("content-type") == "text/csv; charset=utf-8")
    #expect(answer.header("content-disposition") == "attachment; filename=\"conversions.csv\"")
    let lines = answer.text.components(separatedBy: "\r\n")
    #expect(lines.count == 7 && lines[0].hasPrefix("id,event_id,click_id,source,txid,status,"))
    let cells = ["\"a\"\"b,c\"", "\"'=\u{301}x\"", "\"'-x\"", "\"'+x\"", "\"'=1+1\""]
    for (line, cell) in zip(lines.dropFirst(), cells) {
      #expect(line.utf8.split(separator: UInt8(ascii: ",")).count > 5 && line.contains(",\"s1\",\(cell),\"approved\""))
    }
    #expect(account.get("/api/v1/conversions?format=csv&status=rejected").text.split(separator: "\r\n").count == 1)
  }

  // MARK: Corrections

  @Test func `a correction is answered with the whole conversion, and stands in the log and the timeline`() {
    account.makeForward()
    _ = account.postback("click_id=c1&status=sale&payout=5&txid=t")
    bench.clock.advance(seconds: 60)
    let answer = correct(#"{"click_id":"c1","txid":"t","status":"chargeback"}"#)
    #expect(answer.status == 201 && answer["result"] == "applied" && answer["lead_status"] == "chargeback")
    #expect(answer.keys("conversion") == account.get("/api/v1/conversions").keys("conversions.0"))
    #expect(answer["conversion.status"] == "chargeback" && answer["conversion.revenue"] == "0")
    #expect(answer["conversion.raw_status"] == "null" && answer["conversion.payout"] == "5")
    // Nothing is stale by hand.
    let back = correct(#"{"click_id":"c1","txid":"t","status":"pending","payout":7.25,"currency":"EUR"}"#)
    #expect(back["result"] == "applied" && back["conversion.held_revenue"] == "7.25")
    #expect(back.all("warnings", "code") == ["currency_mismatch"])
    #expect(correct(#"{"click_id":"c1","status":"pending"}"#)["result"] == "duplicate")
    #expect(account.get("/api/v1/stats")["total.held_revenue"] == "7.25")
    let log = account.get("/api/v1/postbacks?click_id=c1")
    #expect(log.all("postbacks", "origin") == ["correction", "correction", "correction", "partner"])
    #expect(log["postbacks.0.key_id"] == account.keyID("secret") && log["postbacks.0.raw_status"] == "null")
    let event = account.event("c1")
    #expect(
      event.all("timeline", "what")
        == ["decision", "postback", "forward", "correction", "forward", "correction", "forward", "correction"])
    #expect(event.keys("timeline.0") == ["at", "cause", "id", "text", "what"])
    #expect(event.all("timeline", "at") == event.all("timeline", "at").sorted())
    #expect(event["timeline.2.cause"] == "“sale” and 5 counted as approved: applied.")
    #expect(event["timeline.4.cause"] == "no status word counted as chargeback: applied.")
    #expect(event.all("forwards", "status") == ["approved", "chargeback", "pending"])
    #expect(event.all("forwards", "payout") == ["5", "0", "7.25"])
    // A change of words leaves it as it is.
    _ = account.send("PUT", StatusMapTests.path, json: #"{"sale":"rejected"}"#)
    #expect(account.event("c1")["conversions.0.status"] == "pending" && account.event("c1")["held_revenue"] == "7.25")
  }

  @Test func `a correction opens a conversion where there is none`() {
    let answer = correct(#"{"click_id":"c2","status":"approved","payout":3}"#)
    #expect(answer.status == 201 && answer["conversion.revenue"] == "3" && answer["conversion.txid"] == "null")
    #expect(account.get("/api/v1/conversions/\(answer["conversion.id"] ?? "")")["click_id"] == "c2")
    #expect(other.event("c2")["status"] == "new")
  }

  @Test func `what cannot be corrected is named, and nothing is kept`() {
    for click in ["nobody", ""] {
      let answer = correct(#"{"click_id":"\#(click)","status":"approved"}"#)
      #expect(answer.isProblem(422, "invalid_fields") && answer.fields == ["click_id"])
    }
    let long = String(repeating: "x", count: 129)
    let answer = correct(#"{"click_id":1,"txid":"\#(long)","status":"sale","payout":-1,"currency":"usd"}"#)
    #expect(answer.fields == ["click_id", "txid", "status", "payout", "currency"])
    #expect(correct(#"{"click_id":"c1"}"#).fields == ["status"])
    #expect(account.get("/api/v1/postbacks")["postbacks"] == "0")
  }

  @Test func `an e-mail in the txid of a correction is never stored`() throws {
    _ = account.postback("click_id=c1&status=sale&payout=2&txid=zqtxidmail@canary.example")
    let answer = correct(#"{"click_id":"c1","txid":"zqtxidmail@canary.example","status":"rejected"}"#)
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields == ["txid"])
    // The reference that the ledger shows stands for it.
    let reference = account.event("c1")["conversions.0.txid"] ?? ""
    #expect(correct(#"{"click_id":"c1","txid":"\#(reference)","status":"rejected"}"#)["result"] == "applied")
    #expect(account.event("c1")["conversions"] == "1" && account.event("c1")["status"] == "rejected")
    #expect(try !MarkerSearch(bench.storedBytes()).finds("zqtxidmail"))
  }
}
