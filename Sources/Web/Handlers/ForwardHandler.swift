import Domain
import HTTP
import JSON
import Outbound
import Storage

/// `/api/v1/forwards`: the trackers that conversions are sent on to.
enum ForwardHandler {
  static func list(_ call: Call) throws -> Response {
    .json(["forwards": .array(try call.store.forwards(of: call.account.id).map(json))])
  }

  static func show(_ call: Call) throws -> Response {
    .json(json(try forward(call)))
  }

  /// The one that the path names.
  static func forward(_ call: Call) throws -> Forward {
    let id = try id(call)
    guard let forward = try call.store.forwards(of: call.account.id).first(where: { $0.id == id }) else {
      throw Failure.notFound
    }
    return forward
  }

  static func create(_ call: Call) throws -> Response {
    var form = try JSONForm(call.request)
    for field in ["name", "url"] where form.node(field) == nil { form.fail(field, "is missing") }
    let change = try ForwardChange(&form, call)
    let (account, now) = (call.account.id, call.now)
    let forward = try call.store.createForward(of: account, at: now) { id in
      var forward = Forward(id: id, accountID: account, name: "", url: "", createdAt: now)
      change.apply(to: &forward)
      return forward
    }
    return .json(json(forward), status: 201)
  }

  static func update(_ call: Call) throws -> Response {
    let id = try id(call)
    var form = try JSONForm(call.request)
    let change = try ForwardChange(&form, call)
    return .json(json(try call.store.updateForward(id, of: call.account.id) { change.apply(to: &$0) }))
  }

  static func delete(_ call: Call) throws -> Response {
    try call.store.deleteForward(try id(call), of: call.account.id, at: call.now)
    return Response(status: 204)
  }

  private static func id(_ call: Call) throws -> ForwardID {
    guard let id = call.parameters["id"].flatMap({ ForwardID(text: $0) }) else { throw Failure.notFound }
    return id
  }

  private static func json(_ forward: Forward) -> JSONValue {
    let statuses = ConversionStatus.allCases.filter(forward.statuses.contains)
    return [
      "id": .string(forward.id.text), "name": .string(forward.name), "url": .string(forward.url),
      "statuses": .list(statuses.map(\.rawValue)),
      "status_map": .object(
        forward.statusMap.sorted { $0.key.rawValue < $1.key.rawValue }
          .map { .init($0.key.rawValue, .string($0.value)) }),
      "source": .text(forward.source), "active": .bool(forward.isActive), "created_at": .time(forward.createdAt),
    ]
  }
}

/// What a body says of a forward; nil: nothing.
private struct ForwardChange: Sendable {
  private let name: String?
  private let url: String?
  private let statuses: Set<ConversionStatus>?
  private let statusMap: [ConversionStatus: String]?
  private let source: String??
  private let isActive: Bool?

  init(_ form: inout JSONForm, _ call: Call) throws {
    name = Self.filled("name", &form, maximumBytes: 100)
    url = Self.url(&form, for: call.service.outlets.guarding)
    statuses = Self.statuses(&form)
    statusMap = Self.statusMap(&form)
    let slug = form.text("source", maximumBytes: 64)
    if let slug, try call.store.directory().source(slug, of: call.account.id) == nil {
      form.fail("source", "is no source of this account")
    }
    source = form.root["source"] == nil ? nil : .some(slug)
    isActive = form.bool("active")
    try form.check()
  }

  func apply(to forward: inout Forward) {
    forward.name = name ?? forward.name
    forward.url = url ?? forward.url
    forward.statuses = statuses ?? forward.statuses
    forward.statusMap = statusMap ?? forward.statusMap
    if let source { forward.source = source }
    forward.isActive = isActive ?? forward.isActive
  }

  /// A text that may be left out, but not be empty.
  private static func filled(_ field: String, _ form: inout JSONForm, maximumBytes: Int) -> String? {
    let faults = form.errors.count
    let text = form.text(field, maximumBytes: maximumBytes)
    if text == nil && form.node(field) != nil && form.errors.count == faults { form.fail(field, "must not be empty") }
    return text
  }

  /// Read by what reads it for a call, so that what is taken is what is dialled.
  private static func url(_ form: inout JSONForm, for guarding: AddressGuard) -> String? {
    guard let url = filled("url", &form, maximumBytes: Forward.longestURL) else { return nil }
    if let fault = fault(of: url, for: guarding) { form.fail("url", fault) }
    return url
  }

  private static func fault(of url: String, for guarding: AddressGuard) -> String? {
    // Neither would keep it from being called; both mean that something was mistyped.
    if url.contains(where: \.isWhitespace) { return "must not hold white space; a space is written %20" }
    if ForwardToken.hasStrayBrace(in: url) { return "has a brace that is not one of a pair: tokens stand in { and }" }
    do throws(ForwardTemplateFault) {
      return fault(of: try ForwardTemplate(url), for: guarding)
    } catch {
      return error.text
    }
  }

  private static func fault(of template: ForwardTemplate, for guarding: AddressGuard) -> String? {
    do throws(URLFault) {
      _ = try template.destination(for: guarding)
      return nil
    } catch {
      return error.text
    }
  }

  private static func statuses(_ form: inout JSONForm) -> Set<ConversionStatus>? {
    guard let words = form.texts("statuses", most: 4, maximumBytes: 16) else { return nil }
    let statuses = words.compactMap(ConversionStatus.init(rawValue:))
    guard statuses.count == words.count else {
      form.fail("statuses", "must hold only " + ConversionStatus.allCases.map(\.rawValue).joined(separator: ", "))
      return nil
    }
    return Set(statuses.isEmpty ? ConversionStatus.allCases : statuses)
  }

  private static func statusMap(_ form: inout JSONForm) -> [ConversionStatus: String]? {
    guard let node = form.node("status_map") else { return nil }
    var map: [ConversionStatus: String] = [:]
    var isRight = node.kind == .object
    if isRight {
      node.forEachMember { name, value in
        let word = value.string ?? ""
        let status = ConversionStatus(rawValue: name)
        isRight = isRight && status != nil && (1...64).contains(word.utf8.count) && !word.hasControlCharacters
        if let status { map[status] = word }
      }
    }
    if !isRight {
      form.fail("status_map", "must give classes the tracker's words, such as {\"approved\": \"sale\"}, up to 64 bytes")
    }
    return map
  }
}
