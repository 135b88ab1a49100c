import Testing

/// Stats: PRODUCT.md §7, as far as there are leads, sources and days.
@Suite struct ReportTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account(timezone: "America/New_York")
    account.makeSource("tiktok_us", #""cost_per_lead":2,"traffic_type":"social""#)
    for number in 0..<3 {
      _ = account.decide(
        #""click_id":"t\#(number)","country":"US","landing_page":"p","form_data":{"email":"a\#(number)@gmail.com"}"#,
        source: "tiktok_us")
    }
    _ = account.decide(#""click_id":"p1","signals":{"webdriver":true}"#, source: "push")
    _ = account.postback("click_id=t0&status=sale&payout=10.10")
    _ = account.postback("click_id=t1&status=trash")
    _ = account.postback("click_id=t2&status=hold&payout=4")
  }

  @Test func `by day, the last 30 with today unless said otherwise`() {
    let report = account.get("/api/v1/stats")
    #expect(report["from"] == "2026-10-24" && report["to"] == "2026-11-22" && report["group_by"] == "day")
    #expect(report.all("rows", "key") == ["2026-11-22"])
    #expect(
      report.keys("total") == [
        "accepted", "approval_rate", "approved", "chargebacks", "conversions", "cost", "declined", "delivered",
        "held_revenue", "leads", "pending", "profit", "rejected", "revenue", "revenue_per_lead", "reviewed", "roi",
      ])
    let total = [
      "leads": "4", "accepted": "3", "reviewed": "0", "rejected": "1", "delivered": "0", "pending": "1",
      "approved": "1",
      "declined": "1", "chargebacks": "0", "conversions": "1", "revenue": "10.1", "held_revenue": "4", "cost": "6",
      "profit": "4.1", "approval_rate": "0.5", "revenue_per_lead": "2.525", "roi": "0.683333",
    ]
    for (name, value) in total {
      #expect(report["total.\(name)"] == value, "\(name)")
      #expect(report["rows.0.\(name)"] == value, "\(name)")
    }
  }

  @Test func `by source`() {
    let report = account.get("/api/v1/stats?group_by=source")
    #expect(report.all("rows", "key") == ["tiktok_us", "push"])
    #expect(
      report["rows.0.revenue"] == "10.1" && report["rows.1.roi"] == "null" && report["rows.1.approval_rate"] == "null")
  }

  @Test(arguments: [
    ("partner", ["(none)"]), ("traffic_type", ["social", "(none)"]), ("landing_page", ["p", "(none)"]),
    ("country", ["US", "(none)"]), ("email_domain", ["gmail.com", "(none)"]),
  ])
  func `every grouping has the same total`(groupBy: String, keys: [String]) {
    let (report, days) = (account.get("/api/v1/stats?group_by=\(groupBy)"), account.get("/api/v1/stats"))
    #expect(report["group_by"] == groupBy)
    #expect(report.all("rows", "key") == keys)
    #expect(report.all("rows", "leads").compactMap { Int($0) }.reduce(0, +) == 4)
    for name in days.keys("total") { #expect(report["total.\(name)"] == days["total.\(name)"]) }
  }

  @Test func `reasons overlap, their total does not`() {
    let report = account.get("/api/v1/stats?group_by=reason")
    #expect(report.all("rows", "key").contains("declared_bot"))
    #expect(report["total.leads"] == "4")
  }

  @Test func `a day begins in the account's time zone`() {
    // 22 November, 23:30 in New York is the 23rd in UTC.
    bench.clock.advance(seconds: 16 * 3_600 + 1_800)
    _ = account.decide(source: "late")
    let report = account.get("/api/v1/stats?from=2026-11-22&to=2026-11-22")
    #expect(report["total.leads"] == "5")
    #expect(account.get("/api/v1/stats")["to"] == "2026-11-22")
    #expect(account.get("/api/v1/usage")["used"] == "5")
  }

  @Test func `what follows a lead counts on the lead's day`() {
    bench.clock.advance(seconds: 3 * 86_400)
    _ = account.postback("click_id=p1&status=sale&payout=1")
    #expect(account.get("/api/v1/stats").all("rows", "key") == ["2026-11-22"])
    #expect(account.get("/api/v1/stats?from=2026-11-22&to=2026-11-22")["total.revenue"] == "11.1")
    #expect(account.get("/api/v1/stats?from=2026-11-23")["total.revenue"] == "0")
    #expect(account.get("/api/v1/stats?from=2026-11-23")["to"] == "2026-11-25")
  }

  @Test func `as CSV`() throws {
    account.makeSource("s1", #""traffic_type":"=HYPERLINK(\"x\"),a""#)
    _ = account.decide()
    let answer = account.get("/api/v1/stats?group_by=traffic_type&format=csv")
    #expect(answer.header("content-type") == "text/csv; charset=utf-8")
    #expect(answer.header("content-disposition")?.hasPrefix("attachment") == true)
    let lines = answer.text.components(separatedBy: "\r\n")
    try #require(lines.count == 6 && lines[5].isEmpty)
    #expect(
      lines[0] == "key,leads,accepted,reviewed,rejected,delivered,pending,approved,declined,chargebacks,conversions,"
        + "revenue,held_revenue,cost,profit,roi,approval_rate,revenue_per_lead")
    #expect(lines[1] == "\"social\",3,3,0,0,0,1,1,1,0,1,10.1,4,6,4.1,0.683333,0.5,3.366667")
    #expect(lines.contains { $0.hasPrefix("\"'=HYPERLINK(\"\"x\"\"),a\",1,") })
  }

  @Test(arguments: [
    ("from=2026-11-23&to=2026-11-22", "from"), ("from=22.11.2026", "from"), ("to=2026-02-30", "to"), ("to=x", "to"),
    ("from=1970-01-01", "from"), ("group_by=nothing", "group_by"), ("format=xml", "format"), ("group_by=", "group_by"),
  ])
  func `what cannot be reported is 422`(query: String, field: String) {
    let answer = account.get("/api/v1/stats?\(query)")
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields == [field])
  }

  @Test func `a domain seen for fewer than 3 leads is not named`() {
    for number in 0..<2 { _ = account.decide(#""form_data":{"email":"a@rare.example","name":"n\#(number)"}"#) }
    let report = account.get("/api/v1/stats?group_by=email_domain")
    #expect(report.all("rows", "key").contains("(rare)"))
    #expect(!report.text.contains("rare.example"))
  }
}
