import Domain
import GRDB

extension Store {
  /// Sums up an account's roll-ups over a range of days; no lead is looked at.
  package func report(_ query: ReportQuery) throws(Failure) -> Report {
    try readReport { db in
      var sums = try ReportSums(query, db)
      if query.groupBy == .emailDomain { sums = try Self.hidingRareDomains(of: sums, query.account, db) }
      let days = ReportQuery(account: query.account, from: query.from, to: query.to, groupBy: .day)
      return Report(
        rows: Self.sorted(sums.rows.filter(\.counts), by: query.groupBy), total: try ReportSums(days, db).sum)
    }
  }

  /// Shows domains that fewer than 3 leads ever had as one.
  private static func hidingRareDomains(
    of sums: ReportSums, _ account: AccountID, _ db: Database
  ) throws -> ReportSums {
    // Nearly every domain ever seen is rare, so it is the others that are read: at once, and not asked for one by one.
    var named = Set(
      try db.rows("SELECT domain FROM email_domain WHERE account_id = ? AND leads >= 3", account.rawValue) {
        ExactText($0.text(0) ?? "")
      })
    named.formUnion([ExactText(Report.none), ExactText(Report.other)])
    var shown = ReportSums()
    for row in sums.rows { shown.add(row, to: named.contains(ExactText(row.key)) ? row.key : Report.rare) }
    return shown
  }

  /// Days in order, all else by leads; what is beyond the limit is summed up.
  private static func sorted(_ rows: [ReportRow], by dimension: ReportDimension) -> [ReportRow] {
    if dimension == .day { return rows.sorted { $0.key < $1.key } }
    let sorted = rows.sorted { ($0.leads.leads, $1.key) > ($1.leads.leads, $0.key) }
    guard sorted.count > Report.rowLimit else { return sorted }
    var shown = Array(sorted.prefix(Report.rowLimit - 1).filter { $0.key != Report.other })
    let listed = Set(shown.map(\.key))
    var other = ReportRow(key: Report.other)
    for row in sorted where !listed.contains(row.key) { other.add(row) }
    shown.append(other)
    return shown
  }
}

/// The rows of a report as they add up.
///
/// By this loop and not by `GROUP BY`: SQLite sorts the rows for it, which takes three times as long as reading them,
/// and an overflow of its sums would end the report.
struct ReportSums {
  private(set) var rows: [ReportRow] = []
  private var places: [ExactText: Int] = [:]

  init() {}

  init(_ query: ReportQuery, _ db: Database) throws {
    try read(.leads, query, db) { $0.add(leadsOf: $1) }
    // A value that no lead of its day is counted under has gone into that day's (other).
    try read(.conversions, query, db) { $0.add(conversionsOf: $1) }
  }

  /// Of all rows.
  var sum: ReportRow { rows.reduce(into: ReportRow(key: "total")) { $0.add($1) } }

  mutating func add(_ row: ReportRow, to key: String) { rows[place(of: key)].add(row) }

  private mutating func place(of key: String) -> Int {
    let exactly = ExactText(key)
    if let place = places[exactly] { return place }
    places[exactly] = rows.count
    rows.append(ReportRow(key: key))
    return rows.count - 1
  }

  /// Day by day: the rows of one day and dimension lie side by side, those of its other dimensions between them and the
  /// next day's.
  private mutating func read(
    _ table: RollupTable, _ query: ReportQuery, _ db: Database, _ add: (inout ReportRow, HotRow) -> Void
  ) throws {
    let sql = """
      WITH RECURSIVE days (number) AS (VALUES (?2) UNION ALL SELECT number + 1 FROM days WHERE number < ?3)
      SELECT day, value, \(table.columns.joined(separator: ", "))
      FROM days CROSS JOIN \(table.name) AS rollup ON account_id = ?1
        AND generation = (SELECT rollup_generation FROM account WHERE id = ?1) AND day = days.number AND dimension = ?4
      """
    _ = try db.rows(
      sql, query.account.rawValue, query.from.number, query.to.number, query.groupBy.rawValue
    ) { row in
      let key = query.groupBy == .day ? Day(number: row.integer(0) ?? 0).text : row.text(1) ?? ""
      add(&rows[place(of: key)], row)
    }
  }
}

extension ReportRow {
  /// Nothing is left of a value that leads came to and left again, as partners that refused them.
  var counts: Bool { leads != .zero || conversions != .zero }

  fileprivate mutating func add(leadsOf row: HotRow) {
    leads.leads += row.integer(2) ?? 0
    leads.accepted += row.integer(3) ?? 0
    leads.reviewed += row.integer(4) ?? 0
    leads.rejected += row.integer(5) ?? 0
    leads.delivered += row.integer(6) ?? 0
    leads.cost += row.money(7)
  }

  fileprivate mutating func add(conversionsOf row: HotRow) {
    conversions.pending += row.integer(2) ?? 0
    conversions.approved += row.integer(3) ?? 0
    conversions.declined += row.integer(4) ?? 0
    conversions.chargebacks += row.integer(5) ?? 0
    conversions.conversions += row.integer(6) ?? 0
    conversions.revenue += row.money(7)
    conversions.heldRevenue += row.money(8)
  }
}

extension HotRow {
  fileprivate func money(_ column: Int32) -> Money { Money(micros: Int64(integer(column) ?? 0)) }
}
