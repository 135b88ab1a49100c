import Domain
import HTTP
import JSON
import Storage

/// `/api/v1/sources`: where an account buys its traffic.
enum SourceHandler {
  /// All sources, each with its sums of the last 30 days.
  static func list(_ call: Call) throws -> Response {
    let sums = try sums(call)
    let sources = try call.store.sources(of: call.account.id)
    return .json(["sources": .array(sources.map { json($0, sums[$0.slug]) })])
  }

  static func show(_ call: Call) throws -> Response {
    let source = try named(call)
    return .json(json(source, try sums(call)[source.slug]))
  }

  static func create(_ call: Call) throws -> Response {
    var form = try JSONForm(call.request)
    let slug = form.text("slug", maximumBytes: 256) ?? ""
    if !Source.isValid(slug: slug) {
      form.fail("slug", "must be 1 to 64 of a-z, 0-9, _, - and ., and begin with a letter or digit")
    }
    let source = Source(
      accountID: call.account.id, slug: slug, name: form.text("name", maximumBytes: 100) ?? slug,
      trafficType: trafficType(&form), costPerLead: form.money("cost_per_lead"),
      createdAt: call.now)
    try form.check()
    try call.store.createSource(source)
    return .json(json(source, nil), status: 201)
  }

  /// Changes what is named; `"active": false` archives, `true` takes it back.
  static func update(_ call: Call) throws -> Response {
    let slug = try named(call).slug
    var form = try JSONForm(call.request)
    if form.root["slug"] != nil { form.fail("slug", "cannot be changed: stats and keys go by it") }
    let name = form.text("name", maximumBytes: 100)
    let setsTrafficType = form.root["traffic_type"] != nil
    let trafficType = trafficType(&form)
    let setsCost = form.root["cost_per_lead"] != nil
    let cost = form.money("cost_per_lead")
    let active = form.bool("active")
    try form.check()
    let now = call.now
    let source = try call.store.updateSource(slug, of: call.account.id) { source in
      source.name = name ?? source.name
      if setsTrafficType { source.trafficType = trafficType }
      if setsCost { source.costPerLead = cost }
      if let active { source.archivedAt = active ? nil : source.archivedAt ?? now }
    }
    return .json(json(source, try sums(call)[source.slug]))
  }

  /// Its leads and stats stay; publishable keys can no longer use it.
  static func archive(_ call: Call) throws -> Response {
    let now = call.now
    let source = try call.store.updateSource(call.parameters["slug"] ?? "", of: call.account.id) { source in
      source.archivedAt = source.archivedAt ?? now
    }
    return .json(json(source, try sums(call)[source.slug]))
  }

  private static func trafficType(_ form: inout JSONForm) -> String? {
    form.text("traffic_type", maximumBytes: 64).flatMap(DeclaredText.trafficType)
  }

  private static func named(_ call: Call) throws -> Source {
    guard let source = try call.store.sources(of: call.account.id).first(where: { $0.slug == call.parameters["slug"] })
    else { throw Failure.notFound }
    return source
  }

  private static func sums(_ call: Call) throws -> [String: ReportRow] {
    let today = call.account.calendar.day(of: call.now)
    let query = ReportQuery(account: call.account.id, from: today - 29, to: today, groupBy: .source)
    return try call.store.report(query).rows.reduce(into: [:]) { $0[$1.key] = $1 }
  }

  private static func json(_ source: Source, _ sums: ReportRow?) -> JSONValue {
    let sums = sums ?? ReportRow(key: source.slug)
    return [
      "slug": .string(source.slug), "name": .string(source.name), "traffic_type": .text(source.trafficType),
      "cost_per_lead": .money(source.costPerLead), "active": .bool(source.archivedAt == nil),
      "created_at": .time(source.createdAt), "archived_at": .time(source.archivedAt),
      "stats": [
        "leads": .count(sums.leads.leads), "accepted": .count(sums.leads.accepted),
        "approved": .count(sums.conversions.approved), "revenue": .money(sums.conversions.revenue),
        "cost": .money(sums.leads.cost), "profit": .money(sums.profit),
      ],
    ]
  }
}
