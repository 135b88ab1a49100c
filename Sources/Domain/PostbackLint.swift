/// What can be said of a postback URL by its text alone: what it calls things, and which macros are in it.
package struct PostbackLint: Equatable, Sendable {
  /// One parameter of the URL, without its value: that may be anything.
  package struct Parameter: Equatable, Sendable {
    package let name: String
    /// Ours that it is, or is probably meant to be; nil: it means nothing to us.
    package let meaning: String?
    /// The value where it is a macro or a panel's placeholder.
    package let macro: String?

    package var isKnown: Bool { PostbackReading.names.contains(name) }
  }

  /// Bytes of a URL that every server on the way takes.
  package static let longestURL = 8_000

  package let parameters: [Parameter]
  /// Networks whose macros these are, best first.
  package let networks: [NetworkPreset]
  /// But for what only the accounts' keys can tell.
  package private(set) var warnings: [LintWarning]

  /// Whether it is to be filled in before anybody calls it.
  package var isTemplate: Bool { parameters.contains { $0.macro != nil && $0.meaning != nil } }

  /// - Parameters:
  ///   - text: the URL.
  ///   - sent: its parameters, decoded, in order.
  ///   - host: the one that the caller talks to; nil: not known.
  package init(_ text: String, sent: [PostbackParameter], host: String?) {
    parameters = sent.map { parameter in
      Parameter(
        name: parameter.name, meaning: Self.meaning(of: parameter.name),
        macro: Self.isMacro(parameter.value) ? parameter.value : nil)
    }
    networks = NetworkPreset.matching(Self.macros(parameters))
    var warnings = Self.checkPlace(text, host: host)
    if sent.contains(where: { $0.value.contains("#") && Placeholder($0.value) == nil }) { warnings.append(.fragment) }
    // An empty key is none.
    warnings += Self.checkNames(zip(sent, parameters).filter { $0.0.name != "api_key" || !$0.0.value.isEmpty }.map(\.1))
    self.warnings = warnings
    if isTemplate {
      self.warnings.append(networks.isEmpty ? .unknownMacros : .networkMacros)
    }
  }

  private static func checkPlace(_ text: String, host: String?) -> [LintWarning] {
    let url = PostbackURL(text)
    var warnings: [LintWarning] = []
    if url.scheme != "https" { warnings.append(.notHTTPS) }
    if let host, let given = url.host, given != PostbackURL.normalHost(host) { warnings.append(.wrongHost) }
    if url.path != PostbackURL.rightPath { warnings.append(.wrongPath) }
    if text.utf8.count > longestURL { warnings.append(.tooLong) }
    if text.contains(" ") { warnings.append(.rawSpace) }
    return warnings
  }

  /// Each of our names that is not there: under another name, or not at all.
  private static func checkNames(_ parameters: [Parameter]) -> [LintWarning] {
    LintWarning.ofNames.compactMap { name, missing, misnamed in
      if parameters.contains(where: { $0.name == name }) { return nil }
      return parameters.contains { $0.meaning == name } ? misnamed : missing
    }
  }

  /// The macros by what they stand for; our own names before those that are only probably meant.
  private static func macros(_ parameters: [Parameter]) -> [String: String] {
    var macros: [String: String] = [:]
    for parameter in parameters where !parameter.isKnown { macros[parameter.meaning ?? ""] = parameter.macro }
    for parameter in parameters where parameter.isKnown { macros[parameter.name] = parameter.macro }
    return macros.filter { !["", "api_key"].contains($0.key) && !["REPLACE", "OPTIONAL"].contains($0.value) }
  }

  /// Other trackers' and networks' names for our parameters, in lower case without `_`, `-`, and a number behind.
  private static let otherNames: [String: [String]] = [
    "api_key": ["apikey", "key", "token", "postbackkey"],
    "click_id": [
      "clickid", "s", "click", "clkid", "cid", "sub", "subid", "subacc", "affsub", "affsubid", "affclickid", "sid",
      "cnvid",
      "externalid", "extclickid", "visitid", "refid", "ymid",
    ],
    "status": [
      "status", "goal", "event", "state", "stage", "type", "action", "convstatus", "conversionstatus", "leadstatus",
      "statuslead", "orderstatus", "paymentstatus", "actionstatus", "cnvstatus",
    ],
    "payout": [
      "payout", "sum", "amount", "revenue", "rev", "price", "cost", "money", "profit", "payment", "income",
      "commission", "reward", "rate", "payoutamount", "payoutsum",
    ],
    "txid": [
      "txid", "tid", "tx", "transaction", "transactionid", "transid", "txnid", "orderid", "leadid", "conversionid",
      "convid", "actionid",
    ],
    "currency": ["currency", "cur", "curr", "currencycode", "offercurrency", "payoutcurrency"],
  ]

  private static let meanings: [String: String] = otherNames.reduce(into: [:]) { meanings, entry in
    for name in entry.value { meanings[name] = entry.key }
  }

  /// Whether a value is a macro that nobody filled in, or a panel's placeholder.
  package static func isMacro(_ value: String) -> Bool { Placeholder(value) == .macro }

  /// Our name for a parameter: its own, one that another tracker gives it, or one that is a slip of the pen away.
  package static func meaning(of name: String) -> String? {
    if PostbackReading.names.contains(name) { return name }
    let plain = name.lowercased().filter { $0 != "_" && $0 != "-" }
    let bare = String(plain.reversed().drop(while: \.isNumber).reversed())
    return meanings[bare]
      ?? LintWarning.ofNames.map(\.name).first { ours in
        Self.isSlip(Array(plain.utf8), of: Array(ours.utf8.filter { $0 != UInt8(ascii: "_") }))
      }
  }

  /// Whether one letter is missing, too much, wrong, or two are swapped.
  private static func isSlip(_ name: [UInt8], of right: [UInt8]) -> Bool {
    guard abs(name.count - right.count) <= 1 else { return false }
    let start = zip(name, right).prefix { $0 == $1 }.count
    let (rest, rightRest) = (name.dropFirst(start), right.dropFirst(start))
    if rest.dropFirst() == rightRest.dropFirst() || rest.dropFirst() == rightRest || rest == rightRest.dropFirst() {
      return true
    }
    return rest.count >= 2 && rightRest.count >= 2
      && rest.prefix(2).reversed().elementsEqual(rightRest.prefix(2)) && rest.dropFirst(2) == rightRest.dropFirst(2)
  }
}
