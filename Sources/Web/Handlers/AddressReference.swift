import Domain
import Privacy

/// Some panels put a person's e-mail address where an id or a word belongs: a reference is kept in its place.
extension Keyring {
  /// The address's reference, the same however it is spelled; where it has none, since more stands around it, one of the
  /// whole text.
  func addressReference(_ text: String, of account: Account) -> ContactReference {
    let plain = text.withoutPercentEscapes
    let address = plain.utf8.last == UInt8(ascii: ".") ? String(plain.dropLast()) : plain
    return emailReference(address, account: account.id) ?? keyReference(leadKey: plain, account: account.id)
  }

  /// Puts references in the place of addresses in those parameters that are kept as they came.
  /// - Returns: what was odd about that.
  func replaceAddresses(in parameters: inout [PostbackParameter], of account: Account) -> [PostbackWarning] {
    var found: [PostbackWarning] = []
    for place in parameters.indices where ["txid", "status"].contains(parameters[place].name) {
      guard parameters[place].value.mayHoldAddress else { continue }
      parameters[place].value = addressReference(parameters[place].value, of: account).hex
      if parameters[place].name == "txid" { found.append(.contactInTxid) }
    }
    return found
  }
}

extension String {
  /// Whether an e-mail address may stand in it, also one that was encoded again.
  var mayHoldAddress: Bool { withoutPercentEscapes.utf8.contains(UInt8(ascii: "@")) }
}
