import Domain
import HTTP
import Storage

/// The ledger as a CSV file: whole, or not at all.
package enum LedgerFile {
  /// Rows of a file.
  private static let most = 50_000

  /// - Parameter most: how many rows it may have.
  /// - Throws: 422 where there are more.
  package static func response(_ query: LedgerQuery, _ store: Store, most: Int = most) throws -> Response {
    var query = query
    query.limit = LedgerQuery.most
    var lines: [LedgerLine] = []
    repeat {
      let page = try store.ledger(query)
      lines += page.elements
      guard lines.count <= most else {
        throw Problem.badField(
          "from", "and to must be narrower: there are more than \(most) conversions, and a file holds no more")
      }
      query.before = page.next
    } while query.before != nil
    return .csv([names.map { .plain($0) }] + lines.map(row), named: "conversions")
  }

  private static let names = [
    "id", "event_id", "click_id", "source", "txid", "status", "raw_status", "payout", "currency", "revenue",
    "held_revenue", "rebill", "created_at", "changed_at",
  ]

  private static func row(_ line: LedgerLine) -> [CSVField] {
    let conversion = line.conversion
    return [
      .text(conversion.id.text), .text(conversion.leadID.eventID), .text(line.clickID), .text(line.source),
      .text(conversion.txid ?? ""), .text(conversion.status.rawValue), .text(conversion.rawStatus ?? ""),
      .plain(conversion.payout?.text ?? ""), .text(conversion.currency ?? ""), .plain(conversion.revenue.text),
      .plain(conversion.heldRevenue.text), .plain(conversion.isRebill ? "true" : "false"),
      .text(conversion.createdAt.rfc3339), .text(conversion.changedAt.rfc3339),
    ]
  }
}
