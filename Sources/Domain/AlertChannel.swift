/// A way to tell an account of alerts.
package struct AlertChannel: Equatable, Sendable {
  package enum Kind: String, CaseIterable, Sendable { case webhook, email, telegram }

  /// Channels an account may have.
  package static let limit = 5
  /// Of a channel whose target cannot be opened.
  package static let unreadable = "this server's key cannot open it: delete the channel and make it anew"

  package let id: AlertChannelID
  package let accountID: AccountID
  package let kind: Kind
  /// The ``AlertTarget`` under the server key: it holds a secret, or an address.
  package let sealed: [UInt8]
  package let createdAt: Instant
  /// When a message last arrived; nil: none did.
  package let sentAt: Instant?
  /// When the last try failed, and why, in words; nil: it did not fail.
  package let failedAt: Instant?
  package let failure: String?

  package init(
    id: AlertChannelID, accountID: AccountID, kind: Kind, sealed: [UInt8], createdAt: Instant, sentAt: Instant? = nil,
    failedAt: Instant? = nil, failure: String? = nil
  ) {
    self.id = id
    self.accountID = accountID
    self.kind = kind
    self.sealed = sealed
    self.createdAt = createdAt
    self.sentAt = sentAt
    self.failedAt = failedAt
    self.failure = failure
  }
}

/// Where a channel's messages go. Never printed: a webhook's URL may hold a token.
package enum AlertTarget: Equatable, Sendable {
  case webhook(url: String)
  case email(address: String)
  case telegram(token: String, chat: String)

  package var kind: AlertChannel.Kind {
    switch self {
    case .webhook: .webhook
    case .email: .email
    case .telegram: .telegram
    }
  }

  /// As it is sealed.
  package var text: String {
    switch self {
    case .webhook(let url): url
    case .email(let address): address
    case .telegram(let token, let chat): token + " " + chat
    }
  }

  /// The opposite of ``text``.
  package init?(_ kind: AlertChannel.Kind, text: String) {
    switch kind {
    case .webhook: self = .webhook(url: text)
    case .email: self = .email(address: text)
    case .telegram:
      let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { return nil }
      self = .telegram(token: parts[0], chat: parts[1])
    }
  }

  /// Enough to know it by.
  package var masked: String {
    switch self {
    case .webhook(let url):
      let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
      return url[..<start] + url[start...].prefix { !"/?#".contains($0) } + "/…"
    case .email(let address):
      return address.prefix(1) + "…" + (address.lastIndex(of: "@").map { address[$0...] } ?? "")
    case .telegram(let token, let chat): return "bot \(token.prefix { $0 != ":" }), chat …\(chat.suffix(4))"
    }
  }
}

extension AlertTarget: CustomStringConvertible, CustomReflectable {
  package var description: String { kind.rawValue }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

// What a target must look like: what is let through stands in a mail's header, or in a URL.
extension AlertTarget {
  /// Whether it is one plain address: nothing that could end a header or name a second receiver.
  package static func isMailAddress(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].count),
      parts[0].allSatisfy({ $0.isLetterOrDigit || "._%+-".utf8.contains($0) }),
      let first = parts[0].first, first.isLetterOrDigit
    else { return false }
    let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        (1...63).contains(label.count) && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
          && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
      }
  }

  /// As BotFather gives it: `123456789:AA…`.
  package static func isTelegramToken(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    return parts.count == 2 && (1...20).contains(parts[0].count) && parts[0].allSatisfy { (48...57).contains($0) }
      && (20...100).contains(parts[1].count)
      && parts[1].allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
  }

  /// A number, below 0 for a group, or the name of a public channel: `@name`.
  package static func isTelegramChat(_ text: String) -> Bool {
    if text.utf8.first == UInt8(ascii: "@") {
      let name = text.utf8.dropFirst()
      return (1...64).contains(name.count) && name.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }
    }
    return Int64(text).map { String($0) == text && $0 != 0 } ?? false
  }
}

extension UInt8 {
  /// Of ASCII.
  fileprivate var isLetterOrDigit: Bool { (48...57).contains(self) || (97...122).contains(self | 0x20) }
}
