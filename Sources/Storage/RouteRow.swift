import Domain
import Foundation
import GRDB

/// How a lead's route stands in its table.
extension LeadRoute {
  static func one(of lead: LeadID, _ db: Database) throws -> LeadRoute? {
    let find = try db.cachedStatement(sql: "SELECT * FROM route WHERE lead_id = ?")
    return try Row.fetchOne(find, arguments: [lead.rawValue]).map(LeadRoute.init(row:))
  }

  private init(row: Row) {
    self.init(
      policy: RoutingPolicy(rawValue: row["policy"]) ?? .priority,
      considered: ConsideredPartner.list(stored: row["considered"]), partner: row["partner"],
      propensity: row["propensity"], delivery: LeadDelivery(rawValue: row["delivery"]) ?? .unknown,
      partnerLeadID: row["partner_lead_id"])
  }

  /// Writes it in place of what there was.
  /// - Parameter acceptedID: made now, where the partner took the lead.
  func write(of lead: LeadID, in account: AccountID, acceptedID: Int64? = nil, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO route (lead_id, account_id, policy, partner, propensity, considered, delivery, accepted_id,
        partner_lead_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET policy = excluded.policy, partner = excluded.partner, propensity = excluded.propensity,
        considered = excluded.considered, delivery = excluded.delivery, accepted_id = excluded.accepted_id,
        partner_lead_id = excluded.partner_lead_id
      """, lead.rawValue, account.rawValue, policy.rawValue, partner, propensity,
      considered.map(\.stored).joined(separator: " "), delivery.rawValue, acceptedID, partnerLeadID)
  }
}

/// `pp-one:0.75 pp-two=cap_day`: neither mark can stand in a slug.
extension ConsideredPartner {
  fileprivate var stored: String { obstacle.map { "\(slug)=\($0.code)" } ?? "\(slug):\(propensity)" }

  fileprivate static func list(stored: String) -> [ConsideredPartner] {
    stored.split(separator: " ").compactMap { part in
      if let mark = part.firstIndex(of: "=") {
        let obstacle = RoutingObstacle(code: part[mark...].dropFirst())
        return obstacle.map { ConsideredPartner(slug: String(part[..<mark]), obstacle: $0, propensity: 0) }
      }
      guard let mark = part.firstIndex(of: ":"), let propensity = Double(part[mark...].dropFirst()) else { return nil }
      return ConsideredPartner(slug: String(part[..<mark]), obstacle: nil, propensity: propensity)
    }
  }
}

/// How an attempt stands in its table.
extension LeadAttempt {
  static func all(of lead: LeadID, _ db: Database) throws -> [LeadAttempt] {
    let find = try db.cachedStatement(sql: "SELECT * FROM lead_attempt WHERE lead_id = ? ORDER BY number")
    return try Row.fetchAll(find, arguments: [lead.rawValue]).map(LeadAttempt.init(row:))
  }

  private init(row: Row) {
    let outcome = (row["outcome"] as String?).flatMap(AttemptOutcome.init(rawValue:))
    self.init(
      leadID: LeadID(rawValue: row["lead_id"]), number: row["number"], partner: row["partner"],
      beganAt: Instant(microseconds: row["began_at"]),
      end: outcome.map {
        AttemptEnd(
          outcome: $0, cause: (row["cause"] as String?).flatMap(AttemptCause.init(rawValue:)) ?? .crash,
          status: row["status"], milliseconds: row["milliseconds"] ?? 0, partnerLeadID: row["partner_lead_id"])
      })
  }

  /// Begins it.
  /// - Parameter counts: those that the lead counts in.
  func insert(_ counts: CapCounts, in account: AccountID, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO lead_attempt (lead_id, number, account_id, partner, began_at, hour, day)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, leadID.rawValue, number, account.rawValue, partner, beganAt.microseconds, counts.hour, counts.day)
  }
}

/// An attempt that is under way, with what its end needs.
struct OpenLeadAttempt {
  let lead: LeadID
  let account: AccountID
  let number: Int
  let partner: String
  /// Those that the lead counts in.
  let counts: CapCounts

  /// Nil: there is none, or it was ended.
  static func one(_ number: Int, of lead: LeadID, _ db: Database) throws -> OpenLeadAttempt? {
    try db.rows(
      "SELECT \(columns) FROM lead_attempt WHERE lead_id = ? AND number = ? AND outcome IS NULL", lead.rawValue,
      number, element: OpenLeadAttempt.init(row:)
    ).first
  }

  /// Those that began before a moment, oldest first.
  static func begun(before: Instant, limit: Int, _ db: Database) throws -> [OpenLeadAttempt] {
    try db.rows(
      "SELECT \(columns) FROM lead_attempt WHERE outcome IS NULL AND began_at < ? ORDER BY began_at LIMIT ?",
      before.microseconds, limit, element: OpenLeadAttempt.init(row:))
  }

  private static let columns = "lead_id, account_id, number, partner, hour, day"

  private init(row: HotRow) {
    lead = LeadID(rawValue: Int64(row.integer(0) ?? 0))
    account = AccountID(rawValue: Int64(row.integer(1) ?? 0))
    number = row.integer(2) ?? 0
    partner = row.text(3) ?? ""
    counts = CapCounts(account: account, partner: partner, hour: row.integer(4) ?? 0, day: row.integer(5) ?? 0)
  }

  /// - Parameter keepsCounts: the lead still counts in them because of this attempt.
  func write(_ end: AttemptEnd, keepsCounts: Bool, _ db: Database) throws {
    try db.run(
      """
      UPDATE lead_attempt SET outcome = ?, cause = ?, status = ?, milliseconds = ?, partner_lead_id = ?
      WHERE lead_id = ? AND number = ?
      """, end.outcome.rawValue, end.cause.rawValue, end.status, end.milliseconds, end.partnerLeadID, lead.rawValue,
      number)
    guard !keepsCounts else { return }
    try db.run(
      "UPDATE lead_attempt SET hour = NULL, day = NULL WHERE lead_id = ? AND number = ?", lead.rawValue, number)
  }
}
