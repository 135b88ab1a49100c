import Domain
import GRDB

/// The ledger of one click inside a transaction: its leads, its conversions, and what each message does to them.
struct ClickLedger {
  /// What the ledger made of a message.
  struct Settled {
    let outcome: ConversionOutcome
    let leadStatus: LeadStatus
  }

  private let clickID: String
  private let account: AccountID
  private let leads: [CountedLead]
  private let transaction: Transaction
  /// All of the click.
  private(set) var conversions: [Conversion]
  /// Takes a conversion that a message opens: the newest that is not a duplicate, else the newest.
  let newestLead: CountedLead

  /// Nil where the click id has no lead.
  init?(_ clickID: String, of account: AccountID, _ transaction: Transaction) throws {
    let leads = try CountedLead.ofClick(clickID, account, transaction.db)
    guard let newest = leads.first(where: { !$0.isDuplicate }) ?? leads.first else { return nil }
    self.clickID = clickID
    self.account = account
    self.leads = leads
    self.newestLead = newest
    self.transaction = transaction
    self.conversions = try Conversion.all(ofClick: clickID, account, transaction.db)
  }

  /// The ledger's verdict on a message, written down: the conversion, what its lead counts in the roll-ups, and a
  /// delivery to each tracker that is told of the change.
  /// - Returns: nil where the click has as many conversions as it may and the message would open another.
  mutating func settle(
    _ message: Postback, id: PostbackID, at now: Instant, expectedPayout: Money? = nil
  ) throws -> Settled? {
    let outcome = Conversion.apply(
      message, id: id, at: now, to: conversions, newLead: newestLead.id, expectedPayout: expectedPayout)
    if outcome.before == nil && conversions.count >= Conversion.mostPerClick { return nil }
    let db = transaction.db
    try outcome.after.write(replacing: outcome.before, click: clickID, account, db)

    let leadID = outcome.after.leadID
    let before = conversions.filter { $0.leadID == leadID }
    conversions.removeAll { $0 == outcome.before }
    conversions.append(outcome.after)
    let after = conversions.filter { $0.leadID == leadID }
    if outcome.result == .applied, let lead = try lead(leadID) {
      try transaction.count(ConversionCounts(of: after) - ConversionCounts(of: before), of: lead, in: account)
      try transaction.deliver(
        outcome.after, amount: message.amount, click: clickID, source: lead.source, in: account, at: now)
    }
    return Settled(outcome: outcome, leadStatus: LeadStatus(of: after))
  }

  private func lead(_ id: LeadID) throws -> CountedLead? {
    try leads.first { $0.id == id } ?? CountedLead.one(id, account, transaction.db)
  }

  /// Applies all messages of the click anew, in order of receipt, and writes down what came out otherwise: the messages,
  /// the conversions, the roll-ups, and one delivery for each conversion that ended different.
  /// - Parameter messages: with the classes that they have now; each keeps the lead that it was applied to.
  /// - Returns: how the conversions changed.
  mutating func replay(_ messages: [LoggedPostback], at now: Instant) throws -> [ConversionChange] {
    let rebuilt = try Self.fold(messages, click: clickID) { try $0.update(transaction.db) }
    let changes = ConversionChange.between(conversions, rebuilt)
    for change in changes {
      if let before = change.before { try before.delete(click: clickID, account, transaction.db) }
    }
    for change in changes {
      if let after = change.after { try after.insert(click: clickID, account, transaction.db) }
    }
    for leadID in Set(changes.flatMap { [$0.before?.leadID, $0.after?.leadID] }.compactMap { $0 }) {
      guard let lead = try lead(leadID) else { continue }
      let counts = ConversionCounts(of: rebuilt.filter { $0.leadID == leadID })
      let former = ConversionCounts(of: conversions.filter { $0.leadID == leadID })
      try transaction.count(counts - former, of: lead, in: account)
    }
    for change in changes where change.isWorthTelling {
      guard let conversion = change.told, let lead = try lead(conversion.leadID) else { continue }
      let amount = messages.first { $0.id == conversion.lastPostbackID }?.amount
      try transaction.deliver(conversion, amount: amount, click: clickID, source: lead.source, in: account, at: now)
    }
    conversions = rebuilt
    return changes
  }

  /// What messages come to when applied one after the other from nothing.
  /// - Parameter changed: is given each message with what became of it now, where that is not what became of it before.
  static func fold(
    _ messages: [LoggedPostback], click clickID: String, changed: (LoggedPostback) throws -> Void
  ) rethrows -> [Conversion] {
    var conversions: [Conversion] = []
    for message in messages {
      guard let lead = message.leadID else { continue }
      var row = message
      let outcome = Conversion.apply(
        row.message(clickID: clickID), id: row.id, at: row.receivedAt, to: conversions, newLead: lead,
        expectedPayout: row.expectedPayout)
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

  /// The conversions that are not the same in both; one is the same as another if txid and kind of row are.
  static func between(_ old: [Conversion], _ new: [Conversion]) -> [ConversionChange] {
    var changes: [ConversionChange] = []
    for conversion in old {
      let match = new.first { $0.txid == conversion.txid && $0.isRebill == conversion.isRebill }
      if match != conversion { changes.append(ConversionChange(before: conversion, after: match)) }
    }
    for conversion in new
    where !old.contains(where: { $0.txid == conversion.txid && $0.isRebill == conversion.isRebill }) {
      changes.append(ConversionChange(before: nil, after: conversion))
    }
    return changes
  }

  /// Class or worth differ.
  var isWorthTelling: Bool { before?.status != after?.status || before?.worth != after?.worth }

  /// As trackers are told of it: one that is no more counts as rejected.
  var told: Conversion? {
    if let after { return after }
    var gone = before
    gone?.status = .rejected
    return gone
  }
}
