/// What a reason is about. The raw value is stored and answered: it never changes its meaning.
package enum ReasonCode: String, CaseIterable, Sendable {
  // Hard rules.
  case honeypot
  case declaredBot = "declared_bot"
  case impossibleContact = "impossible_contact"
  case duplicate
  case flood
  // Evidence.
  case timeOnSite = "time_on_site"
  case pageViews = "page_views"
  case fillTime = "fill_time"
  case pasted
  case email
  case emailDomain = "email_domain"
  case emailDisposable = "email_disposable"
  case phone
  case phoneCountry = "phone_country"
  case timezone
  case name

  /// Hard rules reject; everything else only weighs.
  package var isHardRule: Bool {
    switch self {
    case .honeypot, .declaredBot, .impossibleContact, .duplicate, .flood: true
    default: false
    }
  }
}

/// One part of a score's explanation. Can be stored whole: its text is made again from these three.
package struct Reason: Equatable, Sendable {
  package let code: ReasonCode
  /// How far it moves the score, up or down.
  package let points: Int
  /// A short machine detail such as `45` or `gmail.com`: at most 64 bytes, never contact data.
  package let detail: String

  /// Stands in for a detail that was erased with the person it was about.
  package static let erased = "erased"

  /// Takes a detail to its first 64 bytes of whole characters.
  package init(code: ReasonCode, points: Int, detail: String) {
    self.code = code
    self.points = points
    self.detail = Self.fitting(detail)
  }

  private static func fitting(_ detail: String) -> String {
    guard detail.utf8.count > 64 else { return detail }
    var scalars = String.UnicodeScalarView()
    var bytes = 0
    for scalar in detail.unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > 64 { break }
      scalars.append(scalar)
    }
    return String(scalars)
  }
}

/// Reasons in order as one short line of text, as they are stored: `time_on_site:6:45;email_domain:-9:gmail.com`.
/// `%`, `:`, `;` and control characters of a detail are written as `%` and two hexadecimal digits.
package struct ReasonList: Equatable, Sendable {
  package var reasons: [Reason]

  package init(_ reasons: [Reason]) { self.reasons = reasons }

  package var encoded: String {
    // Piece by piece: lists of texts that are joined take three times as long, and the writer waits for it.
    var text = ""
    for reason in reasons {
      if !text.isEmpty { text += ";" }
      text += reason.code.rawValue
      text += ":"
      text += String(reason.points)
      text += ":"
      text += Self.escaped(reason.detail)
    }
    return text
  }

  /// Nil unless `encoded` is what ``encoded`` writes: known codes, points within ±100, details within 64 bytes.
  package init?(encoded: String) {
    reasons = []
    guard !encoded.isEmpty else { return }
    for item in encoded.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
      let parts = item.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard parts.count == 3, let code = ReasonCode(rawValue: String(decoding: parts[0], as: UTF8.self)),
        let points = Int(String(decoding: parts[1], as: UTF8.self)), (-100...100).contains(points),
        let detail = Self.unescaped(parts[2]), detail.utf8.count <= 64
      else { return nil }
      reasons.append(Reason(code: code, points: points, detail: detail))
    }
    guard self.encoded.utf8.elementsEqual(encoded.utf8) else { return nil }
  }

  /// Without what details tell of the person: those of hard rules alone stay, which say what was broken.
  package var erased: ReasonList {
    ReasonList(
      reasons.map { $0.code.isHardRule ? $0 : Reason(code: $0.code, points: $0.points, detail: Reason.erased) })
  }

  /// The codes alone of what ``encoded`` writes, in order: enough to count by, and much quicker to read.
  package static func codes(encoded: String) -> [String] {
    encoded.utf8.split(separator: UInt8(ascii: ";")).compactMap { item in
      item.split(separator: UInt8(ascii: ":"), maxSplits: 1).first.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private static func escaped(_ detail: String) -> String {
    guard detail.utf8.contains(where: mustEscape) else { return detail }
    var bytes: [UInt8] = []
    for byte in detail.utf8 {
      if mustEscape(byte) {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(contentsOf: [byte].hex.utf8)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func mustEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "%") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ";")
  }

  private static func unescaped(_ text: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.count >= 2, let decoded = [UInt8](hex: String(decoding: rest.prefix(2), as: UTF8.self)) else {
          return nil
        }
        bytes.append(contentsOf: decoded)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
