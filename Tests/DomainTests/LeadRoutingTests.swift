import Domain
import Testing

/// Whom a lead is offered to (PRODUCT.md §4).
@Suite struct LeadRoutingTests {
  private let now = Instant(seconds: 1_795_000_000)  // 2026-11-18, a Wednesday, 11:46:40 UTC
  private let account = AccountID(rawValue: 1)

  private func partner(_ slug: String, _ change: (inout Partner) -> Void = { _ in }) -> Partner {
    var partner = Partner(accountID: account, slug: slug, name: slug, url: "https://p.example/", createdAt: now)
    change(&partner)
    return partner
  }

  private func standing(
    _ partner: Partner, used: [CapSpan: Int] = [:], probability: Double = 0.3, evidence: Double = 20
  ) -> PartnerStanding {
    PartnerStanding(
      partner: partner, used: used, belief: ApprovalBelief(probability: probability, evidence: evidence))
  }

  private func lead(country: String? = "US", hasContact: Bool = true) -> RoutedLead {
    RoutedLead(
      source: "tiktok_us", trafficType: "push", country: country, score: 50, hasContact: hasContact, receivedAt: now)
  }

  private func choose(
    _ policy: RoutingPolicy, _ partners: [PartnerStanding], lead: RoutedLead? = nil, seed: UInt64 = 1
  ) -> RoutingChoice {
    var random = SeededRandom(seed: seed)
    return LeadRouting.choose(policy, for: lead ?? self.lead(), among: partners, random: &random)
  }

  @Test func priorityAsksInOrderAndAtMostThree() {
    let partners = [4, 2, 1, 3].map { rank in standing(partner("p\(rank)") { $0.priority = rank }) }
    let choice = choose(.priority, partners)
    #expect(choice.candidates.map(\.partner.slug) == ["p1", "p2", "p3"])
    #expect(choice.candidates.map(\.propensity) == [1, 0, 0])
    #expect(choice.considered.count == 4)
  }

  @Test func partnersOfOnePriorityShareByWeight() {
    let partners = [
      standing(partner("a") { $0.weight = 3 }), standing(partner("b")), standing(partner("c") { $0.priority = 2 }),
    ]
    var first = 0
    for seed in 0..<4_000 {
      let choice = choose(.priority, partners, seed: UInt64(seed))
      #expect(choice.candidates.last?.partner.slug == "c")
      if choice.candidates[0].partner.slug == "a" { first += 1 }
    }
    #expect((2_850...3_150).contains(first))
    #expect(choose(.priority, partners).considered.map(\.propensity) == [0.75, 0.25, 0])
  }

  @Test func weightedAsksAsOftenAsWeightsSay() {
    let partners = [1, 3, 6, 0].map { weight in standing(partner("w\(weight)") { $0.weight = weight }) }
    var counts: [String: Int] = [:]
    for seed in 0..<10_000 {
      counts[choose(.weighted, partners, seed: UInt64(seed)).candidates[0].partner.slug, default: 0] += 1
    }
    #expect((850...1_150).contains(counts["w1"] ?? 0))
    #expect((2_800...3_200).contains(counts["w3"] ?? 0))
    #expect((5_800...6_200).contains(counts["w6"] ?? 0))
    #expect(counts["w0"] == nil)
    #expect(choose(.weighted, partners).considered.map(\.propensity) == [0.1, 0.3, 0.6, 0])
  }

  @Test func learnedAsksAsOftenAsItSays() {
    let partners = [
      standing(partner("cheap") { $0.payout = Money(micros: 10_000_000) }, probability: 0.5),
      standing(partner("dear") { $0.payout = Money(micros: 30_000_000) }, probability: 0.2),
      standing(partner("unknown"), probability: 0.3, evidence: 2),
    ]
    var counts: [String: Int] = [:]
    for seed in 0..<4_000 {
      counts[choose(.learned, partners, seed: UInt64(seed)).candidates[0].partner.slug, default: 0] += 1
    }
    for considered in choose(.learned, partners).considered {
      let share = Double(counts[considered.slug] ?? 0) / 4_000
      #expect(abs(share - considered.propensity) < 0.03, "\(considered.slug): \(share), said \(considered.propensity)")
    }
  }

  @Test func aSureWinnerIsAskedNearlyAlways() {
    let partners = [
      standing(partner("good") { $0.payout = Money(micros: 30_000_000) }, probability: 0.6, evidence: 5_000),
      standing(partner("bad") { $0.payout = Money(micros: 30_000_000) }, probability: 0.1, evidence: 5_000),
    ]
    #expect(choose(.learned, partners).considered.map(\.propensity) == [1, 0])
  }

  @Test func whatIsNotOfferedSaysWhy() {
    let monday = WeekSchedule(windows: [.init(days: [.mon], from: 0, to: 1_440)])
    let partners = [
      standing(partner("paused") { $0.isActive = false }),
      standing(partner("country") { $0.filters.countries = ["DE"] }),
      standing(partner("source") { $0.filters.sources = ["facebook_us"] }),
      standing(partner("traffic_type") { $0.filters.trafficTypes = ["native"] }),
      standing(partner("min_score") { $0.filters.minimumScore = 51 }),
      standing(partner("schedule") { $0.schedule = monday }),
      standing(partner("cap_hour") { $0.caps.hour = 5 }, used: [.hour: 5]),
      standing(partner("cap_day") { $0.caps.day = 5 }, used: [.day: 6]),
      standing(partner("cap_total") { $0.caps.total = 0 }),
      standing(partner("open") { $0.caps = Caps(hour: 5, day: 5, total: 5) }, used: [.hour: 4, .day: 4, .total: 4]),
    ]
    for policy in RoutingPolicy.allCases {
      let choice = choose(policy, partners)
      #expect(choice.candidates.map(\.partner.slug) == ["open"])
      for considered in choice.considered where considered.slug != "open" {
        #expect(considered.obstacle?.code == considered.slug)
        #expect(considered.propensity == 0)
      }
    }
    #expect(choose(.priority, Array(partners.dropLast())).candidates.isEmpty)
  }

