import Domain
import JSON
import Scoring

/// How the product's values look in every answer that holds them.
extension JSONValue {
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  static func count(_ number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }
  static func real(_ number: Double?) -> JSONValue { number.map { .number($0) } ?? .null }
  /// Six decimals are more than any ratio here means.
  static func ratio(_ value: Double?) -> JSONValue { real(value.map { ($0 * 1e6).rounded() / 1e6 }) }
  static func money(_ money: Money?) -> JSONValue { money.map { .decimal($0.text) } ?? .null }
  static func time(_ instant: Instant?) -> JSONValue { instant.map { .string($0.rfc3339) } ?? .null }
  static func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  static func reasons(_ reasons: [Reason]) -> JSONValue {
    .array(
      reasons.map {
        ["code": .string($0.code.rawValue), "text": .string($0.text), "points": .integer(Int64($0.points))]
      })
  }

  static func thresholds(_ thresholds: Thresholds) -> JSONValue {
    ["accept_at": .count(thresholds.acceptAt), "reject_below": .count(thresholds.rejectBelow)]
  }

  static func usage(_ usage: Usage) -> JSONValue {
    ["used": .count(usage.used), "total_limit": .count(usage.limit), "remaining": .count(usage.remaining)]
  }

  static func warnings(_ warnings: [PostbackWarning]) -> JSONValue {
    .array(warnings.map { ["code": .string($0.rawValue), "text": .string($0.text)] })
  }
}

extension PostbackWarning {
  /// What was odd, and what was made of it.
  var text: String {
    switch self {
    case .unexpandedMacro:
      "A parameter still holds the name of a macro; it counts as absent. Check the macros in the partner's panel."
    case .emptyValue: "A parameter is empty, null or undefined; it counts as absent."
    case .unknownStatus: "This status word is in no table; it counts as pending."
    case .badPayout: "The payout cannot be read as an amount; it counts as absent."
    case .thousandsSeparator: "A comma before three digits was read as a thousands separator."
    case .negativePayout: "A payout below 0 means nothing with this status; it counts as absent."
    case .currencyMismatch: "The currency is not the account's; the amount counts at face value."
    case .healedQuery: "The URL was mangled (&amp; or ? for &, ¤cy for &currency) and was put right."
    case .contactInTxid: "An e-mail address or phone number stood in txid; a reference was kept instead."
    case .keyInValue:
      "A BackNova key stood in click_id, txid or status; only its beginning was kept. If others saw it, revoke it."
    case .repeatedParameter: "A parameter came more than once; the last value counts."
    case .valueTooLong:
      "Something is too long, holds control characters or is one parameter too many; it is cut or counts as absent."
    case .unknownTxid: "A rejection or chargeback came under a transaction id never seen before."
    case .reapproved: "A conversion that was charged back is approved again."
    case .otherPartner: "The key is bound to another partner than the one that got the lead."
    }
  }
}
