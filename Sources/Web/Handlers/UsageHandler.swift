import Domain
import HTTP
import JSON

/// `GET /api/v1/usage`: how much of the plan this month has used.
enum UsageHandler {
  static func show(_ call: Call) throws -> Response {
    let period = UsagePeriod(holding: call.now)
    let usage = try call.store.usage(of: call.account, in: period)
    return .json([
      "used": .count(usage.used), "total_limit": .count(usage.limit), "remaining": .count(usage.remaining),
      "plan": .string(call.account.plan.rawValue), "period": .string(period.text), "resets_at": .time(period.end),
    ])
  }
}
