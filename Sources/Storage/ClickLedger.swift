import Domain
import GRDB

/// The leads and conversions of one click as they stand.
struct Click {
  let id: String
  let account: AccountID
  let leads: [CountedLead]
  /// Takes a conversion that a message opens: the newest that a partner took, else the newest that is not a duplicate,
  /// else the newest.
  let newestLead: CountedLead
  /// All of the click.
  fileprivate(set) var conversions: [Conversion]

  /// Nil where the click id has no lead.
  init?(_ id: String, of account: AccountID, _ db: Database) throws {
    let leads = try CountedLead.ofClick(id, account, db)
    let newest = leads.first { $0.acceptedID != nil } ?? leads.first { !$0.isDuplicate } ?? leads.first
    guard let newest else { return nil }
    self.id = id
    self.account = account
    self.leads = leads
    self.newestLead = newest
    self.conversions = try Conversion.all(ofClick: id, account, db)
  }

  /// One that has a single lead, of which nothing was said yet.
  init(_ id: String, of account: AccountID, lead: CountedLead) {
    self.id = id
    self.account = account
    self.leads = [lead]
    self.newestLead = lead
    self.conversions = []
  }

  /// What a message does to them.
  /// - Parameter newLead: that takes what it opens; nil: ``newestLead``.
  /// - Returns: nil where the click has as many conversions as it may and the message would open another.
  func outcome(
    of message: Postback, id: PostbackID, at now: Instant, newLead: LeadID? = nil, expectedPayout: Money?
  ) -> ConversionOutcome? {
    let outcome = Conversion.apply(
      message, id: id, at: now, to: conversions, newLead: newLead ?? newestLead.id, expectedPayout: expectedPayout)
    return outcome.before == nil && conversions.count >= Conversion.mostPerClick ? nil : outcome
  }

  /// The lead that took, or would have taken, what a logged message opens: as ``newestLead``, of those that were there, or
  /// had been taken by a partner, when it came; else the first that came after it. Ids rise in the order of commits.
  ///
  /// Of a click with very many leads not all are known here: what it opens stays with the lead that the log names.
  func lead(opening message: LoggedPostback) -> LeadID? {
    guard leads.count < CountedLead.mostPerClick else { return message.leadID }
    let there = leads.filter { $0.id.rawValue < message.id.rawValue }
    let delivered = there.first { $0.acceptedID.map { $0 < message.id.rawValue } ?? false }
    let newest = delivered ?? there.first { !$0.isDuplicate } ?? there.first
    return newest?.id ?? leads.last?.id
  }

  /// What came before its first lead waits until it is settled who gets that lead, and what comes meanwhile waits behind
  /// it: then each is worth what that partner pays, and all are applied in order of receipt.
  func mustWait(_ db: Database) throws -> Bool {
    guard leads.last?.isOpen == true else { return false }
    return try db.integer(
      "SELECT 1 FROM unmatched WHERE account_id = ? AND click_id = ? LIMIT 1", account.rawValue, id) != nil
  }

  func conversions(of lead: LeadID) -> [Conversion] { conversions.filter { $0.leadID == lead } }

  mutating func take(_ outcome: ConversionOutcome) {
    conversions.removeAll { $0 == outcome.before }
    conversions.append(outcome.after)
  }
}

/// The ledger of one click inside a transaction: its leads, its conversions, and what each message does to them.
struct ClickLedger {
  /// What the ledger made of a message.
  struct Settled {
    let outcome: ConversionOutcome
    let leadStatus: LeadStatus
    let change: LeadChange
  }

  private var click: Click
  private let transaction: Transaction
  private var clickID: String { click.id }
  private var account: AccountID { click.account }
  /// All of the click.
  var conversions: [Conversion] { click.conversions }

  /// Nil where the click id has no lead.
  init?(_ clickID: String, of account: AccountID, _ transaction: Transaction) throws {
    guard let click = try Click(clickID, of: account, transaction.db) else { return nil }
    self.click = click
    self.transaction = transaction
  }

  /// - Parameters:
  ///   - key: that brought the message.
  ///   - newLead: that takes what it opens; nil: the click's newest.
  func terms(
    of message: Postback, by key: KeyID, newLead: LeadID? = nil, _ directory: Directory
  ) throws -> PartnerTerms {
    try click.terms(of: message, by: key, newLead: newLead, directory, transaction.db)
  }

  func mustWait() throws -> Bool { try click.mustWait(transaction.db) }
  func lead(opening message: LoggedPostback) -> LeadID? { click.lead(opening: message) }

  /// The ledger's verdict on a message, written down: the conversion, what its lead counts in the roll-ups, and a
  /// delivery to each tracker that is told of the change.
  /// - Parameters:
  ///   - received: when it came.
  ///   - now: when trackers are told; later, where it waited for its lead.
  ///   - newLead: that takes what it opens; nil: the click's newest.
  ///   - expectedPayout: of the message's ``PartnerTerms``.
  /// - Returns: nil where the click has as many conversions as it may and the message would open another.
  mutating func settle(
    _ message: Postback, id: PostbackID, received: Instant, at now: Instant, newLead: LeadID? = nil,
    expectedPayout: Money?
  ) throws -> Settled? {
    let outcome = click.outcome(
      of: message, id: id, at: received, newLead: newLead, expectedPayout: expectedPayout)
    guard let outcome else { return nil }
    let db = transaction.db
    try outcome.after.write(replacing: outcome.before, click: clickID, account, db)

    let leadID = outcome.after.leadID
    let before = click.conversions(of: leadID)
    click.take(outcome)
    let after = click.conversions(of: leadID)
    var forwards = 0
    if outcome.result == .applied, let lead = try lead(leadID) {
      try transaction.count(ConversionCounts(of: after) - ConversionCounts(of: before), of: lead, in: account)
      forwards = try transaction.deliver(
        outcome.after, postback: id, amount: message.amount, click: clickID, source: lead.source, in: account, at: now)
    }
    return Settled(
      outcome: outcome, leadStatus: LeadStatus(of: after),
      change: LeadChange(lead: leadID, before: before, after: after, forwards: forwards))
  }

