/// Whom a lead is offered to, in which order, and why (PRODUCT.md §4).
package enum LeadRouting {
  /// Partners that are asked for one lead at most.
  package static let mostCandidates = 3

  /// Pure but for `random`, which decides where the policy leaves it to chance.
  /// - Parameter partners: all of the account's that are not archived.
  package static func choose(
    _ policy: RoutingPolicy, for lead: RoutedLead, among partners: [PartnerStanding],
    random: inout some RandomNumberGenerator
  ) -> RoutingChoice {
    var considered: [ConsideredPartner] = []
    var eligible: [PartnerStanding] = []
    for standing in partners {
      if let obstacle = standing.obstacle(for: lead) {
        considered.append(ConsideredPartner(slug: standing.partner.slug, obstacle: obstacle, propensity: 0))
      } else {
        eligible.append(standing)
      }
    }
    let propensities = propensities(policy, eligible)
    considered += zip(eligible, propensities).map {
      ConsideredPartner(slug: $0.partner.slug, obstacle: nil, propensity: $1)
    }
    let order = order(policy, eligible, &random).prefix(mostCandidates)
    return RoutingChoice(
      policy: policy,
      candidates: order.map { Candidate(partner: eligible[$0].partner, propensity: propensities[$0]) },
      considered: considered)
  }

  /// How likely each is to be asked first; their sum is 1.
  private static func propensities(_ policy: RoutingPolicy, _ eligible: [PartnerStanding]) -> [Double] {
    switch policy {
    case .priority:
      let first = eligible.map(\.partner.priority).min()
      let isFirst = eligible.map { $0.partner.priority == first }
      var shares = shares(zip(eligible, isFirst).filter(\.1).map(\.0.partner.weight))[...]
      return isFirst.map { $0 ? shares.removeFirst() : 0 }
    case .weighted: return shares(weights(eligible))
    case .learned: return ApprovalBelief.likelihoodsOfBest(zip(eligible, worths(eligible)).map { ($0.belief, $1) })
    }
  }

  private static func order(
    _ policy: RoutingPolicy, _ eligible: [PartnerStanding], _ random: inout some RandomNumberGenerator
  ) -> [Int] {
    switch policy {
    case .priority:
      // Partners of one priority share the leads by weight.
      let shuffled = drawn(weights(eligible), &random)
      let rank = Dictionary(uniqueKeysWithValues: shuffled.enumerated().map { ($1, $0) })
      return eligible.indices.sorted {
        (eligible[$0].partner.priority, rank[$0] ?? 0) < (eligible[$1].partner.priority, rank[$1] ?? 0)
      }
    case .weighted: return drawn(weights(eligible), &random)
    case .learned:
      let values = zip(eligible, worths(eligible)).map { $0.belief.sample(&random) * $1 }
      return eligible.indices.sorted { values[$0] > values[$1] }
    }
  }

  private static func weights(_ eligible: [PartnerStanding]) -> [Int] { eligible.map(\.partner.weight) }

  /// What an approval pays, above 0; where a partner does not say, as much as the others do on average.
  private static func worths(_ eligible: [PartnerStanding]) -> [Double] {
    let payouts = eligible.map { $0.partner.payout.map { max(Double($0.micros), 1) } }
    let known = payouts.compactMap(\.self)
    let average = known.isEmpty ? 1 : known.reduce(0, +) / Double(known.count)
    return payouts.map { $0 ?? average }
  }

  private static func shares(_ weights: [Int]) -> [Double] {
    let sum = weights.reduce(0, +)
    return weights.map { sum > 0 ? Double($0) / Double(sum) : 1 / Double(weights.count) }
  }

  /// All places, drawn one after the other by weight; those of weight 0 come last, in any order.
  private static func drawn(_ weights: [Int], _ random: inout some RandomNumberGenerator) -> [Int] {
    var left = Array(weights.indices)
    var order: [Int] = []
    while !left.isEmpty {
      let sum = left.reduce(0) { $0 + weights[$1] }
      var place = left.startIndex
      if sum > 0 {
        var point = Int.random(in: 0..<sum, using: &random)
        while point >= weights[left[place]] {
          point -= weights[left[place]]
          place += 1
        }
      } else {
        place = Int.random(in: left.indices, using: &random)
      }
      order.append(left.remove(at: place))
    }
    return order
  }
}

