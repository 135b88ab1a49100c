import Domain
import Privacy

/// What is kept of a value that others write: a click id, a transaction id, a status word. Some panels put a person's
/// contact there, and some people their key: neither is kept.
struct KeptValue: Equatable, Sendable {
  let text: String
  /// It was an e-mail address or a telephone number with `+`: this stands there now.
  let reference: ContactReference?
  /// A key stood in it: its prefix and `…` stand there now.
  let heldKey: Bool

  /// - Parameter isClickID: an `@` alone makes no contact of one.
  init(_ value: String, isClickID: Bool = false, of account: Account, _ keyring: Keyring) {
    let withoutKeys = value.withoutKeys
    let isContact = ClickID.holdsContact(withoutKeys) || (!isClickID && withoutKeys.mayHoldContact)
    heldKey = !withoutKeys.utf8.elementsEqual(value.utf8)
    reference = isContact ? keyring.contactReference(withoutKeys, of: account) : nil
    text = reference?.hex ?? withoutKeys
  }

  var heldContact: Bool { reference != nil }

  /// What is wrong with the value where a caller can be told; nil: nothing.
  var fault: String? {
    if heldKey { return Self.keyFault }
    return heldContact ? "holds an e-mail address or a phone number, which are not kept" : nil
  }

  static let keyFault = "holds a BackNova key, which is not kept"
}

extension Keyring {
  /// The contact's reference, the same however it is spelled; where it has none, since more stands around it, one of the
  /// whole text.
  fileprivate func contactReference(_ text: String, of account: Account) -> ContactReference {
    let plain = text.withoutControlCharacters.withoutPercentEscapes.trimmed
    let address = plain.utf8.last == UInt8(ascii: ".") ? String(plain.dropLast()) : plain
    return emailReference(address, account: account.id) ?? keyReference(leadKey: plain, account: account.id)
  }

  /// Cuts keys and puts references in the place of contacts in those parameters that are kept as they came. A contact as
  /// click id stays here: whether that is one of ours is judged by what was sent.
  /// - Returns: what was odd about that.
  func clean(_ parameters: inout [PostbackParameter], of account: Account) -> [PostbackWarning] {
    var found: [PostbackWarning] = []
    for place in parameters.indices {
      let name = parameters[place].name
      guard ["click_id", "txid", "status"].contains(name) else { continue }
      let kept = KeptValue(parameters[place].value, isClickID: name == "click_id", of: account, self)
      if kept.heldKey { found.append(.keyInValue) }
      if name == "click_id" {
        parameters[place].value = parameters[place].value.withoutKeys
      } else {
        parameters[place].value = kept.text
        if kept.heldContact && name == "txid" { found.append(.contactInTxid) }
      }
    }
    return found
  }
}

extension String {
  /// Whether a contact may stand in it once it is trimmed, also one that was encoded again.
  fileprivate var mayHoldContact: Bool {
    let plain = withoutControlCharacters.withoutPercentEscapes
    return plain.utf8.contains(UInt8(ascii: "@")) || ClickID.holdsContact(plain.trimmed)
  }
}
