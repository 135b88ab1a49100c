import Domain
import Foundation
import GRDB

/// What became of a lead that was to be stored.
package enum DecisionCommit: Sendable {
  /// Counted, stored and routed; without a step where the account has no partners, or routing was not asked for.
  case stored(Lead, RouteStep?)
  /// A lead with the same caller's id is there already: the first answer stands, nothing was counted. A route that is
  /// still `open` is being worked on by the call that brought the lead first: ask again.
  case repeated(Lead, LeadRoute?)
  /// The same, but nobody can have the lead: the call that brought it again hands it over. Nothing was counted against
  /// plan and key.
  case retried(Lead, RouteStep)
}

/// As ``DecisionCommit``, or why the lead may not be counted. A refusal is a value and not an error inside the
/// transaction: nothing was written that would have to be undone for it.
private typealias DecisionAttempt = Result<DecisionCommit, Failure>

extension Store {
  /// Days for which a caller's own id of a lead is remembered.
  package static let leadKeyDays: Int64 = 30

  /// Stores a lead and all that follows from it in one transaction: its count against the plan and the key's cap, its
  /// source, the facts about it, the verdict on them, its route, the roll-ups, and messages that came before it.
  /// - Parameters:
  ///   - decide: makes the verdict from facts that are exact under any concurrency; must be pure, may run again.
  ///   - route: picks partners, where the account has any; nil: the lead is handed to nobody.
  ///   - preparing: makes the answer of what was stored, or of `quotaExceeded`, `dailyCapReached`, `limitReached` (sources)
  ///     or `unavailable`, where nothing is; and returns what tells it. See ``Writer/write(_:preparing:)``.
  package func commitDecision(
    _ draft: LeadDraft, decide: @escaping @Sendable (LeadFacts) -> Verdict, route: RoutingRules? = nil,
    preparing: @escaping @Sendable (Result<DecisionCommit, Failure>) -> Telling
  ) {
    write(
      { try Self.attempt(draft, decide, route, $0) },
      preparing: { [self] attempt in
        let outcome = attempt.flatMap { $0 }
        let tell = preparing(outcome)
        guard draft.createsSource, case .success = outcome else { return tell }
        return {
          self.forgetDirectory()
          tell()
        }
      })
  }

  /// As ``commitDecision(_:decide:route:preparing:)``, for a thread that has nothing else to do meanwhile.
  package func commitDecision(
    _ draft: LeadDraft, decide: @escaping @Sendable (LeadFacts) -> Verdict, route: RoutingRules? = nil
  ) throws(Failure) -> DecisionCommit {
    let outcome = Outcome<DecisionCommit>()
    commitDecision(draft, decide: decide, route: route, preparing: { result in { outcome.settle(result) } })
    return try outcome.wait().get()
  }

  private static func attempt(
    _ draft: LeadDraft, _ decide: (LeadFacts) -> Verdict, _ rules: RoutingRules?, _ transaction: Transaction
  ) throws -> DecisionAttempt {
    let db = transaction.db
    if let first = try lead(withKeyOf: draft, db) { return .success(try again(first, draft, rules, transaction)) }
    let used: Int
    switch try count(draft, db) {
    case .success(let count): used = count
    case .failure(let failure): return .failure(failure)
    }
    if draft.createsSource { try ensureSource(draft, db) }
    let id = LeadID(rawValue: transaction.ids.next(at: draft.receivedAt))
    let facts = try facts(of: draft, id: id, transaction)
    let lead = draft.lead(id: id, facts: facts, verdict: decide(facts), used: used)
    try insert(lead, draft, db)
    let step = try router(lead, draft, rules, transaction)?.begin()
    try transaction.count(lead.counts, of: CountedLead(lead, step?.route), in: draft.account.id)
    if let clickID = lead.clickID {
      try transaction.applyUnmatched(toClick: clickID, of: draft.account.id, at: lead.receivedAt)
    }
    return .success(.stored(lead, step))
  }

