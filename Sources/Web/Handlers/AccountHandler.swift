import Domain
import HTTP
import JSON
import Storage

/// `/api/v1/account`: the settings of the caller's account.
enum AccountHandler {
  static func show(_ call: Call) throws -> Response { .json(json(call.account)) }

  static func update(_ call: Call) throws -> Response {
    var account = call.account
    var form = try JSONForm(call.request)
    for field in ["account_id", "plan", "timezone"] where form.node(field) != nil {
      form.fail(field, "cannot be changed here; it was set when the account was made")
    }
    if let currency = form.text("currency", maximumBytes: 16) {
      if currency.utf8.count == 3, currency.utf8.allSatisfy({ (65...90).contains($0) }) {
        account.currency = currency
      } else {
        form.fail("currency", "must be an ISO 4217 code such as USD")
      }
    }
    account.routingPolicy = form.word("routing_policy", RoutingPolicy.self) ?? account.routingPolicy
    account.duplicateWindow =
      form.integer("duplicate_window", in: 0...31_536_000).map(Int64.init) ?? account.duplicateWindow
    account.addressLimit = form.integer("address_limit", in: 1...10_000) ?? account.addressLimit
    updateRules(of: &account, &form)
    updateThresholds(of: &account, &form)
    try form.check()
    try call.store.updateAccount(account)
    return .json(json(account))
  }

  private static func updateThresholds(of account: inout Account, _ form: inout JSONForm) {
    guard let node = form.node("thresholds") else { return }
    guard node.kind == .object else { return form.fail("thresholds", "must be an object") }
    let acceptAt = form.integer("thresholds.accept_at", in: 0...100) ?? account.thresholds.acceptAt
    let rejectBelow = form.integer("thresholds.reject_below", in: 0...100) ?? account.thresholds.rejectBelow
    if let thresholds = Thresholds(acceptAt: acceptAt, rejectBelow: rejectBelow) {
      account.thresholds = thresholds
    } else {
      form.fail("thresholds", "must have reject_below at or below accept_at")
    }
  }

  private static func updateRules(of account: inout Account, _ form: inout JSONForm) {
    guard let disabled = form.texts("disabled_rules", most: 10, maximumBytes: 64) else { return }
    let rules = Set(ReasonCode.allCases.filter(\.isHardRule).map(\.rawValue))
    if rules.isSuperset(of: disabled) {
      account.disabledRules = Set(disabled)
    } else {
      form.fail("disabled_rules", "must hold only " + rules.sorted().joined(separator: ", "))
    }
  }

  private static func json(_ account: Account) -> JSONValue {
    [
      "account_id": .string(account.id.text), "plan": .string(account.plan.rawValue),
      "timezone": .string(account.timezone), "currency": .string(account.currency),
      "thresholds": [
        "accept_at": .count(account.thresholds.acceptAt), "reject_below": .count(account.thresholds.rejectBelow),
      ],
      "routing_policy": .string(account.routingPolicy.rawValue),
      "duplicate_window": .integer(account.duplicateWindow), "address_limit": .count(account.addressLimit),
      "disabled_rules": .list(account.disabledRules.sorted()), "created_at": .time(account.createdAt),
    ]
  }
}
