import Domain
import GRDB

/// What is backfilled: a forward gets the conversions that changed last in a span of time, as they are now.
package struct BackfillRequest: Sendable {
  package let forward: ForwardID
  package let account: AccountID
  package let changed: Range<Instant>
  /// Counts what would be written, and writes nothing.
  package let isDry: Bool

  package init(forward: ForwardID, account: AccountID, changed: Range<Instant>, isDry: Bool = false) {
    self.forward = forward
    self.account = account
    self.changed = changed
    self.isDry = isDry
  }
}

/// What a backfill came to.
package struct BackfillCount: Equatable, Sendable {
  /// Conversions of that time that the forward is told of.
  package fileprivate(set) var conversions = 0
  /// Deliveries that were written, or would be.
  package fileprivate(set) var forwards = 0
  /// Conversions that it was told of already, or is about to be.
  package fileprivate(set) var skipped = 0
}

/// Every limit of backfills, in one place.
package struct BackfillLimits: Sendable {
  /// Conversions that one read goes through, in the range or not. More than a click may have.
  package var page = 2_000
  /// Deliveries of one transaction.
  package var batch = DeliveryLimits.perTransaction
  /// Deliveries, and conversions of the range, after which one call ends; it says where to go on. Less than a page more.
  package var deliveries = 10_000
  package var conversions = 100_000

  package init() {}
}

extension Store {
  /// Tells a forward of conversions that it was not told of: those in a span of time whose class and worth are not what
  /// it was told last, dead and dropped deliveries aside. What changes meanwhile is told by the change itself, and once.
  ///
  /// Works in short reads and transactions; where it ends early, another call does the rest and nothing twice.
  /// - Parameter clickID: goes on behind this click.
  /// - Returns: what it came to, and behind which click to go on; nil: that was all.
  /// - Throws: `notFound`; `unavailable`.
  package func backfill(
    _ request: BackfillRequest, after clickID: String? = nil, at now: Instant, limits: BackfillLimits = BackfillLimits()
  ) throws(Failure) -> (count: BackfillCount, next: String?) {
    var count = BackfillCount()
    var next = clickID
    repeat {
      let after = next ?? ""
      let page = try readLong(of: request.account) { db in
        try BackfillPage(request, after: after, most: limits.page, db)
      }
      let written = request.isDry ? page.untold.count : try write(page.untold, request, at: now, batch: limits.batch)
      count.conversions += page.conversions
      count.forwards += written
      count.skipped += page.conversions - written
      next = page.next
    } while next != nil && count.conversions < limits.conversions
      && (request.isDry || count.forwards < limits.deliveries)
    return (count, next)
  }

  /// - Returns: how many deliveries were written.
  private func write(
    _ untold: [UntoldConversion], _ request: BackfillRequest, at now: Instant, batch: Int
  ) throws(Failure) -> Int {
    var written = 0
    for start in stride(from: 0, to: untold.count, by: batch) {
      let some = untold[start..<min(start + batch, untold.count)]
      written += try write { transaction in
        try some.count { try transaction.backfill($0, request, at: now) }
      }
    }
    return written
  }
}

/// A conversion that a forward is to be told of.
private struct UntoldConversion: Sendable {
  let clickID: String
  /// Of its lead.
  let source: String
  let conversion: Conversion
  let cause: ConversionCause
}

/// The message that made a conversion what it is.
private struct ConversionCause: Sendable {
  let id: PostbackID
  /// The sum that it reported.
  let amount: Money?

  /// The last message about it that had an effect.
  init(of conversion: Conversion, _ db: Database) throws {
    let found = try db.rows(
      """
      WITH RECURSIVE message (id, previous_id, result, amount) AS (
        SELECT id, previous_id, result, amount FROM postback WHERE id = ?
        UNION ALL
        SELECT postback.id, postback.previous_id, postback.result, postback.amount
        FROM message JOIN postback ON postback.id = message.previous_id
        WHERE message.result <> 'applied' LIMIT ?)
      SELECT id, amount FROM message WHERE result = 'applied'
      """, conversion.lastPostbackID.rawValue, ClickLedger.mostReplayed
    ) { (id: $0.integer(0), amount: $0.integer(1)) }.first
    id = found?.id.map { PostbackID(rawValue: Int64($0)) } ?? conversion.lastPostbackID
    amount = found?.amount.map { Money(micros: Int64($0)) }
  }
}