  /// A lead that came again is offered again where nobody can have it, unless it is another contact than the one that
  /// was decided about: what is on record must be what partners get.
  private static func again(
    _ lead: Lead, _ draft: LeadDraft, _ rules: RoutingRules?, _ transaction: Transaction
  ) throws -> DecisionCommit {
    let route = try LeadRoute.one(of: lead.id, transaction.db)
    guard let router = router(lead, draft, rules, transaction), lead.verdict.decision != .reject,
      draft.references.email == lead.references.email, draft.references.phone == lead.references.phone
    else { return .repeated(lead, route) }
    let step: RouteStep?
    if let route {
      step = route.delivery.mayBeTriedAgain ? try router.retry(route) : nil
    } else {
      // It came before its account had partners.
      step = try transaction.changingRoute(of: lead.id, in: lead.accountID) { try router.begin() }
    }
    return step.map { .retried(lead, $0) } ?? .repeated(lead, route)
  }

  /// Nil where the lead goes to no partner.
  private static func router(
    _ lead: Lead, _ draft: LeadDraft, _ rules: RoutingRules?, _ transaction: Transaction
  ) -> LeadRouter? {
    guard let rules, !lead.isTest else { return nil }
    return LeadRouter(
      lead: lead, hasContact: draft.contact.isRaw, account: draft.account, rules: rules, now: draft.receivedAt,
      transaction: transaction)
  }

  private static func lead(withKeyOf draft: LeadDraft, _ db: Database) throws -> Lead? {
    guard let digest = draft.leadKeyDigest else { return nil }
    let since = IDSource.first(at: draft.receivedAt - leadKeyDays * 86_400)
    let id = try db.integer(
      "SELECT lead_id FROM lead_key WHERE account_id = ? AND digest = ? AND lead_id >= ?", draft.account.id.rawValue,
      digest.prefix(16), since)
    return try id.flatMap { try Lead.one(LeadID(rawValue: Int64($0)), of: draft.account.id, db) }
  }

  /// Counts the lead against its account's plan and its key's cap, each by one guarded statement.
  /// - Returns: the month's count with this lead; where it may not be counted, nothing was.
  static func count(_ draft: LeadDraft, _ db: Database) throws -> Result<Int, Failure> {
    let period = UsagePeriod(holding: draft.receivedAt)
    let account = draft.account.id.rawValue
    let counter = GuardedCounter.usage
    guard try counter.raise(account, period.number, limit: draft.account.plan.monthlyLimit, in: db) else {
      return .failure(.quotaExceeded(resetsAt: period.end))
    }
    let day = Day(utc: draft.receivedAt)
    if let (key, cap) = draft.cappedKey,
      try !GuardedCounter.keyUsage.raise(key.rawValue, day.number, limit: cap, in: db)
    {
      try counter.lower(account, period.number, in: db)
      return .failure(.dailyCapReached(resetsAt: Instant(seconds: Int64(day.number + 1) * 86_400)))
    }
    return .success(try counter.used(account, period.number, in: db))
  }

  private static func facts(of draft: LeadDraft, id: LeadID, _ transaction: Transaction) throws -> LeadFacts {
    guard !draft.isTest else { return LeadFacts(isDuplicate: false, leadsFromAddress: nil, emailDomainIsRare: false) }
    return LeadFacts(
      isDuplicate: try isDuplicate(draft, transaction.db),
      leadsFromAddress: try visit(draft, id: id, transaction),
      emailDomainIsRare: try countDomain(draft, transaction.db))
  }

  private static func isDuplicate(_ draft: LeadDraft, _ db: Database) throws -> Bool {
    guard draft.account.duplicateWindow > 0 else { return false }
    let earlier = try db.integer(
      """
      SELECT 1 FROM contact WHERE account_id = ?1 AND reference = ?2 AND rejected = 0 AND lead_id >= ?4
      UNION ALL SELECT 1 FROM contact WHERE account_id = ?1 AND reference = ?3 AND rejected = 0 AND lead_id >= ?4
      LIMIT 1
      """, draft.account.id.rawValue, draft.references.email?.half, draft.references.phone?.half,
      IDSource.first(at: draft.receivedAt - draft.account.duplicateWindow))
    return earlier != nil
  }

