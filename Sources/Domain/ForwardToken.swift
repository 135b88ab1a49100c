/// What a forward's URL may hold in braces (PRODUCT.md §6).
package enum ForwardToken: String, CaseIterable, Sendable {
  case clickID = "click_id"
  case eventID = "event_id"
  case status, payout, txid
  case rawStatus = "raw_status"
  case amount, source, partner, currency, timestamp
  case forwardID = "forward_id"

  /// The names in braces that stand in a template, in order.
  package static func names(in template: String) -> [String] {
    template.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { piece in
      piece.firstIndex(of: "}").map { String(piece[..<$0]) }
    }
  }
}
