import Domain
import GRDB

/// The counters (table `cap_count`) that a lead of one moment counts in at a partner. It counts in those of all spans,
/// whatever caps there are: one that is set later holds at once.
struct CapCounts {
  /// Days after which counters of hours and days are dropped.
  static let keptDays: Int64 = 7

  private let account: Int64
  private let partner: String
  /// Numbers of the hour and the day.
  let hour: Int
  let day: Int

  init(of partner: Partner, at now: Instant) {
    let local = partner.calendar.local(now)
    self.init(
      account: partner.accountID, partner: partner.slug, hour: CapSpan.hour.number(at: local),
      day: CapSpan.day.number(at: local))
  }

  init(account: AccountID, partner: String, hour: Int, day: Int) {
    self.account = account.rawValue
    self.partner = partner
    self.hour = hour
    self.day = day
  }

  private func period(_ span: CapSpan) -> Int {
    switch span {
    case .hour: hour
    case .day: day
    case .total: 0
    }
  }

  func used(_ span: CapSpan, _ db: Database) throws -> Int {
    try db.integer(
      "SELECT used FROM cap_count WHERE account_id = ? AND partner = ? AND span = ? AND period = ?", account, partner,
      span.rawValue, period(span)) ?? 0
  }

  /// Counts one lead, unless a cap is reached: then nothing is counted.
  /// - Returns: whether it was.
  func take(_ caps: Caps, _ db: Database) throws -> Bool {
    for span in CapSpan.allCases {
      guard try raise(span, limit: caps[span] ?? .max, db) else {
        for taken in CapSpan.allCases where taken.rawValue < span.rawValue { try lower(taken, db) }
        return false
      }
    }
    return true
  }

  /// Takes one lead back.
  func release(_ db: Database) throws {
    for span in CapSpan.allCases { try lower(span, db) }
  }

  /// As ``Store`` counts leads against a plan: by a guarded statement, never read first.
  private func raise(_ span: CapSpan, limit: Int, _ db: Database) throws -> Bool {
    try db.run(
      "UPDATE cap_count SET used = used + 1 WHERE account_id = ? AND partner = ? AND span = ? AND period = ? AND used < ?",
      account, partner, span.rawValue, period(span), limit)
    if db.changesCount == 1 { return true }
    guard limit > 0 else { return false }
    try db.run(
      "INSERT INTO cap_count (account_id, partner, span, period, used) VALUES (?, ?, ?, ?, 1) ON CONFLICT DO NOTHING",
      account, partner, span.rawValue, period(span))
    return db.changesCount == 1
  }

  private func lower(_ span: CapSpan, _ db: Database) throws {
    try db.run(
      """
      UPDATE cap_count SET used = used - 1
      WHERE account_id = ? AND partner = ? AND span = ? AND period = ? AND used > 0
      """, account, partner, span.rawValue, period(span))
  }
}
