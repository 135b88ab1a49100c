import Domain
import HTTP
import JSON
import Outbound
import Storage

/// `/api/v1/partners`: who buys leads, and how they are handed over.
enum PartnerHandler {
  /// Slugs that paths of their own take.
  private static let reserved: Set = ["templates"]

  static func list(_ call: Call) throws -> Response {
    let partners = try call.store.partners(of: call.account.id)
    return .json(["partners": .array(try partners.map { try json($0, call) })])
  }

  static func show(_ call: Call) throws -> Response { .json(try json(named(call), call)) }

  static func create(_ call: Call) throws -> Response {
    var form = try JSONForm(call.request)
    let slug = form.text("slug", maximumBytes: 256) ?? ""
    if !Source.isValid(slug: slug) || reserved.contains(slug) {
      form.fail("slug", "must be 1 to 64 of a-z, 0-9, _, - and ., begin with a letter or digit, and not be templates")
    }
    var partner = Partner(accountID: call.account.id, slug: slug, name: slug, url: "", createdAt: call.now)
    let change = try PartnerChange(&form, to: partner, call)
    change.apply(to: &partner)
    try partner.setHeaders(change.headers, call)
    try call.store.createPartner(partner)
    return .json(try json(partner, call), status: 201)
  }

  /// Changes what is named; headers one by one. `"active": false` pauses it.
  static func update(_ call: Call) throws -> Response {
    let former = try named(call)
    var form = try JSONForm(call.request)
    if form.root["slug"] != nil { form.fail("slug", "cannot be changed: stats and postback keys go by it") }
    let change = try PartnerChange(&form, to: former, call)
    var headed = former
    if !change.headers.isEmpty { try headed.setHeaders(change.headers, call) }
    let partner = try call.store.updatePartner(former.slug, of: call.account.id) { [headed] partner in
      change.apply(to: &partner)
      if !change.headers.isEmpty {
        partner.sealedHeaders = headed.sealedHeaders
        partner.headerNames = headed.headerNames
      }
    }
    return .json(try json(partner, call))
  }

  /// It gets no more leads, for good; what it got stays, and so do its stats.
  static func archive(_ call: Call) throws -> Response {
    try call.store.archivePartner(call.parameters["slug"] ?? "", of: call.account.id, at: call.now)
    return .json(try json(named(call), call))
  }

  /// Kinds of partner APIs, ready but for what only the owner knows.
  static func templates(_ call: Call) -> Response {
    .json(["templates": .array(PartnerPreset.all.map { .partnerPreset($0) })])
  }

  static func named(_ call: Call) throws -> Partner {
    try call.store.partner(call.parameters["slug"] ?? "", of: call.account.id)
  }

  private static func json(_ partner: Partner, _ call: Call) throws -> JSONValue {
    .partner(partner, capsUsed: try call.store.capUsage(of: partner, at: call.now))
  }
}

extension Partner {
  /// Sets the headers that are named. Where the others cannot be read any more (another server key), those are gone.
  fileprivate mutating func setHeaders(_ changes: [String: String?], _ call: Call) throws {
    var headers = (try? PartnerHeaders(of: self, call.service.keyring)) ?? PartnerHeaders()
    headers.change(changes)
    guard headers.all.count <= PartnerHeader.limit else {
      throw Problem.badField("headers", "must be at most \(PartnerHeader.limit)")
    }
    try headers.seal(into: &self, call.service.keyring)
  }
}
