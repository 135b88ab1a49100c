import Domain
import GRDB

/// A change of an account's time zone on its way (table `rollup_rebuild`): a further generation of roll-ups is filled,
/// lead by lead in order of id, and then shown. What is written meanwhile about leads that it holds already counts in
/// both generations (``RollupGenerations``), so that sums are right at every moment.
struct RollupRebuild {
  let account: AccountID
  let next: RollupGeneration
  private let timezone: String
  /// The last lead that counts in the next generation.
  private let through: LeadID

  private init?(of account: AccountID, _ db: Database) throws {
    let find = try db.cachedStatement(
      sql: "SELECT timezone, generation, rebuilt_through FROM rollup_rebuild WHERE account_id = ?")
    guard let row = try Row.fetchOne(find, arguments: [account.rawValue]) else { return nil }
    self.account = account
    self.timezone = row[0]
    self.next = RollupGeneration(number: row[1], calendar: AccountCalendar(timezone: row[0]) ?? .utc)
    self.through = LeadID(rawValue: row[2])
  }

  /// Begins the change to a zone, in place of one that is under way. The zone that is shown ends what is under way; the
  /// zone that is on its way already goes on.
  static func begin(to timezone: String, of account: Account, at now: Instant, _ db: Database) throws {
    let underWay = try RollupRebuild(of: account.id, db)?.timezone
    guard timezone != underWay ?? account.timezone else { return }
    try db.execute(sql: "DELETE FROM rollup_rebuild WHERE account_id = ?", arguments: [account.id.rawValue])
    guard timezone != account.timezone else { return }
    // The directory's version rises with every change of this table: as a number, no generation gets it twice. Not
    // even where the rows of one given up are still to be written, by this very batch.
    try db.execute(
      sql: """
        INSERT INTO rollup_rebuild (account_id, timezone, generation, rebuilt_through, started_at)
        VALUES (?, ?, ?, 0, ?)
        """,
      arguments: [account.id.rawValue, timezone, try Directory.version(db) + 1, now.microseconds])
  }

  /// Counts the next leads in the next generation; where there are none, shows it.
  /// - Parameter limit: leads and conversions that are looked at, about.
  /// - Returns: whether there is more to do.
  static func advance(_ account: AccountID, limit: Int, _ transaction: Transaction) throws -> Bool {
    let db = transaction.db
    guard let rebuild = try RollupRebuild(of: account, db) else { return false }
    let leads = try TalliedLead.page(after: rebuild.through, of: account, limit: limit, db)
    guard !leads.isEmpty else {
      try rebuild.show(db)
      return false
    }
    var clicks = ClickCounts(account: account)
    var last = rebuild.through
    for lead in leads where clicks.looked < limit {
      let keys = lead.lead.rollupKeys(in: account, rebuild.next)
      transaction.rollups.add(lead.counts, to: keys)
      transaction.rollups.add(try clicks.counts(of: lead, db), to: keys)
      last = lead.lead.id
    }
    try db.execute(
      sql: "UPDATE rollup_rebuild SET rebuilt_through = ? WHERE account_id = ?",
      arguments: [last.rawValue, account.rawValue])
    return true
  }

  private func show(_ db: Database) throws {
    try db.execute(
      sql: "UPDATE account SET timezone = ?, rollup_generation = ? WHERE id = ?",
      arguments: [timezone, next.number, account.rawValue])
    try db.execute(sql: "DELETE FROM rollup_rebuild WHERE account_id = ?", arguments: [account.rawValue])
  }
}

/// What the conversions of leads count, each click's looked up once: a tracker may give one id to thousands of leads.
struct ClickCounts {
  let account: AccountID
  /// Conversions that were looked at.
  private(set) var looked = 0
  private var known: [ExactText: [LeadID: [Conversion]]] = [:]

  init(account: AccountID) { self.account = account }

