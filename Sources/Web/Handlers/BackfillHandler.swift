import Domain
import HTTP
import JSON
import Storage

/// `POST /api/v1/forwards/{id}/backfill?dry_run=` of `{"from": …, "to": …}`: tells a tracker of conversions that changed
/// last on those days, as they are now, unless it knows them so. `after`, the `next` of an answer, goes on there.
enum BackfillHandler {
  static func run(_ call: Call) throws -> Response {
    let isDry = try FormPairs(call.request.query).flag("dry_run")
    let (changed, after) = try range(call)
    let forward = try ForwardHandler.forward(call)
    guard forward.isActive else { throw Problem.forwardOff }
    let request = BackfillRequest(forward: forward.id, account: call.account.id, changed: changed, isDry: isDry)
    let (count, next) = try call.store.backfill(request, after: after, at: call.now)
    return .json([
      "conversions": .count(count.conversions), "forwards": .count(count.forwards), "skipped": .count(count.skipped),
      "next": .text(next),
    ])
  }

  private static func range(_ call: Call) throws -> (changed: Range<Instant>, after: String?) {
    var form = try JSONForm(call.request)
    let days = form.days(of: call.account)
    let after = form.text("after", maximumBytes: ClickID.longest, trims: false)
    try form.check()
    guard let days else { throw Problem.badField("from", "is missing: from and to are dates such as 2026-11-22") }
    return (days, after)
  }
}