/// What of a lead its routing needs.
package struct RoutedLead: Equatable, Sendable {
  package let source: String
  package let trafficType: String?
  package let country: String?
  package let score: Int
  /// Whether e-mail or phone came as they are: hashes can be handed to nobody.
  package let hasContact: Bool
  package let receivedAt: Instant

  package init(
    source: String, trafficType: String?, country: String?, score: Int, hasContact: Bool, receivedAt: Instant
  ) {
    self.source = source
    self.trafficType = trafficType
    self.country = country
    self.score = score
    self.hasContact = hasContact
    self.receivedAt = receivedAt
  }
}

/// A partner with what is known of it at the moment of a lead.
package struct PartnerStanding: Equatable, Sendable {
  package let partner: Partner
  /// Leads counted in the current period of each of its caps.
  package let used: [CapSpan: Int]
  /// Of its approving this lead.
  package let belief: ApprovalBelief

  package init(partner: Partner, used: [CapSpan: Int], belief: ApprovalBelief) {
    self.partner = partner
    self.used = used
    self.belief = belief
  }

  /// Why it is not offered the lead; nil: it may be.
  fileprivate func obstacle(for lead: RoutedLead) -> RoutingObstacle? {
    let filters = partner.filters
    func misses(_ wanted: Set<String>, _ value: String?) -> Bool {
      !wanted.isEmpty && !(value.map(wanted.contains) ?? false)
    }
    if !partner.isActive { return .paused }
    if partner.mode == .server && !lead.hasContact { return .contact }
    if misses(filters.countries, lead.country) { return .country }
    if misses(filters.sources, lead.source) { return .source }
    if misses(filters.trafficTypes, lead.trafficType) { return .trafficType }
    if lead.score < filters.minimumScore { return .minimumScore }
    if !partner.schedule.isOpen(at: lead.receivedAt, partner.calendar) { return .schedule }
    for span in CapSpan.allCases {
      if let limit = partner.caps[span], used[span] ?? 0 >= limit { return .cap(span) }
    }
    return nil
  }
}

/// Why a partner is not offered a lead: the whole set.
package enum RoutingObstacle: Hashable, CaseIterable, Sendable {
  case paused, contact, country, source, trafficType, minimumScore, schedule
  case cap(CapSpan)

  package static let allCases: [Self] =
    [.paused, .contact, .country, .source, .trafficType, .minimumScore, .schedule] + CapSpan.allCases.map(Self.cap)

  /// Stable, snake_case.
  package var code: String {
    switch self {
    case .paused: "paused"
    case .contact: "no_contact"
    case .country: "country"
    case .source: "source"
    case .trafficType: "traffic_type"
    case .minimumScore: "min_score"
    case .schedule: "schedule"
    case .cap(let span): "cap_\(span.name)"
    }
  }

  package init?(code: some StringProtocol) {
    guard let obstacle = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = obstacle
  }

  /// For a person.
  package var text: String {
    switch self {
    case .paused: "It is paused."
    case .contact: "There is no e-mail address and no phone number to hand over, only hashes or nothing."
    case .country: "It does not take leads from this country."
    case .source: "It does not take leads of this source."
    case .trafficType: "It does not take this type of traffic."
    case .minimumScore: "The score is below the least that it takes."
    case .schedule: "It takes no leads at this time."
    case .cap(.hour): "It has all the leads of this hour that it takes."
    case .cap(.day): "It has all the leads of this day that it takes."
    case .cap(.total): "It has all the leads that it takes."
    }
  }
}

/// One partner that was looked at for a lead.
package struct ConsideredPartner: Equatable, Sendable {
  package let slug: String
  /// Nil: it was eligible.
  package let obstacle: RoutingObstacle?
  /// How likely it was to be asked first, 0 to 1.
  package let propensity: Double

  package init(slug: String, obstacle: RoutingObstacle?, propensity: Double) {
    self.slug = slug
    self.obstacle = obstacle
    self.propensity = propensity
  }
}

/// A partner that is to be asked.
package struct Candidate: Equatable, Sendable {
  package let partner: Partner
  package let propensity: Double

  package init(partner: Partner, propensity: Double) {
    self.partner = partner
    self.propensity = propensity
  }
}

/// What a policy made of a lead.
package struct RoutingChoice: Equatable, Sendable {
  package let policy: RoutingPolicy
  /// In the order in which they are asked.
  package let candidates: [Candidate]
  package let considered: [ConsideredPartner]

  package init(policy: RoutingPolicy, candidates: [Candidate], considered: [ConsideredPartner]) {
    self.policy = policy
    self.candidates = candidates
    self.considered = considered
  }
}
