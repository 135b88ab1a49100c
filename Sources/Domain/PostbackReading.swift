/// One parameter of a partner's message, decoded.
package struct PostbackParameter: Equatable, Sendable {
  package let name: String
  package var value: String
  /// Whether its bytes were UTF-8: a click id that was not is none of ours.
  package let isValidUTF8: Bool
  package init(name: String, value: String, isValidUTF8: Bool = true) {
    self.name = name
    self.value = value
    self.isValidUTF8 = isValidUTF8
  }
}

/// What a partner's message says, read from its parameters (PRODUCT.md §5), before the ledger sees it.
package enum PostbackReading: Equatable, Sendable {
  /// Understood, with what was odd about it.
  case message(Postback, warnings: [PostbackWarning])
  /// Nothing can be done with it; it is logged all the same.
  case ignored(IgnoredPostback)

  /// Parameters that mean something; of all others only the names are kept.
  package static let names: Set<String> = ["api_key", "click_id", "status", "payout", "txid", "currency"]

  /// Reads parameters in the order in which they count: of a repeated one the last present value does.
  /// - Parameters:
  ///   - parameters: decoded names and values; those of a body after those of the query.
  ///   - words: those of the key that sent it.
  ///   - currency: the account's, ISO 4217.
  ///   - wasHealed: the query had been mangled and was put right.
  ///   - found: what else was odd where the parameters were taken from.
  package init(
    _ parameters: [PostbackParameter], origin: PostbackOrigin = .partner, words: StatusWords = .table,
    currency accountCurrency: String, wasHealed: Bool, found: [PostbackWarning] = []
  ) {
    var fields = Fields(parameters)
    if wasHealed { fields.warn(.healedQuery) }
    for warning in found { fields.warn(warning) }
    let word = fields.word()
    let reported = fields.amount()
    let meaning = PostbackMeaning(word: word, amount: reported?.money, words: words)
    for warning in meaning.warnings { fields.warn(warning) }
    let currency = fields.currency() ?? reported?.currency
    if let currency, currency != accountCurrency { fields.warn(.currencyMismatch) }
    let txid = fields.txid()
    switch fields.clickID() {
    case .failure(let reason):
      self = .ignored(
        IgnoredPostback(
          reason: reason, status: meaning.status, rawStatus: word, amount: reported?.money, currency: currency,
          txid: txid, warnings: fields.warnings))
    case .success(let clickID):
      let postback = Postback(
        clickID: clickID, origin: origin, meaning: meaning, rawStatus: word, amount: reported?.money,
        currency: currency, txid: txid)
      self = .message(postback, warnings: fields.warnings)
    }
  }
}

/// A message that cannot be about any lead.
package struct IgnoredPostback: Equatable, Sendable {
  package enum Reason: String, Error, Sendable {
    case unexpandedMacro = "unexpanded_macro"
    case missingClickID = "missing_click_id"
    case badClickID = "bad_click_id"
    case unreadableBody = "unreadable_body"
    /// The click has ``Conversion/mostPerClick`` conversions and this message would open another.
    case tooManyConversions = "too_many_conversions"
    /// ``Conversion/mostWaitingPerClick`` messages wait for the click's lead already.
    case tooManyWaiting = "too_many_waiting"
    /// The key is bound to another partner than the one that got the lead, and the account refuses such messages.
    case otherPartner = "other_partner"
  }
  package let reason: Reason
  package let status: ConversionStatus
  package let rawStatus: String?
  package let amount: Money?
  package let currency: String?
  package let txid: String?
  package let warnings: [PostbackWarning]

  package init(
    reason: Reason, status: ConversionStatus = .pending, rawStatus: String? = nil, amount: Money? = nil,
    currency: String? = nil, txid: String? = nil, warnings: [PostbackWarning] = []
  ) {
    self.reason = reason
    self.status = status
    self.rawStatus = rawStatus
    self.amount = amount
    self.currency = currency
    self.txid = txid
    self.warnings = warnings
  }
}

/// The parameters by name, and what was odd about them.
private struct Fields {
  private var values: [String: [String]] = [:]
  private var unreadableClickIDs: Set<String> = []
  private(set) var warnings: [PostbackWarning] = []

