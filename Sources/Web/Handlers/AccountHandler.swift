import Domain
import HTTP
import JSON
import Storage

/// `/api/v1/account`: the settings of the caller's account.
enum AccountHandler {
  static func show(_ call: Call) throws -> Response { try answer(call.account, call) }

  static func update(_ call: Call) throws -> Response {
    var form = try JSONForm(call.request)
    for field in ["account_id", "plan"] where form.node(field) != nil {
      form.fail(field, "cannot be changed here; it was set when the account was made")
    }
    let currency = form.text("currency", maximumBytes: 16)
    if let currency, currency.utf8.count != 3 || !currency.utf8.allSatisfy({ (65...90).contains($0) }) {
      form.fail("currency", "must be an ISO 4217 code such as USD")
    }
    let timezone = form.text("timezone", maximumBytes: 64)
    if let timezone, !ZoneName.isKnown(timezone) || isDistance(timezone) {
      form.fail("timezone", "must be the name of a time zone such as Europe/Kyiv")
    }
    let policy = form.word("routing_policy", RoutingPolicy.self)
    let window = form.integer("duplicate_window", in: 0...31_536_000).map(Int64.init)
    let addressLimit = form.integer("address_limit", in: 1...10_000)
    let rules = disabledRules(&form)
    let refuses = form.bool("refuse_other_partner")
    let thresholds = thresholds(of: call.account, &form)
    try form.check()
    let account = try call.store.updateAccount(
      call.account.id, timezone: timezone.map { ($0, at: call.now) }
    ) { account in
      account.currency = currency ?? account.currency
      account.routingPolicy = policy ?? account.routingPolicy
      account.duplicateWindow = window ?? account.duplicateWindow
      account.addressLimit = addressLimit ?? account.addressLimit
      account.disabledRules = rules ?? account.disabledRules
      account.thresholds = thresholds ?? account.thresholds
      account.refusesOtherPartner = refuses ?? account.refusesOtherPartner
    }
    return try answer(account, call)
  }

  private static func answer(_ account: Account, _ call: Call) throws -> Response {
    .json(json(account, try call.store.timezoneChange(of: account.id)))
  }

  /// The system also understands `GMT+3`, which is no zone.
  private static func isDistance(_ zone: String) -> Bool {
    !zone.contains("/") && zone.contains { $0 == "+" || $0 == "-" }
  }

  /// One of the two may be left out; it stays as it is.
  private static func thresholds(of account: Account, _ form: inout JSONForm) -> Thresholds? {
    guard let node = form.node("thresholds") else { return nil }
    guard node.kind == .object else {
      form.fail("thresholds", "must be an object")
      return nil
    }
    let acceptAt = form.integer("thresholds.accept_at", in: 0...100) ?? account.thresholds.acceptAt
    let rejectBelow = form.integer("thresholds.reject_below", in: 0...100) ?? account.thresholds.rejectBelow
    let thresholds = Thresholds(acceptAt: acceptAt, rejectBelow: rejectBelow)
    if thresholds == nil { form.fail("thresholds", "must have reject_below at or below accept_at") }
    return thresholds
  }

  private static func disabledRules(_ form: inout JSONForm) -> Set<String>? {
    guard let disabled = form.texts("disabled_rules", most: 10, maximumBytes: 64) else { return nil }
    let rules = Set(ReasonCode.allCases.filter(\.isHardRule).map(\.rawValue))
    guard rules.isSuperset(of: disabled) else {
      form.fail("disabled_rules", "must hold only " + rules.sorted().joined(separator: ", "))
      return nil
    }
    return Set(disabled)
  }

  private static func json(_ account: Account, _ change: TimezoneChange?) -> JSONValue {
    [
      "account_id": .string(account.id.text), "plan": .string(account.plan.rawValue),
      "timezone": .string(account.timezone), "timezone_change": change.map(json) ?? .null,
      "currency": .string(account.currency),
      "thresholds": .thresholds(account.thresholds),
      "routing_policy": .string(account.routingPolicy.rawValue),
      "duplicate_window": .integer(account.duplicateWindow), "address_limit": .count(account.addressLimit),
      "disabled_rules": .list(account.disabledRules.sorted()),
      "refuse_other_partner": .bool(account.refusesOtherPartner), "created_at": .time(account.createdAt),
    ]
  }

  /// Sums and days are the old zone's until it is done.
  private static func json(_ change: TimezoneChange) -> JSONValue {
    [
      "to": .string(change.to), "progress": .number((change.progress * 1_000).rounded(.down) / 1_000),
      "started_at": .time(change.startedAt),
    ]
  }
}
