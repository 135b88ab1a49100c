import Domain
import Storage
import Testing

@Suite struct ReportStoreTests {
  let bench: Workbench
  let store: Store
  init() throws {
    bench = try Workbench()
    store = bench.store
  }

  /// Random leads and messages by many threads: every grouping must say what the ledger says, to the cent.
  @Test(arguments: [1, 2] as [UInt64])
  func everyGroupingAgreesWithTheLedger(_ seed: UInt64) throws {
    let account = try bench.account(timezone: "America/New_York")
    try bench.somePartners(of: account)
    let failures = concurrently(16) { [bench] number in
      failure {
        var random = SeededRandom(seed: seed << 32 | UInt64(number))
        for _ in 0..<40 { try bench.happen(to: account, &random) }
      }
    }
    try #require(failures.allSatisfy { $0 == nil })
    let events = try store.recentEvents(of: account.id, limit: 10_000)
    let all = LedgerSum(of: events)
    try #require(all.leads.leads > 150 && all.conversions.approved > 10 && all.conversions.revenue > .zero)
    for dimension in ReportDimension.allCases {
      let report = try bench.report(dimension, account)
      #expect(LedgerSum(of: report.total) == all, "\(dimension)")
      let rows = Dictionary(report.rows.map { ($0.key, LedgerSum(of: $0)) }, uniquingKeysWith: +)
      #expect(rows == LedgerSum.grouped(events, by: dimension, in: account), "\(dimension)")
      #expect(rows.count == report.rows.count, "\(dimension) names a key twice")
      if dimension != .reason { #expect(rows.values.reduce(LedgerSum(), +) == all, "\(dimension)") }
    }
  }

  @Test func aLeadAndAllThatFollowsCountOnTheDayItCame() throws {
    let account = try bench.account(timezone: "America/New_York")
    // 23:59:59 in New York on 17 November is 04:59:59 UTC on the 18th.
    let late = Instant(seconds: 1_794_978_000 - 1)
    try bench.lead(.of(account, at: late, click: "A"))
    try bench.lead(.of(account, at: late + 1, click: "B"))
    try bench.postback("sale 7", click: "A", of: account, at: late + 5 * 86_400)
    let report = try bench.report(.day, account)
    #expect(report.rows.map(\.key) == ["2026-11-17", "2026-11-18"])
    #expect(report.rows.map(\.conversions.revenue.text) == ["7", "0"])
    let today = try bench.report(.day, account, days: 0...0)
    #expect(today.rows.map(\.key) == ["2026-11-18"])
    #expect(today.total.conversions.revenue == .zero && today.total.leads.leads == 1)
  }

  @Test func rowsAreSortedByLeadsAndDaysByDate() throws {
    let account = try bench.account()
    for (source, leads) in [("b", 2), ("a", 2), ("c", 3), ("d", 1)] {
      for day in 0..<leads { try bench.lead(.of(account, at: Workbench.now + Int64(day) * 86_400, source: source)) }
    }
    #expect(try bench.report(.source, account).rows.map(\.key) == ["c", "a", "b", "d"])
    #expect(try bench.report(.day, account).rows.map(\.key) == ["2026-11-18", "2026-11-19", "2026-11-20"])
    #expect(try bench.report(.country, account).rows.map(\.key) == [Report.none])
  }

  @Test func anEmptyReportIsZero() throws {
    let account = try bench.account()
    for dimension in ReportDimension.allCases {
      let report = try bench.report(dimension, account)
      #expect(report.rows == [] && LedgerSum(of: report.total) == LedgerSum())
    }
  }

  @Test func accountsNeverSeeEachOthersSums() throws {
    let (mine, theirs) = (try bench.account(), try bench.account(email: "other@example.com"))
    try bench.lead(.of(theirs, click: "C"))
    try bench.postback("sale 8", click: "C", of: theirs)
    for dimension in ReportDimension.allCases { #expect(try bench.report(dimension, mine).rows == []) }
    #expect(try store.recentEvents(of: mine.id, limit: 10) == [])
    #expect(try store.usage(of: mine, in: UsagePeriod(holding: Workbench.now)).used == 0)
  }

  @Test func aDomainOfFewerThanThreeLeadsIsNotNamed() throws {
    let account = try bench.account()
    for domain in ["gmail.com", "gmail.com", "gmail.com", "small.example", "small.example", "tiny.example"] {
      try bench.lead(.of(account) { $0.contact.emailDomain = domain })
    }
    let report = try bench.report(.emailDomain, account)
    #expect(report.rows.map(\.key) == [Report.rare, "gmail.com"])
    #expect(report.rows.map(\.leads.leads) == [3, 3])
    #expect(
      try store.recentEvents(of: account.id, limit: 10).map(\.emailDomainIsRare) == [
        true, true, true, false, false, false,
      ])
  }

  @Test func aReasonThatIsGivenTwiceCountsItsLeadOnce() throws {
    let account = try bench.account()
    _ = try store.commitDecision(.of(account)) { _ in
      let reason = Reason(code: .declaredBot, points: -25, detail: "webdriver")
      return Verdict(decision: .reject, score: 0, approvalProbability: 0, reasons: [reason, reason])
    }
    #expect(try bench.report(.reason, account).rows.map(\.leads.leads) == [1])
  }

  // MARK: Limits

  @Test func aDayHasRoomForFiveHundredValues() throws {
    let account = try bench.account()
    func everyone(_ body: @escaping @Sendable (Int) throws -> Void) {
      let failures = concurrently(52) { number in failure { for page in 0..<10 { try body(number * 10 + page) } } }
      #expect(failures.allSatisfy { $0 == nil })
    }
    everyone { [bench] page in try bench.lead(.of(account, click: "C\(page)") { $0.landingPage = "page-\(page)" }) }
    everyone { [bench] page in try bench.postback("sale 1", click: "C\(page)", of: account) }
    let report = try bench.report(.landingPage, account)
    #expect(report.rows.count == Report.valuesPerDay + 1)
    let other = try #require(report.rows.first { $0.key == Report.other })
    #expect(other.leads.leads == 20 && other.conversions.approved == 20 && other.conversions.revenue.text == "20")
    let named = report.rows.filter { $0.key != Report.other }
    #expect(named.allSatisfy { $0.leads.leads == 1 && $0.conversions.revenue.text == "1" })
    #expect(report.total.leads.leads == 520 && report.total.conversions.revenue.text == "520")
  }

  @Test func aReportHasAThousandRowsAtMost() throws {
    let account = try bench.account()
    let failures = concurrently(48) { [bench] number in
      failure {
        for page in 0..<25 {
          let value = number * 25 + page
          try bench.lead(
            .of(account, at: Workbench.now + Int64(value % 3) * 86_400, click: "C\(value)") {
              $0.landingPage = "page-\(value)"
            })
        }
      }
    }
    #expect(failures.allSatisfy { $0 == nil })
    try bench.postback("sale 1", click: "C1199", of: account)
    let report = try bench.report(.landingPage, account)
    #expect(report.rows.count == Report.rowLimit)
    #expect(report.rows.last?.key == Report.other)
    #expect(report.rows.last?.leads.leads == 201)
    #expect(report.rows.reduce(0) { $0 + $1.leads.leads } == 1_200)
    #expect(report.rows.reduce(Money.zero) { $0 + $1.conversions.revenue }.text == "1")
  }
}
