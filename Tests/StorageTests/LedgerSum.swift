import Domain
import Storage

/// What leads come to, reckoned afresh from the leads and conversions themselves.
struct LedgerSum: Equatable, CustomStringConvertible {
  var leads = LeadCounts()
  var conversions = ConversionCounts()

  init() {}
  init(of row: ReportRow) {
    leads = row.leads
    conversions = row.conversions
  }
  init(of events: [Event]) {
    for event in events {
      leads.leads += 1
      switch event.lead.verdict.decision {
      case .accept: leads.accepted += 1
      case .review: leads.reviewed += 1
      case .reject: leads.rejected += 1
      }
      leads.cost += event.lead.cost
      leads.delivered += event.route?.delivery == .accepted ? 1 : 0
      switch event.status {
      case .new: break
      case .pending: conversions.pending += 1
      case .approved: conversions.approved += 1
      case .rejected: conversions.declined += 1
      case .chargeback: conversions.chargebacks += 1
      }
      conversions.conversions += event.conversions.count { $0.status == .approved }
      conversions.revenue += event.revenue
      conversions.heldRevenue += event.heldRevenue
    }
  }

  static func grouped(_ events: [Event], by dimension: ReportDimension, in account: Account) -> [String: LedgerSum] {
    var groups: [String: [Event]] = [:]
    for event in events { for key in keys(of: event, dimension, account) { groups[key, default: []].append(event) } }
    return groups.mapValues(LedgerSum.init(of:))
  }

  private static func keys(of event: Event, _ dimension: ReportDimension, _ account: Account) -> Set<String> {
    let lead = event.lead
    switch dimension {
    case .day: return [(AccountCalendar(timezone: account.timezone) ?? .utc).day(of: lead.receivedAt).text]
    case .source: return [lead.source]
    case .partner: return [event.route?.partner ?? Report.none]
    case .trafficType: return [lead.trafficType ?? Report.none]
    case .landingPage: return [lead.landingPage ?? Report.none]
    case .country: return [lead.country ?? Report.none]
    case .emailDomain: return [event.emailDomainIsRare ? Report.rare : lead.emailDomain ?? Report.none]
    case .reason: return Set(lead.verdict.reasons.map(\.code.rawValue))
    case .score: return [scoreText(of: lead.verdict)]
    }
  }

  /// A probability as sums by score keep it.
  static func perMille(_ chance: Double) -> Int {
    Int(chance < 0.05 ? (chance * 1_000).rounded() : (chance * 100).rounded() * 10)
  }

  /// `57:500:a`: score, thousandths (below 5 % to the last of them), and a, v or r as it was decided, or h where a hard rule did.
  private static func scoreText(of verdict: Verdict) -> String {
    let isByRule = verdict.reasons.contains { $0.code.isHardRule }
    let letter =
      switch verdict.decision {
      case .accept: "a"
      case .review: "v"
      case .reject: isByRule ? "h" : "r"
      }
    return "\(verdict.score):\(perMille(verdict.approvalProbability)):\(letter)"
  }

  static func + (a: Self, b: Self) -> Self {
    var sum = LedgerSum()
    sum.leads = a.leads + b.leads
    sum.conversions = a.conversions + b.conversions
    return sum
  }

  var description: String { "\(leads) \(conversions)" }
}

extension Workbench {
  /// Gives a word of ``happen(to:_:)`` another class, or none of its own, and replays the clicks that it is about.
  func rename(_ account: Account, _ random: inout SeededRandom) throws {
    let words = ["odd", "hold", "sale"]
    let classes: [ConversionStatus?] = [.approved, .rejected, nil]
    let change = StatusMapChange(
      owner: StatusMapOwner(account: account.id, key: nil),
      words: [
        words[Int.random(in: 0..<3, using: &random)]: classes[Int.random(in: 0..<3, using: &random)]
      ])
    _ = try store.commit(change)
    while try store.replayClicks(at: Workbench.now) {}
  }

  /// One random thing: a lead of one of 60 clicks, a message about one, which may come before its lead, or what a partner
  /// says to a lead.
  func happen(to account: Account, _ random: inout SeededRandom) throws {
    let click = "C\(Int.random(in: 0..<60, using: &random))"
    let moment = Workbench.now + Int64.random(in: -2 * 86_400...2 * 86_400, using: &random)
    func one<T>(of values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
    if Int.random(in: 0..<5, using: &random) == 0 { return try settleOne(&random) }
    guard Bool.random(using: &random) else {
      let words = ["sale", "hold", "trash", "refund", "rebill", "odd"]
      try postback(
        [one(of: words), one(of: ["", "3", "8.25"]), one(of: ["", "#1", "#2"])].joined(separator: " "), click: click,
        of: account, at: moment)
      return
    }
    var draft = LeadDraft.of(account, at: moment, source: one(of: ["a", "b", "c"]), click: click)
    draft.trafficType = one(of: [nil, "push", "social"])
    draft.landingPage = one(of: [nil, "x", "y", "z"])
    draft.country = one(of: [nil, "US", "DE"])
    draft.cost = Money(micros: one(of: [0, 350_000, 1]))
    draft.contact.emailDomain = one(of: [nil, "gmail.com", "d\(Int.random(in: 0..<90, using: &random)).example"])
    draft.references.email = one(of: [nil, .number(UInt8.random(in: 0..<40, using: &random))])
    let decision = one(of: Decision.allCases)
    let code = one(of: ReasonCode.allCases)
    let score = Int.random(in: 0...100, using: &random)
    try send(draft, &random) { facts in
      Verdict(
        decision: facts.isDuplicate ? .reject : decision, score: score,
        approvalProbability: Double(score * score) / 10_000,
        reasons: [Reason(code: code, points: 3, detail: ""), Reason(code: .timeOnSite, points: 4, detail: "45")])
    }
  }
}
