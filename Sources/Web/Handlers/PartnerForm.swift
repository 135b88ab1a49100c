import Domain
import JSON
import Outbound

/// What a body says of a partner, read and checked.
struct PartnerChange: Sendable {
  private var edits: [@Sendable (inout Partner) -> Void] = []
  /// Headers by name; nil: it goes away. Those that are not named stay.
  private(set) var headers: [String: String?] = [:]

  func apply(to partner: inout Partner) { for edit in edits { edit(&partner) } }

  /// - Parameter partner: what it changes, or what a new one begins as.
  /// - Throws: 422 with every field at fault.
  init(_ form: inout JSONForm, to partner: Partner, _ call: Call) throws {
    readWhere(&form, call)
    readWhat(&form)
    readAnswer(&form)
    readWhom(&form)
    readWhen(&form)
    var changed = partner
    apply(to: &changed)
    Self.check(changed, &form)
    try form.check()
  }

  private mutating func edit<Value: Sendable>(
    _ value: Value?, _ set: @escaping @Sendable (inout Partner, Value) -> Void
  ) {
    guard let value else { return }
    edits.append { set(&$0, value) }
  }

  private mutating func readWhere(_ form: inout JSONForm, _ call: Call) {
    edit(form.text("name", maximumBytes: 100)) { $0.name = $1 }
    edit(form.word("mode", DeliveryMode.self)) { $0.mode = $1 }
    edit(form.word("method", DeliveryMethod.self)) { $0.method = $1 }
    edit(form.word("format", BodyFormat.self)) { $0.format = $1 }
    edit(form.bool("active")) { $0.isActive = $1 }
    edit(form.bool("deduplicates")) { $0.isDeduplicating = $1 }
    edit(form.integer("priority", in: 1...1_000)) { $0.priority = $1 }
    edit(form.integer("weight", in: 0...1_000)) { $0.weight = $1 }
    if form.root["payout"] != nil {
      let payout = form.money("payout")
      edits.append { $0.payout = payout }
    }
    guard let url = form.text("url", maximumBytes: Partner.longestURL) else { return }
    Self.check(url: url, &form, call)
    edit(url) { $0.url = $1 }
  }

  /// Tokens may stand in path and query; what is left must be a URL that may be called.
  private static func check(url: String, _ form: inout JSONForm, _ call: Call) {
    check(template: url, "url", &form)
    guard !ForwardToken.hasStrayBrace(in: url) else { return }
    do throws(PartnerRequestFault) {
      try PartnerRequest.check(url: url, guarding: call.service.outlets.guarding)
    } catch {
      form.fail("url", error.text)
    }
  }

  private static func check(template: String, _ field: String, _ form: inout JSONForm) {
    let unknown = PartnerTemplate.unknownTokens(in: template)
    guard !unknown.isEmpty else { return }
    let names = unknown.map { "{\($0)}" }.joined(separator: ", ")
    let known = PartnerToken.names.map { "{\($0)}" }.joined(separator: " ")
    form.fail(field, "has tokens that mean nothing: \(names); there are \(known) and {form.FIELD}")
  }

  private mutating func readWhat(_ form: inout JSONForm) {
    if let node = form.node("fields") {
      var fields: [PartnerField] = []
      if node.kind == .object { Self.read(node, [], &fields, &form) } else { form.fail("fields", "must be an object") }
      if fields.count > PartnerField.limit { form.fail("fields", "must be at most \(PartnerField.limit)") }
      edits.append { [fields] in $0.fields = fields }
    }
    guard let node = form.node("headers") else { return }
    guard node.kind == .object else { return form.fail("headers", "must be an object") }
    node.forEachMember { name, value in
      guard value.isNull || value.string != nil else { return form.fail("headers.\(name)", "must be a text, or null") }
      if let fault = PartnerHeader(name: name, value: value.string ?? "").fault {
        form.fail(name.hasControlCharacters || name.utf8.count > 64 ? "headers" : "headers.\(name)", fault)
      }
      headers[name] = .some(value.string)
    }
    if headers.count > PartnerHeader.limit { form.fail("headers", "must be at most \(PartnerHeader.limit)") }
  }

