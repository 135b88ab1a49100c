import Domain
import GRDB

/// One place where the tables do not say what they are made from.
package struct LedgerDifference: Equatable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// A conversion is not what its click's messages come to.
    case conversion
    /// A message of the log is gone, reached by no conversion, or came to something else than the log says.
    case message
    /// A row of sums is not what leads and conversions come to.
    case leadRollup = "lead_rollup"
    case conversionRollup = "conversion_rollup"
    /// A month's count is not the number of its leads.
    case usage
    /// A lead's route says other than its attempts.
    case route
    /// A partner's counter is not the number of leads that it has or may have.
    case cap
  }
  package let kind: Kind
  package let account: AccountID
  /// Nil: it is about no single click.
  package let clickID: String?
  /// Which row it is, in words; empty where the click says it all.
  package let place: String
  /// What the table holds.
  package let table: String
  /// What it should hold.
  package let log: String
}

/// How many rows of an account were looked at, and what they come to.
package struct VerifiedSums: Equatable, Sendable {
  package let account: AccountID
  package internal(set) var leads = 0
  package internal(set) var conversions = 0
  /// Messages that conversions were made from.
  package internal(set) var messages = 0
  package internal(set) var rollupRows = 0
  package internal(set) var revenue = Money.zero
  package internal(set) var heldRevenue = Money.zero
  package internal(set) var cost = Money.zero
  init(account: AccountID) { self.account = account }
}

/// Whether the ledger and all sums are what the message log and the leads come to.
package struct LedgerVerification: Sendable {
  /// Differences of one kind that are named; more are only counted.
  package static let mostNamed = 50
  package internal(set) var accounts: [VerifiedSums] = []
  package private(set) var differences: [LedgerDifference] = []
  /// How many there are of each kind, named or not.
  package private(set) var found: [LedgerDifference.Kind: Int] = [:]
  package var isEqual: Bool { found.isEmpty }

  mutating func note(_ difference: LedgerDifference) {
    found[difference.kind, default: 0] += 1
    if found[difference.kind, default: 0] <= Self.mostNamed { differences.append(difference) }
  }
}

/// How far a verification has come with an account.
package struct VerificationProgress: Sendable {
  package let account: AccountID
  /// `conversions` or `leads`.
  package let what: String
  /// Rows that were looked at.
  package let done: Int
}

extension Store {
  /// Makes conversions anew from the message log, and sums and usage from leads and conversions, and compares. Reads
  /// only, one account after the other, each as it stands at one moment: the server may go on beside it.
  /// - Parameters:
  ///   - account: nil: all.
  ///   - progress: is told each thousand rows or so.
  /// - Throws: `notFound` where there is no such account.
  package func verifyLedger(
    of account: AccountID? = nil, progress: (VerificationProgress) -> Void = { _ in }
  ) throws(Failure) -> LedgerVerification {
    let all = try read { try Int64.fetchAll($0, sql: "SELECT id FROM account ORDER BY id") }.map(
      AccountID.init(rawValue:))
    guard let account else { return try verify(all, progress) }
    guard all.contains(account) else { throw .notFound }
    return try verify([account], progress)
  }

  private func verify(
    _ accounts: [AccountID], _ progress: (VerificationProgress) -> Void
  ) throws(Failure) -> LedgerVerification {
    var verification = LedgerVerification()
    for account in accounts {
      var (sums, found) = (VerifiedSums(account: account), verification)
      try read { db in
        try ConversionVerifier(account: account, db: db).run(&sums, &found, progress)
        try RollupVerifier(account: account, db: db)?.run(&sums, &found, progress)
        try Self.verifyUsage(of: account, &found, db)
        try RouteVerifier(account: account, db: db).run(&found)
      }
      verification = found
      verification.accounts.append(sums)
    }
    return verification
  }

  /// Each month's count must be the number of leads of that month that were counted.
  private static func verifyUsage(of account: AccountID, _ found: inout LedgerVerification, _ db: Database) throws {
    func months(_ sql: String) throws -> [Int: Int] {
      let pairs = try db.rows(sql, account.rawValue) { (Int($0.integer(0) ?? 0), $0.integer(1) ?? 0) }
      return Dictionary(pairs) { $1 }
    }
    let stored = try months(
      """
      SELECT CAST(strftime('%Y%m', received_at / 1000000, 'unixepoch') AS INTEGER), count(*) FROM lead
      WHERE account_id = ? AND used > 0 GROUP BY 1
      """)
    let used = try months("SELECT period, used FROM usage WHERE account_id = ?")
    for period in Set(stored.keys).union(used.keys).sorted() where stored[period] ?? 0 != used[period] ?? 0 {
      found.note(
        LedgerDifference(
          kind: .usage, account: account, clickID: nil, place: UsagePeriod(number: period).text,
          table: "used \(used[period] ?? 0)", log: "\(stored[period] ?? 0) leads"))
    }
  }
}

/// The click ids that have conversions, in order, a page at a time.
struct ClickPages {
  let account: AccountID
  private var last = ""

  init(account: AccountID) { self.account = account }

  /// Empty: there are no more.
  mutating func next(_ db: Database) throws -> [String] {
    let page = try db.rows(
      "SELECT DISTINCT click_id FROM conversion WHERE account_id = ? AND click_id > ? ORDER BY click_id LIMIT 1000",
      account.rawValue, last
    ) { $0.text(0) ?? "" }
    last = page.last ?? last
    return page
  }
}
