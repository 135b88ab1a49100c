/// What a click's messages have come to: one row of the ledger, keyed by (account, click id, txid or none).
package struct Conversion: Equatable, Sendable {
  /// The partner's transaction id; nil: none was ever sent.
  package var txid: String?
  /// The row of rebills that came without txid; a click has at most one.
  package let isRebill: Bool
  /// The lead that first took it; it stays there.
  package let leadID: LeadID
  package var status: ConversionStatus
  /// The last payout reported, or the expected one; 0 or more; nil: none yet.
  package var payout: Money?
  /// Its first approval is still to come, and takes the expected payout unless a message brings one above 0.
  package var expectsPayout: Bool
  /// As sent; never converted.
  package var currency: String?
  /// The partner's word as sent; nil: none.
  package var rawStatus: String?
  /// The message that opened it: also names it, see ``id``.
  package let openedBy: PostbackID
  package let createdAt: Instant
  package var changedAt: Instant
  /// The newest message about it; ids are ordered by time.
  package var lastPostbackID: PostbackID

  package init(
    txid: String?, isRebill: Bool, leadID: LeadID, status: ConversionStatus, payout: Money?,
    expectsPayout: Bool = false, currency: String?, rawStatus: String?, openedBy: PostbackID, createdAt: Instant,
    changedAt: Instant, lastPostbackID: PostbackID
  ) {
    self.txid = txid
    self.isRebill = isRebill
    self.leadID = leadID
    self.status = status
    self.payout = payout
    self.expectsPayout = expectsPayout
    self.currency = currency
    self.rawStatus = rawStatus
    self.openedBy = openedBy
    self.createdAt = createdAt
    self.changedAt = changedAt
    self.lastPostbackID = lastPostbackID
  }

  /// What the world calls it.
  package var id: ConversionID { ConversionID(rawValue: openedBy.rawValue) }

  /// What a tracker is told that it is worth: nothing once rejected or charged back.
  package var worth: Money { status == .approved || status == .pending ? payout ?? .zero : .zero }
  /// What it brings: the payout while approved, else nothing.
  package var revenue: Money { status == .approved ? payout ?? .zero : .zero }
  /// What it may bring: the payout while pending.
  package var heldRevenue: Money { status == .pending ? payout ?? .zero : .zero }
}

/// What one message does to a click's conversions.
package struct ConversionOutcome: Equatable, Sendable {
  package enum Result: String, Sendable {
    /// A conversion was opened or changed.
    case applied
    /// Said already: nothing changes (but the conversion may learn its txid).
    case duplicate
    /// Overtaken by a final class: logged, no effect.
    case stale
  }
  package var result: Result
  /// The conversion that the message is about, as it was; nil: it was opened.
  package var before: Conversion?
  /// The same as it is now.
  package var after: Conversion
  package var warnings: [PostbackWarning]

  /// Warnings that an outcome can bring.
  package static let possibleWarnings: Set<PostbackWarning> = [.unknownTxid, .reapproved]
}

extension Conversion {
  /// So many conversions a click may have: messages without end under new txids, each of which would be looked at with
  /// all the others, must not hold up the one writer.
  package static let mostPerClick = 200
  /// So many messages of one click id wait for its lead; for the same reason.
  package static let mostWaitingPerClick = 200

  /// Applies a message to the conversions of its click (PRODUCT.md §5, the ledger).
  /// - Parameters:
  ///   - conversions: all of the click, in any order.
  ///   - newLead: the lead that takes a conversion which this message opens.
  ///   - expectedPayout: what the partner is to pay for a lead; nil: not known.
  package static func apply(
    _ message: Postback, id: PostbackID, at now: Instant, to conversions: [Conversion], newLead: LeadID,
    expectedPayout: Money? = nil
  ) -> ConversionOutcome {
    guard let target = target(of: message, among: conversions) else {
      return open(message, id: id, at: now, lead: newLead, beside: conversions, expecting: expectedPayout)
    }
    var after = target
    after.lastPostbackID = id
    let changesPayout = message.payout != nil && message.payout != target.payout
    if message.status == target.status && !changesPayout {
      after.txid = message.txid ?? target.txid
      return ConversionOutcome(result: .duplicate, before: target, after: after, warnings: [])
    }
    if message.origin != .correction && isStale(message.status, after: target.status) {
      return ConversionOutcome(result: .stale, before: target, after: after, warnings: [])
    }
    after.txid = message.txid ?? target.txid
    after.status = message.status
    after.payout = message.payout ?? target.payout
    after.currency = message.currency ?? target.currency
    after.rawStatus = message.rawStatus
    after.changedAt = now
    after.settleExpectation(message, expectedPayout)
    let reapproves = target.status == .chargeback && message.status == .approved
    return ConversionOutcome(result: .applied, before: target, after: after, warnings: reapproves ? [.reapproved] : [])
  }

