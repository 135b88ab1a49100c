import Domain
import GRDB

/// Makes the shown roll-ups of an account anew from its leads and conversions.
///
/// Only so many days at once that their rows fit into memory; an account with more is gone through again for the next.
struct RollupVerifier {
  private let account: AccountID
  private let generation: RollupGeneration
  private let db: Database

  /// Rows of lead roll-ups that are held at once, about.
  private static let rowsAtOnce = 200_000

  init?(account: AccountID, db: Database) throws {
    let find = "SELECT rollup_generation, timezone FROM account WHERE id = ?"
    guard let row = try Row.fetchOne(db, sql: find, arguments: [account.rawValue]) else { return nil }
    self.account = account
    self.generation = RollupGeneration(number: row[0], calendar: AccountCalendar(timezone: row[1]) ?? .utc)
    self.db = db
  }

  func run(
    _ sums: inout VerifiedSums, _ found: inout LedgerVerification, _ progress: (VerificationProgress) -> Void
  ) throws {
    for days in try ranges() {
      var leads = try leadSums(days, &sums, progress)
      var conversions = try conversionSums(days, countedBy: leads)
      try compare(.leads, days, .leadRollup, &leads.sums, &sums, &found)
      try compare(.conversions, days, .conversionRollup, &conversions, &sums, &found)
    }
  }

  /// All days there are, in ranges of about ``rowsAtOnce`` rows.
  private func ranges() throws -> [Range<Int>] {
    let days = try db.rows(
      "SELECT day, count(*) FROM lead_rollup WHERE account_id = ? AND generation = ? GROUP BY day ORDER BY day",
      account.rawValue, generation.number
    ) { ($0.integer(0) ?? 0, $0.integer(1) ?? 0) }
    var (bounds, rows) = ([Int.min], 0)
    for (day, count) in days {
      if rows > 0 && rows + count > Self.rowsAtOnce {
        bounds.append(day)
        rows = 0
      }
      rows += count
    }
    return zip(bounds, bounds.dropFirst() + [Int.max]).map { $0..<$1 }
  }

  private func leadSums(
    _ days: Range<Int>, _ sums: inout VerifiedSums, _ progress: (VerificationProgress) -> Void
  ) throws -> LeadRows {
    var (rows, all) = (try LeadRows(days, account, generation, db), LeadCounts())
    var last = LeadID(rawValue: .min)
    while case let page = try TalliedLead.page(after: last, of: account, limit: 1_000, db), let end = page.last {
      for lead in page {
        all += lead.counts
        for key in lead.lead.rollupKeys(in: account, generation) where days.contains(key.day.number) {
          rows.add(lead.counts, to: key)
        }
      }
      last = end.lead.id
      progress(VerificationProgress(account: account, what: "leads", done: all.leads))
    }
    (sums.leads, sums.cost) = (all.leads, all.cost)
    return rows
  }

  private func conversionSums(
    _ days: Range<Int>, countedBy leads: LeadRows
  ) throws -> [RollupBatch.Key: ConversionCounts] {
    var rows: [RollupBatch.Key: ConversionCounts] = [:]
    var pages = ClickPages(account: account)
    while case let page = try pages.next(db), !page.isEmpty {
      for click in page {
        let byLead = Dictionary(grouping: try Conversion.all(ofClick: click, account, db), by: \.leadID)
        for (id, conversions) in byLead {
          guard let lead = try CountedLead.one(id, account, db) else { continue }
          for key in lead.rollupKeys(in: account, generation) where days.contains(key.day.number) {
            rows[leads.sums[key] == nil ? key.other : key, default: .zero] += ConversionCounts(of: conversions)
          }
        }
      }
    }
    return rows
  }

  /// Day, dimension and value; a domain that hardly anybody has is not named.
  private func placeText(_ key: RollupBatch.Key) throws -> String {
    guard key.dimension == .emailDomain else { return key.text() }
    let isRare = try db.integer(
      "SELECT 1 FROM email_domain WHERE account_id = ? AND domain = ? AND leads < 3", account.rawValue, key.value)
    return key.text(isRare == nil ? nil : Report.rare)
  }

