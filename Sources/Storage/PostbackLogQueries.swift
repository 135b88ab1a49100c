import Domain
import GRDB

/// Which messages of the log are asked for.
package struct PostbackLogQuery: Equatable, Sendable {
  /// Messages that one page may hold.
  package static let most = 200

  package let account: AccountID
  /// Only those older than this one.
  package var before: PostbackID?
  package var limit = 50
  /// Messages that are looked at for one page; where few match, a page ends there and the next goes on.
  package var mostScanned = 20_000
  package var clickID: String?
  package var result: PostbackResult?
  package var status: ConversionStatus?
  package var key: KeyID?
  package init(account: AccountID) { self.account = account }

  /// Whether some messages are left out, so that it is not known how many must be looked at.
  fileprivate var isFiltered: Bool { result != nil || status != nil || key != nil }

  fileprivate func matches(_ message: LoggedPostback) -> Bool {
    (result == nil || message.result == result) && (status == nil || message.status == status)
      && (key == nil || message.keyID == key)
  }
}

/// A page of a list, and where the next one begins; nil: it was the last.
package struct Page<Element: Sendable, Cursor: Sendable>: Sendable {
  package let elements: [Element]
  package let next: Cursor?
}

extension Store {
  /// The messages of an account, newest first.
  package func postbacks(_ query: PostbackLogQuery) throws(Failure) -> Page<LoggedPostback, PostbackID> {
    try read { db in
      if let clickID = query.clickID { return try Self.postbacks(ofClick: clickID, query, db) }
      let before = query.before?.rawValue ?? .max
      let end = query.isFiltered ? try Self.endOfLook(query, before: before, db) : nil
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT * FROM postback WHERE account_id = ?1 AND id >= ?2 AND id < ?3
              AND (?4 IS NULL OR result = ?4) AND (?5 IS NULL OR status = ?5) AND (?6 IS NULL OR key_id = ?6)
            ORDER BY id DESC LIMIT ?7
            """),
        arguments: [
          query.account.rawValue, end ?? 0, before, query.result?.rawValue, query.status?.rawValue,
          query.key?.rawValue, query.limit,
        ])
      let found = rows.map(LoggedPostback.init(row:))
      let isFull = found.count == query.limit
      return Page(elements: found, next: isFull ? found.last?.id : end.map(PostbackID.init(rawValue:)))
    }
  }

  /// The last of the messages that one look may go through; nil: there are not as many. By the index alone.
  private static func endOfLook(_ query: PostbackLogQuery, before: Int64, _ db: Database) throws -> Int64? {
    try db.integer(
      "SELECT id FROM postback WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT 1 OFFSET ?",
      query.account.rawValue, before, query.mostScanned - 1
    ).map(Int64.init)
  }

  /// Those that made its conversions what they are, those that wait for its lead, and those of it among the account's
  /// newest ``PostbackLogQuery/mostScanned``. What may be missed stands behind those: a message that came to nothing (one
  /// too many of its click, or no lead within 30 days), and of a chain what is longer than a replay reads.
  private static func postbacks(
    ofClick clickID: String, _ query: PostbackLogQuery, _ db: Database
  ) throws -> Page<LoggedPostback, PostbackID> {
    var messages = try LoggedPostback.waiting(forClick: clickID, query.account, db)
    for conversion in try Conversion.all(ofClick: clickID, query.account, db) {
      messages += try LoggedPostback.chain(
        endingIn: conversion.lastPostbackID, query.account, most: ClickLedger.mostReplayed, db)
    }
    let known = Set(messages.map(\.id))
    messages += try newest(ofClick: clickID, query, db).filter { !known.contains($0.id) }
    let found = messages.filter { $0.id.rawValue < query.before?.rawValue ?? .max && query.matches($0) }
      .sorted { $0.id > $1.id }
    let page = Array(found.prefix(query.limit))
    return Page(elements: page, next: found.count > page.count ? page.last?.id : nil)
  }

  private static func newest(
    ofClick clickID: String, _ query: PostbackLogQuery, _ db: Database
  ) throws -> [LoggedPostback] {
    let end = try endOfLook(query, before: .max, db)
    let find = try db.cachedStatement(sql: "SELECT * FROM postback WHERE account_id = ? AND id >= ? AND click_id = ?")
    return try Row.fetchAll(find, arguments: [query.account.rawValue, end ?? 0, clickID])
      .map(LoggedPostback.init(row:))
  }
}
