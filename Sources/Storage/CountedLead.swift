import Domain
import GRDB

/// What of a lead its roll-ups need: by what it is counted, and when it came.
struct CountedLead {
  let id: LeadID
  let receivedAt: Instant
  let isDuplicate: Bool
  let source: String
  private let trafficType: String?
  private let landingPage: String?
  private let country: String?
  private let emailDomain: String?
  private let reasonCodes: [String]
  let scored: ScoredDecision
  /// The slug of the partner that has it or may have it.
  let partner: String?
  /// Made when that partner took it, so that it tells which messages came before; nil: it did not.
  let acceptedID: Int64?
  private let isTest: Bool
  /// Its route is under way: who gets it is not settled.
  let isOpen: Bool

  /// A new one.
  /// - Parameter route: nil: its account has no partners.
  init(_ lead: Lead, _ route: LeadRoute? = nil) {
    self.id = lead.id
    self.receivedAt = lead.receivedAt
    self.isDuplicate = lead.isDuplicate
    self.source = lead.source
    self.trafficType = lead.trafficType
    self.landingPage = lead.landingPage
    self.country = lead.country
    self.emailDomain = lead.emailDomain
    self.reasonCodes = lead.verdict.reasons.map(\.code.rawValue)
    self.scored = ScoredDecision(
      lead.verdict.decision, score: lead.verdict.score, probability: lead.verdict.approvalProbability,
      reasonCodes: reasonCodes)
    self.partner = route?.partner
    self.acceptedID = nil
    self.isTest = lead.isTest
    self.isOpen = route?.delivery == .open
  }

  /// - Parameter row: begins with ``columns``.
  init(row: HotRow) {
    self.id = LeadID(rawValue: Int64(row.integer(0) ?? 0))
    self.receivedAt = Instant(microseconds: Int64(row.integer(1) ?? 0))
    self.isDuplicate = row.integer(2) == 1
    self.source = row.text(3) ?? ""
    self.trafficType = row.text(4)
    self.landingPage = row.text(5)
    self.country = row.text(6)
    self.emailDomain = row.text(7)
    self.reasonCodes = ReasonList.codes(encoded: row.text(8) ?? "")
    self.scored = ScoredDecision(
      row.text(13).flatMap(Decision.init(rawValue:)) ?? .review, score: row.integer(14) ?? 0,
      probability: row.real(15) ?? 0, reasonCodes: reasonCodes)
    self.partner = row.text(9)
    self.acceptedID = row.integer(10).map(Int64.init)
    self.isTest = row.integer(12) == 1
    self.isOpen = row.integer(11) == 1
  }

  /// Leads looked at for one click id: a tracker that gives every visitor the same id must slow nobody else.
  static let mostPerClick = 50

  /// Of ``table``.
  static let columns = """
    lead.id, received_at, duplicate, source, traffic_type, landing_page, country, email_domain, reasons, route.partner,
      route.accepted_id, route.delivery = 'open', lead.test, lead.decision, lead.score, lead.probability
    """
  static let table = "lead LEFT JOIN route ON route.lead_id = lead.id"

  /// The leads of a click id, newest first.
  static func ofClick(_ clickID: String, _ account: AccountID, _ db: Database) throws -> [CountedLead] {
    try db.rows(
      "SELECT \(columns) FROM \(table) WHERE lead.account_id = ? AND click_id = ? ORDER BY lead.id DESC LIMIT ?",
      account.rawValue, clickID, mostPerClick, element: CountedLead.init(row:))
  }

  static func one(_ id: LeadID, _ account: AccountID, _ db: Database) throws -> CountedLead? {
    try db.rows(
      "SELECT \(columns) FROM \(table) WHERE lead.account_id = ? AND lead.id = ?", account.rawValue, id.rawValue,
      element: CountedLead.init(row:)
    ).first
  }

  /// The roll-up rows of one generation that it and its conversions count in: of a test none.
  func rollupKeys(in account: AccountID, _ generation: RollupGeneration) -> [RollupBatch.Key] {
    guard !isTest else { return [] }
    let day = generation.calendar.day(of: receivedAt)
    func key(_ dimension: ReportDimension, _ value: String?) -> RollupBatch.Key {
      RollupBatch.Key(
        account: account, generation: generation.number, day: day, dimension: dimension, value: value ?? Report.none)
    }
    return [
      key(.day, ""), key(.source, source), key(.partner, partner), key(.trafficType, trafficType),
      key(.landingPage, landingPage), key(.country, country), key(.emailDomain, emailDomain), key(.score, scored.text),
    ] + Set(reasonCodes).map { key(.reason, $0) }
  }
}

extension Lead {
  /// What it adds to the roll-ups of its day.
  var counts: LeadCounts { LeadCounts(decision: verdict.decision, cost: cost) }
}

extension LeadCounts {
  /// What one lead counts.
  init(decision: Decision, cost: Money) {
    self.init()
    leads = 1
    switch decision {
    case .accept: accepted = 1
    case .review: reviewed = 1
    case .reject: rejected = 1
    }
    self.cost = cost
  }
}
