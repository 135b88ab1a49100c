import Domain
import Privacy
import Testing

@Suite struct KeyringTests {
  private let serverKey = [UInt8](0..<32)
  private let account = AccountID(rawValue: 42)
  private var keyring: Keyring { Keyring(serverKey: serverKey) }

  private func read(_ text: String, account: AccountID? = nil, country: String? = "US") throws
    -> (references: ContactReferences, facts: ContactFacts)
  {
    keyring.references(for: try RawContact(formData: form(text)), account: account ?? self.account, country: country)
  }

  @Test func theReferenceIsTheOneThatTheContractNames() throws {
    let found = try read(#"{"email":"Jo.Canary+ads@Googlemail.com"}"#).references.email
    let key = serverKey + [0, 0, 0, 0, 0, 0, 0, 42]
    #expect(found?.bytes == Digest.hmac(key: key, Digest.sha256("jocanary@gmail.com")))
  }

  @Test func factsOfARawContact() throws {
    let facts = try read(#"{"name":"Jo Canary","email":"jo@googlemail.com","phone":"+1 212 555 0123"}"#).facts
    var expected = ContactFacts()
    expected.email = .valid
    expected.emailDomain = "gmail.com"
    expected.phone = .valid
    expected.phoneCountry = "US"
    expected.name = .valid
    #expect(facts == expected)
  }

  @Test func factsOfAnImpossibleContact() throws {
    let (references, facts) = try read(#"{"name":"123","email":"nobody","phone":"12"}"#)
    #expect(facts.email == .impossible && facts.phone == .impossible && facts.name == .impossible)
    #expect(facts.emailDomain == nil && facts.phoneCountry == nil)
    #expect(references.email == nil && references.phone == nil && references.name != nil)
  }

  @Test func aNumberWithoutItsCountryIsNoReason() throws {
    let (references, facts) = try read(#"{"phone":"2125550123"}"#, country: nil)
    #expect(facts.phone == .valid)
    #expect(references.phone == nil)
  }

  @Test(arguments: ["\"email_domain\":\"GoogleMail.com\",", "\"email_domain\":\" gmail.com \",", ""])
  func factsOfAHashedContact(domain: String) throws {
    let hash = Digest.sha256("x").hex
    let text = "{\(domain)\"email_sha256\":\"\(hash)\",\"phone_sha256\":\"\(hash)\",\"name_sha256\":\"\(hash)\"}"
    let facts = try read(text).facts
    #expect(facts.email == .hashed && facts.phone == .hashed && facts.name == .hashed)
    #expect(facts.emailDomain == (domain.isEmpty ? nil : "gmail.com"))
  }

  /// Both ways give the same stored reference, for many made-up contacts in many spellings.
  @Test func rawAndHashedGiveTheSameReference() throws {
    var random = SystemRandomNumberGenerator()
    let letters = Array("abcxyzÄéßΣñжЯ")
    for _ in 0..<200 {
      let word = String((0..<Int.random(in: 1...9, using: &random)).map { _ in letters.randomElement() ?? "a" })
      let email =
        "\(word).x+\(word)@\(["Gmail.com", "googlemail.com", "bücher.example", "EXAMPLE.org"].randomElement() ?? "")"
      let number = "212555" + String(Int.random(in: 1000...9999, using: &random))
      let raw = try read(
        "{\"name\":\"  \(word)  X \",\"email\":\" \(email)\",\"phone\":\"(\(number.prefix(3))) \(number.dropFirst(3))\"}"
      )
      let emailHash = try Digest.sha256(#require(Normaliser.email(email)).text).hex
      let nameHash = try Digest.sha256(#require(Normaliser.name("\(word) x"))).hex
      let hashed = try read(
        """
        {"email_sha256":"\(emailHash.uppercased())","phone_sha256":"\(Digest.sha256("1" + number).hex)",
        "name_sha256":"\(nameHash)"}
        """, country: nil)
      #expect(raw.references == hashed.references)
      #expect(raw.references.email != nil && raw.references.phone != nil && raw.references.name != nil)
    }
  }

  @Test func aRawValueGoesBeforeAHash() throws {
    let hash = Digest.sha256("other").hex
    #expect(
      try read("{\"email_sha256\":\"\(hash)\",\"email\":\"a@b.co\"}").references
        == read(#"{"email":"a@b.co"}"#).references)
  }

  @Test func accountsAndServersDiffer() throws {
    let text = #"{"name":"Jo","email":"a@b.co","phone":"+12125550123"}"#
    let here = try read(text).references
    let there = try read(text, account: AccountID(rawValue: 43)).references
    let elsewhere = Keyring(serverKey: [UInt8](1...32))
      .references(for: try RawContact(formData: form(text)), account: account, country: nil).references
    let all = [here, there, elsewhere].flatMap { [$0.email, $0.phone, $0.name] }
    #expect(Set(all).count == 9)
    #expect(try read(text).references == here)
  }

  @Test func anAddressInAPostbackHasTheLeadsReference() throws {
    #expect(keyring.emailReference(" A@B.co ", account: account) == (try read(#"{"email":"a@b.co"}"#).references.email))
    #expect(keyring.emailReference("txid-17", account: account) == nil)
  }

  @Test func visitorsAreForgottenAfterThirtyDays() {
    func reference(_ ip: String, _ day: Int64, account: Int64 = 42) -> ContactReference? {
      keyring.visitorReference(ip: ip, account: .init(rawValue: account), at: Instant(seconds: day * 86_400))
    }
    #expect(reference("203.0.113.7", 0) != nil)
    #expect(reference("203.0.113.7", 0) == reference("203.0.113.7", 29))
    #expect(reference("203.0.113.7", 29) != reference("203.0.113.7", 30))
    #expect(reference("203.0.113.7", -1) != reference("203.0.113.7", 0))
    #expect(reference("203.0.113.7", 0) != reference("203.0.113.8", 0))
    #expect(reference("203.0.113.7", 0) != reference("203.0.113.7", 0, account: 43))
    #expect(reference("::ffff:203.0.113.7", 0) == reference(" 203.0.113.7 ", 0))
    #expect(reference("2001:DB8:0:0::1", 0) == reference("2001:db8::1", 0))
    #expect(reference("fe80::1%eth0", 0) == reference("fe80::1", 0))
    for text in ["", "example.com", "203.0.113", "203.0.113.256", "203.0.113.7:80", "1.2.3.4%x"] {
      #expect(reference(text, 0) == nil)
    }
  }

  @Test func idempotencyKeysAreHashedForEachAccount() {
    let one = keyring.keyReference(leadKey: "order-1", account: account)
    #expect(one == keyring.keyReference(leadKey: "order-1", account: account))
    #expect(one != keyring.keyReference(leadKey: "order-2", account: account))
    #expect(one != keyring.keyReference(leadKey: "order-1", account: .init(rawValue: 43)))
  }

  @Test(arguments: [[], [0], Array("bn_pb_secret".utf8), [UInt8](repeating: 9, count: 5_000)] as [[UInt8]])
  func whatIsSealedOpens(plain: [UInt8]) throws {
    let sealed = try keyring.seal(plain, context: "postback_key/17")
    #expect(try keyring.open(sealed, context: "postback_key/17") == plain)
    #expect(sealed.count == plain.count + 29)
    #expect(try keyring.seal(plain, context: "postback_key/17") != sealed, "each has a nonce of its own")
  }

  @Test func whatWasChangedDoesNotOpen() throws {
    let sealed = try keyring.seal(Array("secret".utf8), context: "postback_key/17")
    for place in sealed.indices {
      var changed = sealed
      changed[place] ^= 1
      #expect(throws: place == 0 ? SealFault.unknownVersion : .notOurs) {
        try keyring.open(changed, context: "postback_key/17")
      }
    }
    for length in 0..<sealed.count {
      #expect(throws: SealFault.notOurs) { try keyring.open(Array(sealed.prefix(length)), context: "postback_key/17") }
    }
    #expect(throws: SealFault.notOurs) { try keyring.open(sealed, context: "postback_key/18") }
    #expect(throws: SealFault.notOurs) {
      try Keyring(serverKey: [UInt8](1...32)).open(sealed, context: "postback_key/17")
    }
  }

  @Test func theKeyIsNotShown() {
    var dumped = ""
    dump(keyring, to: &dumped)
    #expect("\(keyring)" == "Keyring")
    #expect(!dumped.contains("31"))
  }
}