  mutating func counts(of lead: TalliedLead, _ db: Database) throws -> ConversionCounts {
    guard let clickID = lead.clickID else { return .zero }
    if let byLead = known[ExactText(clickID)] { return ConversionCounts(of: byLead[lead.lead.id] ?? []) }
    let conversions = try Conversion.all(ofClick: clickID, account, db)
    looked += conversions.count
    let byLead = Dictionary(grouping: conversions, by: \.leadID)
    known[ExactText(clickID)] = byLead
    return ConversionCounts(of: byLead[lead.lead.id] ?? [])
  }
}

extension Store {
  /// How far the change of an account's time zone has come; nil where none is under way.
  package func timezoneChange(of account: AccountID) throws(Failure) -> TimezoneChange? {
    try read { db in
      // Ids are ordered by time, so they tell how far through the account's history it is.
      let find = try db.cachedStatement(
        sql: """
          SELECT timezone, rebuilt_through, started_at, (SELECT min(id) FROM lead WHERE account_id = ?1),
            (SELECT max(id) FROM lead WHERE account_id = ?1)
          FROM rollup_rebuild WHERE account_id = ?1
          """)
      guard let row = try Row.fetchOne(find, arguments: [account.rawValue]) else { return nil }
      let (through, first, last): (Int64, Int64, Int64) = (row[1], row[3] ?? 0, row[4] ?? 0)
      let progress = through < first ? 0 : last > first ? Double(through - first) / Double(last - first) : 1
      return TimezoneChange(to: row[0], progress: min(progress, 1), startedAt: Instant(microseconds: row[2]))
    }
  }

  /// Takes each change of a time zone a step further, each in a transaction of its own that holds up no other write for
  /// long, so that a small account need not wait for a large one.
  /// - Parameter leads: of an account that a step looks at.
  /// - Returns: whether there is more to do.
  package func rebuildRollups(leads: Int = 200) throws(Failure) -> Bool {
    var mayBeMore = false
    for account in try directory().accountsRebuilding {
      let goesOn = try write { try RollupRebuild.advance(account, limit: leads, $0) }
      if !goesOn { forgetDirectory() }
      mayBeMore = true
    }
    return mayBeMore
  }

  /// Drops roll-ups that are not shown any more, or never came to be: those of accounts whose zone does not change now.
  /// - Parameter limit: rows of an account and table that a transaction drops.
  /// - Returns: whether there may be more.
  package func dropFormerRollups(limit: Int = 1_000) throws(Failure) -> Bool {
    var mayBeMore = false
    for account in try directory().accounts.keys {
      for table in [RollupTable.leads.name, RollupTable.conversions.name] {
        guard let former = try read({ try Self.formerGeneration(of: account, table, $0) }) else { continue }
        try write { try Self.drop(former, of: account, from: table, limit: limit, $0.db) }
        mayBeMore = true
      }
    }
    return mayBeMore
  }

  private static func formerGeneration(of account: AccountID, _ table: String, _ db: Database) throws -> Int? {
    let rebuilding = try db.integer("SELECT 1 FROM rollup_rebuild WHERE account_id = ?", account.rawValue)
    guard rebuilding == nil else { return nil }
    let shown = try db.integer("SELECT rollup_generation FROM account WHERE id = ?", account.rawValue) ?? 0
    func any(_ side: String) throws -> Int? {
      try db.integer(
        "SELECT generation FROM \(table) WHERE account_id = ? AND generation \(side) ? LIMIT 1", account.rawValue, shown
      )
    }
    return try any("<") ?? any(">")
  }

  /// A number is given to one generation only, so what was former when it was looked for still is.
  private static func drop(
    _ generation: Int, of account: AccountID, from table: String, limit: Int, _ db: Database
  ) throws {
    try db.run(
      """
      DELETE FROM \(table) WHERE account_id = ?1 AND generation = ?2 AND (day, dimension, value) IN (
        SELECT day, dimension, value FROM \(table) WHERE account_id = ?1 AND generation = ?2 LIMIT ?3)
      """, account.rawValue, generation, limit)
  }
}
