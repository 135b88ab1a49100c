import Domain
import GRDB

/// A message on its way into the log.
package struct ReceivedPostback: Sendable {
  package let account: Account
  /// The key that brought it, or whose words a report's row is read by; 0: a person who was logged in.
  package let keyID: KeyID
  package let receivedAt: Instant
  package let reading: PostbackReading
  /// Those by which it was read; where they have changed since, it is read again.
  package let words: StatusWords
  /// Names of parameters that mean nothing to us.
  package let otherNames: [String]
  /// What stands in for the click id where it is an e-mail address; such a one is never a lead's.
  package let clickIDReference: ContactReference?

  package init(
    account: Account, keyID: KeyID, receivedAt: Instant, reading: PostbackReading, words: StatusWords = .table,
    otherNames: [String] = [], clickIDReference: ContactReference? = nil
  ) {
    self.account = account
    self.keyID = keyID
    self.receivedAt = receivedAt
    self.reading = reading
    self.words = words
    self.otherNames = otherNames
    self.clickIDReference = clickIDReference
  }
}

/// What is answered to a message.
package struct PostbackEffect: Equatable, Sendable {
  package let id: PostbackID
  package let result: PostbackResult
  package let reason: IgnoredPostback.Reason?
  package let leadID: LeadID?
  package let leadStatus: LeadStatus?
  /// The conversion it is about; nil: none.
  package let conversion: ConversionID?
  package let warnings: [PostbackWarning]
  /// What it did to its lead; nil: it came to none.
  let change: LeadChange?

  /// What the log says of it, and what the ledger made of it where it came to that.
  fileprivate init(_ row: LoggedPostback, _ settled: ClickLedger.Settled? = nil) {
    self.id = row.id
    self.result = row.result
    self.reason = row.reason
    self.leadID = row.leadID
    self.leadStatus = settled?.leadStatus
    self.conversion = settled?.outcome.after.id
    self.warnings = row.warnings
    self.change = settled?.change
  }
}

extension Store {
  /// Logs a message and does what it says to the ledger and the roll-ups, in one transaction.
  /// - Parameter preparing: makes the answer, and returns what tells it; with `unavailable` nothing is kept and the partner
  ///   should send it again. See ``Writer/write(_:preparing:)``.
  package func commitPostback(
    _ received: ReceivedPostback, preparing: @escaping @Sendable (Result<PostbackEffect, Failure>) -> Telling
  ) {
    write({ try Self.commit(received, $0) }, preparing: preparing)
  }

  /// As ``commitPostback(_:preparing:)``, for a thread that has nothing else to do meanwhile.
  package func commitPostback(_ received: ReceivedPostback) throws(Failure) -> PostbackEffect {
    try write { try Self.commit(received, $0) }
  }

  /// Logs messages that someone of the account hands in. Those whose click id has no lead are left out: there is nothing
  /// that they could correct.
  /// - Returns: what each came to, in order; nil: it was left out.
  package func commitOwnPostbacks(_ all: [ReceivedPostback]) throws(Failure) -> [PostbackEffect?] {
    try write { transaction in
      try all.map { received in
        guard case .message(let message, _) = received.reading,
          try !CountedLead.ofClick(message.clickID, received.account.id, transaction.db).isEmpty
        else { return nil }
        return try Self.commit(received, transaction)
      }
    }
  }

  private static func commit(_ received: ReceivedPostback, _ transaction: Transaction) throws -> PostbackEffect {
    let id = PostbackID(rawValue: transaction.ids.next(at: received.receivedAt))
    switch received.reading {
    case .ignored(let ignored):
      let row = LoggedPostback(ignored, of: received, id: id)
      try row.insert(transaction.db)
      return PostbackEffect(row)
    case .message(let message, let warnings):
      var row = LoggedPostback(message, of: received, id: id, warnings: warnings)
      let words = try transaction.directory().statusWords(of: received.keyID, in: received.account.id)
      let current = words == received.words ? message : row.read(by: words, clickID: message.clickID)
      if row.warnings.contains(.unknownStatus) { try UnmappedWord.note(row, transaction.db) }
      return try apply(current, row, transaction)
    }
  }