  private static func read(_ node: JSONNode, _ path: [String], _ fields: inout [PartnerField], _ form: inout JSONForm) {
    node.forEachMember { name, value in
      let path = path + [name]
      let field = "fields." + path.joined(separator: ".")
      guard (1...64).contains(name.utf8.count), !name.hasControlCharacters else {
        return form.fail("fields", "must be named by 1 to 64 bytes without control characters")
      }
      switch value.kind {
      case .string:
        let text = value.string ?? ""
        guard text.utf8.count <= PartnerField.longestValue, !text.hasControlCharacters else {
          return form.fail(field, "must be at most \(PartnerField.longestValue) bytes without control characters")
        }
        check(template: text, field, &form)
        fields.append(PartnerField(path: path, value: .template(text)))
      case .number:
        let number = value.numberText ?? "0"
        if number.utf8.count > 32 { form.fail(field, "must be a number of at most 32 characters") }
        fields.append(PartnerField(path: path, value: .literal(number)))
      case .bool: fields.append(PartnerField(path: path, value: .literal(value.bool == true ? "true" : "false")))
      case .null: fields.append(PartnerField(path: path, value: .literal("null")))
      case .object where path.count < PartnerRequest.deepestObject: read(value, path, &fields, &form)
      case .object, .array: form.fail(field, "must be a text, a number, true, false, null, or an object of those")
      }
    }
  }

  private mutating func readAnswer(_ form: inout JSONForm) {
    for (name, key) in [("lead_id_pointer", \Partner.leadIDPointer), ("redirect_pointer", \Partner.redirectPointer)]
      as [(String, WritableKeyPath<Partner, String?> & Sendable)] where form.root[name] != nil
    {
      let pointer = Self.pointer(name, &form)
      edits.append { $0[keyPath: key] = pointer }
    }
    guard let node = Self.object("success", ["status", "pointer", "equals", "contains"], &form) else { return }
    var rule = SuccessRule()
    if let statuses = form.node("success.status") {
      let numbers = statuses.kind == .array ? statuses.elements.compactMap(\.integer) : []
      if statuses.kind != .array || numbers.count != statuses.elements.count || numbers.count > 20
        || !numbers.allSatisfy({ (200...599).contains($0) })
      {
        form.fail("success.status", "must be a list of up to 20 HTTP statuses from 200 to 599")
      }
      rule.statuses = Set(numbers.compactMap { Int(exactly: $0) })
    }
    rule.pointer = Self.pointer("success.pointer", &form)
    rule.contains = form.text("success.contains", maximumBytes: 256, trims: false)
    rule.equals = Self.literal(node["equals"], &form)
    if node["equals"] != nil && rule.pointer == nil {
      form.fail("success.pointer", "is missing: say where in the answer success.equals is to be found")
    }
    edits.append { [rule] in $0.success = rule }
  }

  private static func pointer(_ path: String, _ form: inout JSONForm) -> String? {
    guard let pointer = form.text(path, maximumBytes: 256) else { return nil }
    if !pointer.hasPrefix("/") { form.fail(path, "must be a JSON pointer such as /result/id") }
    return pointer
  }

  private static func literal(_ node: JSONNode?, _ form: inout JSONForm) -> String? {
    guard let node else { return nil }
    switch node.kind {
    case .null: return "null"
    case .bool: return node.bool == true ? "true" : "false"
    case .number: return node.numberText
    case .string:
      let text = node.string ?? ""
      guard text.utf8.count <= 256 else {
        form.fail("success.equals", "must be at most 256 bytes")
        return nil
      }
      return String(decoding: JSONValue.string(text).encoded(), as: UTF8.self)
    case .object, .array:
      form.fail("success.equals", "must be a text, a number, true, false or null")
      return nil
    }
  }

