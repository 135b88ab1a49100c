import Domain

/// Why a text is no template of a forward.
package enum ForwardTemplateFault: Error, Equatable, Sendable {
  /// Names in braces that mean nothing, in order.
  case unknownTokens([String])
  /// A token stands in the scheme, host or port: those never depend on a conversion.
  case tokenBeforePath

  /// What it must be instead.
  package var text: String {
    switch self {
    case .unknownTokens(let names):
      "has tokens that mean nothing: \(names.map { "{\($0)}" }.joined(separator: ", ")); there are "
        + ForwardToken.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
    case .tokenBeforePath:
      "has a token before its path: scheme, host and port are the same for every conversion, so put it behind the host"
    }
  }
}

/// A forward's URL, read once: what stays, and what each conversion fills in (PRODUCT.md §6).
package struct ForwardTemplate: Equatable, Sendable {
  private enum Piece: Equatable, Sendable {
    case text(String)
    case token(ForwardToken)
  }

  private let pieces: [Piece]

  package init(_ template: String) throws(ForwardTemplateFault) {
    let unknown = ForwardToken.names(in: template).filter { ForwardToken(rawValue: $0) == nil }
    guard unknown.isEmpty else { throw .unknownTokens(unknown) }
    guard !Self.authority(of: template).contains("{") else { throw .tokenBeforePath }
    var pieces: [Piece] = []
    for (place, piece) in template.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
      if place > 0, let end = piece.firstIndex(of: "}"), let token = ForwardToken(rawValue: String(piece[..<end])) {
        pieces += [.token(token), .text(Self.literal(piece[piece.index(after: end)...]))]
      } else {
        pieces.append(.text(Self.literal((place > 0 ? "{" : "") + piece)))
      }
    }
    self.pieces = pieces
  }

  /// The tokens in it, in order.
  package var tokens: [ForwardToken] {
    pieces.compactMap { if case .token(let token) = $0 { token } else { nil } }
  }

  /// The URL for one conversion: each value percent-encoded exactly once, the rest as its owner wrote it.
  package func url(_ values: ForwardValues) -> String {
    pieces.reduce(into: "") { url, piece in
      switch piece {
      case .text(let text): url += text
      case .token(let token): url += values[token].percentEncoded
      }
    }
  }

  /// Where its calls go, whatever they are filled with. - Throws: what no call may be made to.
  package func destination(for guarding: AddressGuard) throws(URLFault) -> CallURL {
    try CallURL(url(.none), for: guarding)
  }

  private static func authority(of template: String) -> Substring {
    let start = template.firstRange(of: "://")?.upperBound ?? template.startIndex
    return template[..<(template[start...].firstIndex { "/?#".contains($0) } ?? template.endIndex)]
  }

  /// What the owner wrote is encoded already where that matters; only what no URL can hold is put right.
  private static func literal(_ text: Substring) -> String {
    text.utf8.allSatisfy(\.isURLByte)
      ? String(text) : text.utf8.map { $0.isURLByte ? $0.character : $0.escape }.joined()
  }
}

/// What a conversion fills in. Values that there are not are empty.
package struct ForwardValues: Equatable, Sendable {
  private let values: [ForwardToken: String]

  /// - Parameters:
  ///   - statusMap: the forward's own words for classes; a class without one goes by its name.
  ///   - partner: the slug of the partner that got the lead.
  ///   - currency: the account's: that of a sum whose message named none.
  package init(
    _ delivery: Delivery, statusMap: [ConversionStatus: String], source: String, partner: String?, currency: String
  ) {
    values = [
      .clickID: delivery.clickID,
      .eventID: delivery.leadID.eventID,
      .status: statusMap[delivery.status] ?? delivery.status.rawValue,
      .payout: delivery.payout.text,
      .txid: delivery.txid ?? "",
      .rawStatus: delivery.rawStatus ?? "",
      .amount: delivery.amount?.text ?? "",
      .source: source,
      .partner: partner ?? "",
      .currency: delivery.currency ?? currency,
      .timestamp: String(delivery.createdAt.seconds),
      .forwardID: delivery.id.text,
    ]
  }

  /// Nothing at all: for what a URL is whatever it is filled with.
  package static let none = ForwardValues()

  private init() { values = [:] }

  package subscript(token: ForwardToken) -> String { values[token] ?? "" }
}

extension String {
  /// Every byte but RFC 3986's unreserved ones as `%XX`, which means the same wherever in a URL it stands.
  package var percentEncoded: String {
    utf8.allSatisfy(\.isUnreserved) ? self : utf8.map { $0.isUnreserved ? $0.character : $0.escape }.joined()
  }
}

extension UInt8 {
  var isUnreserved: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// Whether a URL may hold it at all: printable ASCII without those that RFC 3986 leaves out.
  var isURLByte: Bool {
    (0x21...0x7E).contains(self) && !"\"<>\\^`{|}".utf8.contains(self)
  }

  fileprivate var character: String { String(UnicodeScalar(self)) }

  fileprivate var escape: String {
    let digits = Array("0123456789ABCDEF".utf8)
    return "%" + digits[Int(self >> 4)].character + digits[Int(self & 15)].character
  }
}
