import Domain

/// Everything that needs the server's key: references of contacts, visitors and idempotency keys, and sealing.
///
/// One key serves several ends, each under a key of its own:
///
///     contact       HMAC(server key ‖ account, SHA-256(normalised))           account: 8 bytes, big-endian
///     visitor       HMAC(k ‖ account, SHA-256(address)), k = HMAC(server key, "visitor" ‖ period: 8 bytes, big-endian)
///     lead_id       HMAC(k ‖ account, SHA-256(lead_id)), k = HMAC(server key, "lead_id")
///     sealing       AES-256-GCM under HMAC(server key, "seal")
///
/// HMAC fills a short key with zeros, so the server key alone and the server key with account 0 are one key. The labels
/// therefore never are 32 bytes long, as every SHA-256 is: no derived key can come out as somebody's reference.
package struct Keyring: Sendable {
  private let serverKey: [UInt8]
  private let leadKey: [UInt8]
  private let sealing: Seal

  /// - Parameter serverKey: the 32 bytes of ``ServerKey``.
  package init(serverKey: [UInt8]) {
    self.serverKey = serverKey
    leadKey = Digest.hmac(key: serverKey, Array("lead_id".utf8))
    sealing = Seal(key: Digest.hmac(key: serverKey, Array("seal".utf8)))
  }

  /// References of a lead's contact, and what may be known of it without knowing it.
  ///
  /// A raw value goes before a hash of the same part. A name without a letter counts as impossible but keeps its
  /// reference, since who hashes names by himself sends that, too.
  /// - Parameter country: ISO 3166 code in whose manner the phone number may be written.
  package func references(
    for contact: borrowing RawContact, account: AccountID, country: String?
  ) -> (references: ContactReferences, facts: ContactFacts) {
    let key = accountKey(account)
    var references = ContactReferences()
    var facts = ContactFacts()
    facts.honeypotFilled = contact.honeypotFilled

    if let text = contact.text(.email) {
      let email = Normaliser.email(text)
      facts.email = email == nil ? .impossible : .valid
      facts.emailDomain = email?.domain
      references.email = email.map { reference(of: $0.text, key: key) }
    } else {
      facts.emailDomain = contact.text(.emailDomain).flatMap { Normaliser.emailDomain($0) }
      references.email = reference(hashed: contact.text(.emailHash), key: key)
      facts.email = references.email == nil ? .absent : .hashed
    }

    if let text = contact.text(.phone) {
      let phone = Normaliser.phone(text, country: country)
      facts.phone = phone == .impossible ? .impossible : .valid
      if case .number(let digits, let region) = phone {
        facts.phoneCountry = region
        references.phone = reference(of: digits, key: key)
      }
    } else {
      references.phone = reference(hashed: contact.text(.phoneHash), key: key)
      facts.phone = references.phone == nil ? .absent : .hashed
    }

    if let name = contact.fullName().flatMap({ Normaliser.name($0) }) {
      facts.name = name.unicodeScalars.contains(where: \.properties.isAlphabetic) ? .valid : .impossible
      references.name = reference(of: name, key: key)
    } else {
      references.name = reference(hashed: contact.text(.nameHash), key: key)
      facts.name = references.name == nil ? .absent : .hashed
    }
    return (references, facts)
  }

  /// The reference that a lead with this e-mail address has; nil unless `text` is one. For the places where a partner
  /// sends an address instead of a number of his own.
  package func emailReference(_ text: String, account: AccountID) -> ContactReference? {
    Normaliser.email(text).map { reference(of: $0.text, key: accountKey(account)) }
  }

  /// Days after which a visitor's address gets another reference, so that nobody can be followed for longer.
  package static let visitorPeriodDays: Int64 = 30

  /// The reference of a visitor's IP address, however it is spelled; nil unless `ip` is one.
  package func visitorReference(ip: String, account: AccountID, at now: Instant) -> ContactReference? {
    guard let address = NetworkAddress.normalised(ip) else { return nil }
    let seconds = Self.visitorPeriodDays * 86_400
    let period = (now.seconds - (now.seconds % seconds + seconds) % seconds) / seconds
    let periodKey = Digest.hmac(key: serverKey, Array("visitor".utf8) + bigEndian(period))
    return reference(of: address, key: periodKey + bigEndian(account.rawValue))
  }

  /// The reference of a lead's idempotency key, compared byte for byte.
  package func keyReference(leadKey text: String, account: AccountID) -> ContactReference {
    reference(of: text, key: leadKey + bigEndian(account.rawValue))
  }

  /// Encrypts what must be read again, such as postback keys. `context` says what it is and whose ("postback_key/17"):
  /// it is not stored, and opening under another one fails, so that no row's secret can be put into another row.
  package func seal(_ plain: [UInt8], context: String) throws(CryptoFault) -> [UInt8] {
    try sealing.seal(plain, context: context)
  }

  /// The opposite of ``seal(_:context:)``.
  package func open(_ sealed: [UInt8], context: String) throws(SealFault) -> [UInt8] {
    try sealing.open(sealed, context: context)
  }

  /// The 32 bytes of a SHA-256 that a caller wrote in hexadecimal; nil unless it is one.
  static func digest(hex text: String) -> [UInt8]? {
    guard let bytes = [UInt8](hex: text.trimmed), bytes.count == 32 else { return nil }
    return bytes
  }

  private func accountKey(_ account: AccountID) -> [UInt8] { serverKey + bigEndian(account.rawValue) }

  private func reference(of normalised: String, key: [UInt8]) -> ContactReference {
    ContactReference(bytes: Digest.hmac(key: key, Digest.sha256(normalised)))
  }

  private func reference(hashed hex: String?, key: [UInt8]) -> ContactReference? {
    hex.flatMap { Self.digest(hex: $0) }.map { ContactReference(bytes: Digest.hmac(key: key, $0)) }
  }

  private func bigEndian(_ value: Int64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}

extension Keyring: CustomStringConvertible, CustomReflectable {
  /// Never the key.
  package var description: String { "Keyring" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
