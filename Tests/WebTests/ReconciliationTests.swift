import Domain
import Foundation
import Storage
import Testing

/// `POST /api/v1/conversions` as CSV: a partner's report compared with the ledger and taken over.
@Suite struct ReconciliationTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    for number in 0..<12 { _ = account.decide(#""click_id":"c\#(number)""#) }
    for (name, statuses) in [("all", ""), ("sales", #","statuses":["approved"]"#)] {
      let made = account.send(
        "POST", "/api/v1/forwards",
        json: #"{"name":"\#(name)","url":"https://tracker.example/{click_id}"\#(statuses)}"#)
      #expect(made.status == 201)
    }
  }

  private func handIn(_ csv: String, query: String = "", type: String = "text/csv") -> Answer {
    bench.send(
      "POST", "/api/v1/conversions?\(query)", key: account.secret, body: Array(csv.utf8), type: type)
  }

  private func counts(_ answer: Answer) -> [String: String] {
    answer.keys("counts").reduce(into: [:]) { counts, kind in
      let count = answer["counts.\(kind)"]
      if count != "0" { counts[kind] = count }
    }
  }

  /// What the account has come to, measured from outside.
  private struct Standing: Equatable {
    var revenue = Money.zero
    var held = Money.zero
    var forwards = 0
    var leads: [String: String] = [:]
    var messages = 0
  }

  private func standing() -> Standing {
    let total = account.get("/api/v1/stats")
    var standing = Standing()
    standing.revenue = total["total.revenue"].flatMap { Money(decimal: $0) } ?? .zero
    standing.held = total["total.held_revenue"].flatMap { Money(decimal: $0) } ?? .zero
    for id in account.get("/api/v1/events/recent").all("events", "event_id") {
      let event = account.get("/api/v1/events/\(id)")
      standing.forwards += Int(event["forwards"] ?? "") ?? 0
      standing.messages += Int(event["postbacks"] ?? "") ?? 0
      standing.leads[id] = event["status"]
    }
    return standing
  }

  @Test func `each kind of difference`() {
    _ = account.postback("click_id=c0&status=sale&payout=10&txid=T0")
    _ = account.postback("click_id=c1&status=hold&payout=5&txid=T1")
    _ = account.postback("click_id=c2&status=sale&payout=8&txid=T2")
    _ = account.postback("click_id=c4&status=sale&payout=3&txid=T4")
    _ = account.postback("click_id=c4&status=sale&payout=3&txid=T4b")
    _ = account.postback("click_id=c5&status=sale&payout=7&txid=T5")
    let before = standing()
    let csv = """
      Click ID;Transaction ID;Status;Sum;Currency;E-mail
      c0;T0;sale;10,00;USD;zq@example.com
      c1;T1;sale;5;;
      ;T2;approved;6;;
      c3;T3;paid;4.5;;
      nobody;X;sale;1;;
      c0;T0;sale;10;;
      c4;T4;sale;3;;
      c6;T6;sale;ten;;
      ;;sale;1;;
      """
    let dry = handIn(csv, query: "dry_run=1&from=2026-11-22&to=2026-11-22")
    #expect(dry.status == 200 && dry["dry_run"] == "true" && dry["rows"] == "9")
    #expect(
      counts(dry) == [
        "unchanged": "2", "changed": "1", "repriced": "1", "lost": "1", "unknown": "1", "doubled": "2", "missing": "1",
        "unreadable": "2",
      ])
    #expect(dry["changed.0.click_id"] == "c1" && dry["changed.0.line"] == "3" && dry["changed.0.txid"] == "T1")
    #expect(dry["changed.0.ours.status"] == "pending" && dry["changed.0.report.status"] == "approved")
    #expect(dry["repriced.0.click_id"] == "c2" && dry["repriced.0.ours.payout"] == "8")
    #expect(dry["repriced.0.report.payout"] == "6" && dry["sums.repriced.ours"] == "8")
    #expect(dry["sums.repriced.report"] == "6" && dry["lost.0.ours"] == "null" && dry["lost.0.click_id"] == "c3")
    #expect(dry["unknown.0.click_id"] == "nobody" && dry["unknown.0.report.payout"] == "1")
    #expect(dry.all("doubled", "line") == ["7", "8"] && dry["doubled.1.report"] == "null")
    #expect(dry["doubled.1.ours.txid"] == "T4b")
    #expect(dry["missing.0.click_id"] == "c5" && dry["missing.0.line"] == "null")
    #expect(dry.all("unreadable", "reason.code") == ["bad_payout", "missing_id"])
    #expect(dry["effect.leads"] == "2" && dry["effect.conversions"] == "3" && dry["effect.forwards"] == "6")
    #expect(dry["effect.revenue"] == "7.5" && dry["effect.held_revenue"] == "-5")
    #expect(dry["columns.click_id.0"] == "clickid" && dry["columns.payout.0"] == "sum")
    #expect(!dry.text.contains("zq@example"))
    #expect(standing() == before, "a dry run changes nothing")

    let done = handIn(csv, query: "from=2026-11-22&to=2026-11-22")
    #expect(done["dry_run"] == "false" && counts(done) == counts(dry))
    #expect(done.keys() == dry.keys() && done["lost.0.result"] == "applied" && done["changed.0.result"] == "applied")
    #expect(done["effect.revenue"] == dry["effect.revenue"])
    let after = standing()
    #expect((after.revenue - before.revenue).text == "7.5" && (after.held - before.held).text == "-5")
    #expect(after.forwards - before.forwards == 6 && after.messages - before.messages == 3)
    #expect(account.get("/api/v1/postbacks?limit=1")["postbacks.0.origin"] == "report")

    let again = handIn(csv, query: "from=2026-11-22&to=2026-11-22")
    #expect(counts(again)["unchanged"] == "5" && counts(again)["lost"] == nil && counts(again)["changed"] == nil)
    #expect(again["effect.conversions"] == "0" && again["effect.forwards"] == "0" && standing() == after)
  }

  /// Random ledgers and reports: what a dry run promises is what comes.
  @Test(arguments: Array(0..<40) + [1082])
  func `a dry run promises what applying does`(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    func pick(_ words: [String]) -> String { words.randomElement(using: &random) ?? "" }
    func click() -> String { "c\(Int.random(in: 0..<12, using: &random))" }
    let words = ["sale", "approved", "hold", "", "trash", "refund", "rebill", "odd", "-5"]
    let txids = ["", "", "T1", "T2", "T3"]
    let payouts = ["", "10", "10", "7,5", "0", "-4"]
    for _ in 0..<25 {
      _ = account.postback("click_id=\(click())&status=\(pick(words))&payout=\(pick(payouts))&txid=\(pick(txids))")
    }
    let rows = (0..<30).map { _ in "\(click()),\(pick(txids)),\(pick(words)),\"\(pick(payouts))\"" }
    let csv = "click_id,txid,status,payout\n" + rows.joined(separator: "\r\n")
    let upsells = "upsells=\(seed % 2)"
    let before = standing()
    let dry = handIn(csv, query: "dry_run=1&" + upsells)
    #expect(standing() == before)
    let done = handIn(csv, query: upsells)
    let after = standing()
    #expect(done["effect"] != nil && dry.status == 200 && done.status == 200)
    for name in dry.keys("effect") { #expect(dry["effect.\(name)"] == done["effect.\(name)"]) }
    #expect((after.revenue - before.revenue).text == dry["effect.revenue"])
    #expect((after.held - before.held).text == dry["effect.held_revenue"])
    #expect(String(after.forwards - before.forwards) == dry["effect.forwards"])
    #expect(String(after.leads.count { before.leads[$0.key] != $0.value }) == dry["effect.leads"])
    for kind in dry.keys("counts") {
      #expect(dry.all(kind, "result") == done.all(kind, "result"), "\(kind): each row came to what was promised")
    }

    let again = handIn(csv, query: upsells)
    #expect(standing() == after)
    #expect(again["effect.conversions"] == "0" && again["counts.lost"] == "0" && again["counts.repriced"] == "0")
    #expect(again.all("changed", "result").allSatisfy { $0 == "stale" })
  }

  @Test func `a row without status says nothing of the class`() {
    _ = account.postback("click_id=c0&status=sale&payout=10")
    _ = account.postback("click_id=c1&status=trash&payout=10")
    let done = handIn("subid,commission\nc0,12\nc1,10\nc2,3\n")
    #expect(counts(done) == ["repriced": "1", "unchanged": "1", "lost": "1"])
    #expect(done["repriced.0.report.status"] == "approved" && done["lost.0.report.status"] == "pending")
    #expect(standing().revenue.text == "12" && standing().held.text == "3")
  }

  @Test func `the words of a key, of the account, and a later change of them`() {
    let keys = account.get("/api/v1/keys")
    let places = zip(keys.all("keys", "kind"), keys.all("keys", "id"))
    let key = places.first { $0.0 == "postback" }?.1 ?? ""
    _ = account.send("PUT", "/api/v1/postbacks/status-map?key=\(key)", json: #"{"3":"approved"}"#)
    let csv = "click_id,status,payout\nc0,3,9\n"
    #expect(handIn(csv, query: "dry_run=1")["lost.0.report.status"] == "pending")
    #expect(handIn(csv, query: "key=\(key)")["lost.0.report.status"] == "approved")
    #expect(standing().revenue.text == "9")
    _ = account.send("PUT", "/api/v1/postbacks/status-map?key=\(key)", json: #"{"3":"rejected"}"#)
    #expect(standing().revenue.text == "0" && standing().leads.values.contains("rejected"))
    #expect(handIn(csv, query: "key=key_none").fields == ["key"])
  }

  @Test func `missing are those of the key, opened in the span`() {
    _ = account.postback("click_id=c0&status=sale&payout=1")
    bench.clock.advance(seconds: 86_400)
    _ = account.postback("click_id=c1&status=sale&payout=2")
    _ = account.postback("click_id=c2&status=hold&payout=4")
    _ = bench.get("/api/postback?api_key=\(account.secret)&click_id=c3&status=sale&payout=8")
    let csv = "click_id,status\nc9,pending\n"
    #expect(handIn(csv, query: "dry_run=1")["counts.missing"] == "0")
    let all = handIn(csv, query: "dry_run=1&from=2026-11-23")
    #expect(all.all("missing", "click_id") == ["c1", "c3"] && all["sums.missing.ours"] == "10")
    let keys = account.get("/api/v1/keys")
    let key = zip(keys.all("keys", "kind"), keys.all("keys", "id")).first { $0.0 == "postback" }?.1 ?? ""
    #expect(handIn(csv, query: "dry_run=1&from=2026-11-23&key=\(key)").all("missing", "click_id") == ["c1"])
    #expect(handIn(csv, query: "from=2026-11-23&to=2026-11-22").fields == ["from"])
  }

  @Test func `by transaction id`() {
    _ = account.postback("click_id=c0&status=hold&payout=1&txid=A")
    _ = account.postback("click_id=c1&status=hold&payout=1&txid=B")
    _ = account.postback("click_id=c2&status=hold&payout=1&txid=B")
    let done = handIn("click_id,lead_id,status\n,A,sale\nunheard,A,sale\n,B,sale\n,C,sale\n{sub1},A,sale\n")
    #expect(counts(done) == ["changed": "1", "doubled": "4", "unknown": "1"])
    #expect(done["changed.0.click_id"] == "c0" && done.all("doubled", "click_id") == ["c0", "c1", "c2", "c0"])
    #expect(standing().revenue.text == "1")
  }

  @Test func `the column that has our click ids is found row by row`() {
    let done = handIn("click_id,sub1,status,payout\ntheirs-1,c0,sale,1\nc1,x,sale,2\n,c2,sale,3\n")
    #expect(done.all("lost", "click_id") == ["c0", "c1", "c2"])
  }

  @Test func `click ids are compared byte for byte`() {
    _ = account.decide(#""click_id":"caf\u00e9""#)
    let done = handIn("click_id,status,payout\ncafe\u{301},sale,1\ncaf\u{e9},sale,2\n")
    #expect(counts(done) == ["unknown": "1", "lost": "1"] && standing().revenue.text == "2")
  }

  @Test func `messages go by the ledger's rules`() {
    _ = account.postback("click_id=c0&status=refund&payout=5&txid=T")
    let done = handIn("click_id,txid,status,payout\nc0,T,trash,5\n")
    #expect(done["changed.0.result"] == "stale" && done["effect.conversions"] == "0")
    #expect(standing().leads.values.contains("chargeback"))
    let two = handIn("click_id,txid,status,payout\nc1,T1,sale,5\nc1,T2,sale,6\nc1,T3,trash,0\n")
    #expect(two["counts.lost"] == "3" && two["effect.leads"] == "1" && two["effect.revenue"] == "11")
    #expect(two["lost.2.warnings.0.code"] == "unknown_txid")
  }

  @Test func `a row that may mean several of ours is told, not taken`() {
    _ = account.postback("click_id=c0&status=sale&payout=10&txid=T1")
    _ = account.postback("click_id=c0&status=sale&payout=11&txid=T2")
    let before = standing()
    let csv = "click_id,txid,status,payout\nc0,,trash,\nc1,,sale,1\nc1,T,sale,1\nc2,,sale,2\nc2,,sale,2\n"
    let done = handIn(csv, query: "from=2026-11-22")
    #expect(counts(done) == ["doubled": "4", "lost": "2"])
    #expect(done.all("doubled", "line") == ["2", "3", "6", "2"] && done["doubled.3.ours.txid"] == "T1")
    #expect((standing().revenue - before.revenue).text == "3")
    #expect(counts(handIn(csv)) == ["doubled": "4", "unchanged": "2"])
  }

  @Test func `a row under an id that is not our txid does not count money twice`() {
    _ = account.postback("click_id=c0&status=sale&payout=10&txid=t1")
    let before = standing()
    let csv = "id,sub1,status,payout\n9981,c0,approved,10\n"
    for query in ["dry_run=1", "", "from=2026-11-22"] {
      let answer = handIn(csv, query: query)
      #expect(counts(answer) == ["doubled": "1"] && answer["effect.revenue"] == "0", "\(query)")
      #expect(answer["doubled.0.txid"] == "9981" && answer["doubled.0.ours.txid"] == "t1")
      #expect(answer["doubled.0.reason.code"] == "other_txid" && answer["doubled.0.result"] == "null")
      #expect(answer["doubled.0.reason.text"]?.contains("upsells=1") == true)
    }
    #expect(standing() == before)

    let taken = handIn(csv, query: "upsells=1")
    #expect(counts(taken) == ["lost": "1", "doubled": "1"] && taken["effect.revenue"] == "10")
    #expect((standing().revenue - before.revenue).text == "10")
    #expect(counts(handIn(csv)) == ["unchanged": "1", "doubled": "1"])
    #expect(handIn(csv, query: "upsells=yes").fields == ["upsells"])
  }

  @Test(arguments: [
    // A report that names ours, in whichever line, has the further one beside it.
    ("T9,sale,4;t1,sale,10;T8,trash,0", ["unchanged": "1", "lost": "2"], "14"),
    // A row that names none may mean ours or the one held back, and takes nothing.
    ("T9,sale,4;,trash,", ["doubled": "2"], "10"), ("T9,rebill,4;T8,hold,1", ["doubled": "2"], "10"),
    // The word alone has a row of its own.
    (",rebill,4", ["lost": "1", "doubled": "1"], "14"),
  ])
  func `a further conversion is one beside those that the report names`(
    rows: String, expected: [String: String], revenue: String
  ) {
    _ = account.postback("click_id=c0&status=sale&payout=10&txid=t1")
    let csv = "click_id,txid,status,payout\n" + rows.split(separator: ";").map { "c0,\($0)\n" }.joined()
    #expect(counts(handIn(csv, query: "dry_run=1")) == expected && counts(handIn(csv)) == expected)
    #expect(standing().revenue.text == revenue)
    let after = standing()
    #expect(handIn(csv)["effect.conversions"] == "0" && standing() == after)
  }

  @Test func `beside one of ours that is over, a further conversion is lost`() {
    _ = account.postback("click_id=c0&status=trash&payout=10&txid=t1")
    #expect(counts(handIn("click_id,txid,status,payout\nc0,T9,sale,4\n")) == ["lost": "1"])
    _ = account.postback("click_id=c1&status=sale&payout=10")
    _ = account.postback("click_id=c1&status=rebill&payout=3")
    let rebills = handIn("click_id,txid,status,payout\nc1,R,rebill,3\nc1,T,sale,10\n")
    #expect(rebills["counts.lost"] == "0" && rebills["doubled.0.reason.code"] == "other_txid")
    #expect(rebills["counts.unchanged"] == "1" && standing().revenue.text == "17")
  }

  @Test func `what another report did meanwhile is not claimed`() throws {
    let store = bench.store
    let account = try #require(try store.directory().accounts[self.account.id])
    _ = self.account.postback("click_id=c1&status=hold&payout=3&txid=U")
    let report = try PartnerReport(
      Array("click_id,txid,status,payout\nc0,T,sale,10\nc1,U,sale,3\nc2,V,sale,1\n".utf8))
    func inHand(_ rows: some Sequence<PartnerReport.Row>) -> ReportInHand {
      ReportInHand(
        account: account, keyID: KeyID(rawValue: 0), words: .table, receivedAt: bench.clock.now, span: nil,
        rows: Array(rows))
    }
    var first = try store.reconcile(inHand(report.rows.prefix(2)))
    var second = try store.reconcile(inHand(report.rows))
    #expect(first.effect.revenue.text == "13" && second.effect.revenue.text == "14")
    try first.apply(to: store)
    try second.apply(to: store)
    #expect(first.effect.revenue.text == "13" && first.effect.heldRevenue.text == "-3" && first.effect.forwards == 4)
    #expect(second.effect.revenue.text == "1" && second.effect.heldRevenue == .zero)
    #expect(second.effect.leads == 1 && second.effect.conversions == 1 && second.effect.forwards == 2)
    #expect(second.list(.lost).map(\.result) == [.duplicate, .applied] && standing().revenue.text == "14")
  }

  @Test func `a transaction id that comes twice is taken once, also where its first row is stale`() {
    _ = account.postback("click_id=c0&status=sale&payout=10")
    let csv = "click_id,txid,status,payout\nc0,T2,hold,7\nc0,T3,refund,10\nc0,T2,rebill,1\n"
    let done = handIn(csv)
    #expect(counts(done) == ["changed": "1", "doubled": "2"] && done["changed.0.result"] == "stale")
    let after = standing()
    #expect(counts(handIn(csv)) == ["changed": "1", "doubled": "2"] && standing() == after)
  }

  @Test func `a conversion that learns its transaction id is not opened twice`() {
    _ = account.postback("click_id=c0&status=sale&payout=10")
    let csv = "click_id,txid,status,payout\nc0,T1,sale,10\nc0,T2,sale,4\n"
    let done = handIn(csv)
    #expect(counts(done) == ["unchanged": "1", "lost": "1"] && done["unchanged.0.result"] == "duplicate")
    #expect(standing().revenue.text == "14")
    #expect(counts(handIn(csv)) == ["unchanged": "2"] && standing().messages == 3)
  }

  @Test func `many rows are all counted, and so many listed`() {
    let rows = (0..<PartnerReport.mostRows).map { "x\($0),sale,1" }.joined(separator: "\n")
    let dry = handIn("cid,status,sum\n" + rows, query: "dry_run=1")
    #expect(dry["counts.unknown"] == "2000" && dry["unknown"] == "500" && dry["sums.unknown.report"] == "2000")
    let tooMany = handIn("cid,status,sum\n" + rows + "\ny,sale,1")
    #expect(tooMany.isProblem(422, "unreadable_report") && tooMany["detail"]?.contains("told as missing") == true)
  }

  @Test func `more than one write takes`() {
    let rows = (0..<150).map { "c0,T\($0),sale,1\n" }.joined()
    let done = handIn("cid,txid,status,sum\n" + rows)
    #expect(done["effect.revenue"] == "150" && done.all("lost", "result").allSatisfy { $0 == "applied" })
    #expect(standing().revenue.text == "150")
    let more = (150..<210).map { "c0,T\($0),sale,1\n" }.joined()
    let full = handIn("cid,txid,status,sum\n" + more, query: "upsells=1")
    #expect(full["counts.lost"] == "50" && full["counts.unreadable"] == "10")
    #expect(full["unreadable.0.reason.code"] == "too_many_conversions" && standing().revenue.text == "200")
  }

  @Test func `contacts are neither kept nor shown`() throws {
    _ = account.postback("click_id=c0&status=sale&payout=1")
    let csv = """
      E-mail,click_id,txid,Name,status,payout
      zqmail@example.com,c0,zqtxid@example.com,zqname,zqword@example.com,2
      zqmail@example.com,zqclick@example.com,,zqname,sale,1
      zqmail@example.com,c1,T,zqname,sale,1,zqextra
      """
    for query in ["dry_run=1", ""] {
      let answer = handIn(csv, query: query)
      #expect(answer.status == 200 && answer["counts.unreadable"] == "1" && answer["counts.unknown"] == "1")
      for marker in ["zqmail", "zqtxid", "zqname", "zqword", "zqclick", "zqextra"] {
        #expect(!answer.text.contains(marker), "\(marker) is answered")
      }
    }
    let refused = handIn("zqmail,zqname\nzqmail@example.com,zqname")
    #expect(refused.isProblem(422, "unreadable_report") && !refused.text.contains("zq"))
    let (stored, logged) = (MarkerSearch(try bench.storedBytes()), MarkerSearch(Array(bench.log.text.utf8)))
    for marker in ["zqmail", "zqtxid", "zqname", "zqword", "zqclick", "zqextra"] {
      #expect(!stored.finds(marker) && !logged.finds(marker), "\(marker) is kept")
    }
    // The reference is what a postback would have been given: the same message again changes nothing.
    #expect(handIn("click_id,txid,status,payout\nc0,ZQtxid@Example.com,zqword@example.com,2")["counts.doubled"] == "0")
  }

  @Test(arguments: ["text/plain", "application/xml", "multipart/form-data; boundary=x", "text/csvx"])
  func `other types are refused`(type: String) {
    let answer = handIn("click_id,status\nc0,sale", type: type)
    #expect(answer.isProblem(415, "unsupported_media_type") && answer["detail"]?.contains("text/csv") == true)
  }

  @Test func `what cannot be read is refused whole`() {
    #expect(handIn("click_id,status\nc0,sale", type: "Text/CSV; charset=utf-8").status == 200)
    let noID = handIn("status,payout\nsale,1")
    #expect(noID.isProblem(422, "unreadable_report") && noID["detail"]?.contains("Name the column") == true)
    #expect(handIn("").isProblem(422, "unreadable_report"))
    let tooLong = handIn(String(repeating: "x", count: 65_537))
    #expect(tooLong.isProblem(413, "body_too_large") && tooLong["detail"]?.contains("told as missing") == true)
    #expect(handIn("click_id\nc0", query: "dry_run=yes").fields == ["dry_run"])
    let postbackKey = bench.send(
      "POST", "/api/v1/conversions", key: account.postback, body: Array("cid\nc0".utf8), type: "text/csv")
    #expect(postbackKey.isProblem(403, "key_not_allowed"))
  }

  @Test func `another account's leads are unknown`() throws {
    let other = try bench.account()
    _ = account.postback("click_id=c0&status=sale&payout=1&txid=T")
    let answer = bench.send(
      "POST", "/api/v1/conversions", key: other.secret, body: Array("cid,txid,status\nc0,T,trash\n,T,trash".utf8),
      type: "text/csv")
    #expect(answer["counts.unknown"] == "2" && standing().revenue.text == "1")
  }

  @Test(arguments: [
    (#""click_id":"c0","txid":"jo@example.com","status":"approved""#, "txid"),
    (#""click_id":"c0","txid":"jo%40example.com","status":"approved""#, "txid"),
    (#""click_id":"c\ue000","status":"approved""#, "click_id"),
    (#""click_id":"c\u2028","status":"approved""#, "click_id"), (#""click_id":"","status":"approved""#, "click_id"),
  ])
  func `a correction must not bring what no postback could`(members: String, field: String) {
    let answer = account.send("POST", "/api/v1/conversions", json: "{\(members)}")
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields == [field])
    #expect(!answer.text.contains("example"))
  }

  @Test func `a correction has no dry run`() {
    let json = #"{"click_id":"c0","status":"approved","payout":5}"#
    #expect(account.send("POST", "/api/v1/conversions?dry_run=1", json: json).fields == ["dry_run"])
    #expect(standing().revenue.text == "0")
    #expect(account.send("POST", "/api/v1/conversions", json: json).status == 201)
  }

  @Test func `mutated reports`() {
    let originals = [
      "click_id,txid,status,payout,currency\nc1,T1,sale,\"1,234.50\",USD\nc2,T2,trash,0,EUR\n,T1,refund,-3,\n",
      "\u{FEFF}Sub1;Email;Status;Sum\r\nc1;jo@example.com;1;12,5\r\n\"c2\";\"a\r\nb\";hold;-3\r\n",
    ].map { Array($0.utf8) }
    var random = SeededRandom(seed: 11)
    let results = Results()
    for number in 0..<2_000 {
      let body = Mutation.of(originals[number % originals.count], &random)
      let answer = bench.send(
        "POST", "/api/v1/conversions?from=2026-11-01\(number % 4 == 0 ? "" : "&dry_run=1")", key: account.secret,
        body: body, type: "text/csv")
      results.add(String(answer.status))
      if answer.status != 200 && !answer.isWellFormedProblem { Issue.record("\(answer.status) to a mutated report") }
    }
    #expect(results.words == ["200", "422"] && results.count("200") > 500)
    #expect(bench.log.text.isEmpty)
  }
}