  private mutating func readWhom(_ form: inout JSONForm) {
    readObject("filters", ["countries", "sources", "traffic_types", "min_score"], &form) { name, field, form in
      switch name {
      case "countries":
        let countries = Set(form.texts(field, most: 250, maximumBytes: 2) ?? [])
        if !countries.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (65...90).contains($0) } }) {
          form.fail(field, "must be ISO 3166 codes of two capital letters, such as US")
        }
        return { $0.filters.countries = countries }
      case "sources":
        let sources = Set(form.texts(field, most: Source.limit, maximumBytes: 64) ?? [])
        if !sources.allSatisfy(Source.isValid(slug:)) {
          form.fail(field, "must be slugs of sources, such as facebook_us")
        }
        return { $0.filters.sources = sources }
      case "traffic_types":
        let types = Set(form.texts(field, most: 50, maximumBytes: 64) ?? [])
        return { $0.filters.trafficTypes = types }
      default:
        let score = form.integer(field, in: 0...100) ?? 0
        return { $0.filters.minimumScore = score }
      }
    }
    readObject("caps", CapSpan.allCases.map(\.name), &form) { name, field, form in
      let cap = form.integer(field, in: 0...100_000_000)
      switch name {
      case "hour": return { $0.caps.hour = cap }
      case "day": return { $0.caps.day = cap }
      default: return { $0.caps.total = cap }
      }
    }
  }

  /// The members of an object that are named, each for itself: null takes one out, and the others stay as they are.
  private mutating func readObject(
    _ path: String, _ names: [String], _ form: inout JSONForm,
    _ read: (_ name: String, _ field: String, _ form: inout JSONForm) -> @Sendable (inout Partner) -> Void
  ) {
    guard let node = Self.object(path, names, &form) else { return }
    for name in names where node[name] != nil { edits.append(read(name, "\(path).\(name)", &form)) }
  }

  /// Nil where it is missing, or no object. A member that means nothing is a fault: a mistyped cap would be no cap.
  private static func object(_ path: String, _ names: [String], _ form: inout JSONForm) -> JSONNode? {
    guard let node = form.node(path) else { return nil }
    guard node.kind == .object else {
      form.fail(path, "must be an object")
      return nil
    }
    for name in node.memberKeys where !names.contains(name) {
      form.fail(path, "has a member that means nothing; there are " + names.joined(separator: ", "))
    }
    return node
  }

  private mutating func readWhen(_ form: inout JSONForm) {
    if let timezone = form.text("timezone", maximumBytes: 64) {
      if !ZoneName.isKnown(timezone) { form.fail("timezone", "must be an IANA time zone such as Europe/Kyiv") }
      edit(timezone) { $0.timezone = $1 }
    }
    guard let node = form.node("schedule") else { return }
    guard node.kind == .array, node.elements.count <= WeekSchedule.limit else {
      return form.fail("schedule", "must be a list of at most \(WeekSchedule.limit) windows")
    }
    let windows = node.elements.compactMap(Self.window)
    if windows.count != node.elements.count {
      form.fail(
        "schedule", #"must hold windows such as {"days":["mon","tue"],"from":"09:00","to":"18:00"}; "to" may be 24:00"#)
    }
    edits.append { $0.schedule = WeekSchedule(windows: windows) }
  }

  private static func window(_ node: JSONNode) -> WeekSchedule.Window? {
    guard node.memberKeys.allSatisfy(["days", "from", "to"].contains), let days = node["days"], days.kind == .array,
      !days.elements.isEmpty,
      let from = node["from"]?.string.flatMap(minute), let to = node["to"]?.string.flatMap(minute), from < 1_440
    else { return nil }
    let weekdays = days.elements.compactMap { $0.string.flatMap(Weekday.init(rawValue:)) }
    guard weekdays.count == days.elements.count else { return nil }
    return WeekSchedule.Window(days: Set(weekdays), from: from, to: to)
  }

  /// Of a time of day such as `09:30`, up to `24:00`.
  private static func minute(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1_440
    else { return nil }
    return hour * 60 + minute
  }

  /// What must hold of the whole.
  private static func check(_ partner: Partner, _ form: inout JSONForm) {
    guard partner.mode == .server else { return }
    if partner.url.isEmpty && form.errors.allSatisfy({ $0.field != "url" }) {
      form.fail("url", "is missing: where the lead is sent")
    }
    if partner.fields.isEmpty && form.errors.allSatisfy({ !$0.field.hasPrefix("fields") }) {
      form.fail("fields", #"is missing: what is sent, such as {"email":"{email}","phone":"{phone}"}"#)
    }
    if partner.format == .form || partner.method == .get, partner.fields.contains(where: { $0.path.count > 1 }) {
      form.fail("fields", "can hold objects only in a JSON body")
    }
  }
}
