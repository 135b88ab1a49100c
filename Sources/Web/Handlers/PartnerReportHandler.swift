import Domain
import HTTP
import JSON
import Storage

/// `POST /api/v1/conversions` with a CSV body: what a partner's panel reports, compared with the ledger and then taken over.
enum PartnerReportHandler {
  /// `?dry_run=1` only compares. `?key=` names the postback key whose words the partner uses; without it the account's
  /// hold. `?from=&to=`, the account's days, say what the report covers: then what it does not have is missing.
  /// `?upsells=1` takes rows that may be conversions of ours under other transaction ids for further ones.
  static func handIn(_ call: Call) throws -> Response {
    let pairs = FormPairs(call.request.query)
    let isDryRun = try pairs.flag("dry_run")
    let takesUpsells = try pairs.flag("upsells")
    let key = try StatusMapHandler.owner(call).key ?? KeyID(rawValue: 0)
    let span = try LedgerHandler.span(pairs, call.account.calendar)
    let report: PartnerReport
    do { report = try PartnerReport(call.request.body) } catch { throw Problem.unreadableReport(error) }
    var reconciliation = try call.store.reconcile(
      ReportInHand(
        account: call.account, keyID: key, words: try call.store.directory().statusWords(of: key, in: call.account.id),
        receivedAt: call.now, span: span, takesUpsells: takesUpsells, rows: report.rows.map { cleaned($0, call) }))
    if !isDryRun { try reconciliation.apply(to: call.store) }
    return .json(answer(report, reconciliation, isDryRun: isDryRun))
  }

  private static func cleaned(_ row: PartnerReport.Row, _ call: Call) -> PartnerReport.Row {
    let keyring = call.service.keyring
    var row = row
    row.warnings = keyring.clean(&row.parameters, of: call.account)
    // No lead has such a click id, so nothing is lost by not showing it.
    let clickIDs = row.clickIDs.map { KeptValue($0, isClickID: true, of: call.account, keyring) }
    if clickIDs.contains(where: \.heldKey) { row.warnings.append(.keyInValue) }
    row.clickIDs = clickIDs.map(\.text)
    return row
  }

  private static func answer(
    _ report: PartnerReport, _ reconciliation: Reconciliation, isDryRun: Bool
  ) -> JSONValue {
    let kinds = Reconciliation.Kind.allCases
    return .object(
      [
        .init("dry_run", .bool(isDryRun)), .init("rows", .count(report.rows.count)),
        .init("columns", columns(report)),
        .init("counts", .object(kinds.map { .init($0.rawValue, .count(reconciliation.tally($0).rows)) })),
        .init("sums", .object(kinds.map { .init($0.rawValue, sums(reconciliation.tally($0))) })),
        .init("effect", .object(JSONValue.members(of: reconciliation.effect))),
      ] + kinds.map { .init($0.rawValue, .array(reconciliation.list($0).map(row))) })
  }

  private static func columns(_ report: PartnerReport) -> JSONValue {
    .object(PartnerReport.Column.allCases.map { .init($0.rawValue, .list(report.columns[$0] ?? [])) })
  }

  private static func sums(_ tally: Reconciliation.Tally) -> JSONValue {
    ["ours": .money(tally.ours), "report": .money(tally.reported)]
  }

  private static func row(_ row: Reconciliation.Row) -> JSONValue {
    [
      "line": .count(row.line), "click_id": .text(row.clickID), "txid": .text(row.txid),
      "ours": row.ours.map { .conversion($0) } ?? .null, "report": row.reported.map(reported) ?? .null,
      "reason": row.fault.map { ["code": .string($0.rawValue), "text": .string($0.text)] } ?? .null,
      "warnings": .warnings(row.warnings), "result": .text(row.result?.rawValue),
    ]
  }

  private static func reported(_ message: Postback) -> JSONValue {
    [
      "status": .string(message.status.rawValue), "raw_status": .text(message.rawStatus),
      "payout": .money(message.payout), "amount": .money(message.amount), "currency": .text(message.currency),
    ]
  }
}

extension Reconciliation.Fault {
  /// What is wrong, and the remedy.
  fileprivate var text: String {
    switch self {
    case .missingID: "The row has neither a click id nor a transaction id."
    case .badClickID: "The click id is not 1 to \(ClickID.longest) bytes of printable UTF-8."
    case .badPayout: "The payout cannot be read as an amount; write it as 12.50."
    case .valueTooLong: "The status or transaction id is too long or holds control characters."
    case .tooManyFields:
      "The row has more fields than the first line names; put a value that holds a separator in quotes."
    case .tooManyConversions:
      "The click has \(Conversion.mostPerClick) conversions, which is as many as it may have."
    case .otherTxid:
      "We do not have this transaction id, and the report names none of a conversion that the click has and that counts: "
        + "the row may be the same one, so it was not taken. If the column is not the txid that postbacks bring, leave it "
        + "out or name the one that is txid; if the row is a further conversion, hand in the report with upsells=1."
    }
  }
}
