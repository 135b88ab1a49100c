import Domain
import HTTP
import JSON
import Outbound

/// `POST /api/v1/forwards/{id}/test`, with or without `{"status": …}`: calls the tracker once with a made-up conversion,
/// and tells what was sent and what came back. Nothing of it is recorded or counted.
enum TestCallHandler {
  static func make(_ call: Call) throws -> Response {
    let forward = try ForwardHandler.forward(call)
    let delivery = try madeUp(status(call) ?? forward.usualStatus, for: forward, at: call.now)
    let values = ForwardValues(
      delivery, statusMap: forward.statusMap, source: forward.source ?? mark, partner: nil,
      currency: call.account.currency)
    // As the job does: one that cannot be read cannot be called either, and the answer says so.
    let url = (try? ForwardTemplate(forward.url))?.url(values) ?? ""
    guard call.service.testSeats.take(call.account.id) else { throw Problem.tooManyTestCalls }
    defer { call.service.testSeats.leave(call.account.id) }
    let result = DirectCaller.make(Outbound.Call(id: 0, url: url), guarding: call.service.outlets.guarding)
    return .json([
      "request": ["method": "GET", "url": .string(url)], "answer": answer(result), "error": error(result),
      "delivered": .bool(result.isDelivered),
    ])
  }

  /// What stands where a real conversion has something of its own.
  private static let mark = "backnova-test"

  private static func status(_ call: Call) throws -> ConversionStatus? {
    guard !call.request.body.isEmpty else { return nil }
    var form = try JSONForm(call.request)
    let status = form.word("status", ConversionStatus.self)
    try form.check()
    return status
  }

  /// Worth one hundredth: enough to see how a sum is written, too little to spoil anyone's numbers.
  private static func madeUp(_ status: ConversionStatus, for forward: Forward, at now: Instant) -> Delivery {
    let amount = Money(micros: 10_000)
    return Delivery(
      id: DeliveryID(rawValue: 0), accountID: forward.accountID, forwardID: forward.id, clickID: mark,
      leadID: LeadID(rawValue: 0), postbackID: PostbackID(rawValue: 0), openedBy: PostbackID(rawValue: 0), txid: mark,
      status: status,
      payout: status == .approved || status == .pending ? amount : .zero, amount: amount, rawStatus: mark,
      currency: nil, createdAt: now)
  }

  private static func answer(_ result: CallResult) -> JSONValue {
    guard let status = result.status else { return .null }
    return [
      "status": .count(status), "milliseconds": .count(result.milliseconds), "text": .string(result.text),
      "http_version": .count(result.httpVersion),
    ]
  }

  private static func error(_ result: CallResult) -> JSONValue {
    guard let failure = result.failure else { return .null }
    return ["code": .string(failure.rawValue), "text": .string(failure.text)]
  }
}

extension Forward {
  /// The first class that it is told: a sale, if it is.
  fileprivate var usualStatus: ConversionStatus {
    ConversionStatus.allCases.first(where: statuses.contains) ?? .approved
  }
}
