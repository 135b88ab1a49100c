/// What sums are kept by.
package enum ReportDimension: Int, CaseIterable, Sendable {
  case day = 0
  case source, partner, trafficType, landingPage, country, emailDomain, reason
  /// ``ScoredDecision``: what `/api/v1/score` is made of, and nothing that stats can be grouped by.
  case score

  /// What stats can be grouped by.
  package static let groupings = allCases.filter { $0 != .score }

  /// As `group_by` names it.
  package var name: String {
    switch self {
    case .day: "day"
    case .source: "source"
    case .partner: "partner"
    case .trafficType: "traffic_type"
    case .landingPage: "landing_page"
    case .country: "country"
    case .emailDomain: "email_domain"
    case .reason: "reason"
    case .score: "score"
    }
  }

  /// - Parameter name: of one of ``groupings``.
  package init?(name: String) {
    guard let match = ReportDimension.groupings.first(where: { $0.name == name }) else { return nil }
    self = match
  }
}

/// The leads' side of a roll-up row.
package struct LeadCounts: Equatable, Sendable, AdditiveArithmetic {
  package var leads = 0
  package var accepted = 0
  package var reviewed = 0
  package var rejected = 0
  package var delivered = 0
  package var cost = Money.zero
  package init() {}

  package static let zero = LeadCounts()
  package static func + (a: Self, b: Self) -> Self { a.combined(b, +, +) }
  package static func - (a: Self, b: Self) -> Self { a.combined(b, -, -) }
  private func combined(_ b: Self, _ count: (Int, Int) -> Int, _ money: (Money, Money) -> Money) -> Self {
    var sum = Self()
    sum.leads = count(leads, b.leads)
    sum.accepted = count(accepted, b.accepted)
    sum.reviewed = count(reviewed, b.reviewed)
    sum.rejected = count(rejected, b.rejected)
    sum.delivered = count(delivered, b.delivered)
    sum.cost = money(cost, b.cost)
    return sum
  }
}

/// The conversions' side of a roll-up row.
package struct ConversionCounts: Equatable, Sendable, AdditiveArithmetic {
  /// Leads whose status is pending, approved, rejected, chargeback.
  package var pending = 0
  package var approved = 0
  package var declined = 0
  package var chargebacks = 0
  /// Approved conversions: a lead may have several.
  package var conversions = 0
  package var revenue = Money.zero
  package var heldRevenue = Money.zero
  package init() {}

  /// What one lead's conversions count.
  package init(of conversions: some Sequence<Conversion>) {
    for conversion in conversions {
      self.conversions += conversion.status == .approved ? 1 : 0
      self.revenue += conversion.revenue
      self.heldRevenue += conversion.heldRevenue
    }
    switch LeadStatus(of: conversions) {
    case .new: break
    case .pending: self.pending = 1
    case .approved: self.approved = 1
    case .rejected: self.declined = 1
    case .chargeback: self.chargebacks = 1
    }
  }

  /// Leads of which their partner has said its last word for now: approved, declined or charged back.
  package var decided: Int { approved + declined + chargebacks }

  package static let zero = ConversionCounts()
  package static func + (a: Self, b: Self) -> Self { a.combined(b, +, +) }
  package static func - (a: Self, b: Self) -> Self { a.combined(b, -, -) }
  private func combined(_ b: Self, _ count: (Int, Int) -> Int, _ money: (Money, Money) -> Money) -> Self {
    var sum = Self()
    sum.pending = count(pending, b.pending)
    sum.approved = count(approved, b.approved)
    sum.declined = count(declined, b.declined)
    sum.chargebacks = count(chargebacks, b.chargebacks)
    sum.conversions = count(conversions, b.conversions)
    sum.revenue = money(revenue, b.revenue)
    sum.heldRevenue = money(heldRevenue, b.heldRevenue)
    return sum
  }
}

/// One row of a report, or its total.
package struct ReportRow: Equatable, Sendable {
  package var key: String
  package var leads = LeadCounts()
  package var conversions = ConversionCounts()
  package init(key: String) { self.key = key }

  /// Takes in what another row counts; the key stays.
  package mutating func add(_ other: ReportRow) {
    leads += other.leads
    conversions += other.conversions
  }

  package var profit: Money { conversions.revenue - leads.cost }
  /// profit ÷ cost; nil at cost 0.
  package var roi: Double? {
    leads.cost == .zero ? nil : Double(profit.micros) / Double(leads.cost.micros)
  }
  /// approved ÷ (approved + declined + chargebacks); nil where none has an end yet.
  package var approvalRate: Double? {
    conversions.decided == 0 ? nil : Double(conversions.approved) / Double(conversions.decided)
  }
  /// Nil where there is no lead.
  package var revenuePerLead: Double? {
    leads.leads == 0 ? nil : Double(conversions.revenue.micros) / 1e6 / Double(leads.leads)
  }
}

/// Which days of an account are reported, and by what.
package struct ReportQuery: Equatable, Sendable {
  package let account: AccountID
  /// Inclusive, in the account's time zone.
  package let from: Day
  package let to: Day
  package let groupBy: ReportDimension
  package init(account: AccountID, from: Day, to: Day, groupBy: ReportDimension) {
    self.account = account
    self.from = from
    self.to = to
    self.groupBy = groupBy
  }
}

/// Stats over a range of days.
package struct Report: Equatable, Sendable {
  /// Rows at most; what is beyond is summed up as ``other``.
  package static let rowLimit = 1_000
  /// Values a day and dimension has rows for; what is beyond counts as ``other``.
  package static let valuesPerDay = 500
  package static let other = "(other)"
  /// E-mail domains that fewer than 3 leads had: never shown by name.
  package static let rare = "(rare)"
  /// A lead that brought no such value.
  package static let none = "(none)"

  package let rows: [ReportRow]
  /// A lead counts once, whatever the grouping.
  package let total: ReportRow
  package init(rows: [ReportRow], total: ReportRow) {
    self.rows = rows
    self.total = total
  }
}
