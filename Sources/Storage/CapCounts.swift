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
    try GuardedCounter.caps.used(account, partner, span.rawValue, period(span), in: db)
  }

  /// Counts one lead, unless a cap is reached: then nothing is counted.
  /// - Returns: whether it was.
  func take(_ caps: Caps, _ db: Database) throws -> Bool {
    for span in CapSpan.allCases {
      let counter = GuardedCounter.caps
      guard try counter.raise(account, partner, span.rawValue, period(span), limit: caps[span], in: db) else {
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

  private func lower(_ span: CapSpan, _ db: Database) throws {
    try GuardedCounter.caps.lower(account, partner, span.rawValue, period(span), in: db)
  }
}