  /// Notes the visit and counts those of the last hour, this one included, to one beyond the account's limit.
  private static func visit(_ draft: LeadDraft, id: LeadID, _ transaction: Transaction) throws -> Int? {
    guard let address = draft.addressReference?.half else { return nil }
    let (account, now, db) = (draft.account.id, draft.receivedAt, transaction.db)
    try db.run(
      "INSERT INTO visit (lead_id, account_id, address_ref) VALUES (?, ?, ?)", id.rawValue, account.rawValue, address)
    try transaction.visits.add(id, from: address, in: account, at: now, db)
    return try transaction.visits.count(
      from: address, in: account, at: now, limit: draft.account.addressLimit + 1, db)
  }

  /// Counts an e-mail domain, to 3 and no further. - Returns: whether it is still rare.
  static func countDomain(_ draft: LeadDraft, _ db: Database) throws -> Bool {
    guard let domain = draft.contact.emailDomain else { return false }
    let account = draft.account.id.rawValue
    let before = try db.integer("SELECT leads FROM email_domain WHERE account_id = ? AND domain = ?", account, domain)
    guard before ?? 0 < 3 else { return false }
    try db.run(
      """
      INSERT INTO email_domain (account_id, domain, leads) VALUES (?, ?, 1)
      ON CONFLICT DO UPDATE SET leads = leads + 1 WHERE leads < 3
      """, account, domain)
    return before ?? 0 < 2
  }

  private static func insert(_ lead: Lead, _ draft: LeadDraft, _ db: Database) throws {
    let account = lead.accountID.rawValue
    try lead.insert(db)
    // A caller that hashes for itself may have sent one hash for both.
    for reference in Set([lead.references.email, lead.references.phone].compactMap { $0 }) {
      try insertContact(
        account, reference.half, rejected: lead.verdict.decision == .reject, lead: lead.id.rawValue, db)
    }
    if let digest = draft.leadKeyDigest {
      try db.run(
        """
        INSERT INTO lead_key (account_id, digest, lead_id) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET lead_id = excluded.lead_id
        """, account, digest.prefix(16), lead.id.rawValue)
    }
  }

  static func insertContact(
    _ account: Int64, _ reference: ArraySlice<UInt8>, rejected: Bool, lead: Int64, _ db: Database
  ) throws {
    try db.run(
      "INSERT INTO contact (account_id, reference, rejected, lead_id) VALUES (?, ?, ?, ?)", account, reference,
      rejected, lead)
  }

  /// The account's source of that name, made where it is missing and there is room.
  private static func ensureSource(_ draft: LeadDraft, _ db: Database) throws {
    let exists = try db.integer(
      "SELECT 1 FROM source WHERE account_id = ? AND slug = ?", draft.account.id.rawValue, draft.source)
    guard exists == nil else { return }
    try insertSource(
      Source(accountID: draft.account.id, slug: draft.source, name: draft.source, createdAt: draft.receivedAt), db)
  }
}

extension LeadDraft {
  /// As it stands once it is decided.
  func lead(id: LeadID, facts: LeadFacts, verdict: Verdict, used: Int) -> Lead {
    Lead(
      id: id, accountID: account.id, receivedAt: receivedAt, clickID: clickID, source: source, trafficType: trafficType,
      landingPage: landingPage, country: country, emailDomain: contact.emailDomain, references: references,
      userAgent: userAgent, signals: signals, verdict: verdict, isDuplicate: facts.isDuplicate, cost: cost, used: used,
      isTest: isTest)
  }
}

extension ContactReference {
  var data: Data { Data(bytes) }
  /// As it stands in an index.
  var half: ArraySlice<UInt8> { bytes.prefix(16) }
}
