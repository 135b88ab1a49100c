import Domain
import Privacy

/// One lead as one partner wants it. Holds the contact, so it has one owner, cannot be printed or stored, and is wiped
/// when it goes.
package struct PartnerRequest: ~Copyable {
  /// Bytes of a body.
  package static let longestBody = 262_144
  /// Objects of a JSON body in one another.
  package static let deepestObject = 4

  let method: DeliveryMethod
  /// Closed by a zero, for C.
  let url: WipedBytes
  /// Empty with GET.
  let body: WipedBytes
  /// Whole lines, for libcurl.
  let headers: [String]

  /// - Parameter headers: the partner's, opened.
  package init(
    to partner: Partner, headers: [PartnerHeader], contact: borrowing RawContact, lead: LeadValues,
    guarding: AddressGuard
  ) throws(PartnerRequestFault) {
    let template = try PartnerURL(partner.url, guarding: guarding)
    var url = template.filled(contact, lead)
    var body = WipedBytes()
    let isBody = partner.method != .get
    if !isBody {
      url.append(template.separator)
      PartnerFields(partner.fields).write(to: &url, contact, lead)
    } else if partner.format == .form {
      PartnerFields(partner.fields).write(to: &body, contact, lead)
    } else {
      try PartnerObject(partner.fields).write(to: &body, contact, lead)
    }
    guard url.count <= CallURL.longest else { throw .longURL }
    guard body.count <= Self.longestBody else { throw .longBody }
    url.append(0)
    self.headers = try Self.lines(headers, lead, format: isBody ? partner.format : nil)
    self.method = partner.method
    self.url = url
    self.body = body
  }

  /// Whether a lead may be sent to a partner's URL, whatever it is filled in with: for whoever saves it.
  package static func check(url: String, guarding: AddressGuard) throws(PartnerRequestFault) {
    _ = try PartnerURL(url, guarding: guarding)
  }

  private static func lines(
    _ headers: [PartnerHeader], _ lead: LeadValues, format: BodyFormat?
  ) throws(PartnerRequestFault) -> [String] {
    guard headers.count <= PartnerHeader.limit, headers.allSatisfy({ $0.fault == nil }) else { throw .header }
    // Nobody is asked for a 100 Continue first: some servers never send one.
    var lines = headers.map { $0.line(lead) } + ["Expect:"]
    if let format, !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      lines.append(
        "Content-Type: " + (format == .json ? "application/json" : "application/x-www-form-urlencoded"))
    }
    return lines
  }
}
