import Domain
import HTTP
import JSON
import Outbound
import Privacy

/// `POST /api/v1/partners/{slug}/test`: hands a made-up, marked lead to the partner and tells what came of it. Nothing of
/// it is stored or counted, in no cap either; filters, schedule and pause do not matter. What the partner answers is shown
/// to whoever asks, as no answer to a real lead is.
enum TestLeadHandler {
  static func send(_ call: Call) throws -> Response {
    let partner = try PartnerHandler.named(call)
    guard partner.archivedAt == nil else { throw Failure.notFound }
    guard partner.mode == .server else {
      throw Problem.badField("mode", "is page: the landing page hands the lead over, so there is nothing to send")
    }
    guard let headers = try? PartnerHeaders(of: partner, call.service.keyring) else {
      throw Problem.badField("headers", "cannot be read with this server's key: set them again")
    }
    guard call.service.testSeats.take(call.account.id) else { throw Problem.tooManyTestCalls }
    defer { call.service.testSeats.leave(call.account.id) }
    let number = Int64.random(in: 1..<1 << 40)
    let test = call.service.outlets.partners.test(
      with: try contact(number), values(number), to: partner, headers: headers.all)
    let end = test.answer.end
    return .json([
      "partner": .string(partner.slug), "delivery": .string(end.outcome.rawValue), "cause": .string(end.cause.rawValue),
      "text": .string(end.cause.text), "status": .count(end.status), "milliseconds": .count(end.milliseconds),
      "partner_lead_id": .text(end.partnerLeadID), "redirect_url": .text(test.answer.redirectURL),
      "answer": .text(test.text),
    ])
  }

  /// Of nobody: an address of a domain kept for examples, one of a hundred numbers kept for fiction. Another one each
  /// time, or a partner that takes no lead twice would decline all tests but the first.
  private static func contact(_ number: Int64) throws -> RawContact {
    let form: JSONValue = [
      "name": "BackNova Test", "email": .string("\(mark)-\(number)@example.com"),
      "phone": .string("+120255501\(number % 100 / 10)\(number % 10)"),
    ]
    do { return try RawContact(formData: JSONDocument(form.encoded()).root) } catch { throw Problem.internal }
  }

  private static let mark = "backnova-test"

  private static func values(_ number: Int64) -> LeadValues {
    LeadValues(
      clickID: "\(mark)-\(number)", eventID: LeadID(rawValue: number).eventID, ip: "192.0.2.1", userAgent: mark,
      country: "US", source: mark, landingPage: mark)
  }
}