  /// - Parameter expected: what the rows should hold; loses those that were looked at.
  private func compare<Counts: RollupCounts>(
    _ table: RollupTable, _ days: Range<Int>, _ kind: LedgerDifference.Kind,
    _ expected: inout [RollupBatch.Key: Counts], _ sums: inout VerifiedSums, _ found: inout LedgerVerification
  ) throws {
    func note(_ key: RollupBatch.Key, _ held: [Int64]?, _ expected: [Int64]) throws {
      let none = expected.map { _ in Int64(0) }
      let differing = table.columns.indices.filter { (held ?? none)[$0] != expected[$0] }
      guard !differing.isEmpty else { return }
      func text(_ values: [Int64]) -> String {
        differing.map { table.columns[$0] + " " + table.text(values[$0], ofColumn: $0) }.joined(separator: ", ")
      }
      found.note(
        LedgerDifference(
          kind: kind, account: account, clickID: nil, place: try placeText(key), table: held.map(text) ?? "no row",
          log: text(expected)))
    }
    let cursor = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT day, dimension, value, \(table.columns.joined(separator: ", ")) FROM \(table.name)
          WHERE account_id = ? AND generation = ? AND day >= ? AND day < ?
          """), arguments: [account.rawValue, generation.number, days.lowerBound, days.upperBound])
    while let row = try cursor.next() {
      sums.rollupRows += 1
      let held = table.columns.indices.map { row[$0 + 3] as Int64 }
      guard let dimension = ReportDimension(rawValue: row[1]) else { continue }
      let key = RollupBatch.Key(
        account: account, generation: generation.number, day: Day(number: row[0]), dimension: dimension, value: row[2])
      try note(key, held, (expected.removeValue(forKey: key) ?? .zero).columns)
    }
    for (key, counts) in expected.sorted(by: { $0.key.text() < $1.key.text() }) { try note(key, nil, counts.columns) }
  }
}

/// Rows of lead roll-ups. Where a day and dimension ran out of room, some values have a row each and the others share
/// `(other)`: which ones hung on what came first, and on what was erased since, so the table is asked.
private struct LeadRows {
  private struct Group: Hashable {
    let day: Int
    let dimension: Int
  }
  fileprivate var sums: [RollupBatch.Key: LeadCounts] = [:]
  /// The values that have a row, of those days and dimensions that ran out of room.
  private var named: [Group: Set<ExactText>] = [:]

  init(_ days: Range<Int>, _ account: AccountID, _ generation: RollupGeneration, _ db: Database) throws {
    let span = [account.rawValue, Int64(generation.number), Int64(days.lowerBound), Int64(days.upperBound)]
    let full = try db.rows(
      """
      SELECT day, dimension FROM lead_rollup
      WHERE account_id = ? AND generation = ? AND day >= ? AND day < ? AND value = ?
      """, span, Report.other
    ) { Group(day: $0.integer(0) ?? 0, dimension: $0.integer(1) ?? 0) }
    for group in full {
      let values = try db.rows(
        "SELECT value FROM lead_rollup WHERE account_id = ? AND generation = ? AND day = ? AND dimension = ?",
        account.rawValue, generation.number, group.day, group.dimension
      ) { ExactText($0.text(0) ?? "") }
      named[group] = Set(values)
    }
  }

  mutating func add(_ counts: LeadCounts, to key: RollupBatch.Key) {
    let group = Group(day: key.day.number, dimension: key.dimension.rawValue)
    let hasRow = named[group]?.contains(ExactText(key.value)) ?? true
    sums[hasRow ? key : key.other, default: .zero] += counts
  }
}

extension RollupBatch.Key {
  /// Where it counts on a day that has no room for its value.
  fileprivate var other: Self {
    Self(account: account, generation: generation, day: day, dimension: dimension, value: Report.other)
  }

  /// - Parameter shown: in place of its value.
  fileprivate func text(_ shown: String? = nil) -> String {
    day.text + " " + dimension.name + (value.isEmpty ? "" : " " + (shown ?? value))
  }
}

extension RollupTable {
  fileprivate func text(_ value: Int64, ofColumn column: Int) -> String {
    ["cost", "revenue", "held_revenue"].contains(columns[column]) ? Money(micros: value).text : String(value)
  }
}
