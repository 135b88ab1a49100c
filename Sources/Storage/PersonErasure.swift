import Domain
import GRDB

extension Store {
  /// Takes a person out of all leads that have that e-mail or phone reference: references, e-mail domain, browser,
  /// behaviour, what reasons tell, and the rows by which the person would be found or make others a duplicate. The lead
  /// stays with click id, source, country, decision and cost, since money hangs on it, and the sums stay right.
  ///
  /// In small transactions; what they did is on record in each, so that a repeat after a crash goes on where it ended.
  /// Leads of the person that come meanwhile are new ones and may stay.
  /// - Returns: the erasure as it is on record, and how many leads are left to a further call.
  /// - Throws: `unavailable`; then some may be erased, and a repeat erases the others.
  package func erase(
    _ reference: ContactReference, in account: AccountID, by author: Erasure.Author, at now: Instant,
    limits: PrivacyLimits = .standard
  ) throws(Failure) -> (erasure: Erasure, left: Int) {
    let deadline = ContinuousClock.now + .seconds(limits.seconds)
    let (found, total) = try readLong(of: account) { db in
      let person = HeldPerson(reference: reference, account: account)
      return (try FoundLead.all(try person.newestLeads(limits.erased, db), of: account, db), try person.sum(db).count)
    }
    var erasure = try write { transaction in
      let id = ErasureID(rawValue: transaction.ids.next(at: now))
      let erasure = Erasure(id: id, accountID: account, at: now, author: author)
      try erasure.insert(transaction.db)
      return erasure
    }
    var (rest, looked) = (found[...], 0)
    while !rest.isEmpty, ContinuousClock.now < deadline {
      let next = Array(rest.prefix(limits.leadsPerTransaction))
      let done = try write { [erasure] transaction in
        var eraser = LeadEraser(reference, erasure, limits, transaction)
        return try eraser.erase(next)
      }
      rest = rest.dropFirst(done.looked)
      looked += done.looked
      erasure.leads += done.erased
    }
    // Its older pages still show what was erased.
    if erasure.leads > 0 { log.empty(pool) }
    return (erasure, max(0, total - looked))
  }
}

/// A lead that is to be erased, and where what is kept of it for days only stands.
private struct FoundLead: Sendable {
  let id: LeadID
  let keys: [ShortLivedRows.Key]

  static func all(_ leads: [LeadID], of account: AccountID, _ db: Database) throws -> [FoundLead] {
    let rows = ShortLivedRows(leads, of: account)
    let keys = Dictionary(grouping: try rows.keys(db), by: \.lead)
    return leads.map { FoundLead(id: $0, keys: keys[$0] ?? []) }
  }
}

/// Erases a person from leads, within one transaction.
private struct LeadEraser {
  private let reference: ContactReference
  private let erasure: Erasure
  private let limits: PrivacyLimits
  private let transaction: Transaction
  private var clicks: ClickCounts
  /// The domains of the leads so far, and of how many each.
  private var domains: [ExactText: Int] = [:]

  private var db: Database { transaction.db }
  private var account: AccountID { erasure.accountID }

  init(_ reference: ContactReference, _ erasure: Erasure, _ limits: PrivacyLimits, _ transaction: Transaction) {
    self.reference = reference
    self.erasure = erasure
    self.limits = limits
    self.transaction = transaction
    self.clicks = ClickCounts(account: erasure.accountID)
  }

  /// - Returns: how many of the leads it came to, and how many of these were not erased yet.
  mutating func erase(_ leads: [FoundLead]) throws -> (looked: Int, erased: Int) {
    var (looked, erased) = (0, 0)
    for found in leads where clicks.looked < limits.conversionsPerTransaction {
      guard let lead = try Lead.one(found.id, of: account, db), lead.erasedAt == nil, reference.isOf(lead) else {
        looked += 1
        continue
      }
      if let domain = lead.emailDomain.map(ExactText.init) {
        guard domains[domain] != nil || domains.count < limits.domainsPerTransaction else { break }
        domains[domain, default: 0] += 1
      }
      try erase(lead)
      try dropRows(of: lead, found)
      (looked, erased) = (looked + 1, erased + 1)
    }
    for (domain, leads) in domains { try uncount(domain.text, leads) }
    try db.run("UPDATE erasure SET leads = leads + ? WHERE id = ?", erased, erasure.id.rawValue)
    return (looked, erased)
  }

