import Domain
import JSON

/// How a partner looks in answers (PRODUCT.md §2). Its headers by name only.
extension JSONValue {
  static func partner(_ partner: Partner, capsUsed: [CapSpan: Int]) -> JSONValue {
    .object([
      .init("slug", .string(partner.slug)), .init("name", .string(partner.name)),
      .init("mode", .string(partner.mode.rawValue)), .init("url", .string(partner.url)),
      .init("method", .string(partner.method.rawValue)), .init("format", .string(partner.format.rawValue)),
      .init("fields", fields(partner.fields[...], depth: 0)),
      .init("headers", .object(partner.headerNames.map { .init($0, "••••") })),
      .init("success", success(partner.success)),
      .init("lead_id_pointer", .text(partner.leadIDPointer)),
      .init("redirect_pointer", .text(partner.redirectPointer)), .init("payout", .money(partner.payout)),
      .init("caps", caps(partner.caps)),
      .init("caps_used", .object(CapSpan.allCases.map { .init($0.name, .count(capsUsed[$0])) })),
      .init("timezone", .string(partner.timezone)), .init("schedule", .array(partner.schedule.windows.map(window))),
      .init("filters", filters(partner.filters)), .init("priority", .count(partner.priority)),
      .init("weight", .count(partner.weight)), .init("deduplicates", .bool(partner.isDeduplicating)),
      .init("active", .bool(partner.isActive)), .init("created_at", .time(partner.createdAt)),
      .init("archived_at", .time(partner.archivedAt)),
    ])
  }

  static func partnerPreset(_ preset: PartnerPreset) -> JSONValue {
    [
      "slug": .string(preset.slug), "name": .string(preset.name), "note": .string(preset.note),
      "blanks": .list(preset.blanks),
      "partner": [
        "mode": .string(DeliveryMode.server.rawValue), "url": .string(preset.url),
        "method": .string(preset.method.rawValue), "format": .string(preset.format.rawValue),
        "fields": fields(preset.fields[...], depth: 0),
        "headers": .object(preset.headers.map { .init($0.name, .string($0.value)) }),
        "success": success(preset.success), "lead_id_pointer": .text(preset.leadIDPointer),
        "redirect_pointer": .text(preset.redirectPointer),
      ],
    ]
  }

  /// Fields of one object stand together: they were read from one.
  private static func fields(_ fields: ArraySlice<PartnerField>, depth: Int) -> JSONValue {
    var members: [Member] = []
    var rest = fields
    while let field = rest.first {
      let name = field.path[depth]
      let group = rest.prefix { $0.path[depth] == name && $0.path.count > depth + 1 }
      if group.isEmpty {
        members.append(Member(name, value(field.value)))
        rest = rest.dropFirst()
      } else {
        members.append(Member(name, self.fields(group, depth: depth + 1)))
        rest = rest.dropFirst(group.count)
      }
    }
    return .object(members)
  }

  private static func value(_ value: PartnerField.Value) -> JSONValue {
    switch value {
    case .template(let text): .string(text)
    case .literal(let text): literal(text)
    }
  }

  /// What was read from JSON, as it was.
  private static func literal(_ text: String) -> JSONValue {
    switch text {
    case "true": .bool(true)
    case "false": .bool(false)
    case "null": .null
    default:
      if text.hasPrefix("\""), let node = try? JSONDocument(Array("[\(text)]".utf8)).root.elements.first {
        .text(node.string)
      } else {
        .decimal(text)
      }
    }
  }

  private static func success(_ rule: SuccessRule) -> JSONValue {
    var members: [Member] = [.init("status", .array(rule.statuses.sorted().map { .count($0) }))]
    if let pointer = rule.pointer { members.append(.init("pointer", .string(pointer))) }
    if let equals = rule.equals { members.append(.init("equals", literal(equals))) }
    if let contains = rule.contains { members.append(.init("contains", .string(contains))) }
    return .object(members)
  }

  private static func caps(_ caps: Caps) -> JSONValue {
    .object(CapSpan.allCases.map { .init($0.name, .count(caps[$0])) })
  }

  private static func filters(_ filters: PartnerFilters) -> JSONValue {
    [
      "countries": .list(filters.countries.sorted()), "sources": .list(filters.sources.sorted()),
      "traffic_types": .list(filters.trafficTypes.sorted()), "min_score": .count(filters.minimumScore),
    ]
  }

  private static func window(_ window: WeekSchedule.Window) -> JSONValue {
    [
      "days": .list(Weekday.allCases.filter(window.days.contains).map(\.rawValue)), "from": time(window.from),
      "to": time(window.to),
    ]
  }

  private static func time(_ minute: Int) -> JSONValue {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return .string(two(minute / 60) + ":" + two(minute % 60))
  }
}