  init(_ parameters: [PostbackParameter]) {
    for parameter in parameters where PostbackReading.names.contains(parameter.name) {
      values[parameter.name, default: []].append(parameter.value)
      if parameter.name == "click_id" && !parameter.isValidUTF8 { unreadableClickIDs.insert(parameter.value) }
    }
    if values.contains(where: { $0.key != "api_key" && $0.value.count > 1 }) { warn(.repeatedParameter) }
  }

  mutating func warn(_ warning: PostbackWarning) {
    if !warnings.contains(warning) { warnings.append(warning) }
  }

  /// The last value that is neither empty nor a macro that nobody filled in.
  mutating func present(_ name: String) -> String? {
    let all = values[name] ?? []
    if let value = all.last(where: { Placeholder($0) == nil }) { return value }
    if !all.isEmpty { warn(all.contains { Placeholder($0) == .macro } ? .unexpandedMacro : .emptyValue) }
    return nil
  }

  /// The status as it is kept and read. What is cut ends in `…`, so that it cannot be taken for another word.
  mutating func word() -> String? {
    guard let text = present("status") else { return nil }
    let word = text.withoutControlCharacters.trimmingSpaces
    guard !word.isEmpty else {
      warn(.emptyValue)
      return nil
    }
    guard word.utf8.count > StatusWords.longestWord else { return word }
    warn(.valueTooLong)
    return word.prefix(bytes: StatusWords.longestWord - "…".utf8.count) + "…"
  }

  mutating func clickID() -> Result<String, IgnoredPostback.Reason> {
    let all = values["click_id"] ?? []
    guard let value = all.last(where: { Placeholder($0) == nil }) else {
      return .failure(all.contains { Placeholder($0) == .macro } ? .unexpandedMacro : .missingClickID)
    }
    return !unreadableClickIDs.contains(value) && ClickID.isValid(value) ? .success(value) : .failure(.badClickID)
  }

  mutating func amount() -> PartnerAmount? {
    guard let text = present("payout") else { return nil }
    guard let amount = PartnerAmount(text) else {
      warn(.badPayout)
      return nil
    }
    if amount.readAsThousands { warn(.thousandsSeparator) }
    return amount
  }

  mutating func currency() -> String? {
    guard let text = present("currency")?.trimmingSpaces, text.utf8.count == 3,
      text.utf8.allSatisfy({ (65...90).contains($0) || (97...122).contains($0) })
    else { return nil }
    return text.uppercased()
  }

  mutating func txid() -> String? {
    guard let text = present("txid")?.trimmingSpaces, !text.isEmpty else { return nil }
    guard text.utf8.count <= 128, !text.hasControlCharacters else {
      warn(.valueTooLong)
      return nil
    }
    return text
  }
}

/// A value that stands for none.
enum Placeholder {
  /// Empty, `null` or `undefined`.
  case nothing
  /// The name of a macro, or a panel's word for a field that nobody filled in.
  case macro

  /// Nil for a real value.
  init?(_ value: String) {
    let text = value.trimmingSpaces
    if text.isEmpty || ["null", "undefined"].contains(text.lowercased()) {
      self = .nothing
    } else if text == "REPLACE" || text == "OPTIONAL" || Self.isMacro(text) {
      self = .macro
    } else {
      return nil
    }
  }

  private static func isMacro(_ text: String) -> Bool {
    let encoded = text.lowercased()
    return (text.hasPrefix("{") && text.hasSuffix("}")) || (text.hasPrefix("${") && text.hasSuffix("}"))
      || (encoded.hasPrefix("%7b") && encoded.hasSuffix("%7d")) || (text.hasPrefix("[") && text.hasSuffix("]"))
      || (text.count >= 3 && text.hasPrefix("#") && text.hasSuffix("#"))
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }

  /// As many whole characters as fit.
  fileprivate func prefix(bytes limit: Int) -> String {
    var scalars = String.UnicodeScalarView()
    var bytes = 0
    for scalar in unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > limit { break }
      scalars.append(scalar)
    }
    return String(scalars)
  }
}
