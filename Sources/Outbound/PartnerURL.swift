import Domain
import Privacy

/// A partner's URL, read as a template and judged before anything is filled in: who is called never depends on a lead.
struct PartnerURL {
  private let pieces: [PartnerTemplate.Piece]
  private let hasQuery: Bool
  private let lastByte: UInt8?

  init(_ text: String, guarding: AddressGuard) throws(PartnerRequestFault) {
    // What stands behind a `#` never leaves.
    let whole = PartnerTemplate(String(text.prefix { $0 != "#" }))
    let start = if case .text(let text) = whole.pieces.first { text } else { "" }
    guard whole.tokens.isEmpty || Self.holdsWholeHost(start) else {
      throw .tokenBeforePath
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
      throw .url(error)
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
