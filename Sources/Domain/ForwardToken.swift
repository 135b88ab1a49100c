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
    template.utf8.split(separator: UInt8(ascii: "{"), omittingEmptySubsequences: false).dropFirst().compactMap {
      piece in
      piece.firstIndex(of: UInt8(ascii: "}")).map { String(decoding: piece[..<$0], as: UTF8.self) }
    }
  }

  /// Whether a template has a brace that is not one of a pair.
  package static func hasStrayBrace(in template: String) -> Bool {
    var isOpen = false
    for byte in template.utf8 where byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
      if isOpen == (byte == UInt8(ascii: "{")) { return true }
      isOpen.toggle()
    }
    return isOpen
  }
}
