/// What a partner's template may name beside the contact. Address and user agent are the visitor's: never to be printed or
/// stored either.
package struct LeadValues: Sendable {
  package let clickID: String?
  /// `evt_…`.
  package let eventID: String
  package let ip: String?
  package let userAgent: String?
  /// ISO 3166 code.
  package let country: String?
  /// A slug.
  package let source: String
  package let landingPage: String?

  package init(
    clickID: String?, eventID: String, ip: String?, userAgent: String?, country: String?, source: String,
    landingPage: String?
  ) {
    self.clickID = clickID
    self.eventID = eventID
    self.ip = ip
    self.userAgent = userAgent
    self.country = country
    self.source = source
    self.landingPage = landingPage
  }
}

extension LeadValues {
  /// Whether a text that somebody else made holds the visitor's address or user agent.
  func isVisitorTold(by text: String) -> Bool {
    [ip, userAgent].contains { value in
      guard let value, !value.isEmpty else { return false }
      return text == value || value.utf8.count >= 7 && text.lowercased().contains(value.lowercased())
    }
  }
}

extension LeadValues: CustomStringConvertible, CustomReflectable {
  /// Never a value.
  package var description: String { "LeadValues" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
