/// What is odd about a postback URL beside what its message would be warned of (``PostbackWarning``); stable codes, none
/// of which is one of those.
package enum LintWarning: String, CaseIterable, Sendable {
  /// Not the host that the caller talks to.
  case wrongHost = "wrong_host"
  /// Not `/api/postback`.
  case wrongPath = "wrong_path"
  /// Anything but `https://` in front.
  case notHTTPS = "not_https"
  /// Over ``PostbackLint/longestURL`` bytes: servers on the way may refuse it.
  case tooLong = "too_long"
  /// A space that is not written as `%20`: no server takes such a request.
  case rawSpace = "raw_space"
  /// A `#` outside a macro: what follows it is not sent.
  case fragment
  case missingKey = "missing_key"
  /// No key of the account.
  case unknownKey = "unknown_key"
  case revokedKey = "revoked_key"
  /// A publishable key, which takes no postbacks.
  case publishableKey = "publishable_key"
  /// A secret key: it works, and may do everything else too.
  case secretKey = "secret_key"
  case missingClickID = "missing_click_id"
  /// Counts as pending.
  case missingStatus = "missing_status"
  case missingPayout = "missing_payout"
  /// A second sale of a click cannot be told from the first.
  case missingTxid = "missing_txid"
  /// A parameter of another name is probably this one: misspelt, or another tracker's name.
  case misnamedKey = "misnamed_key"
  case misnamedClickID = "misnamed_click_id"
  case misnamedStatus = "misnamed_status"
  case misnamedPayout = "misnamed_payout"
  case misnamedTxid = "misnamed_txid"
  case misnamedCurrency = "misnamed_currency"
  /// Macros that a known network fills in.
  case networkMacros = "network_macros"
  /// Macros of nobody known.
  case unknownMacros = "unknown_macros"

  /// Our parameters with what it means that one is missing or has another name, in the order in which a URL has them.
  static let ofNames: [(name: String, missing: LintWarning?, misnamed: LintWarning)] = [
    ("api_key", .missingKey, .misnamedKey), ("click_id", .missingClickID, .misnamedClickID),
    ("status", .missingStatus, .misnamedStatus), ("payout", .missingPayout, .misnamedPayout),
    ("txid", .missingTxid, .misnamedTxid), ("currency", nil, .misnamedCurrency),
  ]
}
