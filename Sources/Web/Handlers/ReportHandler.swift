import Domain
import HTTP
import JSON

/// `GET /api/v1/stats?from=&to=&group_by=&format=`: sums by day, source, … (PRODUCT.md §7).
enum ReportHandler {
  static func show(_ call: Call) throws -> Response {
    let pairs = FormPairs(call.request.query)
    let query = try reportQuery(pairs, call)
    let report = try call.store.report(query)
    switch pairs["format"] ?? "json" {
    case "json":
      return .json([
        "from": .string(query.from.text), "to": .string(query.to.text), "group_by": .string(query.groupBy.name),
        "timezone": .string(call.account.timezone), "currency": .string(call.account.currency),
        "rows": .array(report.rows.map { .object([.init("key", .string($0.key))] + members(of: $0)) }),
        "total": .object(members(of: report.total)),
      ])
    case "csv":
      return .csv(rows(report), named: "stats")
    default: throw Problem.badField("format", "must be json or csv")
    }
  }

  private static func reportQuery(_ pairs: FormPairs, _ call: Call) throws -> ReportQuery {
    let (from, to) = try pairs.reportedDays(call)
    let name = pairs["group_by"] ?? ReportDimension.day.name
    guard let groupBy = ReportDimension(name: name) else {
      throw Problem.badField(
        "group_by", "must be one of " + ReportDimension.groupings.map(\.name).joined(separator: ", "))
    }
    return ReportQuery(account: call.account.id, from: from, to: to, groupBy: groupBy)
  }

  private static func members(of row: ReportRow) -> [JSONValue.Member] {
    [
      .init("leads", .count(row.leads.leads)), .init("accepted", .count(row.leads.accepted)),
      .init("reviewed", .count(row.leads.reviewed)), .init("rejected", .count(row.leads.rejected)),
      .init("delivered", .count(row.leads.delivered)), .init("pending", .count(row.conversions.pending)),
      .init("approved", .count(row.conversions.approved)), .init("declined", .count(row.conversions.declined)),
      .init("chargebacks", .count(row.conversions.chargebacks)),
      .init("conversions", .count(row.conversions.conversions)),
      .init("revenue", .money(row.conversions.revenue)), .init("held_revenue", .money(row.conversions.heldRevenue)),
      .init("cost", .money(row.leads.cost)), .init("profit", .money(row.profit)),
      .init("roi", .ratio(row.roi)), .init("approval_rate", .ratio(row.approvalRate)),
      .init("revenue_per_lead", .ratio(row.revenuePerLead)),
    ]
  }

  private static func rows(_ report: Report) -> [[CSVField]] {
    let names = ["key"] + members(of: report.total).map(\.key)
    return [names.map { .plain($0) }]
      + (report.rows + [report.total]).map { row in
        [.text(row.key)]
          + members(of: row).map {
            .plain($0.value == .null ? "" : String(decoding: $0.value.encoded(), as: UTF8.self))
          }
      }
  }
}