  /// The lead itself, and the sums that it counts in by what is erased.
  private mutating func erase(_ lead: Lead) throws {
    guard let before = try TalliedLead.one(lead.id, account, db) else { return }
    let conversions = try clicks.counts(of: before, db)
    try db.run(
      """
      UPDATE lead SET email_domain = NULL, email_ref = NULL, phone_ref = NULL, name_ref = NULL, user_agent = NULL,
        signals = '', reasons = ?, erased_at = ?
      WHERE account_id = ? AND id = ?
      """, ReasonList(lead.verdict.reasons).erased.encoded, erasure.at.microseconds, account.rawValue,
      lead.id.rawValue)
    try transaction.recount(before, conversions: conversions, in: account)
  }

  /// Where the lead would be found by its person, by its caller's id, by its visitor's address, or at its partner.
  private func dropRows(of lead: Lead, _ found: FoundLead) throws {
    for table in ["route", "lead_attempt"] {
      try db.run("UPDATE \(table) SET partner_lead_id = NULL WHERE lead_id = ?", lead.id.rawValue)
    }
    for reference in Set([lead.references.email, lead.references.phone].compactMap(\.self)) {
      try db.run(
        "DELETE FROM contact WHERE account_id = ? AND reference = ? AND rejected IN (0, 1) AND lead_id = ?",
        account.rawValue, reference.half, lead.id.rawValue)
    }
    for key in found.keys {
      try db.run(
        "DELETE FROM lead_key WHERE account_id = ? AND digest = ? AND lead_id = ?", account.rawValue, key.digest[...],
        lead.id.rawValue)
    }
    try transaction.visits.drop(lead.id, of: account, db)
    try db.run("DELETE FROM visit WHERE lead_id = ?", lead.id.rawValue)
  }

  /// Takes leads off a domain's count: one that hardly anybody has is rare again, one that nobody has is forgotten.
  private func uncount(_ domain: String, _ leads: Int) throws {
    let find = "SELECT leads FROM email_domain WHERE account_id = ? AND domain = ?"
    guard let known = try db.integer(find, account.rawValue, domain) else { return }
    // Counted to 3 and no further: what is left of 3 is looked up.
    let left = known < 3 ? known - leads : try leadsCounted(under: domain)
    if left < 1 {
      try db.run("DELETE FROM email_domain WHERE account_id = ? AND domain = ?", account.rawValue, domain)
    } else if left < 3 {
      try db.run(
        "UPDATE email_domain SET leads = ? WHERE account_id = ? AND domain = ?", left, account.rawValue, domain)
    }
  }

  /// How many leads the sums have under a domain, counted to 3 or little further. Too few where a day had no room for
  /// it, or where they are old: then the domain is not named though it might be.
  private func leadsCounted(under domain: String) throws -> Int {
    guard let generation = try transaction.directory().rollups(of: account)?.shown.number else { return 0 }
    let dimension = ReportDimension.emailDomain
    // The erased ones are still in the table, and to be taken off it when the batch ends.
    var leads = transaction.rollups.pendingLeads(of: account, generation, dimension, domain)
    var day = Int.max
    for _ in 0..<limits.days where leads < 3 {
      let before =
        "SELECT day FROM lead_rollup WHERE account_id = ? AND generation = ? AND day < ? ORDER BY day DESC LIMIT 1"
      guard let next = try db.integer(before, account.rawValue, generation, day) else { break }
      let count =
        "SELECT leads FROM lead_rollup WHERE account_id = ? AND generation = ? AND day = ? AND dimension = ? AND value = ?"
      leads += try db.integer(count, account.rawValue, generation, next, dimension.rawValue, domain) ?? 0
      day = next
    }
    return leads
  }
}
