import Domain
import Foundation
import GRDB

/// How a partner stands in its table.
extension Partner {
  init(row: Row) {
    func words(_ column: String) -> [String] { (row[column] as String).split(separator: " ").map(String.init) }
    func values(_ column: String) -> Set<String> { Set(LineText.decode(row[column]).compactMap(\.first)) }
    self.init(
      accountID: AccountID(rawValue: row["account_id"]), slug: row["slug"], name: row["name"],
      mode: DeliveryMode(rawValue: row["mode"]) ?? .server, url: row["url"],
      method: DeliveryMethod(rawValue: row["method"]) ?? .post, format: BodyFormat(rawValue: row["format"]) ?? .json,
      fields: LineText.decode(row["fields"]).compactMap(PartnerField.init(stored:)),
      sealedHeaders: (row["sealed_headers"] as Data?).map(Array.init), headerNames: words("header_names"),
      success: SuccessRule(
        statuses: Set(words("success_statuses").compactMap { Int($0) }), pointer: row["success_pointer"],
        equals: row["success_equals"], contains: row["success_contains"]),
      leadIDPointer: row["lead_id_pointer"], redirectPointer: row["redirect_pointer"],
      payout: (row["payout"] as Int64?).map(Money.init(micros:)),
      caps: Caps(hour: row["hour_cap"], day: row["day_cap"], total: row["total_cap"]), timezone: row["timezone"],
      schedule: WeekSchedule(windows: LineText.decode(row["schedule"]).compactMap(WeekSchedule.Window.init(stored:))),
      filters: PartnerFilters(
        countries: values("countries"), sources: values("sources"), trafficTypes: values("traffic_types"),
        minimumScore: row["min_score"]),
      priority: row["priority"], weight: row["weight"], isDeduplicating: row["deduplicating"],
      isActive: row["active"], createdAt: Instant(microseconds: row["created_at"]),
      archivedAt: (row["archived_at"] as Int64?).map(Instant.init(microseconds:)))
  }

  private static let columns = [
    "name", "mode", "url", "method", "format", "fields", "sealed_headers", "header_names", "success_statuses",
    "success_pointer", "success_equals", "success_contains", "lead_id_pointer", "redirect_pointer", "payout",
    "hour_cap",
    "day_cap", "total_cap", "timezone", "schedule", "countries", "sources", "traffic_types", "min_score", "priority",
    "weight", "deduplicating", "active", "created_at", "archived_at", "account_id", "slug",
  ]

  /// In the order of ``columns``.
  private var stored: StatementArguments {
    func lines(_ values: Set<String>) -> String { LineText.encode(values.sorted().map { [$0] }) }
    return [
      name, mode.rawValue, url, method.rawValue, format.rawValue, LineText.encode(fields.map(\.stored)),
      sealedHeaders.map { Data($0) }, headerNames.joined(separator: " "),
      success.statuses.sorted().map(String.init).joined(separator: " "), success.pointer, success.equals,
      success.contains, leadIDPointer, redirectPointer, payout?.micros, caps.hour, caps.day, caps.total, timezone,
      LineText.encode(schedule.windows.map(\.stored)), lines(filters.countries), lines(filters.sources),
      lines(filters.trafficTypes), filters.minimumScore, priority, weight, isDeduplicating, isActive,
      createdAt.microseconds, archivedAt?.microseconds, accountID.rawValue, slug,
    ]
  }

  func insert(_ db: Database) throws {
    let places = Self.columns.map { _ in "?" }.joined(separator: ", ")
    try db.execute(
      sql: "INSERT INTO partner (\(Self.columns.joined(separator: ", "))) VALUES (\(places))", arguments: stored)
  }

  func update(_ db: Database) throws {
    let changes = Self.columns.dropLast(2).map { "\($0) = ?" }.joined(separator: ", ")
    try db.execute(sql: "UPDATE partner SET \(changes) WHERE account_id = ? AND slug = ?", arguments: stored)
  }
}

extension PartnerField {
  fileprivate var stored: [String] {
    switch value {
    case .template(let text): ["template", text] + path
    case .literal(let text): ["literal", text] + path
    }
  }

  fileprivate init?(stored: [String]) {
    guard stored.count > 2 else { return nil }
    self.init(path: Array(stored[2...]), value: stored[0] == "literal" ? .literal(stored[1]) : .template(stored[1]))
  }
}

extension WeekSchedule.Window {
  fileprivate var stored: [String] {
    [days.map(\.rawValue).sorted().joined(separator: ","), String(from), String(to)]
  }

  fileprivate init?(stored: [String]) {
    guard stored.count == 3, let from = Int(stored[1]), let to = Int(stored[2]) else { return nil }
    self.init(
      days: Set(stored[0].split(separator: ",").compactMap { Weekday(rawValue: String($0)) }), from: from, to: to)
  }
}
