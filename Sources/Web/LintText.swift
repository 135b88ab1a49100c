import Domain
import JSON

extension JSONValue {
  /// What the endpoint would warn of, then what only the linter does.
  static func warnings(
    _ found: [PostbackWarning], _ lint: [LintWarning], _ networks: [NetworkPreset]
  ) -> JSONValue {
    let first = found.map { Self.warning($0.rawValue, $0.text) }
    return .array(first + lint.map { Self.warning($0.rawValue, $0.text(networks)) })
  }

  private static func warning(_ code: String, _ text: String) -> JSONValue {
    ["code": .string(code), "text": .string(text)]
  }
}

extension LintWarning {
  /// What is odd, and the remedy.
  /// - Parameter networks: whose macros the URL holds.
  func text(_ networks: [NetworkPreset]) -> String {
    switch self {
    case .wrongHost: "The URL names another host than the one that you are talking to; no message would arrive here."
    case .wrongPath: "The path is not /api/postback; the call would be answered 404."
    case .notHTTPS: "Begin the URL with https://, so that nobody on the way can read or change the message."
    case .tooLong:
      "The URL is over \(PostbackLint.longestURL) bytes; a server on the way may refuse it. Leave out what is not ours."
    case .rawSpace: "There is a space in the URL; no server takes such a call. Write %20, or leave it out."
    case .fragment: "What follows a # is not sent. Write %23 where a # belongs to a value."
    case .missingKey: "There is no api_key; the call would be answered 401 and nothing kept. Add a postback key."
    case .unknownKey: "The api_key is none of this account's keys; no message would be counted here."
    case .revokedKey: "The api_key was revoked; the call would be answered 401 and nothing kept. Put a valid one there."
    case .publishableKey: "The api_key is a publishable key, which takes no postbacks: 403. Put a postback key there."
    case .secretKey: "The api_key is a secret key, which may do everything. Give partners a postback key instead."
    case .missingClickID: "There is no click_id; every message would be ignored. Add click_id with the partner's macro."
    case .missingStatus:
      "There is no status; every message counts as pending. Add status with a macro, or a word such as sale."
    case .missingPayout: "There is no payout; only what the partner is known to pay can be counted."
    case .missingTxid: "There is no txid; a second sale of one click cannot be told from the first said again."
    case .misnamedKey: renamed("api_key")
    case .misnamedClickID: renamed("click_id")
    case .misnamedStatus: renamed("status")
    case .misnamedPayout: renamed("payout")
    case .misnamedTxid: renamed("txid")
    case .misnamedCurrency: renamed("currency")
    case .networkMacros:
      "These are macros of \(Self.names(networks)): paste the URL in its panel. A live call must have them filled in."
    case .unknownMacros:
      "There are macros in the URL that no network in our list has; check them in the partner's panel. "
        + "A live call must have them filled in."
    }
  }

  private static func names(_ networks: [NetworkPreset]) -> String {
    let named = networks.prefix(3).map(\.name)
    return (named + (networks.count > named.count ? ["others"] : [])).joined(separator: " or ")
  }

  private func renamed(_ name: String) -> String {
    "There is no \(name), but a parameter that is probably meant so; rename it to \(name)."
  }
}
