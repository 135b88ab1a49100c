import Domain
import JSON

/// What a partner's answer means for the lead.
struct PartnerVerdict: Equatable {
  var outcome: AttemptOutcome
  var cause: AttemptCause
  /// Of an answer that decided.
  var status: Int?
  /// As the answer has them; of an accepted lead alone.
  var leadID: String?
  var redirectURL: String?

  init(_ reply: PartnerReply, for partner: Partner) {
    switch reply {
    case .notSent(let cause): self.init(.notSent, cause)
    case .broken(let cause): self.init(.unknown, cause)
    case .long(let status):
      self = partner.success.needsBody ? Self(.unknown, .tooLong) : Self(status: status, partner.success)
    case .whole(let status, let body, let isCoded):
      self.init(status: status, partner.success)
      if outcome == .accepted { read(body, isCoded: isCoded, partner) }
    }
  }

  private init(_ outcome: AttemptOutcome, _ cause: AttemptCause, status: Int? = nil) {
    self.outcome = outcome
    self.cause = cause
    self.status = status
  }

  private init(status: Int, _ rule: SuccessRule) {
    self =
      rule.takes(status: status)
      ? Self(.accepted, .tookIt, status: status) : Self(.declined, .refusedStatus, status: status)
  }

  /// Goes on to the body of an answer whose status is right.
  private mutating func read(_ body: [UInt8], isCoded: Bool, _ partner: Partner) {
    let rule = partner.success
    // Nobody asked for a compressed answer: what it says is not known.
    if isCoded {
      if rule.needsBody { self = Self(.unknown, .unreadable) }
      return
    }
    let wantsJSON = rule.pointer != nil || partner.leadIDPointer != nil || partner.redirectPointer != nil
    let json: AnswerJSON = wantsJSON ? AnswerJSON(body) : .none
    if let text = rule.contains, body.firstRange(of: Array(text.utf8)) == nil {
      self = Self(.declined, .refusedBody, status: status)
    }
    if let pointer = rule.pointer {
      switch json {
      case .unreadable: if outcome == .accepted { self = Self(.unknown, .unreadable) }
      case .none: self = Self(.declined, .refusedBody, status: status)
      case .read(let root):
        if !rule.holds(root.value(at: pointer)) { self = Self(.declined, .refusedBody, status: status) }
      }
    }
    guard outcome == .accepted, case .read(let root) = json else { return }
    leadID = partner.leadIDPointer.flatMap { root.value(at: $0) }.flatMap { $0.string ?? $0.numberText }
    redirectURL = partner.redirectPointer.flatMap { root.value(at: $0)?.string }.flatMap(Redirect.safe)
  }
}

/// A body as JSON.
private enum AnswerJSON {
  case read(JSONNode)
  /// It is no JSON.
  case none
  /// It may be JSON to others: strange, such as a key twice, or larger than we read.
  case unreadable

  private static let limits = JSONLimits(bytes: 262_144, depth: 64, values: 8_192, numberBytes: 1_024)

  init(_ body: [UInt8]) {
    // Some servers write a byte order mark before it, and bytes in it that are no UTF-8: both are put right.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = String(decoding: body.starts(with: mark) ? body[mark.count...] : body[...], as: UTF8.self)
    do throws(JSONFault) {
      self = .read(try JSONDocument(Array(text.utf8), limits: Self.limits).root)
    } catch {
      switch error.reason {
      case .empty, .unexpectedCharacter, .unexpectedEnd, .trailingText, .invalidNumber: self = .none
      default: self = .unreadable
      }
    }
  }
}

extension SuccessRule {
  /// Whether what the pointer leads to is what the rule wants.
  fileprivate func holds(_ found: JSONNode?) -> Bool {
    guard let found else { return false }
    guard let equals else { return !found.isNull && found.bool != false }
    let limits = JSONLimits(bytes: 65_536, depth: 1, values: 1, numberBytes: 1_024)
    guard let wanted = try? JSONDocument(Array(equals.utf8), limits: limits).root, wanted.kind == found.kind else {
      return false
    }
    switch wanted.kind {
    case .string: return wanted.string.map { Array($0.utf8) } == found.string.map { Array($0.utf8) }
    case .number: return wanted.numberText == found.numberText || wanted.isSameNumber(found)
    case .bool: return wanted.bool == found.bool
    case .null: return true
    case .object, .array: return false
    }
  }
}

extension JSONNode {
  /// Whole numbers are compared exactly, others as the nearest doubles.
  fileprivate func isSameNumber(_ other: JSONNode) -> Bool {
    if let mine = integer, let others = other.integer { return mine == others }
    return double != nil && double == other.double
  }
}

/// Where a visitor may be sent on a partner's word.
private enum Redirect {
  static let longest = 2_048

  /// The URL, if it leads to a page and nowhere else: `javascript:` and `data:` would run in the landing page.
  static func safe(_ text: String) -> String? {
    let prefix = ["https://", "http://"].first { text.lowercased().hasPrefix($0) }
    guard let prefix, text.utf8.count <= longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x5C }),
      !text.hasControlCharacters, let host = text.utf8.dropFirst(prefix.utf8.count).first, !"/?#@:".utf8.contains(host)
    else { return nil }
    return text
  }
}
