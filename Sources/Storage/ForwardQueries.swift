import Domain
import GRDB

extension Forward {
  init(row: Row) {
    self.init(
      id: ForwardID(rawValue: row["id"]), accountID: AccountID(rawValue: row["account_id"]), name: row["name"],
      url: row["url"],
      statuses: Set(
        (row["statuses"] as String).split(separator: " ").compactMap { ConversionStatus(rawValue: String($0)) }),
      statusMap: Self.statusMap(stored: row["status_map"]), source: row["source"], isActive: row["active"],
      createdAt: Instant(microseconds: row["created_at"]))
  }

  private static func statusMap(stored: String) -> [ConversionStatus: String] {
    // By bytes: a word may begin with a mark that makes one character with the "=" before it.
    stored.utf8.split(separator: UInt8(ascii: "\n")).reduce(into: [:]) { map, line in
      let pair = line.split(separator: UInt8(ascii: "="), maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
      guard pair.count == 2, let status = ConversionStatus(rawValue: pair[0]) else { return }
      map[status] = pair[1]
    }
  }
}

extension Transaction {
  /// Writes a delivery of a conversion's change to each tracker that is told of it.
  /// - Parameters:
  ///   - postback: the message that made it what it is.
  ///   - amount: the sum that this message reported.
  /// - Returns: how many.
  @discardableResult func deliver(
    _ conversion: Conversion, postback: PostbackID, amount: Money?, click clickID: String, source: String,
    in account: AccountID, at now: Instant
  ) throws -> Int {
    let told = try directory().activeForwards(of: account).filter { $0.isTold(conversion.status, source: source) }
    for forward in told {
      try deliver(conversion, to: forward.id, postback: postback, amount: amount, click: clickID, in: account, at: now)
    }
    return told.count
  }

  /// Writes a delivery of a conversion, as it is now, to one tracker.
  func deliver(
    _ conversion: Conversion, to forward: ForwardID, postback: PostbackID, amount: Money?, click clickID: String,
    in account: AccountID, at now: Instant
  ) throws {
    try Delivery(
      id: DeliveryID(rawValue: ids.next(at: now)), accountID: account, forwardID: forward, clickID: clickID,
      leadID: conversion.leadID, postbackID: postback, openedBy: conversion.openedBy, txid: conversion.txid,
      status: conversion.status, payout: conversion.worth, amount: amount, rawStatus: conversion.rawStatus,
      currency: conversion.currency, createdAt: now
    ).insert(db)
  }
}

extension Delivery {
  init(row: Row) {
    self.init(
      id: DeliveryID(rawValue: row["id"]), accountID: AccountID(rawValue: row["account_id"]),
      forwardID: ForwardID(rawValue: row["forward_id"]), clickID: row["click_id"],
      leadID: LeadID(rawValue: row["lead_id"]), postbackID: PostbackID(rawValue: row["postback_id"]),
      openedBy: PostbackID(rawValue: row["opened_by"]), txid: row["txid"],
      status: ConversionStatus(rawValue: row["status"]) ?? .pending,
      payout: Money(micros: row["payout"]), amount: (row["amount"] as Int64?).map(Money.init(micros:)),
      rawStatus: row["raw_status"], currency: row["currency"], createdAt: Instant(microseconds: row["created_at"]))
  }

  fileprivate func insert(_ db: Database) throws {
    try db.run(
      """
      INSERT INTO delivery (id, account_id, forward_id, click_id, lead_id, postback_id, opened_by, txid, status, payout,
        amount, raw_status, currency, created_at, state, due_at, attempts)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'due', 0, 0)
      """, id.rawValue, accountID.rawValue, forwardID.rawValue, clickID, leadID.rawValue, postbackID.rawValue,
      openedBy.rawValue, txid, status.rawValue, payout.micros, amount?.micros, rawStatus, currency,
      createdAt.microseconds)
  }
}

extension Store {
  /// An account's forwards, oldest first; without those that were deleted.
  package func forwards(of account: AccountID) throws(Failure) -> [Forward] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM forward WHERE account_id = ? AND deleted_at IS NULL ORDER BY id",
        arguments: [account.rawValue]
      ).map(Forward.init(row:))
    }
  }

  /// - Parameter make: gets the id of the new one.
  /// - Throws: `limitReached` (forwards).
  package func createForward(
    of account: AccountID, at now: Instant, make: @escaping @Sendable (ForwardID) -> Forward
  ) throws(Failure) -> Forward {
    defer { forgetDirectory() }
    return try write { transaction in
      let count = try transaction.db.integer(
        "SELECT count(*) FROM forward WHERE account_id = ? AND deleted_at IS NULL", account.rawValue)
      guard count ?? 0 < Forward.limit else { throw Failure.limitReached(what: "forwards", limit: Forward.limit) }
      let forward = make(ForwardID(rawValue: transaction.ids.next(at: now)))
      try transaction.db.run(
        "INSERT INTO forward (id, account_id, name, url, statuses, status_map, source, active, created_at) "
          + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", forward.id.rawValue, account.rawValue, forward.name, forward.url,
        forward.storedStatuses, forward.storedStatusMap, forward.source, forward.isActive,
        forward.createdAt.microseconds)
      return forward
    }
  }

  /// - Parameter change: runs inside the transaction, so that two changes of different members both stay.
  /// - Throws: `notFound`.
  package func updateForward(
    _ id: ForwardID, of account: AccountID, change: @escaping @Sendable (inout Forward) -> Void
  ) throws(Failure) -> Forward {
    defer { forgetDirectory() }
    return try write { transaction in
      let db = transaction.db
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM forward WHERE account_id = ? AND id = ? AND deleted_at IS NULL",
        arguments: [account.rawValue, id.rawValue])
      guard var forward = row.map(Forward.init(row:)) else { throw Failure.notFound }
      let before = forward
      change(&forward)
      try db.run(
        """
        UPDATE forward SET name = ?, url = ?, statuses = ?, status_map = ?, source = ?, active = ?
        WHERE account_id = ? AND id = ?
        """, forward.name, forward.url, forward.storedStatuses, forward.storedStatusMap, forward.source,
        forward.isActive, account.rawValue, id.rawValue)
      if forward.url != before.url || forward.isActive != before.isActive {
        // What failed until now says nothing of another host, nor of the time while it was off.
        try db.run("UPDATE forward_tally SET failing_since = NULL WHERE forward_id = ?", id.rawValue)
      }
      return forward
    }
  }

  /// Ends a forward; what it was told stays on record. - Throws: `notFound`.
  package func deleteForward(_ id: ForwardID, of account: AccountID, at now: Instant) throws(Failure) {
    defer { forgetDirectory() }
    try write { transaction in
      try transaction.db.run(
        "UPDATE forward SET active = 0, deleted_at = ? WHERE account_id = ? AND id = ? AND deleted_at IS NULL",
        now.microseconds, account.rawValue, id.rawValue)
      guard transaction.db.changesCount == 1 else { throw Failure.notFound }
    }
  }
}

extension Forward {
  fileprivate var storedStatuses: String { statuses.map(\.rawValue).sorted().joined(separator: " ") }

  fileprivate var storedStatusMap: String {
    statusMap.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: "\n")
  }
}
