import Domain
import GRDB

/// A partner's message on its way into the log.
package struct ReceivedPostback: Sendable {
  package let account: Account
  package let keyID: KeyID
  package let receivedAt: Instant
  package let reading: PostbackReading
  /// Names of parameters that mean nothing to us.
  package let otherNames: [String]
  /// What stands in for the click id where it is an e-mail address; such a one is never a lead's.
  package let clickIDReference: ContactReference?

  package init(
    account: Account, keyID: KeyID, receivedAt: Instant, reading: PostbackReading, otherNames: [String],
    clickIDReference: ContactReference? = nil
  ) {
    self.account = account
    self.keyID = keyID
    self.receivedAt = receivedAt
    self.reading = reading
    self.otherNames = otherNames
    self.clickIDReference = clickIDReference
  }
}

/// What a partner's message came to.
package enum PostbackResult: String, CaseIterable, Sendable { case applied, duplicate, stale, unmatched, ignored }

/// What is answered to a partner's message.
package struct PostbackEffect: Equatable, Sendable {
  package let id: PostbackID
  package let result: PostbackResult
  package let reason: IgnoredPostback.Reason?
  package let leadID: LeadID?
  package let leadStatus: LeadStatus?
  package let warnings: [PostbackWarning]
}

extension Store {
  /// Logs a message and does what it says to the ledger and the roll-ups, in one transaction.
  /// - Throws: `unavailable`; then nothing is kept and the partner should send it again.
  package func commitPostback(_ received: ReceivedPostback) throws(Failure) -> PostbackEffect {
    try write { transaction in
      let id = PostbackID(rawValue: transaction.ids.next(at: received.receivedAt))
      switch received.reading {
      case .ignored(let ignored):
        let row = LoggedPostback(ignored, of: received, id: id)
        try row.insert(transaction.db)
        return PostbackEffect(row)
      case .message(let message, let warnings):
        return try Self.apply(message, warnings, of: received, id: id, transaction)
      }
    }
  }

  private static func apply(
    _ message: Postback, _ warnings: [PostbackWarning], of received: ReceivedPostback, id: PostbackID,
    _ transaction: Transaction
  ) throws -> PostbackEffect {
    let db = transaction.db
    var row = LoggedPostback(message, of: received, id: id, warnings: warnings)
    guard let clicked = try ClickedLeads(message.clickID, of: received.account, db) else {
      let waiting = try db.integer(
        "SELECT count(*) FROM unmatched WHERE account_id = ? AND click_id = ?", received.account.id.rawValue,
        row.clickID)
      guard waiting ?? 0 < Conversion.mostWaitingPerClick else {
        row.result = .ignored
        row.reason = .tooManyWaiting
        try row.insert(db)
        return PostbackEffect(row)
      }
      row.result = .unmatched
      try row.insert(db)
      try db.run(
        "INSERT INTO unmatched (account_id, click_id, postback_id) VALUES (?, ?, ?)", received.account.id.rawValue,
        row.clickID, id.rawValue)
      return PostbackEffect(row)
    }
    var conversions = try Conversion.all(ofClick: message.clickID, received.account.id, db)
    let settled = try settle(
      message, id: id, at: received.receivedAt, &conversions, among: clicked, of: received.account, transaction)
    row.note(settled)
    try row.insert(db)
    return PostbackEffect(row, settled)
  }

