import Domain
import GRDB

extension Store {
  /// Sums up an account's roll-ups over a range of days; no lead is looked at.
  package func report(_ query: ReportQuery) throws(Failure) -> Report {
    try readReport { db in
      var rows: [String: ReportRow] = [:]
      try Self.readRows(query, db) { key, leads, conversions in
        rows[key, default: ReportRow(key: key)].leads += leads
        rows[key, default: ReportRow(key: key)].conversions += conversions
      }
      if query.groupBy == .emailDomain { rows = try Self.hideRareDomains(rows, query, db) }
      var total = ReportRow(key: "total")
      let days = ReportQuery(account: query.account, from: query.from, to: query.to, groupBy: .day)
      try Self.readRows(days, db) { _, leads, conversions in
        total.leads += leads
        total.conversions += conversions
      }
      return Report(rows: Self.sorted(Array(rows.values), by: query.groupBy), total: total)
    }
  }

  private static func readRows(
    _ query: ReportQuery, _ db: Database, _ use: (String, LeadCounts, ConversionCounts) -> Void
  ) throws {
    // A value that no lead of its day is counted under has gone into that day's (other).
    let shown = "(SELECT rollup_generation FROM account WHERE id = ?1)"
    let sql = """
      SELECT day, value, leads, accepted, reviewed, rejected, delivered, cost, 0 AS pending, 0 AS approved,
        0 AS declined, 0 AS chargebacks, 0 AS conversions, 0 AS revenue, 0 AS held_revenue
      FROM lead_rollup WHERE account_id = ?1 AND generation = \(shown) AND day BETWEEN ?2 AND ?3 AND dimension = ?4
      UNION ALL
      SELECT day, value, 0, 0, 0, 0, 0, 0, pending, approved, declined, chargebacks, conversions, revenue, held_revenue
      FROM conversion_rollup
      WHERE account_id = ?1 AND generation = \(shown) AND day BETWEEN ?2 AND ?3 AND dimension = ?4
      """
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: sql),
      arguments: [query.account.rawValue, query.from.number, query.to.number, query.groupBy.rawValue])
    while let row = try rows.next() {
      let key: String = query.groupBy == .day ? Day(number: row[0]).text : row[1]
      use(key, LeadCounts(row: row), ConversionCounts(row: row))
    }
  }

  private static func hideRareDomains(
    _ rows: [String: ReportRow], _ query: ReportQuery, _ db: Database
  ) throws -> [String: ReportRow] {
    let rare = Set(
      try String.fetchAll(
        db.cachedStatement(sql: "SELECT domain FROM email_domain WHERE account_id = ? AND leads < 3"),
        arguments: [query.account.rawValue]))
    return rows.values.reduce(into: [:]) { shown, row in
      let key = rare.contains(row.key) ? Report.rare : row.key
      shown[key, default: ReportRow(key: key)].leads += row.leads
      shown[key, default: ReportRow(key: key)].conversions += row.conversions
    }
  }

  /// Days in order, all else by leads; what is beyond the limit is summed up.
  private static func sorted(_ rows: [ReportRow], by dimension: ReportDimension) -> [ReportRow] {
    if dimension == .day { return rows.sorted { $0.key < $1.key } }
    let sorted = rows.sorted { ($0.leads.leads, $1.key) > ($1.leads.leads, $0.key) }
    guard sorted.count > Report.rowLimit else { return sorted }
    var shown = Array(sorted.prefix(Report.rowLimit - 1).filter { $0.key != Report.other })
    let listed = Set(shown.map(\.key))
    var other = ReportRow(key: Report.other)
    for row in sorted where !listed.contains(row.key) {
      other.leads += row.leads
      other.conversions += row.conversions
    }
    shown.append(other)
    return shown
  }
}

extension LeadCounts {
  fileprivate init(row: Row) {
    self.init()
    leads = row["leads"]
    accepted = row["accepted"]
    reviewed = row["reviewed"]
    rejected = row["rejected"]
    delivered = row["delivered"]
    cost = Money(micros: row["cost"])
  }
}

extension ConversionCounts {
  fileprivate init(row: Row) {
    self.init()
    pending = row["pending"]
    approved = row["approved"]
    declined = row["declined"]
    chargebacks = row["chargebacks"]
    conversions = row["conversions"]
    revenue = Money(micros: row["revenue"])
    heldRevenue = Money(micros: row["held_revenue"])
  }
}
