import Domain
import GRDB

extension Store {
  /// An account's partners by slug, archived ones too.
  package func partners(of account: AccountID) throws(Failure) -> [Partner] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM partner WHERE account_id = ? ORDER BY slug", arguments: [account.rawValue]
      ).map(Partner.init(row:))
    }
  }

  /// - Throws: `notFound`; an archived one is found.
  package func partner(_ slug: String, of account: AccountID) throws(Failure) -> Partner {
    try read { db in try Self.partner(slug, of: account, db) }
  }

  /// - Throws: `taken` (slug), also by an archived one; `limitReached` (partners).
  package func createPartner(_ partner: Partner) throws(Failure) {
    defer { forgetDirectory() }
    try write { transaction in
      let (db, account) = (transaction.db, partner.accountID.rawValue)
      let taken = try db.integer("SELECT 1 FROM partner WHERE account_id = ? AND slug = ?", account, partner.slug)
      guard taken == nil else { throw Failure.taken(field: "slug") }
      let count = try db.integer("SELECT count(*) FROM partner WHERE account_id = ?", account)
      guard count ?? 0 < Partner.limit else { throw Failure.limitReached(what: "partners", limit: Partner.limit) }
      try partner.insert(db)
    }
  }

  /// Changes a partner that is not archived, all but its slug. - Returns: the partner as it is then.
  /// - Parameter change: runs inside the transaction, so that two changes of different settings both stay.
  /// - Throws: `notFound`.
  package func updatePartner(
    _ slug: String, of account: AccountID, change: @escaping @Sendable (inout Partner) -> Void
  ) throws(Failure) -> Partner {
    defer { forgetDirectory() }
    return try write { transaction in
      var partner = try Self.partner(slug, of: account, transaction.db)
      guard partner.archivedAt == nil else { throw Failure.notFound }
      change(&partner)
      try partner.update(transaction.db)
      return partner
    }
  }

  /// Ends a partner for good; what it got stays on record, and its slug stays taken. Archiving twice is no error.
  /// - Throws: `notFound`.
  package func archivePartner(_ slug: String, of account: AccountID, at now: Instant) throws(Failure) {
    defer { forgetDirectory() }
    try write { transaction in
      try transaction.db.run(
        "UPDATE partner SET archived_at = coalesce(archived_at, ?) WHERE account_id = ? AND slug = ?",
        now.microseconds, account.rawValue, slug)
      guard transaction.db.changesCount == 1 else { throw Failure.notFound }
    }
  }

  /// Leads that count against a partner's caps at a moment, by span; of a span without a cap, too.
  package func capUsage(of partner: Partner, at now: Instant) throws(Failure) -> [CapSpan: Int] {
    try read { db in
      let counts = CapCounts(of: partner, at: now)
      return try CapSpan.allCases.reduce(into: [:]) { $0[$1] = try counts.used($1, db) }
    }
  }

  private static func partner(_ slug: String, of account: AccountID, _ db: Database) throws -> Partner {
    let row = try Row.fetchOne(
      db, sql: "SELECT * FROM partner WHERE account_id = ? AND slug = ?", arguments: [account.rawValue, slug])
    guard let row else { throw Failure.notFound }
    return Partner(row: row)
  }
}
