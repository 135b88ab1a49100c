import Domain
import Foundation
import GRDB

/// What became of a lead that was to be stored.
package enum DecisionCommit: Sendable {
  case stored(Lead)
  /// A lead with the same caller's id is there already: the first answer stands, nothing was counted.
  case repeated(Lead)
}

/// As ``DecisionCommit``, or why the lead may not be counted. A refusal is a value and not an error inside the
/// transaction: nothing was written that would have to be undone for it.
private enum DecisionAttempt: Sendable {
  case committed(DecisionCommit)
  case refused(Failure)
}

extension Store {
  /// Days for which a caller's own id of a lead is remembered.
  package static let leadKeyDays: Int64 = 30

  /// Stores a lead and all that follows from it in one transaction: its count against the plan and the key's cap, its
  /// source, the facts about it, the verdict on them, the roll-ups, and messages that came before it.
  /// - Parameter decide: makes the verdict from facts that are exact under any concurrency; must be pure, may run again.
  /// - Throws: `quotaExceeded`, `dailyCapReached`, `limitReached` (sources), `unavailable`; then nothing is stored.
  package func commitDecision(
    _ draft: LeadDraft, decide: @escaping @Sendable (LeadFacts) -> Verdict
  ) throws(Failure) -> DecisionCommit {
    let attempt: DecisionAttempt = try write { transaction in
      let db = transaction.db
      if let first = try Self.lead(withKeyOf: draft, db) { return .committed(.repeated(first)) }
      let used: Int
      switch try Self.count(draft, db) {
      case .success(let count): used = count
      case .failure(let failure): return .refused(failure)
      }
      if draft.createsSource { try Self.ensureSource(draft, db) }
      let id = LeadID(rawValue: transaction.ids.next(at: draft.receivedAt))
      let facts = try Self.facts(of: draft, id: id, db)
      let lead = draft.lead(id: id, facts: facts, verdict: decide(facts), used: used)
      try Self.insert(lead, draft, db)
      transaction.rollups.add(lead.counts, to: lead.rollupKeys(in: draft.account))
      if lead.clickID != nil { try Self.applyUnmatched(to: lead, of: draft.account, transaction) }
      return .committed(.stored(lead))
    }
    switch attempt {
    case .committed(let commit): return commit
    case .refused(let failure): throw failure
    }
  }

  private static func lead(withKeyOf draft: LeadDraft, _ db: Database) throws -> Lead? {
    guard let digest = draft.leadKeyDigest else { return nil }
    let since = IDSource.first(at: draft.receivedAt - leadKeyDays * 86_400)
    let statement = try db.cachedStatement(
      sql: """
        SELECT lead.* FROM lead_key JOIN lead ON lead.id = lead_key.lead_id
        WHERE lead_key.account_id = ? AND lead_key.digest = ? AND lead_key.lead_id >= ?
        """)
    return try Row.fetchOne(statement, arguments: [draft.account.id.rawValue, Data(digest.prefix(16)), since]).map(Lead.init(row:))
  }

  /// Counts the lead against its account's plan and its key's cap, each by one guarded statement.
  /// - Returns: the month's count with this lead; where it may not be counted, nothing was.
  private static func count(_ draft: LeadDraft, _ db: Database) throws -> Result<Int, Failure> {
    let period = UsagePeriod(holding: draft.receivedAt)
    let raise = try db.cachedStatement(
      sql: """
        INSERT INTO usage (account_id, period, used) SELECT ?1, ?2, 1 WHERE ?3 > 0
        ON CONFLICT DO UPDATE SET used = used + 1 WHERE used < ?3 RETURNING used
        """)
    let limit = draft.account.plan.monthlyLimit ?? Int.max
    guard let used = try Int.fetchOne(raise, arguments: [draft.account.id.rawValue, period.number, limit]) else {
      return .failure(.quotaExceeded(resetsAt: period.end))
    }
    let day = Day(utc: draft.receivedAt)
    if let (key, cap) = draft.cappedKey, try !raiseKeyUsage(key, on: day, cap: cap, db) {
      try db.cachedStatement(sql: "UPDATE usage SET used = used - 1 WHERE account_id = ? AND period = ?")
        .execute(arguments: [draft.account.id.rawValue, period.number])
      return .failure(.dailyCapReached(resetsAt: Instant(seconds: Int64(day.number + 1) * 86_400)))
    }
    return .success(used)
  }

  private static func raiseKeyUsage(_ key: KeyID, on day: Day, cap: Int, _ db: Database) throws -> Bool {
    let raise = try db.cachedStatement(
      sql: """
        INSERT INTO key_usage (key_id, day, used) SELECT ?1, ?2, 1 WHERE ?3 > 0
        ON CONFLICT DO UPDATE SET used = used + 1 WHERE used < ?3 RETURNING used
        """)
    return try Int.fetchOne(raise, arguments: [key.rawValue, day.number, cap]) != nil
  }

  private static func facts(of draft: LeadDraft, id: LeadID, _ db: Database) throws -> LeadFacts {
    LeadFacts(
      isDuplicate: try isDuplicate(draft, db),
      leadsFromAddress: try visit(draft, id: id, db),
      emailDomainIsRare: try countDomain(draft, db))
  }

