import Domain

/// Where alerts go, under the server key and bound to its account.
extension Keyring {
  package func seal(_ target: AlertTarget, of account: AccountID) throws(CryptoFault) -> [UInt8] {
    try seal(Array(target.text.utf8), context: Self.context(target.kind, account))
  }

  /// nil: it was sealed under another server key.
  package func target(of channel: AlertChannel) -> AlertTarget? {
    do throws(SealFault) {
      let plain = try open(channel.sealed, context: Self.context(channel.kind, channel.accountID))
      return AlertTarget(channel.kind, text: String(decoding: plain, as: UTF8.self))
    } catch { return nil }
  }

  private static func context(_ kind: AlertChannel.Kind, _ account: AccountID) -> String {
    "alert_channel/\(kind.rawValue)/\(account.rawValue)"
  }
}
