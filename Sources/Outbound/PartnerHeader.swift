import Domain
import Privacy

/// A header that is sent with each lead, opened: it holds the partner's token.
package struct PartnerHeader: Sendable {
  /// Headers a partner may have.
  package static let limit = 16
  /// Bytes of a name, and of a value.
  package static let longestName = 64
  package static let longestValue = 4_096

  package let name: String
  /// May hold `{click_id}` and `{event_id}`.
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// What is wrong with it, for its owner; nil: nothing.
  package var fault: String? {
    if !(1...Self.longestName).contains(name.utf8.count) || !name.utf8.allSatisfy(Self.isNameByte) {
      return "must be named in 1 to \(Self.longestName) letters, digits and hyphens"
    }
    if Self.ours.contains(name.lowercased()) { return "is one that BackNova sets by itself" }
    if value.utf8.count > Self.longestValue { return "must have at most \(Self.longestValue) bytes" }
    if value.hasControlCharacters { return "must not hold line ends or other control characters" }
    let tokens = ForwardToken.names(in: value).compactMap { PartnerToken($0) }
    return tokens.allSatisfy(Self.allowed.contains) ? nil : "can hold no other tokens than {click_id} and {event_id}"
  }

  private static let allowed: [PartnerToken] = [.clickID, .eventID]

  /// What frames the request or would change what is answered.
  private static let ours: Set<String> = [
    "host", "content-length", "transfer-encoding", "connection", "keep-alive", "expect", "te", "trailer", "upgrade",
    "proxy-connection", "proxy-authorization", "accept-encoding", "http2-settings",
  ]

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }

  /// The line that libcurl takes: a name with nothing behind it would take the header away.
  func line(_ lead: LeadValues) -> String {
    var line = ""
    for piece in PartnerTemplate(value).pieces {
      switch piece {
      case .text(let text): line += text
      case .token(.clickID): line += Self.escaped(lead.clickID ?? "")
      case .token(.eventID): line += Self.escaped(lead.eventID)
      case .token: break
      }
    }
    return line.allSatisfy { $0 == " " } ? "\(name);" : "\(name): \(line)"
  }

  /// A header holds printable ASCII; every other byte is percent-encoded.
  private static func escaped(_ text: String) -> String {
    var bytes = WipedBytes(capacity: 256)
    bytes.append(text, as: .header)
    return bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}

extension PartnerHeader: CustomStringConvertible, CustomReflectable {
  /// Never the value.
  package var description: String { "PartnerHeader(\(name))" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
