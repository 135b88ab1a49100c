import Domain
import Foundation
import GRDB

/// Every limit of looking up and erasing what is held on a person.
package struct PrivacyLimits: Sendable {
  /// Leads that are shown.
  package var shown = 200
  /// Leads that one call erases, and seconds after which it stops: its client waits for it.
  package var erased = 10_000
  package var seconds = 15.0
  /// Leads that a transaction erases, conversions of their clicks and domains that it looks at: no other write waits
  /// long for it.
  package var leadsPerTransaction = 20
  package var conversionsPerTransaction = 500
  package var domainsPerTransaction = 2
  /// Newest days in which leads of a domain are looked for, to tell whether it is rare again.
  package var days = 1_000
  /// Erasures that are listed at once.
  package static let mostListed = 200
  package init() {}
  package static let standard = PrivacyLimits()
}

/// What is held on the person to whom a reference belongs.
package struct PersonalData: Sendable {
  /// One of the person's leads.
  package struct HeldLead: Sendable {
    package let event: Event
    /// Its caller's own id of it is held, hashed.
    package let hasLeadKey: Bool
    /// A reference of the address it came from is held.
    package let hasAddress: Bool
  }
  /// The newest, newest first, at most ``PrivacyLimits/shown``.
  package let leads: [HeldLead]
  /// How many there are.
  package let total: Int
  /// When the oldest came; nil: there is none.
  package let since: Instant?
}

extension Store {
  /// What is held on the person with that e-mail or phone reference.
  package func personalData(
    of reference: ContactReference, in account: AccountID, limits: PrivacyLimits = .standard
  ) throws(Failure) -> PersonalData {
    try readLong(of: account) { db in
      let person = HeldPerson(reference: reference, account: account)
      let rows = ShortLivedRows(try person.newestLeads(limits.shown, db), of: account)
      let (keys, visits) = (Set(try rows.keys(db).map(\.lead)), try rows.withAddress(db))
      let find = try db.cachedStatement(
        sql: """
          SELECT * FROM lead WHERE account_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id DESC
          """)
      let events = try Self.events(find, [account.rawValue, rows.leadList], db)
      let (total, oldest) = try person.sum(db)
      return PersonalData(
        leads: events.filter { reference.isOf($0.lead) }.map {
          PersonalData.HeldLead(
            event: $0, hasLeadKey: keys.contains($0.lead.id), hasAddress: visits.contains($0.lead.id))
        }, total: total, since: try oldest.flatMap { try Lead.one($0, of: account, db)?.receivedAt })
    }
  }

  /// The erasures of an account, newest first.
  /// - Parameter before: only those older than this one.
  package func erasures(
    of account: AccountID, limit: Int, before: ErasureID? = nil
  ) throws(Failure) -> Page<Erasure, ErasureID> {
    try read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT * FROM erasure WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        arguments: [account.rawValue, before?.rawValue ?? .max, limit + 1])
      let page = rows.prefix(limit).map(Erasure.init(row:))
      return Page(elements: page, next: rows.count > limit ? page.last?.id : nil)
    }
  }
}

/// The leads of a reference, as the table of contacts has them.
struct HeldPerson {
  let reference: ContactReference
  let account: AccountID

  func newestLeads(_ limit: Int, _ db: Database) throws -> [LeadID] {
    try db.rows(
      "SELECT lead_id FROM contact WHERE account_id = ? AND reference = ? ORDER BY lead_id DESC LIMIT ?",
      account.rawValue, reference.half, limit
    ) { LeadID(rawValue: Int64($0.integer(0) ?? 0)) }
  }

  /// How many there are, and the oldest.
  func sum(_ db: Database) throws -> (count: Int, oldest: LeadID?) {
    let sums = try db.rows(
      "SELECT count(*), min(lead_id) FROM contact WHERE account_id = ? AND reference = ?", account.rawValue,
      reference.half
    ) { (count: $0.integer(0) ?? 0, oldest: $0.integer(1).map { LeadID(rawValue: Int64($0)) }) }
    return sums.first ?? (0, nil)
  }
}

extension ContactReference {
  /// Whether the lead came with it. In full: the table of contacts holds halves.
  func isOf(_ lead: Lead) -> Bool { lead.references.email == self || lead.references.phone == self }
}

/// What is kept of leads for days only. No index leads from a lead to its callers' ids, so they are gone through, for many
/// leads at once.
struct ShortLivedRows {
  struct Key: Sendable {
    let lead: LeadID
    let digest: [UInt8]
  }
  private let account: AccountID
  private let leads: [LeadID]
  /// Their ids as a JSON array.
  let leadList: String

  init(_ leads: [LeadID], of account: AccountID) {
    self.account = account
    self.leads = leads
    self.leadList = "[" + leads.map { String($0.rawValue) }.joined(separator: ",") + "]"
  }

  func keys(_ db: Database) throws -> [Key] {
    try fetch("lead_id, digest", "lead_key", db).map {
      Key(lead: LeadID(rawValue: $0[0]), digest: Array($0[1] as Data))
    }
  }

  /// Those of which the address is kept.
  func withAddress(_ db: Database) throws -> Set<LeadID> {
    Set(try fetch("lead_id", "visit", db).map { LeadID(rawValue: $0[0]) })
  }

  private func fetch(_ columns: String, _ table: String, _ db: Database) throws -> [Row] {
    guard !leads.isEmpty else { return [] }
    return try Row.fetchAll(
      db,
      sql: "SELECT \(columns) FROM \(table) WHERE account_id = ? AND lead_id IN (SELECT value FROM json_each(?))",
      arguments: [account.rawValue, leadList])
  }
}

extension Erasure {
  fileprivate init(row: Row) {
    let key: Int64? = row["key_id"]
    self.init(
      id: ErasureID(rawValue: row["id"]), accountID: AccountID(rawValue: row["account_id"]),
      at: Instant(microseconds: row["at"]),
      author: key.map { .key(KeyID(rawValue: $0)) } ?? .person(PersonID(rawValue: row["person_id"] ?? 0)),
      leads: row["leads"])
  }

  func insert(_ db: Database) throws {
    var (key, person): (Int64?, Int64?)
    switch author {
    case .key(let id): key = id.rawValue
    case .person(let id): person = id.rawValue
    }
    try db.run(
      "INSERT INTO erasure (id, account_id, at, key_id, person_id, leads) VALUES (?, ?, ?, ?, ?, ?)", id.rawValue,
      accountID.rawValue, at.microseconds, key, person, leads)
  }
}
