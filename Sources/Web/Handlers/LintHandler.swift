import Domain
import HTTP
import JSON
import Privacy
import Storage

/// `POST /api/v1/postbacks/lint`: what a postback URL would do, read and applied as the endpoint does, and nothing of it
/// recorded. The URL may hold contact data and a key: neither is answered, logged or kept.
enum LintHandler {
  /// Bytes of a URL that is looked at.
  private static let longest = 8_192

  static func lint(_ call: Call) throws -> Response {
    var form = try JSONForm(call.request)
    let text = form.text("url", maximumBytes: longest)
    if text == nil && form.errors.isEmpty { form.fail("url", "is missing: the postback URL as a string") }
    let chosen = try chosenKey(&form, call)
    try form.check()
    let url = text ?? ""
    let query = PostbackURL(url).query
    let sent = SentParameters(Request(method: "GET", path: PostbackURL.rightPath, query: query))
    let lint = PostbackLint(url, sent: sent.parameters, host: call.request.headers["host"])
    let key = try KeyInURL(sent.key, of: call)
    let received = try received(sent, key: chosen ?? key.id, call)
    let preview = try call.store.previewPostback(received)
    let warnings = lint.warnings + (key.warning.map { [$0] } ?? [])
    let answer =
      what(received, preview)
      + [
        .init("http_status", .count(warnings.contains(.wrongPath) ? 404 : key.status)),
        .init("template", .bool(lint.isTemplate)), .init("networks", .list(lint.networks.map(\.slug))),
        .init("parameters", .array(lint.parameters.map(members(of:)))),
        .init("healed_url", .string(healed(sent.parameters, host: call.request.headers["host"] ?? "HOST"))),
        .init("warnings", .warnings(preview.warnings, warnings, lint.networks)),
      ]
    return .json(.object(answer))
  }

  /// The key that the caller wants the words of.
  private static func chosenKey(_ form: inout JSONForm, _ call: Call) throws -> KeyID? {
    guard let text = form.text("key", maximumBytes: 64) else { return nil }
    let key = try call.store.keys(of: call.account.id).first { $0.id.text == text }
    if key == nil { form.fail("key", "must be the id of one of the account's keys") }
    return key?.id
  }

  private static func received(_ sent: SentParameters, key: KeyID, _ call: Call) throws -> ReceivedPostback {
    let words = try call.store.directory().statusWords(of: key, in: call.account.id)
    return sent.received(account: call.account, key: key, words: words, keyring: call.service.keyring, at: call.now)
  }

  /// What the endpoint would answer, and what it would make of each parameter.
  private static func what(_ received: ReceivedPostback, _ preview: PostbackPreview) -> [JSONValue.Member] {
    let read: (meaning: PostbackMeaning, word: String?, currency: String?, txid: String?, clickID: String?)
    switch received.reading {
    case .message(let message, _):
      let meaning = PostbackMeaning(status: message.status, payout: message.payout)
      let clickID = received.clickIDReference?.hex ?? message.clickID
      read = (meaning, message.rawStatus, message.currency, message.txid, clickID)
    case .ignored(let ignored):
      let meaning = PostbackMeaning(word: ignored.rawStatus, amount: ignored.amount, words: received.words)
      read = (meaning, ignored.rawStatus, ignored.currency, ignored.txid, nil)
    }
    return [
      .init("result", .string(preview.result.rawValue)), .init("reason", .text(preview.reason?.rawValue)),
      .init("status", .string(read.meaning.status.rawValue)), .init("payout", .money(read.meaning.payout)),
      .init("txid", .text(read.txid)), .init("click_id", .text(read.clickID)),
      .init("raw_status", .text(read.word)), .init("currency", .text(read.currency)),
      .init("event_id", .text(preview.leadID?.eventID)), .init("lead_status", .text(preview.leadStatus?.rawValue)),
    ]
  }

  private static func members(of parameter: PostbackLint.Parameter) -> JSONValue {
    [
      "name": .string(parameter.name.withoutKeys), "known": .bool(parameter.isKnown),
      "meaning": .text(parameter.meaning), "macro": .text(parameter.macro?.withoutKeys),
    ]
  }

  /// The URL as it should be: our names, nothing but them, escaped where it has to be, with `KEY` for the key.
  private static func healed(_ parameters: [PostbackParameter], host: String) -> String {
    var url = "https://\(host)\(PostbackURL.rightPath)?api_key=KEY"
    for name in ["click_id", "status", "payout", "txid", "currency"] {
      let own = parameters.last { $0.name == name && !$0.value.isEmpty }
      let meant = parameters.last { PostbackLint.meaning(of: $0.name) == name && !$0.value.isEmpty }
      guard let value = (own ?? meant)?.value.withoutKeys, !ClickID.holdsContact(value) else { continue }
      url += "&\(name)=" + (PostbackLint.isMacro(value) ? value : value.percentEncoded)
    }
    return url
  }
}

/// The key that a postback URL holds, seen from the account that asks about it.
private struct KeyInURL {
  /// 0: none that counts.
  let id: KeyID
  let warning: LintWarning?
  /// What the endpoint answers to it.
  let status: Int

  init(_ text: String?, of call: Call) throws {
    guard let text else {
      (id, warning, status) = (KeyID(rawValue: 0), nil, 401)
      return
    }
    let account = call.account.id
    let digest = APIKeySecret(text)?.digest
    // Another account's key says nothing about itself here.
    if let key = try digest.flatMap({ try call.store.directory().key(digest: $0) }), key.accountID == account {
      id = key.id
      switch key.kind {
      case .postback: (warning, status) = (nil, 200)
      case .secret: (warning, status) = (.secretKey, 200)
      case .publishable: (warning, status) = (.publishableKey, 403)
      }
    } else {
      let isRevoked = try call.store.keys(of: account).contains { $0.digest == digest }
      (id, warning, status) = (KeyID(rawValue: 0), isRevoked ? .revokedKey : .unknownKey, 401)
    }
  }
}

extension String {
  /// For a query.
  fileprivate var percentEncoded: String {
    utf8.reduce(into: "") { text, byte in
      if byte.isBase62 || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
  }
}

extension UInt8 {
  fileprivate var isBase62: Bool {
    (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
  }
}