  private static func apply(
    _ message: Postback, _ row: LoggedPostback, _ transaction: Transaction
  ) throws -> PostbackEffect {
    var row = row
    let db = transaction.db
    guard var ledger = try ClickLedger(message.clickID, of: row.accountID, transaction), try !ledger.mustWait() else {
      try row.noteWaiting(db)
      if row.result == .unmatched { try row.wait(db) }
      try row.insert(db)
      return PostbackEffect(row)
    }
    let directory = try transaction.directory()
    var settled: ClickLedger.Settled?
    if row.note(try ledger.terms(of: message, by: row.keyID, directory), directory) {
      settled = try ledger.settle(
        message, id: row.id, received: row.receivedAt, at: row.receivedAt, expectedPayout: row.expectedPayout)
      row.note(settled?.outcome)
    }
    try row.insert(db)
    return PostbackEffect(row, settled)
  }
}

extension Transaction {
  /// Applies the messages of a click that came before its first lead, in order of receipt, each as of the moment it came,
  /// by the words in force now; where that lead's route is under way, once it is settled.
  /// - Parameter now: when trackers are told.
  func applyUnmatched(toClick clickID: String, of account: AccountID, at now: Instant) throws {
    let first = try db.integer(
      "SELECT postback_id FROM unmatched WHERE account_id = ? AND click_id = ? LIMIT 1", account.rawValue, clickID)
    guard first != nil, var ledger = try ClickLedger(clickID, of: account, self), try !ledger.mustWait() else { return }
    let directory = try directory()
    for var row in try LoggedPostback.waiting(forClick: clickID, account, db) {
      let message = row.read(by: directory.statusWords(of: row.keyID, in: account), clickID: clickID)
      let lead = ledger.lead(opening: row)
      if row.note(try ledger.terms(of: message, by: row.keyID, newLead: lead, directory), directory) {
        let settled = try ledger.settle(
          message, id: row.id, received: row.receivedAt, at: now, newLead: lead, expectedPayout: row.expectedPayout)
        row.note(settled?.outcome)
      }
      try row.update(db)
    }
    try db.run("DELETE FROM unmatched WHERE account_id = ? AND click_id = ?", account.rawValue, clickID)
  }

  /// The same for the click of a lead whose route may be settled now.
  func applyUnmatched(toClickOf lead: LeadID, in account: AccountID, at now: Instant) throws {
    let waiting = try db.rows(
      """
      SELECT click_id FROM lead WHERE account_id = ?1 AND id = ?2 AND EXISTS (
        SELECT 1 FROM unmatched WHERE unmatched.account_id = ?1 AND unmatched.click_id = lead.click_id)
      """, account.rawValue, lead.rawValue
    ) { $0.text(0) ?? "" }
    for clickID in waiting { try applyUnmatched(toClick: clickID, of: account, at: now) }
  }
}

extension LoggedPostback {
  /// Notes that it waits, for its lead or for that one's route, unless as many wait as may.
  mutating func noteWaiting(_ db: Database) throws {
    let waiting = try db.integer(
      "SELECT count(*) FROM unmatched WHERE account_id = ? AND click_id = ?", accountID.rawValue, clickID)
    guard waiting ?? 0 < Conversion.mostWaitingPerClick else {
      result = .ignored
      reason = .tooManyWaiting
      return
    }
    result = .unmatched
  }

  /// Reads its word and amount by the words in force, and notes what they make of it.
  mutating func read(by words: StatusWords, clickID: String) -> Postback {
    let (message, found) = message(clickID: clickID).read(by: words)
    note(message, found)
    return message
  }
}
