import Domain
import Testing

/// `GET /api/v1/score` and `/score/whatif`: what the score said of past leads, and other thresholds over them.
@Suite struct ScoreTests {
  let bench: Workbench
  let account: TestAccount
  /// The score that the lead of each click got.
  let scores: [String: Int]

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    account.makeSource("s1", #""cost_per_lead":2"#)
    let clean = #""time_on_site":200,"page_views":5,"signals":{"fill_seconds":20}"#
    let poor = #""time_on_site":1,"page_views":1,"signals":{"fill_seconds":1}"#
    var scores: [String: Int] = [:]
    for (click, members) in [("c0", clean), ("c1", clean), ("c2", clean), ("p0", poor), ("p1", poor)] {
      scores[click] = Int(account.decide(#""click_id":"\#(click)",\#(members)"#)["score"] ?? "")
    }
    scores["b0"] = Int(account.decide(#""click_id":"b0","signals":{"webdriver":true}"#)["score"] ?? "")
    self.scores = scores
    _ = account.postback("click_id=c0&status=sale&payout=10.10")
    _ = account.postback("click_id=c1&status=trash")
    _ = account.postback("click_id=p0&status=sale&payout=3")
    _ = account.postback("click_id=p1&status=trash")
  }

  private func band(of click: String) throws -> String {
    "bands.\(min(try #require(scores[click]) / 10, 9))"
  }

  // MARK: The score

  @Test func `bands hold leads, approvals and what was predicted of them`() throws {
    let answer = account.get("/api/v1/score")
    #expect(answer.status == 200 && answer["from"] == "2026-10-24" && answer["to"] == "2026-11-22")
    #expect(
      answer.keys() == [
        "bands", "by_rule", "calibration", "currency", "from", "reasons", "thresholds", "timezone", "to", "total",
        "unbanded",
      ])
    #expect(answer.all("bands", "from") == (0..<10).map { String($0 * 10) })
    #expect(answer["bands.0.to"] == "9" && answer["bands.9.to"] == "100")
    let (clean, poor) = (try band(of: "c0"), try band(of: "p0"))
    try #require(clean != poor)
    #expect(answer["\(clean).leads"] == "3" && answer["\(clean).decided"] == "2")
    #expect(answer["\(clean).approval_rate"] == "0.5" && answer["\(clean).revenue"] == "10.1")
    #expect(answer["\(clean).cost"] == "6" && answer["\(poor).leads"] == "2")
    let low = try #require(Double(answer["\(clean).approval_low"] ?? ""))
    let high = try #require(Double(answer["\(clean).approval_high"] ?? ""))
    #expect(low > 0.05 && low < 0.15 && high > 0.85 && high < 0.95, "two say little")
    let event = account.get("/api/v1/events?click_id=c0")["events.0.approval_probability"]
    let probability = try #require(Double(event ?? ""))
    #expect(answer["\(clean).mean_predicted"] == "\((probability * 100).rounded() / 100)")
    #expect(answer.all("bands", "leads").compactMap { Int($0) }.reduce(0, +) == 5)
    #expect(answer["unbanded"] == "0" && answer["total.leads"] == "6" && answer["total.revenue"] == "13.1")
  }

  @Test func `what a rule rejected is in no band`() {
    let answer = account.get("/api/v1/score")
    #expect(answer["by_rule.leads"] == "1" && answer["by_rule.rejected"] == "1")
    #expect(answer["bands.0.leads"] == "0")
    #expect(answer["calibration.decided"] == "4" && answer["calibration.approved"] == "2")
    #expect(answer["calibration.approval_rate"] == "0.5" && answer["calibration.expected_error"] != "null")
  }

  @Test func `reasons have their measured rates, as in stats`() throws {
    let (answer, stats) = (account.get("/api/v1/score"), account.get("/api/v1/stats?group_by=reason"))
    #expect(answer.all("reasons", "code") == stats.all("rows", "key"))
    #expect(answer.all("reasons", "approval_rate") == stats.all("rows", "approval_rate"))
    #expect(answer.all("reasons", "code").contains("declared_bot"))
  }

  @Test func `nothing yet is zero and null`() throws {
    let answer = try bench.account().get("/api/v1/score")
    #expect(answer["bands"] == "10" && answer["reasons"] == "0" && answer["total.leads"] == "0")
    for name in [
      "mean_predicted", "approval_rate", "approval_low", "approval_high", "expected_error", "error_by_chance",
    ] {
      #expect(answer["calibration.\(name)"] == "null")
    }
    #expect(answer["bands.4.approval_rate"] == "null" && answer["bands.4.mean_predicted"] == "null")
  }

  @Test(arguments: ["score", "score/whatif"])
  func `days are those of stats`(path: String) {
    for (query, field) in [("from=2026-11-23&to=2026-11-22", "from"), ("to=x", "to"), ("from=1970-01-01", "from")] {
      let answer = account.get("/api/v1/\(path)?\(query)")
      #expect(answer.isProblem(422, "invalid_fields") && answer.fields == [field])
    }
    let later = account.get("/api/v1/\(path)?from=2026-11-23&to=2026-11-24")
    #expect((later["total.leads"] ?? later["leads"]) == "0")
    #expect(bench.get("/api/v1/\(path)", key: account.publishable).isProblem(403, "key_not_allowed"))
  }

  // MARK: Other thresholds

  @Test func `today's thresholds change nothing`() {
    let answer = account.get("/api/v1/score/whatif")
    #expect(answer["thresholds.accept_at"] == "40" && answer["thresholds.reject_below"] == "15")
    #expect(answer["leads"] == "6" && answer["rejected_by_rule"] == "1")
    for name in ["accepted", "reviewed", "rejected"] {
      #expect(answer["as_decided.\(name)"] == answer["what_if.\(name)"])
    }
    #expect(answer["no_longer_sent.leads"] == "0" && answer["newly_sent.leads"] == "0")
    #expect(answer["sent.leads"] == answer["still_sent.leads"])
  }

  @Test func `stricter ones say what would have been lost`() throws {
    let limit = try #require(scores["c0"])
    let answer = account.get("/api/v1/score/whatif?accept_at=100&reject_below=\(limit)")
    #expect(answer["what_if.accepted"] == "0" && answer["what_if.reviewed"] == "3")
    #expect(answer["what_if.rejected"] == "3" && answer["no_longer_sent.leads"] == "2")
    #expect(answer["no_longer_sent.approved"] == "1" && answer["no_longer_sent.declined"] == "1")
    #expect(answer["no_longer_sent.revenue"] == "3" && answer["no_longer_sent.cost"] == "4")
    #expect(answer["still_sent.revenue"] == "10.1" && answer["sent.revenue"] == "13.1")
    #expect(answer["current.accept_at"] == "40" && account.get("/api/v1/account")["thresholds.accept_at"] == "40")
  }

  @Test func `laxer ones let through no lead that a rule rejected`() throws {
    _ = account.send("PATCH", "/api/v1/account", json: #"{"thresholds":{"accept_at":100,"reject_below":100}}"#)
    _ = account.decide(#""time_on_site":45"#)
    let answer = account.get("/api/v1/score/whatif?reject_below=0")
    #expect(answer["newly_sent.leads"] == "1" && answer["newly_sent.decided"] == "0")
    #expect(answer["what_if.rejected"] == "1" && answer["as_decided.rejected"] == "2")
  }

  @Test(arguments: [
    ("accept_at=101", "accept_at", "from 0 to 100"), ("accept_at=4.5", "accept_at", "whole number"),
    ("reject_below=-1", "reject_below", "from 0 to 100"), ("accept_at=10", "accept_at", "send both"),
    ("reject_below=41", "reject_below", "which is 40 today"),
    ("accept_at=1&reject_below=2", "reject_below", "which is 1"),
    ("policy=learned", "policy", "cannot yet"), ("accept=50", "query", "known are accept_at"),
  ])
  func `what cannot be tried is 422 and says why`(query: String, field: String, words: String) {
    let answer = account.get("/api/v1/score/whatif?\(query)")
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields == [field])
    #expect(answer["errors.0.message"]?.contains(words) == true)
  }
}
