import Domain
import JSON
import Storage

/// How messages, conversions and deliveries look in every answer that holds them.
extension JSONValue {
  static func conversion(_ conversion: Conversion) -> JSONValue { .object(conversionMembers(conversion)) }

  /// A line of the ledger by itself: the conversion, its click and its lead.
  static func ledgerLine(_ line: LedgerLine) -> JSONValue {
    .object(
      [
        .init("id", .string(line.conversion.id.text)), .init("event_id", .string(line.conversion.leadID.eventID)),
        .init("click_id", .string(line.clickID)), .init("source", .string(line.source)),
      ] + conversionMembers(line.conversion).dropFirst())
  }

  private static func conversionMembers(_ conversion: Conversion) -> [JSONValue.Member] {
    [
      .init("id", .string(conversion.id.text)),
      .init("txid", .text(conversion.txid)), .init("status", .string(conversion.status.rawValue)),
      .init("raw_status", .text(conversion.rawStatus)), .init("payout", .money(conversion.payout)),
      .init("currency", .text(conversion.currency)), .init("revenue", .money(conversion.revenue)),
      .init("held_revenue", .money(conversion.heldRevenue)), .init("rebill", .bool(conversion.isRebill)),
      .init("created_at", .time(conversion.createdAt)), .init("changed_at", .time(conversion.changedAt)),
    ]
  }

  static func members(of effect: LedgerEffect) -> [JSONValue.Member] {
    [
      .init("leads", .count(effect.leads)), .init("conversions", .count(effect.conversions)),
      .init("forwards", .count(effect.forwards)), .init("revenue", .money(effect.revenue)),
      .init("held_revenue", .money(effect.heldRevenue)),
    ]
  }

  static func postback(_ message: LoggedPostback, at now: Instant) -> JSONValue {
    [
      "id": .string(message.id.text), "received_at": .time(message.receivedAt),
      "origin": .string(message.origin.rawValue),
      "key_id": message.keyID.rawValue == 0 ? .null : .string(message.keyID.text),
      "click_id": .text(message.clickID), "event_id": .text(message.leadID?.eventID),
      "raw_status": .text(message.rawStatus), "status": .string(message.status.rawValue),
      "payout": .money(message.payout), "amount": .money(message.amount), "currency": .text(message.currency),
      "txid": .text(message.txid), "result": .string(message.result.rawValue),
      "reason": .text(message.reason?.rawValue),
      "cause": .string(message.cause(at: now)), "warnings": .warnings(message.warnings),
      "other_parameters": .list(message.otherNames),
    ]
  }

  static func delivery(_ logged: LoggedDelivery) -> JSONValue {
    let delivery = logged.delivery
    return [
      "id": .string(delivery.id.text), "forward_id": .string(delivery.forwardID.text),
      "forward_name": .string(logged.forwardName),
      "postback_id": .string(delivery.postbackID.text), "created_at": .time(delivery.createdAt),
      "status": .string(delivery.status.rawValue), "payout": .money(delivery.payout),
      "amount": .money(delivery.amount), "txid": .text(delivery.txid), "raw_status": .text(delivery.rawStatus),
      "state": .string(logged.state.rawValue), "settled_at": .time(logged.settledAt),
    ]
  }
}

extension LoggedPostback {
  /// Why it came to what it came to, in words.
  func cause(at now: Instant) -> String {
    switch result {
    case .applied: previousID == nil ? "It opened a conversion." : "It changed the conversion's class or payout."
    case .duplicate: "The conversion had this class and payout already."
    case .stale: "A final class had overtaken it: pending after the end, or a rejection after a chargeback."
    case .unmatched:
      now < receivedAt + Store.leadKeyDays * 86_400
        ? "No lead has this click id yet; it is kept 30 days and applied once the lead is there and its route is settled."
        : "No lead with this click id came within 30 days; it waits no longer."
    case .ignored: reason?.text ?? "It is about no lead."
    }
  }
}

extension IgnoredPostback.Reason {
  fileprivate var text: String {
    switch self {
    case .unexpandedMacro: "The click id is still the name of a macro: the partner's panel did not fill it in."
    case .missingClickID: "There was no click id."
    case .badClickID: "The click id is not 1 to 256 bytes of printable UTF-8."
    case .unreadableBody: "The body could not be read as a form or as JSON."
    case .tooManyConversions: "The click has \(Conversion.mostPerClick) conversions, which is as many as it may have."
    case .tooManyWaiting: "\(Conversion.mostWaitingPerClick) messages wait for this click's lead already."
    case .otherPartner: "Its key is bound to another partner than the one that got the lead; the account refuses that."
    }
  }
}