  private func lead(_ id: LeadID) throws -> CountedLead? { try click.lead(id, transaction.db) }

  /// Applies all messages of the click anew, in order of receipt, and writes down what came out otherwise: the messages,
  /// the conversions, the roll-ups, and one delivery for each conversion that ended different.
  /// - Returns: how many messages that were.
  mutating func replay(_ words: @escaping (KeyID) -> StatusWords, at now: Instant) throws -> Int {
    let db = transaction.db
    guard let messages = try Self.messages(of: conversions, account, db) else { return Self.mostReplayed }
    var log = Dictionary(messages.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let rebuilt = try Self.fold(messages, of: click, words: words) { row in
      log[row.id] = row
      try row.update(db)
    }
    let changes = ConversionChange.between(conversions, rebuilt)
    for case let before? in changes.map(\.before) { try before.delete(click: clickID, account, db) }
    for case let after? in changes.map(\.after) { try after.insert(click: clickID, account, db) }
    for leadID in Set(changes.flatMap(\.leads)) {
      guard let lead = try lead(leadID) else { continue }
      let former = ConversionCounts(of: conversions.filter { $0.leadID == leadID })
      let counts = ConversionCounts(of: rebuilt.filter { $0.leadID == leadID })
      try transaction.count(counts - former, of: lead, in: account)
    }
    for change in changes {
      guard let told = change.told, let lead = try lead(told.leadID) else { continue }
      let cause = Self.cause(of: told, in: log)
      try transaction.deliver(
        told, postback: cause?.id ?? told.lastPostbackID, amount: cause?.amount, click: clickID, source: lead.source,
        in: account, at: now)
    }
    click.conversions = rebuilt
    return messages.count
  }

  /// The message that made a conversion what it is: the last one about it that had an effect.
  private static func cause(of conversion: Conversion, in log: [PostbackID: LoggedPostback]) -> LoggedPostback? {
    var message = log[conversion.lastPostbackID]
    while let later = message, later.result != .applied, let previous = later.previousID { message = log[previous] }
    return message
  }

  /// Messages of a click that are read at once; the history of a click with more is left as it is.
  static let mostReplayed = 5_000

  /// All messages that made conversions what they are, in order of receipt; nil: there are too many.
  static func messages(
    of conversions: [Conversion], _ account: AccountID, _ db: Database
  ) throws -> [LoggedPostback]? {
    var messages: [LoggedPostback] = []
    for conversion in conversions {
      let room = mostReplayed + 1 - messages.count
      messages += try LoggedPostback.chain(endingIn: conversion.lastPostbackID, account, most: room, db)
      guard messages.count <= mostReplayed else { return nil }
    }
    return messages.sorted { $0.id < $1.id }
  }

  /// What messages come to when applied one after the other from nothing.
  /// - Parameters:
  ///   - words: those by which a key's messages are read; nil: as they were read.
  ///   - changed: is given each message that is read, or comes to something, other than before.
  static func fold(
    _ messages: [LoggedPostback], of click: Click, words: ((KeyID) -> StatusWords)? = nil,
    changed: (LoggedPostback) throws -> Void = { _ in }
  ) rethrows -> [Conversion] {
    var conversions: [Conversion] = []
    for message in messages {
      guard message.leadID != nil, let lead = click.lead(opening: message) else { continue }
      var row = message
      let postback = words.map { row.read(by: $0(row.keyID), clickID: click.id) } ?? row.message(clickID: click.id)
      let outcome = Conversion.apply(
        postback, id: row.id, at: row.receivedAt, to: conversions, newLead: lead, expectedPayout: row.expectedPayout)
      if let place = conversions.firstIndex(where: { $0 == outcome.before }) {
        conversions[place] = outcome.after
      } else {
        conversions.append(outcome.after)
      }
      row.note(outcome)
      if row != message { try changed(row) }
    }
    return conversions
  }
}

/// How one conversion differs between two states of its click.
struct ConversionChange {
  let before: Conversion?
  let after: Conversion?

  /// What is not the same in both. A conversion is found again by txid and kind of row, as a tracker knows it; else by
  /// the message that opened it: it may have got a txid, or have none any more.
  static func between(_ old: [Conversion], _ new: [Conversion]) -> [ConversionChange] {
    var (gone, opened) = (old, new)
    var changes: [ConversionChange] = []
    func pair(_ isSame: (Conversion, Conversion) -> Bool) {
      gone.removeAll { before in
        guard let place = opened.firstIndex(where: { isSame(before, $0) }) else { return false }
        let after = opened.remove(at: place)
        if after != before { changes.append(ConversionChange(before: before, after: after)) }
        return true
      }
    }
    pair { $0.txid == $1.txid && $0.isRebill == $1.isRebill }
    pair { $0.id == $1.id }
    return changes + gone.map { ConversionChange(before: $0, after: nil) }
      + opened.map { ConversionChange(before: nil, after: $0) }
  }

  var leads: [LeadID] { [before?.leadID, after?.leadID].compactMap { $0 } }

  /// What trackers are told; nil where class and worth are as before. One that is no more counts as rejected.
  var told: Conversion? {
    var now = after ?? before
    if after == nil { now?.status = .rejected }
    return before?.status == now?.status && before?.worth == now?.worth ? nil : now
  }
}
