import CCurl
import Domain
import Privacy

/// What the visitor's browser and the log may know of a partner's answer.
package struct PartnerAnswer: Equatable, Sendable {
  /// To be stored.
  package let end: AttemptEnd
  /// Where to send the visitor: http or https, at most 2,048 bytes. Never stored.
  package let redirectURL: String?

  package init(end: AttemptEnd, redirectURL: String? = nil) {
    self.end = end
    self.redirectURL = redirectURL
  }
}

/// What came of a lead that was made up to try a partner out.
package struct PartnerTestAnswer: Sendable {
  package let answer: PartnerAnswer
  /// The first ``PartnerClient/shownOfAnswer`` bytes of what the partner said, to be shown and never stored; nil: nothing
  /// that can be read.
  package let text: String?
}

extension CallLimits {
  /// Of a request that hands a lead to a partner (PRODUCT.md §4).
  package static var partner: CallLimits {
    var limits = CallLimits()
    limits.connect = 4_000
    limits.whole = 4_000
    return limits
  }
}

/// Hands leads to partners, each on the thread that asks for it.
///
/// SIGPIPE must be ignored or blocked, as the server does: a partner that goes away while TLS writes to it raises it.
package struct PartnerClient: Sendable {
  /// Milliseconds for one lead and all of its partners.
  package static let wholeRoute = 8_000
  /// With fewer milliseconds left no partner is called: the lead would most likely arrive and the answer be missed.
  package static let leastMilliseconds = 250
  /// Bytes of a partner's own id of a lead.
  package static let longestLeadID = 128
  /// Bytes of a partner's answer that are shown where the lead was made up.
  package static let shownOfAnswer = 512

  private let keyring: Keyring
  private let guarding: AddressGuard
  private let limits: CallLimits
  private let trust: PartnerTrust?

  /// - Parameter limits: of one partner; its `connect` does not count beside `whole`.
  /// - Throws: `local` where the certificates named in `limits` cannot be read.
  package init(
    keyring: Keyring, guarding: AddressGuard, limits: CallLimits = .partner
  ) throws(CallFailure) {
    self.keyring = keyring
    self.guarding = guarding
    self.limits = limits
    trust = (limits.certificates ?? CurlLibrary.certificates).flatMap { PartnerTrust(path: $0) }
    if trust == nil && limits.certificates != nil { throw .local }
  }

  /// Hands the lead over, once and to this partner alone, and waits for what it says.
  /// - Parameters:
  ///   - headers: the partner's, opened.
  ///   - millisecondsLeft: of ``wholeRoute``; a partner never gets more than its own limit.
  package func hand(
    _ contact: borrowing RawContact, _ lead: LeadValues, to partner: Partner, headers: [PartnerHeader] = [],
    millisecondsLeft: Int = PartnerClient.wholeRoute
  ) -> PartnerAnswer {
    guard millisecondsLeft >= Self.leastMilliseconds else {
      return PartnerAnswer(end: AttemptEnd(outcome: .notSent, cause: .noTimeLeft, milliseconds: 0))
    }
    return hand(contact, lead, partner, headers, milliseconds: min(millisecondsLeft, limits.whole)).answer
  }

  /// The same with a contact that somebody made up: what the partner says of it may be read by its owner. Of a real one it
  /// may not: partners answer with what they were sent.
  package func test(
    with contact: borrowing RawContact, _ lead: LeadValues, to partner: Partner, headers: [PartnerHeader]
  ) -> PartnerTestAnswer {
    let (answer, reply) = hand(contact, lead, partner, headers, milliseconds: limits.whole)
    guard case .whole(_, let body, isCoded: false) = reply, !body.isEmpty else {
      return PartnerTestAnswer(answer: answer, text: nil)
    }
    let line = PrintableText.line(body.prefix(2 * Self.shownOfAnswer), most: Self.shownOfAnswer)
    return PartnerTestAnswer(answer: answer, text: line.withoutKeys)
  }

  private func hand(
    _ contact: borrowing RawContact, _ lead: LeadValues, _ partner: Partner, _ headers: [PartnerHeader],
    milliseconds: Int
  ) -> (answer: PartnerAnswer, reply: PartnerReply) {
    let start = ContinuousClock.now
    let reply = call(contact, lead, partner, headers, milliseconds: milliseconds)
    let took = (ContinuousClock.now - start).components
    let verdict = PartnerVerdict(reply, for: partner)
    let id = verdict.leadID.flatMap { kept($0, of: contact, lead, partner.accountID) }
    let answer = PartnerAnswer(
      end: AttemptEnd(
        outcome: verdict.outcome, cause: verdict.cause, status: verdict.status,
        milliseconds: Int(took.seconds * 1_000 + took.attoseconds / 1_000_000_000_000_000), partnerLeadID: id),
      redirectURL: verdict.redirectURL)
    return (answer, reply)
  }

  private func call(
    _ contact: borrowing RawContact, _ lead: LeadValues, _ partner: Partner, _ headers: [PartnerHeader],
    milliseconds: Int
  ) -> PartnerReply {
    do throws(PartnerRequestFault) {
      let request = try PartnerRequest(
        to: partner, headers: headers, contact: contact, lead: lead, guarding: guarding)
      return perform(request, milliseconds: milliseconds)
    } catch {
      return .notSent(error.cause)
    }
  }

  private func perform(_ request: borrowing PartnerRequest, milliseconds: Int) -> PartnerReply {
    let call = PartnerCall(limits: limits, milliseconds: milliseconds, guarding: guarding, trust: trust)
    guard let call else { return .notSent(.local) }
    defer { withExtendedLifetime((guarding, trust)) {} }
    return call.perform(request)
  }

  /// The partner's id as it may be stored: an e-mail address as its reference; a phone number, a key, or what tells
  /// something of the lead's visitor not at all. Some partners answer with what they were sent.
  private func kept(
    _ id: String, of contact: borrowing RawContact, _ lead: LeadValues, _ account: AccountID
  ) -> String? {
    guard ClickID.isValid(id), id.utf8.count <= Self.longestLeadID, !id.holdsKey else { return nil }
    let plain = id.withoutPercentEscapes
    if plain.utf8.contains(UInt8(ascii: "@")) { return keyring.emailReference(plain, account: account)?.hex }
    if ClickID.holdsContact(id) || contact.phoneEquals(clickID: plain, country: lead.country) { return nil }
    if contact.isTold(by: plain) || lead.isVisitorTold(by: plain) { return nil }
    return id
  }
}
