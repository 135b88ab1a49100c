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
    stored.split(separator: "\n").reduce(into: [:]) { map, line in
      let pair = line.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, let status = ConversionStatus(rawValue: String(pair[0])) else { return }
      map[status] = String(pair[1])
    }
  }
}

extension Transaction {
  /// Writes a delivery of a conversion's change to each tracker that is told of it.
  /// - Parameter amount: the sum that the message reported.
  func deliver(
    _ conversion: Conversion, amount: Money?, click clickID: String, source: String, in account: AccountID,
    at now: Instant
  ) throws {
    for forward in try directory().activeForwards(of: account) where forward.isTold(conversion.status, source: source) {
      try Delivery(
        id: DeliveryID(rawValue: ids.next(at: now)), accountID: account, forwardID: forward.id, clickID: clickID,
        leadID: conversion.leadID, postbackID: conversion.lastPostbackID, txid: conversion.txid,
        status: conversion.status, payout: conversion.worth, amount: amount, rawStatus: conversion.rawStatus,
        currency: conversion.currency, createdAt: now
      ).insert(db)
    }
  }
}

extension Delivery {
  fileprivate func insert(_ db: Database) throws {
    try db.run(
      """
      INSERT INTO delivery (id, account_id, forward_id, click_id, lead_id, postback_id, txid, status, payout, amount,
        raw_status, currency, created_at, state)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'due')
      """, id.rawValue, accountID.rawValue, forwardID.rawValue, clickID, leadID.rawValue, postbackID.rawValue, txid,
      status.rawValue, payout.micros, amount?.micros, rawStatus, currency, createdAt.microseconds)
  }
}
