import Domain
import Testing

@Suite struct ReasonListTests {
  static let lists: [(reasons: [Reason], encoded: String)] = [
    ([], ""),
    ([Reason(code: .timeOnSite, points: 6, detail: "45")], "time_on_site:6:45"),
    (
      [Reason(code: .emailDomain, points: -9, detail: "gmail.com"), Reason(code: .honeypot, points: -50, detail: "")],
      "email_domain:-9:gmail.com;honeypot:-50:"
    ),
    ([Reason(code: .name, points: 0, detail: "a:b;c%\n")], "name:0:a%3ab%3bc%25%0a"),
  ]

  @Test(arguments: lists)
  func isOneLineOfText(_ list: (reasons: [Reason], encoded: String)) {
    #expect(ReasonList(list.reasons).encoded == list.encoded)
    #expect(ReasonList(encoded: list.encoded)?.reasons == list.reasons)
  }

  @Test func anyDetailComesBack() throws {
    var random = SeededRandom(seed: 5)
    let characters = Array("ab:;%%25é点🎯\n\u{1} ")
    for _ in 0..<2_000 {
      let reasons = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
        Reason(
          code: ReasonCode.allCases.randomElement(using: &random) ?? .name,
          points: Int.random(in: -100...100, using: &random),
          detail: String(
            (0..<Int.random(in: 0..<30, using: &random)).map { _ in characters.randomElement(using: &random) ?? "x" }))
      }
      let encoded = ReasonList(reasons).encoded
      try #require(ReasonList(encoded: encoded)?.reasons == reasons)
      try #require(!encoded.contains("\n"))
    }
  }

  @Test(arguments: [
    "x", "name:1", "nobody:1:", "name:101:", "name:1:a:b", "name:1:%", "name:1:%zz", "name:+1:", "name:1:;", ";",
  ])
  func noOtherTextIsAList(_ text: String) {
    #expect(ReasonList(encoded: text) == nil)
  }

  @Test func aLongDetailIsCutBetweenCharacters() {
    let reason = Reason(code: .name, points: 1, detail: String(repeating: "é", count: 40))
    #expect(reason.detail == String(repeating: "é", count: 32))
  }
}

@Suite struct ReportRowTests {
  private func row(
    cost: Int64, revenue: Int64, approved: Int = 0, declined: Int = 0, chargebacks: Int = 0, leads: Int = 0
  ) -> ReportRow {
    var row = ReportRow(key: "k")
    row.leads.cost = Money(micros: cost)
    row.leads.leads = leads
    row.conversions.revenue = Money(micros: revenue)
    (row.conversions.approved, row.conversions.declined, row.conversions.chargebacks) = (
      approved, declined, chargebacks
    )
    return row
  }

  @Test func profitAndWhatFollowsFromIt() {
    let row = row(cost: 4_000_000, revenue: 5_000_000, approved: 1, declined: 2, chargebacks: 1, leads: 10)
    #expect(row.profit == Money(micros: 1_000_000))
    #expect(row.roi == 0.25)
    #expect(row.approvalRate == 0.25)
    #expect(row.revenuePerLead == 0.5)
  }

  @Test func nothingIsDividedByZero() {
    let row = row(cost: 0, revenue: 5_000_000)
    #expect(row.roi == nil && row.approvalRate == nil && row.revenuePerLead == nil)
  }

  @Test func sumsAddAndSubtract() {
    var leads = LeadCounts()
    (leads.leads, leads.accepted, leads.reviewed, leads.rejected, leads.delivered) = (6, 1, 2, 3, 4)
    leads.cost = Money(micros: 9)
    #expect(leads + leads - leads == leads)
    #expect(leads - leads == .zero)
    var conversions = ConversionCounts()
    (conversions.pending, conversions.approved, conversions.declined, conversions.chargebacks) = (1, 2, 3, 4)
    (conversions.conversions, conversions.revenue, conversions.heldRevenue) = (5, Money(micros: 6), Money(micros: 7))
    #expect(conversions + conversions - conversions == conversions)
    #expect(conversions - conversions == .zero)
  }

  @Test func theScoreIsNoGroupingOfStats() {
    #expect(ReportDimension(name: ReportDimension.score.name) == nil)
    #expect(!ReportDimension.groupings.contains(.score))
  }

  @Test(arguments: ReportDimension.groupings)
  func dimensionsComeBackFromTheirNames(_ dimension: ReportDimension) {
    #expect(ReportDimension(name: dimension.name) == dimension)
    #expect(ReportDimension(name: dimension.name.uppercased()) == nil)
  }
}
