import Domain
import Privacy

/// Why a lead cannot even be written down for a partner.
package struct PartnerRequestFault: Error, Equatable, Sendable {
  package let cause: AttemptCause
}

/// One lead as one partner wants it. Holds the contact, so it has one owner, cannot be printed or stored, and is wiped
/// when it goes.
package struct PartnerRequest: ~Copyable {
  let method: DeliveryMethod
  /// Closed by a zero, for C.
  let url: WipedBytes
  /// Empty with GET.
  let body: WipedBytes
  /// Whole lines, for libcurl.
  let headers: [String]

  /// - Parameter headers: the partner's, opened.
  /// - Throws: `badURL`, `refusedAddress` or `badSettings`.
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
    guard url.count <= CallURL.longest else { throw PartnerRequestFault(cause: .badURL) }
    url.append(0)
    self.headers = try Self.lines(headers, lead, format: isBody ? partner.format : nil)
    self.method = partner.method
    self.url = url
    self.body = body
  }

  private static func lines(
    _ headers: [PartnerHeader], _ lead: LeadValues, format: BodyFormat?
  ) throws(PartnerRequestFault) -> [String] {
    guard headers.count <= PartnerHeader.limit, headers.allSatisfy({ $0.fault == nil }) else {
      throw PartnerRequestFault(cause: .badSettings)
    }
    // Nobody is asked for a 100 Continue first: some servers never send one.
    var lines = headers.map { $0.line(lead) } + ["Expect:"]
    if let format, !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      lines.append(
        "Content-Type: " + (format == .json ? "application/json" : "application/x-www-form-urlencoded"))
    }
    return lines
  }
}

/// A partner's URL, read as a template and judged before anything is filled in: who is called never depends on a lead.
struct PartnerURL {
  private let pieces: [PartnerTemplate.Piece]
  private let hasQuery: Bool
  private let lastByte: UInt8?

  init(_ text: String, guarding: AddressGuard) throws(PartnerRequestFault) {
    // What stands behind a `#` never leaves.
    let whole = PartnerTemplate(String(text.prefix { $0 != "#" }))
    guard case .text(let start) = whole.pieces.first, whole.pieces.count == 1 || Self.holdsWholeHost(start) else {
      throw PartnerRequestFault(cause: .badURL)
    }
    pieces = whole.pieces
    let literals = pieces.map { if case .text(let text) = $0 { text } else { "" } }
    hasQuery = literals.contains { $0.utf8.contains(UInt8(ascii: "?")) }
    lastByte = literals.last?.utf8.last
    var bare = WipedBytes()
    for text in literals { bare.append(text, as: .url) }
    let address = bare.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    do throws(URLFault) {
      _ = try CallURL(address, for: guarding)
    } catch {
      throw PartnerRequestFault(cause: error == .address ? .refusedAddress : .badURL)
    }
  }

  /// What stands between the URL and fields that go with it.
  var separator: String {
    guard hasQuery else { return "?" }
    return lastByte == UInt8(ascii: "?") || lastByte == UInt8(ascii: "&") ? "" : "&"
  }

  func filled(_ contact: borrowing RawContact, _ lead: LeadValues) -> WipedBytes {
    var url = WipedBytes()
    for piece in pieces {
      switch piece {
      case .text(let text): url.append(text, as: .url)
      case .token(let token): url.append(token, of: contact, lead, as: .percent)
      }
    }
    return url
  }

  private static func holdsWholeHost(_ start: String) -> Bool {
    guard let scheme = start.firstRange(of: "://") else { return false }
    return start[scheme.upperBound...].contains { "/?".contains($0) }
  }
}
