import Domain
import HTTP
import JSON

/// `GET /api/v1/score?from=&to=`: approval by score band, calibration, reasons with their measured rates.
enum ScoreHandler {
  static func show(_ call: Call) throws -> Response {
    let pairs = FormPairs(call.request.query)
    let (from, to) = try pairs.reportedDays(call)
    let report = try call.store.scoreReport(of: call.account.id, from: from, to: to)
    let reasons = report.reasons.sorted { ($0.leads.leads, $1.key) > ($1.leads.leads, $0.key) }
    return .json([
      "from": .string(from.text), "to": .string(to.text), "timezone": .string(call.account.timezone),
      "currency": .string(call.account.currency), "thresholds": .thresholds(call.account.thresholds),
      "bands": .array(report.bands.map(json)), "by_rule": .object(members(of: report.byRule)),
      "unbanded": .count(report.unbanded.leads.leads), "calibration": json(report.calibration),
      "reasons": .array(
        reasons.map { .object([.init("code", .string($0.key))] + members(of: $0)) }),
      "total": .object(members(of: report.total)),
    ])
  }

  private static func json(_ band: ScoreBand) -> JSONValue {
    .object(
      [
        .init("from", .count(band.scores.lowerBound)), .init("to", .count(band.scores.upperBound)),
        .init("mean_predicted", .ratio(band.meanPredicted)),
      ] + members(of: band.row))
  }

  private static func json(_ calibration: Calibration) -> JSONValue {
    let measured = calibration.measured
    return [
      "decided": .count(measured.whole), "approved": .count(measured.part),
      "mean_predicted": .ratio(calibration.meanPredicted), "approval_rate": .ratio(measured.share),
      "approval_low": .ratio(measured.interval?.lowerBound), "approval_high": .ratio(measured.interval?.upperBound),
      "expected_error": .ratio(calibration.expectedError), "error_by_chance": .ratio(calibration.errorByChance),
    ]
  }

  /// What leads came to, with the range that their approval rate may well be in.
  static func members(of row: ReportRow) -> [JSONValue.Member] {
    let approval = Proportion(row.conversions.approved, of: row.conversions.decided)
    return [
      .init("leads", .count(row.leads.leads)), .init("accepted", .count(row.leads.accepted)),
      .init("reviewed", .count(row.leads.reviewed)), .init("rejected", .count(row.leads.rejected)),
      .init("delivered", .count(row.leads.delivered)), .init("pending", .count(row.conversions.pending)),
      .init("approved", .count(row.conversions.approved)), .init("declined", .count(row.conversions.declined)),
      .init("chargebacks", .count(row.conversions.chargebacks)), .init("decided", .count(approval.whole)),
      .init("approval_rate", .ratio(approval.share)),
      .init("approval_low", .ratio(approval.interval?.lowerBound)),
      .init("approval_high", .ratio(approval.interval?.upperBound)),
      .init("revenue", .money(row.conversions.revenue)), .init("held_revenue", .money(row.conversions.heldRevenue)),
      .init("cost", .money(row.leads.cost)),
    ]
  }
}
