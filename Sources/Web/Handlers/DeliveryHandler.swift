import Domain
import HTTP
import JSON
import Outbound
import Storage

/// What trackers were told, and what is sent again.
enum DeliveryHandler {
  private static let mostPerPage = 200
  /// Deliveries that one call of a replay looks at, at most; `next` says where to go on.
  private static let mostLookedAt = 5_000

  /// `GET /api/v1/forwards/{id}/deliveries?limit=&before=&state=`: newest first, with every attempt.
  static func list(_ call: Call) throws -> Response {
    guard let id = call.parameters["id"].flatMap({ ForwardID(text: $0) }) else { throw Failure.notFound }
    let query = FormPairs(call.request.query)
    let page = try call.store.deliveries(
      of: id, in: call.account.id, state: try query.word("state", LoggedDelivery.State.self),
      before: try query.value("before", "must be the id of a delivery: dlv_…") { DeliveryID(text: $0) },
      limit: try query.count("limit", most: mostPerPage) ?? 50)
    return .json(["deliveries": .array(page.elements.map(json)), "next": .text(page.next?.text)])
  }

  /// `GET /api/v1/forwards/templates`
  static func templates(_ call: Call) throws -> Response {
    .json(["templates": .array(TrackerTemplate.all.map(json))])
  }

  /// `POST /api/v1/forwards/replay?dry_run=` of `{"ids": […]}`, `{"from": …, "to": …}` (days of the account, both
  /// included) or `{"all_dead": true}`, the last two also with a `forward`. `after`, the `next` of an answer, goes on there.
  static func replay(_ call: Call) throws -> Response {
    let isDry = try FormPairs(call.request.query).flag("dry_run")
    var form = try JSONForm(call.request)
    var next = after(&form)
    let selection = try selection(&form, of: call.account)
    var (replayed, dropped, lookedAt) = (0, 0, 0)
    repeat {
      let step = try call.store.replayDeliveries(selection, of: call.account.id, after: next, isDry: isDry)
      replayed += step.count
      dropped += step.dropped
      lookedAt += DeliveryLimits.perTransaction
      next = step.next
    } while next != nil && lookedAt < mostLookedAt
    return .json(["replayed": .count(replayed), "dropped": .count(dropped), "next": .text(next?.text)])
  }

  private static func after(_ form: inout JSONForm) -> DeliveryID? {
    guard let text = form.text("after", maximumBytes: 64) else { return nil }
    let id = DeliveryID(text: text)
    if id == nil { form.fail("after", "must be the next of an answer: dlv_…") }
    return id
  }

  private static func selection(_ form: inout JSONForm, of account: Account) throws -> DeliverySelection {
    let ids = form.texts("ids", most: mostPerPage, maximumBytes: 64)
    let span = form.days(of: account)
    let isAll = form.bool("all_dead") ?? false
    let forward = forward(&form)
    if ids != nil && forward != nil { form.fail("forward", "goes with from and to or all_dead: ids name their own") }
    try form.check()
    switch (ids, span, isAll) {
    case (let ids?, nil, false):
      let read = ids.compactMap { DeliveryID(text: $0) }
      guard read.count == ids.count else { throw Problem.badField("ids", "must hold ids of deliveries: dlv_…") }
      return .ids(read)
    case (nil, let span?, false): return .written(span, forward: forward)
    case (nil, nil, true): return .allDead(forward: forward)
    default: throw Problem.badField("body", "must have one of ids, from and to, or all_dead")
    }
  }

  private static func forward(_ form: inout JSONForm) -> ForwardID? {
    guard let text = form.text("forward", maximumBytes: 64) else { return nil }
    let id = ForwardID(text: text)
    if id == nil { form.fail("forward", "must be the id of a forward: fwd_…") }
    return id
  }

  private static func json(_ logged: LoggedDelivery) -> JSONValue {
    [
      "id": .string(logged.delivery.id.text), "event_id": .string(logged.delivery.leadID.eventID),
      "click_id": .string(logged.delivery.clickID), "txid": .text(logged.delivery.txid),
      "status": .string(logged.delivery.status.rawValue), "payout": .money(logged.delivery.payout),
      "created_at": .time(logged.delivery.createdAt), "state": .string(logged.state.rawValue),
      "settled_at": .time(logged.settledAt),
      "attempts": .array(
        logged.attempts.map { attempt in
          [
            "at": .time(attempt.at), "status": .count(attempt.status), "milliseconds": .count(attempt.milliseconds),
            "error": .text(FailureText.words(attempt.failure, status: attempt.status)),
            "answer": .string(attempt.answer),
          ]
        }),
    ]
  }

  private static func json(_ template: TrackerTemplate) -> JSONValue {
    let statuses = ConversionStatus.allCases.filter(template.statuses.contains)
    return [
      "slug": .string(template.slug), "name": .string(template.name), "url": .string(template.url),
      "blanks": .list(template.blanks), "statuses": .list(statuses.map(\.rawValue)),
      "status_map": .object(
        template.statusMap.sorted { $0.key.rawValue < $1.key.rawValue }
          .map { .init($0.key.rawValue, .string($0.value)) }),
      "note": .string(template.note), "sources": .list(template.sources),
    ]
  }
}