  /// The first approval takes the expected payout, unless a message brought one above 0 or the approval says 0 itself.
  private mutating func settleExpectation(_ message: Postback, _ expectedPayout: Money?) {
    guard expectsPayout else { return }
    if message.status == .approved && message.payout == nil && !message.isRebill { payout = expectedPayout ?? payout }
    if message.status == .approved || message.payout ?? .zero > .zero { expectsPayout = false }
  }

  /// Every change of class applies but two.
  private static func isStale(_ new: ConversionStatus, after old: ConversionStatus) -> Bool {
    (new == .pending && old != .pending) || (new == .rejected && old == .chargeback)
  }

  /// Whose conversion a message is about.
  /// - Parameter newLead: the lead that takes a conversion which it opens.
  package static func lead(of message: Postback, among conversions: [Conversion], newLead: LeadID) -> LeadID {
    target(of: message, among: conversions)?.leadID ?? newLead
  }

  /// The conversion a message speaks of; nil: it opens one.
  private static func target(of message: Postback, among conversions: [Conversion]) -> Conversion? {
    if let txid = message.txid {
      if let same = conversions.first(where: { $0.txid == txid }) { return same }
      return message.isRebill ? nil : conversions.first { $0.txid == nil && !$0.isRebill }
    }
    if message.isRebill { return conversions.first(where: \.isRebill) }
    return unnamed(by: message, among: conversions).max { $0.precedence < $1.precedence }
  }

  /// Those that a message without txid may mean. The row of rebills answers to their word; a refusal or a chargeback may
  /// mean it, but a sale told twice must not.
  private static func unnamed(by message: Postback, among conversions: [Conversion]) -> [Conversion] {
    let takesBack = message.status == .rejected || message.status == .chargeback
    return conversions.filter { takesBack || !$0.isRebill }
  }

  /// Whether a message leaves open which of several conversions it speaks of; the ledger then takes the newest.
  package static func isAmbiguous(_ message: Postback, among conversions: [Conversion]) -> Bool {
    message.txid == nil && !message.isRebill && unnamed(by: message, among: conversions).count > 1
  }

  /// Approved ones before the others, then the newest: the one that a message without txid means.
  private var precedence: (Int, PostbackID) { (status == .approved ? 1 : 0, openedBy) }

  private static func open(
    _ message: Postback, id: PostbackID, at now: Instant, lead: LeadID, beside others: [Conversion],
    expecting expectedPayout: Money?
  ) -> ConversionOutcome {
    let takesBack = message.status == .rejected || message.status == .chargeback
    // A row of rebills stands beside the lead's own conversion, which is still to come.
    let isFurtherTxid = others.contains { $0.txid != nil }
    var conversion = Conversion(
      txid: message.txid, isRebill: message.isRebill && message.txid == nil, leadID: lead, status: message.status,
      payout: message.payout, expectsPayout: !message.isRebill && !isFurtherTxid, currency: message.currency,
      rawStatus: message.rawStatus, openedBy: id, createdAt: now, changedAt: now, lastPostbackID: id)
    conversion.settleExpectation(message, expectedPayout)
    return ConversionOutcome(
      result: .applied, before: nil, after: conversion,
      warnings: takesBack && message.txid != nil && !others.isEmpty ? [.unknownTxid] : [])
  }
}

extension LeadStatus {
  /// `approved` if any conversion is; else `pending`, `chargeback`, `rejected`, in that order; else `new`.
  package init(of conversions: some Sequence<Conversion>) {
    let statuses = Set(conversions.map(\.status))
    self =
      statuses.contains(.approved)
      ? .approved
      : statuses.contains(.pending)
        ? .pending : statuses.contains(.chargeback) ? .chargeback : statuses.contains(.rejected) ? .rejected : .new
  }
}
