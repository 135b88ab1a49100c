import Domain

/// All that a score may look at. Nothing here is contact data; nil means that nobody said.
package struct LeadFeatures: Equatable, Sendable {
  /// The slug of the source.
  package var source: String
  package var trafficType: String?
  /// Without query and fragment.
  package var landingPage: String?
  /// ISO 3166, two capital letters.
  package var country: String?
  package var contact = ContactFacts()
  /// The languages are kept for learning; the expert weights do not use them.
  package var signals = Signals()
  /// Of the visitor's own browser, never of a server that calls for it.
  package var userAgentFamily: UserAgentFamily?
  /// The visitor's client says of itself that it is a program.
  package var declaredBot = false
  /// Leads of the last hour from the same hashed IP, this one included; nil without an IP.
  package var leadsFromAddressLastHour: Int?
  /// The same e-mail or phone came within the duplicate window.
  package var isDuplicate = false
  /// The e-mail domain was seen for fewer than 3 leads and may not be shown.
  package var emailDomainIsRare = false

  package init(source: String) { self.source = source }

  /// A lead as it came, with what was looked up about it.
  package init(_ draft: LeadDraft, _ facts: LeadFacts) {
    source = draft.source
    trafficType = draft.trafficType
    landingPage = draft.landingPage
    country = draft.country
    contact = draft.contact
    signals = draft.signals
    userAgentFamily = draft.userAgent.flatMap { UserAgentFamily(text: $0) }
    declaredBot = draft.signals.webdriver == true || userAgentFamily?.browser == .bot
    leadsFromAddressLastHour = facts.leadsFromAddress
    isDuplicate = facts.isDuplicate
    emailDomainIsRare = facts.emailDomainIsRare
  }
}
