import Domain
import HTTP
import JSON
import Storage

/// Leads as they were decided, with what their partners made of them. No contact data: references and behaviour.
enum EventHandler {
  private static let most = 50

  /// `GET /api/v1/events/recent?limit=&before=`: the newest first.
  static func recent(_ call: Call) throws -> Response {
    let query = FormPairs(call.request.query)
    let limit = try query.first("limit").map { try Self.limit($0.value) } ?? most
    let before = try query.first("before").map { pair in
      guard let id = LeadID(eventID: pair.value) else { throw Problem.badField("before", "must be an event id: evt_…") }
      return id
    }
    let events = try call.store.recentEvents(of: call.account.id, limit: limit, before: before)
    return .json(["events": .array(events.map { .object(members(of: $0)) })])
  }

  /// `GET /api/v1/events?click_id=`: the leads of one click id.
  static func find(_ call: Call) throws -> Response {
    guard let clickID = FormPairs(call.request.query)["click_id"], !clickID.isEmpty else {
      throw Problem.badField("click_id", "is missing: name the click id to look for")
    }
    let events = try call.store.events(ofClick: clickID, of: call.account.id)
    return .json(["events": .array(events.map { .object(members(of: $0)) })])
  }

  /// `GET /api/v1/events/{event_id}`: one lead's timeline.
  static func show(_ call: Call) throws -> Response {
    guard let id = call.parameters["event_id"].flatMap({ LeadID(eventID: $0) }),
      let (event, postbacks, deliveries) = try call.store.event(id, of: call.account.id)
    else { throw Failure.notFound }
    var answer = members(of: event)
    answer += [
      .init("attempts", .array(event.attempts.map { .attempt($0) })),
      .init("conversions", .array(event.conversions.sorted { $0.createdAt < $1.createdAt }.map { .conversion($0) })),
      .init("postbacks", .array(postbacks.map { .postback($0, at: call.now) })),
      .init("forwards", .array(deliveries.map { .delivery($0) })),
      .init("timeline", .array(Timeline.entries(event, postbacks, deliveries, at: call.now))),
    ]
    return .json(.object(answer))
  }

  private static func limit(_ text: String) throws -> Int {
    guard let limit = Int(text), (1...most).contains(limit) else {
      throw Problem.badField("limit", "must be a whole number from 1 to \(most)")
    }
    return limit
  }

  private static func members(of event: Event) -> [JSONValue.Member] {
    let lead = event.lead
    return [
      .init("event_id", .string(lead.id.eventID)),
      .init("click_id", .text(lead.clickID)),
      .init("source", .string(lead.source)),
      .init("traffic_type", .text(lead.trafficType)),
      .init("landing_page", .text(lead.landingPage)),
      .init("country", .text(lead.country)),
      .init("received_at", .time(lead.receivedAt)),
      .init("decision", .string(lead.verdict.decision.rawValue)),
      .init("score", .count(lead.verdict.score)),
      .init("approval_probability", .number(lead.verdict.approvalProbability)),
      .init("duplicate", .bool(lead.isDuplicate)),
      .init("test", .bool(lead.isTest)),
      .init("reasons", .reasons(lead.verdict.reasons)),
      .init("status", .string(event.status.rawValue)),
      .init("revenue", .money(event.revenue)),
      .init("held_revenue", .money(event.heldRevenue)),
      .init("cost", .money(lead.cost)),
      .init("route", .route(of: event)),
      .init("email_domain", .text(event.emailDomainIsRare ? Report.rare : lead.emailDomain)),
      .init("user_agent", .text(lead.userAgent)),
      .init("references", references(lead.references)),
      .init("signals", signals(lead.signals)),
      .init("erased_at", .time(lead.erasedAt)),
    ]
  }

  private static func references(_ references: ContactReferences) -> JSONValue {
    [
      "email": .text(references.email?.hex), "phone": .text(references.phone?.hex), "name": .text(references.name?.hex),
    ]
  }

  private static func signals(_ signals: Signals) -> JSONValue {
    [
      "time_on_site": .real(signals.timeOnSite), "page_views": .count(signals.pageViews),
      "fill_seconds": .real(signals.fillSeconds), "pasted": signals.pasted.map { .bool($0) } ?? .null,
      "webdriver": signals.webdriver.map { .bool($0) } ?? .null, "timezone": .text(signals.timezone),
      "languages": .list(signals.languages),
    ]
  }
}
