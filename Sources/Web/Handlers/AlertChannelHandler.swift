import Domain
import HTTP
import JSON
import Outbound
import Privacy
import Storage

/// `/api/v1/alerts/channels`: where an account is told of alerts. A target is sealed, and shown masked.
enum AlertChannelHandler {
  static func list(_ call: Call) throws -> Response {
    .json(["channels": .array(try call.store.alertChannels(of: call.account.id).map { json($0, call) })])
  }

  static func create(_ call: Call) throws -> Response {
    let target = try target(call)
    let sealed = try call.service.keyring.seal(target, of: call.account.id)
    let channel = try call.store.createAlertChannel(target.kind, sealed: sealed, of: call.account.id, at: call.now)
    return .json(json(channel, call), status: 201)
  }

  static func delete(_ call: Call) throws -> Response {
    guard let id = call.parameters["id"].flatMap({ AlertChannelID(text: $0) }) else { throw Failure.notFound }
    try call.store.deleteAlertChannel(id, of: call.account.id)
    return Response(status: 204)
  }

  /// Sends one message that says it is a test, now, and shows how it fared.
  static func test(_ call: Call) throws -> Response {
    let channels = try call.store.alertChannels(of: call.account.id)
    guard let channel = channels.first(where: { $0.id.text == call.parameters["id"] }) else { throw Failure.notFound }
    guard call.service.testSeats.take(call.account.id) else { throw Problem.tooManyTestCalls }
    defer { call.service.testSeats.leave(call.account.id) }
    guard call.service.alertTests.admits(call.account.id.text, at: call.now) else { throw Problem.tooManyTests }
    let target = call.service.keyring.target(of: channel)
    let result =
      target.map { call.service.outlets.alerts.send(.test(at: call.now), to: $0) }
      ?? AlertResult(unsent: AlertChannel.unreadable)
    return .json([
      "delivered": .bool(result.failure == nil), "error": .text(result.failure), "status": .count(result.status),
      "milliseconds": .count(result.milliseconds), "answer": .string(result.answer),
    ])
  }

  private static func json(_ channel: AlertChannel, _ call: Call) -> JSONValue {
    [
      "id": .string(channel.id.text), "kind": .string(channel.kind.rawValue),
      "target": .text(call.service.keyring.target(of: channel)?.masked), "created_at": .time(channel.createdAt),
      "last_sent_at": .time(channel.sentAt), "last_failed_at": .time(channel.failedAt),
      "last_error": .text(channel.failure),
    ]
  }

  private static func target(_ call: Call) throws -> AlertTarget {
    var form = try JSONForm(call.request)
    if form.node("kind") == nil { form.fail("kind", "is missing: webhook, email or telegram") }
    let kind = form.word("kind", AlertChannel.Kind.self)
    let target = kind.flatMap { kind -> AlertTarget? in
      switch kind {
      case .webhook: webhook(&form, call.service.outlets.alerts)
      case .email: email(&form)
      case .telegram: telegram(&form)
      }
    }
    try form.check()
    guard let target else { throw Problem.internal }
    return target
  }

  private static func webhook(_ form: inout JSONForm, _ sender: AlertSender) -> AlertTarget? {
    let url = required("url", "an address such as https://hooks.example/backnova", &form, most: Forward.longestURL)
    guard let url else { return nil }
    if let fault = sender.fault(ofWebhook: url) { form.fail("url", fault.text) }
    return .webhook(url: url)
  }

  private static func email(_ form: inout JSONForm) -> AlertTarget? {
    let wanted = "one plain e-mail address such as you@example.com"
    guard let address = required("address", wanted, &form, most: 254) else { return nil }
    if !AlertTarget.isMailAddress(address) { form.fail("address", "must be \(wanted)") }
    return .email(address: address)
  }

  private static func telegram(_ form: inout JSONForm) -> AlertTarget? {
    let wanted = "the bot's token as BotFather gave it: 123456789:AA…"
    let token = required("token", wanted, &form, most: 128)
    if let token, !AlertTarget.isTelegramToken(token) { form.fail("token", "must be \(wanted)") }
    let wantedChat = "the chat's number, or the name of a public channel: @name"
    // Telegram itself writes it as a number.
    let number = form.node("chat_id")?.integer.map { String($0) }
    let chat = number ?? required("chat_id", wantedChat, &form, most: 65)
    if let chat, !AlertTarget.isTelegramChat(chat) { form.fail("chat_id", "must be \(wantedChat)") }
    guard let token, let chat else { return nil }
    return .telegram(token: token, chat: chat)
  }

  private static func required(_ field: String, _ what: String, _ form: inout JSONForm, most: Int) -> String? {
    let faults = form.errors.count
    let text = form.text(field, maximumBytes: most)
    if text == nil && form.errors.count == faults { form.fail(field, "is missing: \(what)") }
    return text
  }
}
