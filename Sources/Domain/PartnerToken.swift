/// What a partner's URL and fields may hold in braces (PRODUCT.md §4), beside `{form.FIELD}`.
package enum PartnerToken: Hashable, Sendable {
  case name, firstName, lastName, email, phone
  case clickID, eventID, ip, userAgent, country, source, landingPage
  /// Another field of the form, by its name.
  case form(String)

  private static let byName: [String: PartnerToken] = [
    "name": .name, "first_name": .firstName, "last_name": .lastName, "email": .email, "phone": .phone,
    "click_id": .clickID, "event_id": .eventID, "ip": .ip, "user_agent": .userAgent, "country": .country,
    "source": .source, "landing_page": .landingPage,
  ]
  /// Those that are not of the form, as they are written.
  package static let names = [
    "name", "first_name", "last_name", "email", "phone", "click_id", "event_id", "ip", "user_agent", "country",
    "source",
    "landing_page",
  ]

  /// Nil unless `name` is what stands in the braces of a token.
  package init?(_ name: some StringProtocol) {
    if let token = Self.byName[String(name)] {
      self = token
    } else if name.hasPrefix("form."), (1...64).contains(name.utf8.count - 5) {
      self = .form(String(name.dropFirst(5)))
    } else {
      return nil
    }
  }
}

/// A text with tokens, read once.
package struct PartnerTemplate: Equatable, Sendable {
  package enum Piece: Equatable, Sendable {
    case text(String)
    case token(PartnerToken)
  }
  package let pieces: [Piece]

  /// Braces that hold no token's name stay as they are written. ``unknownTokens(in:)`` finds them for whoever writes one.
  package init(_ text: String) {
    var pieces: [Piece] = []
    var literal = ""
    for (place, part) in text.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
      if place > 0, let end = part.firstIndex(of: "}"), let token = PartnerToken(part[..<end]) {
        if !literal.isEmpty { pieces.append(.text(literal)) }
        pieces.append(.token(token))
        literal = String(part[part.index(after: end)...])
      } else {
        literal += (place > 0 ? "{" : "") + part
      }
    }
    if !literal.isEmpty { pieces.append(.text(literal)) }
    self.pieces = pieces
  }

  /// Names in braces that mean nothing.
  package static func unknownTokens(in text: String) -> [String] {
    ForwardToken.names(in: text).filter { PartnerToken($0) == nil }
  }

  package var tokens: [PartnerToken] { pieces.compactMap { if case .token(let token) = $0 { token } else { nil } } }
}
