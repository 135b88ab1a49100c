import Domain
import HTTP
import JSON
import Privacy
import Storage

/// `/api/v1/privacy`: what is held on a person who asks, and erasing it. The contact lives and ends in here.
enum PrivacyHandler {
  /// `POST /api/v1/privacy/lookup`
  static func lookUp(_ call: Call) throws -> Response {
    let reference = try reference(call)
    let held = try call.store.personalData(of: reference, in: call.account.id)
    return .json([
      "reference": .string(String(reference.hex.prefix(8))), "leads": .array(held.leads.map(json)),
      "since": .time(held.since), "total": .count(held.total), "more": .bool(held.total > held.leads.count),
      "text": .string(held.text),
    ])
  }

  /// `POST /api/v1/privacy/erase`
  static func erase(_ call: Call) throws -> Response {
    let reference = try reference(call)
    let (erasure, left) = try call.store.erase(
      reference, in: call.account.id, by: call.caller.author, at: call.now)
    let text =
      left > 0
      ? "\(erasure.leads.leads) erased, \(left) left: send the same request again."
      : erasure.leads > 0
        ? "\(erasure.leads.leads) erased: nothing in them tells any more whose they were. Backups made before still hold "
          + "what they held." : "Nothing was held on this person, so nothing was erased."
    return .json(.object(members(of: erasure) + [.init("left", .count(left)), .init("text", .string(text))]))
  }

  /// `GET /api/v1/privacy/erasures?limit=&before=`: what was erased, when and by whom, newest first.
  static func list(_ call: Call) throws -> Response {
    let pairs = FormPairs(call.request.query)
    let limit = try pairs.count("limit", most: PrivacyLimits.mostListed) ?? 50
    let before = try pairs.value("before", "must be the id of an erasure: ers_…") { ErasureID(text: $0) }
    let page = try call.store.erasures(of: call.account.id, limit: limit, before: before)
    return .json([
      "erasures": .array(page.elements.map { .object(members(of: $0)) }), "next": .text(page.next?.text),
    ])
  }

  /// - Throws: 422 unless the body names one e-mail address or phone number, raw or hashed.
  private static func reference(_ call: Call) throws -> ContactReference {
    var form = try JSONForm(call.request)
    let country = form.country("country")
    let reference = readContact(&form, country, call)
    try form.check()
    guard let reference else { throw Problem.internal }
    return reference
  }

  private static func readContact(
    _ form: inout JSONForm, _ country: String?, _ call: Call
  ) -> ContactReference? {
    do {
      let contact = try RawContact(formData: form.root)
      let (references, facts) = call.service.keyring.references(
        for: contact, account: call.account.id, country: country)
      if let fault = fault(references, facts) { form.fail(fault.field, fault.message) }
      return references.email ?? references.phone
    } catch {
      // Here its fields are the body's own.
      form.fail(error.field == "form_data" ? "" : String(error.field.dropFirst("form_data.".count)), error.message)
      return nil
    }
  }

  private static func fault(_ references: ContactReferences, _ facts: ContactFacts) -> FieldError? {
    switch (facts.email, facts.phone) {
    case (.absent, .absent):
      FieldError(
        field: "email",
        message: "is missing: send the person's email, or phone and country, or one of email_sha256 and phone_sha256")
    case (.impossible, .absent): FieldError(field: "email", message: "is no e-mail address that can exist")
    case (.absent, .impossible):
      FieldError(field: "phone", message: "is no phone number that can exist in this country")
    case (.absent, _) where references.phone == nil:
      FieldError(field: "phone", message: "does not say of which country it is: send country too, such as US")
    case (_, .absent), (.absent, _): nil
    default:
      FieldError(field: "phone", message: "cannot go together with an e-mail address: send two requests, one for each")
    }
  }

  private static func json(_ held: PersonalData.HeldLead) -> JSONValue {
    let (lead, route) = (held.event.lead, held.event.route)
    return [
      "event_id": .string(lead.id.eventID), "received_at": .time(lead.receivedAt), "source": .string(lead.source),
      "click_id": .text(lead.clickID), "decision": .string(lead.verdict.decision.rawValue),
      "score": .count(lead.verdict.score), "held": .list(held.names), "status": .string(held.event.status.rawValue),
      "conversions": .count(held.event.conversions.count), "partner": .text(route?.partner),
      "delivery": .text(route?.delivery.rawValue), "handed_to": .array(handedTo(held.event.attempts)),
    ]
  }

  /// Every partner that got the contact or may have got it, each as its last such attempt ended.
  private static func handedTo(_ attempts: [LeadAttempt]) -> [JSONValue] {
    let made = attempts.filter { $0.end?.outcome.goesOn != true }
    return made.enumerated().filter { place, attempt in
      !made[(place + 1)...].contains { $0.partner == attempt.partner }
    }.map { _, attempt in
      [
        "partner": .string(attempt.partner), "at": .time(attempt.beganAt),
        "outcome": .string(attempt.end?.outcome.rawValue ?? LeadDelivery.open.rawValue),
      ]
    }
  }

  private static func members(of erasure: Erasure) -> [JSONValue.Member] {
    var (key, person): (KeyID?, PersonID?)
    switch erasure.author {
    case .key(let id): key = id
    case .person(let id): person = id
    }
    return [
      .init("id", .string(erasure.id.text)), .init("at", .time(erasure.at)), .init("key_id", .text(key?.text)),
      .init("person_id", .text(person?.text)), .init("leads", .count(erasure.leads)),
    ]
  }
}

extension Caller {
  fileprivate var author: Erasure.Author {
    switch self {
    case .key(let key, _): .key(key.id)
    case .person(let person, _): .person(person.id)
    }
  }
}

extension PersonalData.HeldLead {
  /// What of the person, and of the visit, is held with the lead.
  fileprivate var names: [String] {
    let lead = event.lead
    let hasPartnerLeadID =
      event.route?.partnerLeadID != nil || event.attempts.contains { $0.end?.partnerLeadID != nil }
    let parts: [(String, Bool)] = [
      ("email_ref", lead.references.email != nil), ("phone_ref", lead.references.phone != nil),
      ("name_ref", lead.references.name != nil), ("email_domain", lead.emailDomain != nil),
      ("address_ref", hasAddress), ("lead_id", hasLeadKey),
      ("partner_lead_id", hasPartnerLeadID), ("country", lead.country != nil),
      ("landing_page", lead.landingPage != nil), ("traffic_type", lead.trafficType != nil),
      ("user_agent", lead.userAgent != nil), ("behaviour", lead.signals != Signals()),
      ("reasons", !lead.verdict.reasons.isEmpty),
    ]
    return parts.filter(\.1).map(\.0)
  }
}

extension PersonalData {
  /// What is held, in plain words.
  fileprivate var text: String {
    guard let since else {
      return "Nothing is held on this person: no lead of this account has this e-mail address or phone number."
    }
    let shown = leads.count < total ? " The newest \(leads.count) are listed." : ""
    return "\(total.leads) of this person \(total == 1 ? "is" : "are") held, the first since \(since.rfc3339). Name, "
      + "e-mail address and phone number were never stored: a reference, which is a keyed hash, stands for each, beside "
      + "the e-mail domain, the browser's family and what the visitor did on the page.\(shown)"
  }
}

extension Int {
  fileprivate var leads: String { "\(self) lead\(self == 1 ? "" : "s")" }
}
