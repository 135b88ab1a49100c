import Domain
import GRDB

/// Roll-ups of one account by the days of one time zone.
struct RollupGeneration: Equatable {
  let number: Int
  let calendar: AccountCalendar
}

/// The generation that is shown, and, while the account's time zone changes, the next one, which is being filled.
struct RollupGenerations: Equatable {
  let shown: RollupGeneration
  let next: RollupGeneration?

  static func all(_ db: Database) throws -> [AccountID: RollupGenerations] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT account.id, account.rollup_generation, account.timezone, rollup_rebuild.generation,
          rollup_rebuild.timezone
        FROM account LEFT JOIN rollup_rebuild ON rollup_rebuild.account_id = account.id
        """
    ).reduce(into: [:]) { all, row in
      func generation(_ column: Int) -> RollupGeneration? {
        guard let number: Int = row[column] else { return nil }
        return RollupGeneration(number: number, calendar: AccountCalendar(timezone: row[column + 1]) ?? .utc)
      }
      all[AccountID(rawValue: row[0])] = generation(1).map { RollupGenerations(shown: $0, next: generation(3)) }
    }
  }
}

extension Transaction {
  /// Adds to the roll-ups what a new lead counts.
  func count(_ counts: LeadCounts, of lead: CountedLead, in account: AccountID) throws {
    for generation in try generations(holding: lead, in: account) {
      rollups.add(counts, to: lead.rollupKeys(in: account, generation))
    }
  }

  /// Adds to the roll-ups by how much what a lead's conversions count has changed.
  func count(_ change: ConversionCounts, of lead: CountedLead, in account: AccountID) throws {
    guard change != .zero else { return }
    for generation in try generations(holding: lead, in: account) {
      rollups.add(change, to: lead.rollupKeys(in: account, generation))
    }
  }

  /// Moves what a lead and its conversions count from where they counted to where they count now.
  /// - Parameters:
  ///   - former: as it was before what changed.
  ///   - known: what its conversions count; nil: looked up.
  func recount(_ former: TalliedLead, conversions known: ConversionCounts? = nil, in account: AccountID) throws {
    guard let lead = try TalliedLead.one(former.lead.id, account, db) else { return }
    let conversions = try known ?? lead.conversionCounts(in: account, db)
    for generation in try generations(holding: lead.lead, in: account) {
      let (before, after) = (
        former.lead.rollupKeys(in: account, generation), lead.lead.rollupKeys(in: account, generation)
      )
      rollups.add(.zero - former.counts, to: before)
      rollups.add(lead.counts, to: after)
      rollups.add(.zero - conversions, to: before)
      rollups.add(conversions, to: after)
    }
  }

  /// The next generation holds the leads that it was filled with so far; all later ones are still to come to it.
  private func generations(holding lead: CountedLead, in account: AccountID) throws -> [RollupGeneration] {
    guard let generations = try directory().rollups(of: account) else { return [] }
    guard let next = generations.next else { return [generations.shown] }
    let through = try db.integer("SELECT rebuilt_through FROM rollup_rebuild WHERE account_id = ?", account.rawValue)
    return lead.id.rawValue <= Int64(through ?? 0) ? [generations.shown, next] : [generations.shown]
  }
}
