import Domain
import GRDB

/// Which messages of the log are asked for.
package struct PostbackLogQuery: Equatable, Sendable {
  /// Messages that one page may hold.
  package static let most = 200
  /// Messages that are looked at for one page; where few match, a page ends there and the next goes on.
  package static let mostScanned = 20_000

  package let account: AccountID
  /// Only those older than this one.
  package var before: PostbackID?
  package var limit = 50
  package var clickID: String?
  package var result: PostbackResult?
  package var status: ConversionStatus?
  package var key: KeyID?
  package init(account: AccountID) { self.account = account }

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
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: "SELECT * FROM postback WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?"),
        arguments: [query.account.rawValue, query.before?.rawValue ?? Int64.max, PostbackLogQuery.mostScanned])
      var found: [LoggedPostback] = []
      var scanned = 0
      var last: PostbackID?
      while found.count < query.limit, let row = try rows.next() {
        let message = LoggedPostback(row: row)
        scanned += 1
        last = message.id
        if query.matches(message) { found.append(message) }
      }
      let isLast = found.count < query.limit && scanned < PostbackLogQuery.mostScanned
      return Page(elements: found, next: isLast ? nil : last)
    }
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
    messages += try newest(ofClick: clickID, query.account, db).filter { !known.contains($0.id) }
    let found = messages.filter { $0.id.rawValue < query.before?.rawValue ?? .max && query.matches($0) }
      .sorted { $0.id > $1.id }
    let page = Array(found.prefix(query.limit))
    return Page(elements: page, next: found.count > page.count ? page.last?.id : nil)
  }

  private static func newest(
    ofClick clickID: String, _ account: AccountID, _ db: Database
  ) throws -> [LoggedPostback] {
    let find = try db.cachedStatement(
      sql: """
        SELECT * FROM (SELECT * FROM postback WHERE account_id = ? ORDER BY id DESC LIMIT ?) WHERE click_id = ?
        """)
    let arguments: StatementArguments = [account.rawValue, PostbackLogQuery.mostScanned, clickID]
    return try Row.fetchAll(find, arguments: arguments).map(LoggedPostback.init(row:))
  }
}
