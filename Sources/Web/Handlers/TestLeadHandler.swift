import Domain
import HTTP
import JSON
import Outbound
import Privacy

/// `POST /api/v1/partners/{slug}/test`: hands a made-up, marked lead to the partner and tells what came of it. Nothing of
/// it is stored or counted, in no cap either; filters, schedule and pause do not matter.
enum TestLeadHandler {
  static func send(_ call: Call) throws -> Response {
    let partner = try PartnerHandler.named(call)
    guard partner.mode == .server else {
      throw Problem.badField("mode", "is page: the landing page hands the lead over, so there is nothing to send")
    }
    guard let headers = try? PartnerHeaders(of: partner, call.service.keyring) else {
      throw Problem.badField("headers", "cannot be read with this server's key: set them again")
    }
    guard call.service.testSeats.take(call.account.id) else { throw Problem.tooManyTestCalls }
    defer { call.service.testSeats.leave(call.account.id) }
    let answer = call.service.outlets.partners.hand(try contact(), values(call), to: partner, headers: headers.all)
    return .json([
      "partner": .string(partner.slug), "delivery": .string(answer.end.outcome.rawValue),
      "cause": .string(answer.end.cause.rawValue), "text": .string(answer.end.cause.text),
      "status": .count(answer.end.status), "milliseconds": .count(answer.end.milliseconds),
      "partner_lead_id": .text(answer.end.partnerLeadID), "redirect_url": .text(answer.redirectURL),
    ])
  }

  /// Of nobody: an address of a domain kept for examples, a number kept for fiction.
  private static let form = """
    {"name":"BackNova Test","email":"backnova-test@example.com","phone":"+12025550100"}
    """

  private static func contact() throws -> RawContact {
    do { return try RawContact(formData: JSONDocument(Array(form.utf8)).root) } catch { throw Problem.internal }
  }

  private static let mark = "backnova-test"

  private static func values(_ call: Call) -> LeadValues {
    LeadValues(
      clickID: mark, eventID: LeadID(rawValue: 0).eventID, ip: "192.0.2.1", userAgent: mark, country: "US",
      source: mark, landingPage: mark)
  }
}
