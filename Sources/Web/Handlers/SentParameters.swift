import Domain
import HTTP
import JSON
import Privacy
import Storage

/// A message's parameters, body after query: of a repeated one the last present value counts.
struct SentParameters {
  private(set) var parameters: [PostbackParameter] = []
  private var wasHealed = false
  /// More than is read: too many parameters, or a name or value too long.
  private var isOverflowing = false
  /// There is a body, and nothing could be made of it.
  private var hasUnreadableBody = false

  init(_ request: Request) {
    read(form: request.query)
    guard request.method == "POST", !request.body.isEmpty else { return }
    switch request.mediaType {
    case "application/json": read(json: request.body)
    case "application/x-www-form-urlencoded", nil: hasUnreadableBody = !read(form: request.body)
    default: hasUnreadableBody = true
    }
  }

  var key: String? { parameters.last { $0.name == "api_key" && !$0.value.isEmpty }?.value }

  /// A piece without `=` says nothing, and must not be kept as a name: a body that is no form could be anything.
  /// - Returns: whether there was a pair.
  @discardableResult
  private mutating func read(form bytes: [UInt8]) -> Bool {
    let (healed, wasHealed) = PostbackQuery.heal(bytes)
    let pairs = healed.split(separator: UInt8(ascii: "&")).filter { $0.contains(UInt8(ascii: "=")) }
    let form = FormPairs(Array(pairs.joined(separator: [UInt8(ascii: "&")])))
    self.wasHealed = self.wasHealed || wasHealed
    isOverflowing = isOverflowing || form.isOverflowing
    parameters += form.pairs.map { PostbackParameter(name: $0.name, value: $0.value, isValidUTF8: $0.isValidUTF8) }
    return !pairs.isEmpty
  }

  private mutating func read(json bytes: [UInt8]) {
    guard let document = try? JSONDocument(bytes), document.root.kind == .object else {
      hasUnreadableBody = true
      return
    }
    document.root.forEachMember { name, node in
      // null is empty: absent, with a warning.
      if let value = node.string ?? node.numberText ?? (node.isNull ? "" : nil) {
        parameters.append(PostbackParameter(name: name, value: value))
      }
    }
  }

  func received(
    account: Account, key: KeyID, words: StatusWords, keyring: Keyring, at now: Instant
  ) -> ReceivedPostback {
    var known = parameters
    let found = (isOverflowing ? [.valueTooLong] : []) + keyring.clean(&known, of: account)
    var reading = PostbackReading(
      known, words: words, currency: account.currency, wasHealed: wasHealed, found: found)
    if hasUnreadableBody, case .ignored(let ignored) = reading, ignored.reason == .missingClickID {
      reading = .ignored(IgnoredPostback(reason: .unreadableBody, warnings: ignored.warnings))
    }
    // No lead has such a click id, so nothing is lost by not keeping it.
    var clickIDReference: ContactReference?
    if case .message(let message, _) = reading {
      clickIDReference = KeptValue(message.clickID, isClickID: true, of: account, keyring).reference
    }
    return ReceivedPostback(
      account: account, keyID: key, receivedAt: now, reading: reading, words: words, otherNames: otherNames,
      clickIDReference: clickIDReference)
  }

  /// Names that mean nothing to us, where they look like names: at most 20, and nothing that could be contact data.
  private var otherNames: [String] {
    var names: [String] = []
    for name in parameters.map(\.name) where !PostbackReading.names.contains(name) && !names.contains(name) {
      let looksLikeName =
        (1...32).contains(name.utf8.count)
        && name.utf8.allSatisfy { (97...122).contains($0 | 0x20) || (48...57).contains($0) || $0 == 0x5F || $0 == 0x2D }
        && name.utf8.contains { (97...122).contains($0 | 0x20) }
      if looksLikeName { names.append(name) }
    }
    return Array(names.prefix(20))
  }
}
