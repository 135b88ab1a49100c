import Domain
import Privacy

/// How a value is written for the place where it stands.
enum PartnerEncoding {
  /// A value in a URL or a form body: all but RFC 3986's unreserved characters as `%XX`.
  case percent
  /// What a partner's owner wrote into the URL: encoded already where that matters.
  case url
  /// Inside the quotation marks of a JSON string.
  case json
  /// In a header: what no header may hold as `%XX`.
  case header
}

extension WipedBytes {
  mutating func append(_ bytes: borrowing Span<UInt8>, as encoding: PartnerEncoding) {
    for place in bytes.indices { append(bytes[place], as: encoding) }
  }

  mutating func append(_ text: String, as encoding: PartnerEncoding) {
    for byte in text.utf8 { append(byte, as: encoding) }
  }

  private mutating func append(_ byte: UInt8, as encoding: PartnerEncoding) {
    switch encoding {
    case .percent: byte.isUnreserved ? append(byte) : appendPercent(byte)
    case .url: byte.isURLByte ? append(byte) : appendPercent(byte)
    case .header: (0x20...0x7E).contains(byte) ? append(byte) : appendPercent(byte)
    case .json: appendJSON(byte)
    }
  }

  private mutating func appendPercent(_ byte: UInt8) {
    append(UInt8(ascii: "%"))
    append(Self.digit(byte >> 4))
    append(Self.digit(byte & 15))
  }

  private mutating func appendJSON(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      append(UInt8(ascii: "\\"))
      append(byte)
    case 0..<0x20, 0x7F:
      append("\\u00")
      append(Self.digit(byte >> 4))
      append(Self.digit(byte & 15))
    default: append(byte)
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 55 }
}

extension WipedBytes {
  /// A template with its tokens filled in, each once: what a value holds is never read for tokens again. A value that
  /// there is not is empty.
  mutating func append(
    _ template: PartnerTemplate, of contact: borrowing RawContact, _ lead: LeadValues, as encoding: PartnerEncoding
  ) {
    for piece in template.pieces {
      switch piece {
      case .text(let text): append(text, as: encoding)
      case .token(let token): append(token, of: contact, lead, as: encoding)
      }
    }
  }

  mutating func append(
    _ token: PartnerToken, of contact: borrowing RawContact, _ lead: LeadValues, as encoding: PartnerEncoding
  ) {
    switch token {
    case .name: contact.lend(.name, country: lead.country) { append($0, as: encoding) }
    case .firstName: contact.lend(.firstName, country: lead.country) { append($0, as: encoding) }
    case .lastName: contact.lend(.lastName, country: lead.country) { append($0, as: encoding) }
    case .email: contact.lend(.email, country: lead.country) { append($0, as: encoding) }
    case .phone: contact.lend(.phone, country: lead.country) { append($0, as: encoding) }
    case .form(let name): _ = contact.withOtherField(named: name) { append($0, as: encoding) }
    case .clickID: append(lead.clickID ?? "", as: encoding)
    case .eventID: append(lead.eventID, as: encoding)
    case .ip: append(lead.ip ?? "", as: encoding)
    case .userAgent: append(lead.userAgent ?? "", as: encoding)
    case .country: append(lead.country ?? "", as: encoding)
    case .source: append(lead.source, as: encoding)
    case .landingPage: append(lead.landingPage ?? "", as: encoding)
    }
  }
}