  private static func isDuplicate(_ draft: LeadDraft, _ db: Database) throws -> Bool {
    guard draft.references.email != nil || draft.references.phone != nil else { return false }
    let statement = try db.cachedStatement(
      sql: """
        SELECT 1 FROM contact JOIN lead ON lead.id = contact.lead_id
        WHERE contact.account_id = ? AND contact.reference IN (?, ?) AND contact.lead_id >= ?
          AND lead.decision <> 'reject'
        LIMIT 1
        """)
    let since = IDSource.first(at: draft.receivedAt - draft.account.duplicateWindow)
    return try Int.fetchOne(
      statement,
      arguments: [
        draft.account.id.rawValue, draft.references.email?.half, draft.references.phone?.half, since,
      ]) != nil
  }

  /// Notes the visit and counts those of the last hour, this one included.
  private static func visit(_ draft: LeadDraft, id: LeadID, _ db: Database) throws -> Int? {
    guard let address = draft.addressReference else { return nil }
    let (account, hour) = (draft.account.id.rawValue, draft.receivedAt.seconds / 3_600)
    try db.cachedStatement(sql: "INSERT INTO visit (account_id, hour, address_ref, lead_id) VALUES (?, ?, ?, ?)")
      .execute(arguments: [account, hour, address.half, id.rawValue])
    let count = try db.cachedStatement(
      sql: "SELECT count(*) FROM visit WHERE account_id = ? AND hour IN (?, ?) AND address_ref = ? AND lead_id >= ?")
    let since = IDSource.first(at: draft.receivedAt - 3_600)
    return try Int.fetchOne(count, arguments: [account, hour - 1, hour, address.half, since])
  }

  /// Counts an e-mail domain, to 3 and no further. - Returns: whether it is still rare.
  private static func countDomain(_ draft: LeadDraft, _ db: Database) throws -> Bool {
    guard let domain = draft.contact.emailDomain else { return false }
    let raise = try db.cachedStatement(
      sql: """
        INSERT INTO email_domain (account_id, domain, leads) VALUES (?, ?, 1)
        ON CONFLICT DO UPDATE SET leads = leads + 1 WHERE leads < 3 RETURNING leads
        """)
    return try Int.fetchOne(raise, arguments: [draft.account.id.rawValue, domain]).map { $0 < 3 } ?? false
  }

  private static func insert(_ lead: Lead, _ draft: LeadDraft, _ db: Database) throws {
    let account = lead.accountID.rawValue
    try db.cachedStatement(sql: Lead.insertSQL).execute(arguments: lead.insertArguments)
    let contact = try db.cachedStatement(sql: "INSERT INTO contact (account_id, reference, lead_id) VALUES (?, ?, ?)")
    // A caller that hashes for itself may have sent one hash for both.
    for reference in Set([lead.references.email, lead.references.phone].compactMap(\.self)) {
      try contact.execute(arguments: [account, reference.half, lead.id.rawValue])
    }
    if let digest = draft.leadKeyDigest {
      try db.cachedStatement(
        sql: """
          INSERT INTO lead_key (account_id, digest, lead_id) VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET lead_id = excluded.lead_id
          """
      ).execute(arguments: [account, Data(digest.prefix(16)), lead.id.rawValue])
    }
  }

  /// The account's source of that name, made where it is missing and there is room.
  private static func ensureSource(_ draft: LeadDraft, _ db: Database) throws {
    let exists = try db.cachedStatement(sql: "SELECT 1 FROM source WHERE account_id = ? AND slug = ?")
    guard try Int.fetchOne(exists, arguments: [draft.account.id.rawValue, draft.source]) == nil else { return }
    try insertSource(
      Source(accountID: draft.account.id, slug: draft.source, name: draft.source, createdAt: draft.receivedAt), db)
  }
}

extension LeadDraft {
  fileprivate func lead(id: LeadID, facts: LeadFacts, verdict: Verdict, used: Int) -> Lead {
    Lead(
      id: id, accountID: account.id, receivedAt: receivedAt, clickID: clickID, source: source, trafficType: trafficType,
      landingPage: landingPage, country: country, emailDomain: contact.emailDomain, references: references,
      userAgent: userAgent, signals: signals, verdict: verdict, isDuplicate: facts.isDuplicate, cost: cost, used: used)
  }
}

extension Lead {
  /// What it adds to the roll-ups of its day.
  var counts: LeadCounts {
    var counts = LeadCounts()
    counts.leads = 1
    switch verdict.decision {
    case .accept: counts.accepted = 1
    case .review: counts.reviewed = 1
    case .reject: counts.rejected = 1
    }
    counts.cost = cost
    return counts
  }

  /// The roll-up rows that it and its conversions count in.
  func rollupKeys(in account: Account) -> [RollupBatch.Key] {
    let day = account.calendar.day(of: receivedAt)
    var values: [(ReportDimension, String)] = [
      (.day, ""), (.source, source), (.partner, Report.none), (.trafficType, trafficType ?? Report.none),
      (.landingPage, landingPage ?? Report.none), (.country, country ?? Report.none),
      (.emailDomain, emailDomain ?? Report.none),
    ]
    for code in Set(verdict.reasons.map(\.code)) { values.append((.reason, code.rawValue)) }
    return values.map { RollupBatch.Key(account: accountID, day: day, dimension: $0.0, value: $0.1) }
  }
}

extension ContactReference {
  var data: Data { Data(bytes) }
  /// As it stands in an index.
  var half: Data { Data(bytes.prefix(16)) }
}