  /// Applies the messages that came before their lead, in order of receipt, each as of the moment it came: by that the
  /// ledger knows the newest conversion.
  static func applyUnmatched(to lead: Lead, of account: Account, _ transaction: Transaction) throws {
    let db = transaction.db
    guard let clickID = lead.clickID else { return }
    let first = try db.integer(
      "SELECT postback_id FROM unmatched WHERE account_id = ? AND click_id = ? LIMIT 1", account.id.rawValue, clickID)
    guard first != nil else { return }
    let find = try db.cachedStatement(
      sql: """
        SELECT postback.* FROM unmatched JOIN postback ON postback.id = unmatched.postback_id
        WHERE unmatched.account_id = ? AND unmatched.click_id = ? ORDER BY unmatched.postback_id
        """)
    let waiting = try LoggedPostback.fetchAll(find, arguments: [account.id.rawValue, clickID])
    guard let clicked = try ClickedLeads(clickID, of: account, db) else { return }
    var conversions = try Conversion.all(ofClick: clickID, account.id, db)
    for var row in waiting {
      let message = row.message(clickID: clickID)
      row.note(
        try settle(message, id: row.id, at: row.receivedAt, &conversions, among: clicked, of: account, transaction))
      try row.update(db)
    }
    try db.cachedStatement(sql: "DELETE FROM unmatched WHERE account_id = ? AND click_id = ?")
      .execute(arguments: [account.id.rawValue, clickID])
  }

  /// The ledger's verdict on a message, written down: the conversion, and what its lead counts in the roll-ups.
  /// - Parameter conversions: all of the click; brought up to date.
  /// - Returns: nil where the click has as many conversions as it may and the message would open another.
  private static func settle(
    _ message: Postback, id: PostbackID, at now: Instant, _ conversions: inout [Conversion],
    among clicked: ClickedLeads, of account: Account, _ transaction: Transaction
  ) throws -> SettledPostback? {
    let db = transaction.db
    let outcome = Conversion.apply(message, id: id, at: now, to: conversions, newLead: clicked.newest.id)
    if outcome.before == nil && conversions.count >= Conversion.mostPerClick { return nil }
    try outcome.after.write(replacing: outcome.before, click: message.clickID, account.id, db)

    let leadID = outcome.after.leadID
    let before = conversions.filter { $0.leadID == leadID }
    conversions.removeAll { $0 == outcome.before }
    conversions.append(outcome.after)
    let after = conversions.filter { $0.leadID == leadID }
    if let lead = try clicked.lead(leadID, db) {
      transaction.rollups.add(
        ConversionCounts(of: after) - ConversionCounts(of: before), to: lead.rollupKeys(in: account))
    }
    return SettledPostback(outcome: outcome, leadStatus: LeadStatus(of: after))
  }
}

/// What the ledger made of a message.
private struct SettledPostback {
  let outcome: ConversionOutcome
  let leadStatus: LeadStatus
}

extension PostbackEffect {
  /// What the log says of a message, and what the ledger made of it where it came to that.
  fileprivate init(_ row: LoggedPostback, _ settled: SettledPostback? = nil) {
    self.init(
      id: row.id, result: row.result, reason: row.reason, leadID: settled?.outcome.after.leadID,
      leadStatus: settled?.leadStatus, warnings: row.warnings)
  }
}

extension LoggedPostback {
  /// Notes what became of the message; nil: its click could take no further conversion.
  fileprivate mutating func note(_ settled: SettledPostback?) {
    guard let outcome = settled?.outcome else {
      result = .ignored
      reason = .tooManyConversions
      return
    }
    result =
      switch outcome.result {
      case .applied: .applied
      case .duplicate: .duplicate
      case .stale: .stale
      }
    warnings += outcome.warnings
    previousID = outcome.before?.lastPostbackID
  }
}

/// The leads of one click id, which a message may be about.
private struct ClickedLeads {
  private let leads: [CountedLead]
  private let account: AccountID
  /// Takes a conversion that a message opens: the newest that is not a duplicate, else the newest.
  let newest: CountedLead

  /// Nil where the click id has no lead.
  init?(_ clickID: String, of account: Account, _ db: Database) throws {
    let leads = try CountedLead.ofClick(clickID, account.id, db)
    guard let newest = leads.first(where: { !$0.isDuplicate }) ?? leads.first else { return nil }
    self.leads = leads
    self.account = account.id
    self.newest = newest
  }

  func lead(_ id: LeadID, _ db: Database) throws -> CountedLead? {
    try leads.first { $0.id == id } ?? CountedLead.one(id, account, db)
  }
}
