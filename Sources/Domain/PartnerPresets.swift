/// A kind of partner's API, ready but for what only its owner knows.
package struct PartnerPreset: Equatable, Sendable {
  package let slug: String
  package let name: String
  /// What to look up in the partner's documentation and put in the place of ``blanks``.
  package let note: String
  package let url: String
  package let method: DeliveryMethod
  package let format: BodyFormat
  package let fields: [PartnerField]
  package let headers: [(name: String, value: String)]
  package let success: SuccessRule
  package let leadIDPointer: String?
  package let redirectPointer: String?
  /// Parts of ``url``, ``fields``, ``headers`` and ``success`` that the owner replaces by his own.
  package let blanks: [String]

  package static func == (a: Self, b: Self) -> Bool { a.slug == b.slug }

  /// In the order in which they are shown.
  package static let all = [form, bearer, autologin]

  package static func named(_ slug: String) -> PartnerPreset? { all.first { $0.slug == slug } }
}

extension PartnerPreset {
  private static let domain = "partner.example"
  private static let key = "PARTNER_API_KEY"
  private static let offer = "OFFER_ID"
  private static let successText = "PARTNER_SUCCESS_TEXT"

  private static func field(_ path: String..., is template: String) -> PartnerField {
    PartnerField(path: path, value: .template(template))
  }

  static let form = PartnerPreset(
    slug: "form", name: "Form with a key among the fields",
    note: "The oldest kind, and still the most common: a form whose answer is a line of text. Put what the partner "
      + "answers for a lead it takes in the place of \(successText), in full: a short word such as OK stands in refusals "
      + "like “Invalid TOKEN”, too. A key among the fields is stored in clear, unlike one in a header, which is sealed: "
      + "where the partner takes either, use a header.",
    url: "https://partner.example/api/lead", method: .post, format: .form,
    fields: [
      field("api_key", is: key), field("offer_id", is: offer), field("name", is: "{name}"),
      field("email", is: "{email}"), field("phone", is: "{phone}"), field("country", is: "{country}"),
      field("ip", is: "{ip}"), field("click_id", is: "{click_id}"),
    ],
    headers: [], success: SuccessRule(statuses: [200], contains: successText), leadIDPointer: nil,
    redirectPointer: nil, blanks: [domain, key, offer, successText])

  static let bearer = PartnerPreset(
    slug: "json-bearer", name: "JSON with a bearer token",
    note: "Put the token that the partner gave you behind Bearer. Where its answer has no “success”, take the rule's "
      + "pointer out, and the status alone decides.",
    url: "https://partner.example/api/v1/leads", method: .post, format: .json,
    fields: [
      field("offer_id", is: offer), field("first_name", is: "{first_name}"), field("last_name", is: "{last_name}"),
      field("email", is: "{email}"), field("phone", is: "{phone}"), field("country", is: "{country}"),
      field("ip", is: "{ip}"), field("user_agent", is: "{user_agent}"), field("tracking", "click_id", is: "{click_id}"),
      field("tracking", "source", is: "{source}"),
    ],
    headers: [("Authorization", "Bearer " + key)],
    success: SuccessRule(statuses: [200, 201], pointer: "/success", equals: "true"), leadIDPointer: "/data/id",
    redirectPointer: nil, blanks: [domain, key, offer])

  static let autologin = PartnerPreset(
    slug: "json-autologin", name: "JSON that answers with an autologin URL",
    note: "For brokers and casinos that open an account at once: the visitor is sent on to the URL that the answer "
      + "holds. A lead without that URL counts as declined. If the API wants a password, add a field with one that its "
      + "rules take.",
    url: "https://partner.example/api/signup", method: .post, format: .json,
    fields: [
      field("firstname", is: "{first_name}"), field("lastname", is: "{last_name}"), field("email", is: "{email}"),
      field("phone", is: "{phone}"), field("country", is: "{country}"), field("ip", is: "{ip}"),
      field("funnel", is: "{landing_page}"), field("aff_sub", is: "{click_id}"),
    ],
    headers: [("X-Api-Key", key)], success: SuccessRule(statuses: [200, 201], pointer: "/redirect_url"),
    leadIDPointer: "/lead_id", redirectPointer: "/redirect_url", blanks: [domain, key])
}
