import Domain
import HTTP
import JSON
import Privacy
import Storage

/// `/api/v1/keys`: made, listed masked, revoked.
enum KeyHandler {
  static func list(_ call: Call) throws -> Response {
    .json(["keys": .array(try call.store.keys(of: call.account.id).map { .object(members(of: $0)) })])
  }

  /// Makes a key. A secret one is shown in this answer and never again.
  static func create(_ call: Call) throws -> Response {
    var form = try JSONForm(call.request)
    if form.node("kind") == nil { form.fail("kind", "is missing: secret, publishable or postback") }
    let kind = form.word("kind", KeyKind.self)
    let name = form.text("name", maximumBytes: 100) ?? ""
    let origins = form.texts("origins", most: NewKey.mostOrigins, maximumBytes: 200)
    if let origins, !origins.allSatisfy({ NewKey.isOrigin($0) }) {
      form.fail("origins", "must be origins such as https://example.com: scheme, host and port, nothing behind")
    }
    let dailyCap = form.integer("daily_cap", in: NewKey.dailyCaps)
    for field in ["origins", "daily_cap"] where kind != .publishable && kind != nil && form.node(field) != nil {
      form.fail(field, "is for publishable keys only")
    }
    let partner = try partner(kind, &form, call)
    try form.check()
    guard let kind else { throw Problem.internal }
    let made = try NewKey.make(
      kind, name: name, keyring: call.service.keyring, origins: origins ?? [], dailyCap: dailyCap,
      partner: partner)
    let key = try call.store.createKey(made.key, for: call.account.id, at: call.now)
    return .json(.object(members(of: key, text: made.secret.text)), status: 201)
  }

  /// The partner that a postback key is given to.
  private static func partner(_ kind: KeyKind?, _ form: inout JSONForm, _ call: Call) throws -> String? {
    guard let slug = form.text("partner", maximumBytes: 64) else { return nil }
    if kind != .postback && kind != nil { form.fail("partner", "is for postback keys only") }
    let partners = try call.store.directory().partners(of: call.account.id)
    if !partners.contains(where: { $0.slug == slug }) { form.fail("partner", "is no partner of this account") }
    return slug
  }

  /// One key; a postback or publishable one in full, since its owner may look at it again.
  static func show(_ call: Call) throws -> Response {
    let key = try named(call)
    return .json(.object(members(of: key, text: try call.service.keyring.text(of: key))))
  }

  static func revoke(_ call: Call) throws -> Response {
    let key = try named(call)
    try call.store.revokeKey(key.id, of: call.account.id, at: call.now)
    return Response(status: 204)
  }

  private static func named(_ call: Call) throws -> APIKey {
    guard let key = try call.store.keys(of: call.account.id).first(where: { $0.id.text == call.parameters["id"] })
    else {
      throw Failure.notFound
    }
    return key
  }

  private static func members(of key: APIKey, text: String? = nil) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("id", .string(key.id.text)), .init("kind", .string(key.kind.rawValue)), .init("name", .string(key.name)),
      .init("masked", .string(key.masked)), .init("origins", .list(key.origins)),
      .init("daily_cap", .count(key.dailyCap)), .init("partner", .text(key.partner)),
      .init("created_at", .time(key.createdAt)),
      .init("revoked_at", .time(key.revokedAt)),
    ]
    if let text { members.append(.init("key", .string(text))) }
    return members
  }
}

extension NewKey {
  /// Decisions a UTC day that a publishable key may be given.
  package static let dailyCaps = 1...1_000_000
  /// Origins that a publishable key may be limited to.
  package static let mostOrigins = 20

  /// Whether `text` is an origin as a browser names it, in any case: scheme, host and port, nothing behind.
  package static func isOrigin(_ text: String) -> Bool {
    let text = text.lowercased()
    let host = ["https://", "http://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
    return host.map { !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") } } ?? false
  }

  /// A new key in the form in which it rests on disk, and once in full for whoever asked for it. Origins are kept in lower
  /// case, as browsers send them.
  package static func make(
    _ kind: KeyKind, name: String, keyring: Keyring, origins: [String] = [], dailyCap: Int? = nil,
    partner: String? = nil
  ) throws(CryptoFault) -> (key: NewKey, secret: APIKeySecret) {
    let secret = try APIKeySecret.make(kind)
    let sealed = kind == .postback ? try keyring.seal(Array(secret.text.utf8), context: "postback_key") : nil
    let key = NewKey(
      kind: kind, name: name, digest: secret.digest, masked: secret.masked,
      clear: kind == .publishable ? secret.text : nil, sealed: sealed, origins: origins.map { $0.lowercased() },
      dailyCap: kind == .publishable ? dailyCap ?? APIKey.standardDailyCap : nil, partner: partner)
    return (key, secret)
  }
}

extension Keyring {
  /// A key in full, where it may be looked at again; nil for a secret one.
  fileprivate func text(of key: APIKey) throws -> String? {
    if let clear = key.clear { return clear }
    guard let sealed = key.sealed else { return nil }
    return String(decoding: try open(sealed, context: "postback_key"), as: UTF8.self)
  }
}