/// Some of an account's conversions, looked through for what a forward is to be told.
private struct BackfillPage {
  /// Those of the range that the forward is told of.
  private(set) var conversions = 0
  /// Of those, the ones that it does not know as they are now, oldest change first.
  private(set) var untold: [UntoldConversion] = []
  /// The last click that was looked at; nil: there are no more.
  private(set) var next: String?

  /// - Parameter most: more than a click may have: clicks are not taken apart.
  init(_ request: BackfillRequest, after clickID: String, most: Int, _ db: Database) throws {
    let found = try Row.fetchOne(
      db, sql: "SELECT * FROM forward WHERE account_id = ? AND id = ? AND deleted_at IS NULL",
      arguments: [request.account.rawValue, request.forward.rawValue])
    guard let forward = found.map(Forward.init(row:)) else { throw Failure.notFound }
    var rows: [(click: ExactText, conversion: Conversion)] = []
    try Conversion.each(behind: clickID, most: most, request.account, db) { rows.append((ExactText($0), $1)) }
    if rows.count == most, let last = rows.last?.click {
      rows.removeAll { $0.click == last }
      next = rows.last?.click.text
    }
    for (click, conversion) in rows where request.changed.contains(conversion.changedAt) {
      let source = try String.fetchOne(
        db.cachedStatement(sql: "SELECT source FROM lead WHERE id = ?"), arguments: [conversion.leadID.rawValue])
      guard let source, forward.isTold(conversion.status, source: source) else { continue }
      conversions += 1
      let cause = try ConversionCause(of: conversion, db)
      guard try !forward.id.knows(conversion, cause: cause.id, depth: ClickLedger.mostReplayed, db) else { continue }
      untold.append(UntoldConversion(clickID: click.text, source: source, conversion: conversion, cause: cause))
    }
    untold.sort { ($0.conversion.changedAt, $0.cause.id) < ($1.conversion.changedAt, $1.cause.id) }
  }
}

extension ForwardID {
  /// Whether what a forward was told last of a conversion, or is about to be, is its class and worth of now. Deliveries
  /// are found by the messages that they followed, with the index that there is; one that is dead or
  /// was dropped told nothing.
  /// - Parameters:
  ///   - cause: the message that made it what it is; looked at however far back it is.
  ///   - depth: messages that are followed back; the writer needs those that may have come since it was looked at.
  fileprivate func knows(_ conversion: Conversion, cause: PostbackID, depth: Int, _ db: Database) throws -> Bool {
    try db.integer(
      """
      WITH RECURSIVE message (id, previous_id) AS (
        SELECT id, previous_id FROM postback WHERE id = ?
        UNION ALL
        SELECT postback.id, postback.previous_id FROM message JOIN postback ON postback.id = message.previous_id
        LIMIT ?)
      SELECT status = ? AND payout = ? FROM delivery INDEXED BY delivery_by_postback
      WHERE postback_id IN (SELECT id FROM message UNION SELECT ?) AND forward_id = ? AND state IN ('due', 'delivered')
      ORDER BY id DESC LIMIT 1
      """, conversion.lastPostbackID.rawValue, depth, conversion.status.rawValue, conversion.worth.micros,
      cause.rawValue, rawValue) == 1
  }
}

extension Transaction {
  /// Tells a forward of a conversion, unless that changed since it was looked at, which told the forward itself, or
  /// somebody else told it.
  /// - Returns: whether a delivery was written.
  fileprivate func backfill(
    _ untold: UntoldConversion, _ request: BackfillRequest, at now: Instant
  ) throws -> Bool {
    let forward = try directory().activeForwards(of: request.account).first { $0.id == request.forward }
    let conversion = try Conversion.all(ofClick: untold.clickID, request.account, db).first {
      $0.isUnchanged(since: untold.conversion)
    }
    guard let forward, let conversion, forward.isTold(conversion.status, source: untold.source),
      try !forward.id.knows(conversion, cause: untold.cause.id, depth: DeliveryLimits.messagesFollowed, db)
    else { return false }
    try deliver(
      conversion, to: forward.id, postback: untold.cause.id, amount: untold.cause.amount, click: untold.clickID,
      in: request.account, at: now)
    return true
  }
}

extension Conversion {
  /// Messages that changed nothing may have come.
  fileprivate func isUnchanged(since before: Conversion) -> Bool {
    openedBy == before.openedBy && changedAt == before.changedAt && status == before.status && worth == before.worth
  }
}