  @Test func aBackupOfWeight0IsAskedLast() {
    let partners = [standing(partner("backup") { $0.weight = 0 }), standing(partner("first"))]
    for seed in 0..<50 {
      #expect(choose(.priority, partners, seed: UInt64(seed)).candidates.map(\.partner.slug) == ["first", "backup"])
    }
    #expect(choose(.priority, partners).considered.map(\.propensity) == [0, 1])
    #expect(choose(.priority, [partners[0]]).considered.map(\.propensity) == [1])
  }

  @Test func hashesAreHandedToNobody() {
    let partners = [standing(partner("server")), standing(partner("page") { $0.mode = .page })]
    let choice = choose(.priority, partners, lead: lead(hasContact: false))
    #expect(choice.candidates.map(\.partner.slug) == ["page"])
    #expect(choice.considered[0].obstacle == .contact)
  }

  @Test func aPartnerThatPaysNothingIsWorthNothing() {
    let partners = [
      standing(partner("free") { $0.payout = .zero }),
      standing(partner("paying") { $0.payout = Money(micros: 5_000_000) }),
    ]
    #expect(choose(.learned, partners).candidates[0].partner.slug == "paying")
  }

  @Test func aFilterWantsToKnow() {
    let american = standing(partner("us") { $0.filters.countries = ["US"] })
    #expect(choose(.priority, [american], lead: lead(country: nil)).considered[0].obstacle == .country)
    #expect(choose(.priority, [american]).considered[0].obstacle == nil)
  }

  @Test func obstaclesAreReadBack() {
    for obstacle in RoutingObstacle.allCases { #expect(RoutingObstacle(code: obstacle.code) == obstacle) }
    #expect(RoutingObstacle(code: "cap_month") == nil)
  }
}

/// Hours, days and windows in a partner's own zone.
@Suite struct PartnerTimeTests {
  private func calendar(_ name: String) throws -> AccountCalendar { try #require(AccountCalendar(timezone: name)) }
  private func at(_ day: String, _ hour: Int, _ minute: Int = 0) throws -> Instant {
    Instant(seconds: Int64(try #require(Day(text: day)).number) * 86_400 + Int64(hour * 3_600 + minute * 60))
  }

  @Test(arguments: [
    ("2026-11-16", 6, 59, false), ("2026-11-16", 7, 0, true), ("2026-11-16", 15, 59, true),
    ("2026-11-16", 16, 0, false), ("2026-11-17", 8, 0, true), ("2026-11-18", 8, 0, false),
  ])
  func officeHoursInKyiv(_ day: String, _ hour: Int, _ minute: Int, _ isOpen: Bool) throws {
    let schedule = WeekSchedule(windows: [.init(days: [.mon, .tue], from: 540, to: 1_080)])
    #expect(schedule.isOpen(at: try at(day, hour, minute), try calendar("Europe/Kyiv")) == isOpen)
  }

  @Test(arguments: [
    ("2026-11-20", 21, false), ("2026-11-20", 22, true), ("2026-11-21", 5, true), ("2026-11-21", 6, false),
    ("2026-11-21", 22, false), ("2026-11-20", 5, false),
  ])
  func aNightBelongsToTheDayItBegins(_ day: String, _ hour: Int, _ isOpen: Bool) throws {
    let friday = WeekSchedule(windows: [.init(days: [.fri], from: 1_320, to: 360)])
    #expect(friday.isOpen(at: try at(day, hour), .utc) == isOpen)
  }

  @Test func noWindowsMeanAlways() throws {
    #expect(WeekSchedule().isOpen(at: try at("2026-11-21", 3), .utc))
  }

  @Test func capsCountHoursAndDaysOfTheZone() throws {
    let zone = try calendar("Asia/Kolkata")
    // 18:30 UTC is midnight there, and its hours begin at half past.
    let before = zone.local(try at("2026-11-20", 18, 29))
    let after = zone.local(try at("2026-11-20", 18, 30))
    #expect(CapSpan.allCases.map { $0.number(at: after) - $0.number(at: before) } == [1, 1, 0])
  }

  @Test func anHourThatComesTwiceIsOne() throws {
    let zone = try calendar("Europe/Kyiv")
    // Clocks go back from 04:00 to 03:00 at 01:00 UTC.
    let hours = try (0...2).map { CapSpan.hour.number(at: zone.local(try at("2026-10-25", $0, 30))) }
    #expect(hours[0] == hours[1])
    #expect(hours[2] == hours[1] + 1)
  }

  @Test func weekdaysFollowTheCalendar() throws {
    #expect(Weekday(try #require(Day(text: "1970-01-01"))) == .thu)
    #expect(Weekday(try #require(Day(text: "2026-11-23"))) == .mon)
    #expect(Weekday(Day(number: -4)) == .sun)
  }

  @Test func tokensAreFoundInTemplates() {
    let template = PartnerTemplate("a={email}&b={form.zip} {nothing} {first_name}{")
    #expect(
      template.pieces == [
        .text("a="), .token(.email), .text("&b="), .token(.form("zip")), .text(" {nothing} "), .token(.firstName),
        .text("{"),
      ])
    #expect(PartnerTemplate.unknownTokens(in: "{email} {mail} {form.}") == ["mail", "form."])
    #expect(PartnerToken.names.allSatisfy { PartnerToken($0) != nil })
  }
}
