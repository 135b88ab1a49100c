import Testing

/// What partners send, and what must come of it: the shared vectors of the product, word for word. The tests of the
/// whole site run the same table (Tests/EndToEndTests/PostbackVectors.swift is this file).
struct PostbackVector: Sendable, CustomTestStringConvertible {
  let name: String
  /// The queries one after the other: `{K}` is the postback key, `{C}` the click id of a fresh lead.
  let queries: [String]
  /// Of the last answer.
  let result: String
  var reason: String?
  var leadStatus: String?
  /// Of the lead afterwards, as a decimal.
  var revenue: String?
  /// Calls that the tracker gets in all.
  var forwards: Int
  var testDescription: String { name }

  static let all = [
    PostbackVector(
      name: "the seed's example",
      queries: [
        "api_key={K}&click_id={C}&status=approved&payout=15.50"
      ],
      result: "applied", leadStatus: "approved", revenue: "15.50", forwards: 1),
    PostbackVector(
      name: "ftd is approved",
      queries: [
        "api_key={K}&click_id={C}&status=ftd&payout=600&txid=A-1"
      ],
      result: "applied", leadStatus: "approved", revenue: "600", forwards: 1),
    PostbackVector(
      name: "mixed case and space",
      queries: [
        "api_key={K}&click_id={C}&status=%20Qualified&payout=3"
      ],
      result: "applied", leadStatus: "approved", revenue: "3", forwards: 1),
    PostbackVector(
      name: "hold, then paid",
      queries: [
        "api_key={K}&click_id={C}&status=hold&payout=40",
        "api_key={K}&click_id={C}&status=paid&payout=40",
      ],
      result: "applied", leadStatus: "approved", revenue: "40", forwards: 2),
    PostbackVector(
      name: "sent again after a time-out",
      queries: [
        "api_key={K}&click_id={C}&status=paid&payout=40&txid=9",
        "api_key={K}&click_id={C}&status=paid&payout=40&txid=9",
      ],
      result: "duplicate", leadStatus: "approved", revenue: "40", forwards: 1),
    PostbackVector(
      name: "trash after approved",
      queries: [
        "api_key={K}&click_id={C}&status=approved&payout=8",
        "api_key={K}&click_id={C}&status=trash",
      ],
      result: "applied", leadStatus: "rejected", revenue: "0", forwards: 2),
    PostbackVector(
      name: "upsell under another txid",
      queries: [
        "api_key={K}&click_id={C}&status=sale&payout=8&txid=1",
        "api_key={K}&click_id={C}&status=sale&payout=4.25&txid=2",
      ],
      result: "applied", leadStatus: "approved", revenue: "12.25", forwards: 2),
    PostbackVector(
      name: "reversed",
      queries: [
        "api_key={K}&click_id={C}&status=sale&payout=8&txid=1",
        "api_key={K}&click_id={C}&status=reversed&payout=8&txid=1",
      ],
      result: "applied", leadStatus: "chargeback", revenue: "0", forwards: 2),
    PostbackVector(
      name: "registration after the sale is late",
      queries: [
        "api_key={K}&click_id={C}&status=sale&payout=8",
        "api_key={K}&click_id={C}&status=registered",
      ],
      result: "stale", leadStatus: "approved", revenue: "8", forwards: 1),
    PostbackVector(
      name: "new amount",
      queries: [
        "api_key={K}&click_id={C}&status=sale&payout=8",
        "api_key={K}&click_id={C}&status=sale&payout=9.5",
      ],
      result: "applied", leadStatus: "approved", revenue: "9.5", forwards: 2),
    PostbackVector(
      name: "comma decimal with currency",
      queries: [
        "api_key={K}&click_id={C}&status=sale&payout=7%2C20%20EUR"
      ],
      result: "applied", leadStatus: "approved", revenue: "7.20", forwards: 1),
    PostbackVector(
      name: "payout macro left in",
      queries: [
        "api_key={K}&click_id={C}&status=sale&payout=%23price%23"
      ],
      result: "applied", leadStatus: "approved", revenue: "0", forwards: 1),
    PostbackVector(
      name: "word outside the list",
      queries: [
        "api_key={K}&click_id={C}&status=in_review&payout=5"
      ],
      result: "applied", leadStatus: "pending", revenue: "0", forwards: 1),
    PostbackVector(
      name: "approve is outside the list until mapped",
      queries: [
        "api_key={K}&click_id={C}&status=approve&payout=5"
      ],
      result: "applied", leadStatus: "pending", revenue: "0", forwards: 1),
    PostbackVector(
      name: "click id macro left in",
      queries: [
        "api_key={K}&click_id=%7Bclick_id%7D&status=sale&payout=5"
      ],
      result: "ignored", reason: "unexpanded_macro", forwards: 0),
    PostbackVector(
      name: "click id empty",
      queries: [
        "api_key={K}&click_id=&status=sale&payout=5"
      ],
      result: "ignored", reason: "missing_click_id", forwards: 0),
    PostbackVector(
      name: "ampersands escaped by a page",
      queries: [
        "api_key={K}&amp;click_id={C}&amp;status=sale&amp;payout=5"
      ],
      result: "applied", leadStatus: "approved", revenue: "5", forwards: 1),
    PostbackVector(
      name: "refund with a minus",
      queries: [
        "api_key={K}&click_id={C}&status=sale&payout=5&txid=7",
        "api_key={K}&click_id={C}&status=sale&payout=-5&txid=7",
      ],
      result: "applied", leadStatus: "chargeback", revenue: "0", forwards: 2),
  ]
}
