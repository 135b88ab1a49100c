import Domain
import HTTP
import JSON
import Outbound
import Privacy
import Scoring

/// A decision's request, read and checked: what is kept of the lead, and what its partner alone gets to see.
struct LeadSubmission: ~Copyable {
  let draft: LeadDraft
  let contact: RawContact
  let visitor: Visitor

  /// What is known of a visitor beside the form. Never stored as it is.
  struct Visitor: Sendable {
    let address: String?
    let userAgent: String?
  }

  /// - Throws: 400, 415, 422 with every field at fault; what the key may was settled at the gate.
  init(_ call: Call) throws {
    var form = try JSONForm(call.request)
    let (draft, visitor) = try Self.readDraft(&form, call)
    let contact = try Self.readContact(&form)
    let (references, facts) = call.service.keyring.references(
      for: contact, account: call.account.id, country: draft.country)
    if let clickID = draft.clickID, contact.phoneEquals(clickID: clickID, country: draft.country) {
      form.fail("click_id", "must be your tracker's click id, not the visitor's phone number")
    }
    try form.check()
    self.draft = draft.with(references, facts)
    self.visitor = visitor
    self.contact = contact
  }

  private static func readDraft(_ form: inout JSONForm, _ call: Call) throws -> (LeadDraft, Visitor) {
    let publishableKey = call.caller.publishableKey
    var draft = LeadDraft(account: call.account, receivedAt: call.now, source: source(&form))
    draft.trafficType = form.text("traffic_type", maximumBytes: 64).flatMap(DeclaredText.trafficType)
    draft.landingPage = form.text("landing_page", maximumBytes: 1_024).flatMap(DeclaredText.landingPage)
    draft.clickID = Self.clickID(&form)
    draft.country = form.country("country") ?? (publishableKey == nil ? nil : call.request.country)
    draft.signals = Self.signals(&form)
    let leadKey = Self.leadKey(&form, call.request)
    draft.isTest = form.bool("test") ?? false

    let source = try Self.admitSource(draft.source, call, publishableKey, &form)
    draft.createsSource = source == nil
    draft.trafficType = draft.trafficType ?? source?.trafficType
    draft.cost = form.money("cost") ?? source?.costPerLead ?? .zero
    draft.cappedKey = publishableKey.map { ($0.id, $0.dailyCap ?? APIKey.standardDailyCap) }

    // A browser speaks for itself; a server says for whom it speaks.
    let userAgent =
      publishableKey == nil ? form.text("user_agent", maximumBytes: 1_024) : call.request.headers["user-agent"]
    let address = publishableKey == nil ? form.text("ip", maximumBytes: 64) : call.request.remoteAddress
    if let address {
      draft.addressReference = call.service.keyring.visitorReference(
        ip: address, account: call.account.id, at: call.now)
      if draft.addressReference == nil && publishableKey == nil { form.fail("ip", "must be an IPv4 or IPv6 address") }
    }
    draft.leadKeyDigest = leadKey.map {
      call.service.keyring.keyReference(leadKey: $0, account: call.account.id).bytes
    }
    draft.userAgent = userAgent.map { UserAgentFamily(userAgent: $0).text }
    return (draft, Visitor(address: address, userAgent: userAgent))
  }

  private static func readContact(_ form: inout JSONForm) throws -> RawContact {
    let fault: FormFault
    do throws(FormFault) { return try RawContact(formData: form.node("form_data")) } catch { fault = error }
    form.fail(fault.field, fault.message)
    try form.check()
    throw Problem.internal
  }

  private static func source(_ form: inout JSONForm) -> String {
    guard form.node("source") != nil else {
      form.fail("source", "is missing: name where this lead came from, such as facebook_us")
      return ""
    }
    let slug = form.text("source", maximumBytes: 256) ?? ""
    if !Source.isValid(slug: slug) {
      form.fail("source", "must be 1 to 64 of a-z, 0-9, _, - and ., and begin with a letter or digit")
    }
    return slug
  }

  /// The source as it is known; nil where a secret key's lead will make it.
  private static func admitSource(
    _ slug: String, _ call: Call, _ publishableKey: APIKey?, _ form: inout JSONForm
  ) throws -> Source? {
    let source = try call.store.directory().source(slug, of: call.account.id)
    guard publishableKey != nil, !slug.isEmpty else { return source }
    if source == nil {
      form.fail("source", "is not known: make it in the dashboard before a publishable key can use it")
    } else if source?.archivedAt != nil {
      form.fail("source", "is archived: a publishable key can use active sources only")
    }
    return source
  }

  private static func clickID(_ form: inout JSONForm) -> String? {
    guard let node = form.node("click_id"), node.string != "" else { return nil }
    guard let text = node.string, ClickID.isValid(text) else {
      form.fail("click_id", "must be 1 to 256 bytes of printable text")
      return nil
    }
    if ClickID.holdsContact(text) {
      form.fail("click_id", "must be your tracker's click id, not an e-mail address or a phone number")
    } else if text.holdsKey {
      form.fail("click_id", KeptValue.keyFault)
    }
    return text
  }

  private static func leadKey(_ form: inout JSONForm, _ request: Request) -> String? {
    let body = form.text("lead_id", maximumBytes: 200)
    guard let header = request.headers["idempotency-key"], !header.isEmpty else { return body }
    if header.utf8.count > 200 { form.fail("Idempotency-Key", "must be at most 200 bytes") }
    if let body, body != header {
      form.fail("lead_id", "differs from the Idempotency-Key header; send one or the other")
    }
    return header
  }

  private static func signals(_ form: inout JSONForm) -> Signals {
    var signals = Signals()
    signals.timeOnSite = form.number("time_on_site", most: 86_400)
    signals.pageViews = form.number("page_views", most: 10_000).map { Int($0) }
    if let node = form.node("signals"), node.kind != .object { form.fail("signals", "must be an object") }
    signals.fillSeconds = form.number("signals.fill_seconds", most: 86_400)
    signals.pasted = form.bool("signals.pasted")
    signals.webdriver = form.bool("signals.webdriver")
    signals.timezone = timezone(&form)
    let languages = form.texts("signals.languages", most: 20, maximumBytes: 256) ?? []
    signals.languages = Array(languages.filter(DeclaredText.isLanguage).prefix(8))
    return signals
  }

  /// Nil for a name that no zone has: a browser says it, so the lead must not be lost for it, and since any text would fit
  /// there it must not be kept either.
  private static func timezone(_ form: inout JSONForm) -> String? {
    guard let node = form.node("signals.timezone") else { return nil }
    guard let name = node.string else {
      form.fail("signals.timezone", "must be a string")
      return nil
    }
    return ZoneName.isKnown(name) ? name : nil
  }
}

extension LeadDraft {
  fileprivate func with(_ references: ContactReferences, _ facts: ContactFacts) -> LeadDraft {
    var draft = self
    // Of a test nothing is held that a person could ask for.
    draft.references = isTest ? ContactReferences() : references
    draft.contact = facts
    return draft
  }
}
