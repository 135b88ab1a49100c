import Domain
import HTTP
import JSON
import Privacy
import Storage

/// `GET, POST /api/postback`: a partner's message about a lead (PRODUCT.md §5). With a valid key the answer is always
/// 200, whatever was sent: networks switch a postback URL off after a few other answers.
enum PostbackHandler {
  static func receive(_ call: OpenCall, answer: @escaping LateAnswer) throws {
    let sent = SentParameters(call.request)
    guard let keyText = sent.key ?? Gate.headerKey(call.request) else { throw Problem.missingPostbackKey }
    let (key, account) = try call.service.gate.admit(key: keyText, of: call.request, at: call.now)
    guard key.kind != .publishable else { throw Problem.keyNotAllowed(key.kind) }
    let words = try call.service.store.directory().statusWords(of: key.id, in: account.id)
    let received = sent.received(
      account: account, key: key.id, words: words, keyring: call.service.keyring, at: call.now)
    // The call itself is not held: it has the key, and a body that is wiped.
    let metrics = call.service.metrics
    call.service.store.commitPostback(
      received,
      preparing: { outcome in
        let answered = outcome.map { ($0.result, Response.json(json($0))) }
        return {
          answer(
            answered.map { result, response in
              metrics.count(result)
              return response
            })
        }
      })
  }

  /// Panels try a URL with `HEAD` before they save it: nothing is recorded.
  static func probe(_ call: OpenCall) throws -> Response { Response(status: 200) }

  private static func json(_ effect: PostbackEffect) -> JSONValue {
    var members: [JSONValue.Member] = [.init("status", "ok"), .init("result", .string(effect.result.rawValue))]
    if let reason = effect.reason { members.append(.init("reason", .string(reason.rawValue))) }
    members += [
      .init("event_id", .text(effect.leadID?.eventID)),
      .init("lead_status", .text(effect.leadStatus?.rawValue)),
      .init("warnings", .warnings(effect.warnings)),
    ]
    return .object(members)
  }
}
