import Domain
import GRDB

/// A conversion with its click, and the source its lead came from.
package struct LedgerLine: Equatable, Sendable {
  package let clickID: String
  package let source: String
  package let conversion: Conversion
}

/// Which conversions are asked for.
package struct LedgerQuery: Equatable, Sendable {
  /// Conversions that one page may hold.
  package static let most = 200

  package let account: AccountID
  /// Only those opened before this one.
  package var before: ConversionID?
  package var limit = 50
  /// Conversions that are looked at for one page; where few match, a page ends there and the next goes on.
  package var mostScanned = 5_000
  /// Opened in this span of time: from the first moment to before the second.
  package var span: Range<Instant>?
  package var clickID: String?
  package var status: ConversionStatus?
  package var source: String?
  package init(account: AccountID) { self.account = account }

  fileprivate func matches(_ line: LedgerLine) -> Bool {
    (status == nil || line.conversion.status == status) && (source == nil || line.source == source)
      && (span == nil || span?.contains(line.conversion.createdAt) == true)
  }

  /// Messages that may have opened one of those asked for. Ids are ordered by time.
  fileprivate var ids: Range<Int64> {
    let first = span.map { IDSource.first(at: $0.lowerBound) } ?? 0
    // While the clock stands back, ids run ahead of what it says.
    let end = min(span.map { IDSource.first(at: $0.upperBound + 3_600) } ?? .max, before?.rawValue ?? .max)
    return first..<max(first, end)
  }
}

extension Store {
  /// The conversions of an account, newest first.
  package func ledger(_ query: LedgerQuery) throws(Failure) -> Page<LedgerLine, ConversionID> {
    try read { db in
      if let clickID = query.clickID {
        let lines = try Conversion.all(ofClick: clickID, query.account, db)
          .sorted { $0.id > $1.id }.filter { $0.id.rawValue < query.before?.rawValue ?? .max }
          .map { try Self.line($0, clickID, query.account, db) }.filter(query.matches)
        let page = Array(lines.prefix(query.limit))
        return Page(elements: page, next: lines.count > page.count ? page.last?.conversion.id : nil)
      }
      var found: [LedgerLine] = []
      var scanned = 0
      var last: ConversionID?
      let openings = try Self.openings(query, db)
      while let opening = try openings.next() {
        guard found.count < query.limit else { return Page(elements: found, next: last) }
        scanned += 1
        let id = ConversionID(rawValue: opening[0])
        last = id
        guard opening[2], let line = try Self.line(id, opening[1], query.account, db), query.matches(line) else {
          continue
        }
        found.append(line)
      }
      return Page(elements: found, next: scanned < query.mostScanned ? nil : last)
    }
  }

  /// One conversion. - Throws: `notFound`.
  package func conversion(_ id: ConversionID, of account: AccountID) throws(Failure) -> LedgerLine {
    let line = try read { db -> LedgerLine? in
      let find = "SELECT click_id FROM postback WHERE account_id = ? AND id = ?"
      let clickID = try String.fetchOne(db, sql: find, arguments: [account.rawValue, id.rawValue])
      return try clickID.flatMap { try Self.line(id, $0, account, db) }
    }
    guard let line else { throw .notFound }
    return line
  }

  /// The messages that opened conversions, newest first: the ledger in order of time, without an index of its own. With
  /// each, whether its conversion has the class that is asked for: most of a long look would be for those that have not.
  private static func openings(_ query: LedgerQuery, _ db: Database) throws -> RowCursor {
    let find = try db.cachedStatement(
      sql: """
        SELECT id, click_id, ?5 IS NULL OR EXISTS (
            SELECT 1 FROM conversion
            WHERE account_id = ?1 AND click_id = postback.click_id AND opened_by = postback.id AND status = ?5)
        FROM postback
        WHERE account_id = ?1 AND id >= ?2 AND id < ?3 AND result = 'applied' AND previous_id IS NULL
        ORDER BY id DESC LIMIT ?4
        """)
    let ids = query.ids
    return try Row.fetchCursor(
      find,
      arguments: [
        query.account.rawValue, ids.lowerBound, ids.upperBound, query.mostScanned, query.status?.rawValue,
      ])
  }

  private static func line(
    _ id: ConversionID, _ clickID: String, _ account: AccountID, _ db: Database
  ) throws -> LedgerLine? {
    let conversion = try Conversion.all(ofClick: clickID, account, db).first { $0.id == id }
    return try conversion.map { try line($0, clickID, account, db) }
  }

  private static func line(
    _ conversion: Conversion, _ clickID: String, _ account: AccountID, _ db: Database
  ) throws -> LedgerLine {
    let lead = try CountedLead.one(conversion.leadID, account, db)
    return LedgerLine(clickID: clickID, source: lead?.source ?? "", conversion: conversion)
  }
}
