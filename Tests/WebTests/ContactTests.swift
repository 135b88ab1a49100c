import Testing

/// How a form's contact becomes references: PRODUCT.md §3.
@Suite struct ContactTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    #expect(account.send("PATCH", "/api/v1/account", json: #"{"disabled_rules":["duplicate"]}"#).status == 200)
  }

  /// The references of a lead with that form, as its event shows them.
  private func references(_ form: String, country: String = "US") -> [String?] {
    let answer = account.decide(#""country":"\#(country)","form_data":\#(form)"#)
    #expect(answer.status == 200)
    let event = account.get("/api/v1/events/\(answer["event_id"] ?? "")")
    return ["email", "phone", "name"].map { event["references.\($0)"] }
  }

  static let hashed = #"""
    {"email_sha256":"48b4fbec321e8f5413f79ab519eec00a2d610641b5f23a290a0195a06076da41",
     "phone_sha256":"53ed517fa8e01227bd3ebdc60c78b3f7a7f3a199decdf492af61584ed4ac608d",
     "name_sha256":"A1AEC40273D45E4AAA8017F6445DEFD51D422F6DE924AE2E1A83F6843A302CE1","email_domain":"gmail.com"}
    """#
  static let raw = #"{"email":"Jo.Canary+ads@Googlemail.com","phone":"+1 (212) 555-0123","name":"  Zoë   O'Hara "}"#

  @Test func `hash mode gives the references that raw values give`() {
    let raw = references(Self.raw)
    #expect(raw == references(Self.hashed))
    #expect(raw.allSatisfy { $0?.utf8.count == 64 })
    #expect(Set(raw).count == 3)
    // Keyed: not the hash that anybody can make.
    #expect(!Self.hashed.contains(raw[0] ?? ""))
  }

  @Test func `a lead in hash mode is the duplicate of a raw one`() {
    #expect(account.decide(#""form_data":\#(Self.raw)"#)["duplicate"] == "false")
    #expect(account.decide(#""form_data":\#(Self.hashed)"#)["duplicate"] == "true")
    #expect(account.get("/api/v1/events/recent").all("events", "email_domain") == ["(rare)", "(rare)"])
    _ = account.decide(#""form_data":\#(Self.hashed)"#)
    #expect(account.get("/api/v1/events/recent")["events.0.email_domain"] == "gmail.com")
  }

  @Test(arguments: ["email", "Email", "E-Mail", "email_address", "emailAddress", "mail", "your-email"])
  func `an e-mail's field has many names`(name: String) {
    #expect(references(#"{"\#(name)":"jocanary@gmail.com"}"#)[0] == references(Self.hashed)[0])
  }

  @Test(arguments: ["phone", "Phone", "tel", "telephone", "phone_number", "phoneNumber", "mobile", "cell"])
  func `a phone's field has many names`(name: String) {
    #expect(references(#"{"\#(name)":"(212) 555-0123"}"#)[1] == references(Self.hashed)[1])
  }

  @Test(arguments: [
    #"{"name":"Zoë O'Hara"}"#, #"{"full_name":"zoë  o'hara"}"#, #"{"fullName":"ZOË O'HARA"}"#,
    #"{"first_name":"Zoë","last_name":"O'Hara"}"#, #"{"firstName":" Zoë","lastName":"O'Hara "}"#,
    #"{"fname":"Zoe\#u{308}","lname":"O'Hara"}"#, #"{"first-name":"zoë","surname":"o'hara"}"#,
  ])
  func `a name's field has many names`(form: String) {
    #expect(references(form)[2] == references(Self.hashed)[2])
  }

  @Test func `a national number needs its country`() {
    #expect(references(#"{"phone":"(212) 555-0123"}"#, country: "US")[1] == references(Self.hashed)[1])
    #expect(references(#"{"phone":"001 212 555 0123"}"#, country: "DE")[1] == references(Self.hashed)[1])
  }

  @Test(arguments: [
    (#"{"email_sha256":"abc"}"#, "form_data.email_sha256"), (#"{"phone_sha256":"zz"}"#, "form_data.phone_sha256"),
    (#"{"email":["a@b.de"]}"#, "form_data.email"), (#"{"phone":{"n":1}}"#, "form_data.phone"),
    (#"{"name":true}"#, "form_data.name"), (#"{"email_domain":"no domain"}"#, "form_data.email_domain"),
    ("[]", "form_data"), ("\"text\"", "form_data"), ("7", "form_data"),
  ])
  func `a form of wrong types is 422`(form: String, field: String) {
    let answer = account.decide(#""form_data":\#(form)"#)
    #expect(answer.isProblem(422, "invalid_fields"))
    #expect(answer.fields == [field])
  }

  @Test func `other fields are taken and dropped`() {
    let form = #"{"zip":"10001","agree":true,"list":[1,{}],"comment":"x","n":1.5,"":"","none":null}"#
    #expect(account.decide(#""form_data":\#(form)"#).status == 200)
  }

  @Test(arguments: [
    "jo@example.com", "Jo.Canary+ads@Googlemail.com", "+12125550123", "+1", "12125550123", "+1 (212) 555-0123",
    "212-555-0123", "001 212 555 0123", "jo@x.com.", "jo%40x.com", "jo%2540x.com", "%2B12125550123",
  ])
  func `a click id that is a contact is 422`(clickID: String) {
    let answer = account.decide(#""country":"US","click_id":"\#(clickID)","form_data":\#(Self.raw)"#)
    #expect(answer.isProblem(422, "invalid_fields"))
    #expect(answer.fields.first == "click_id")
    #expect(!answer.text.contains(clickID))
  }

  @Test(arguments: [
    "abc123", "12125550124", "+abc", "a@b", "Zoë", "a b", "<b>&\\\"'", "😀", String(repeating: "c", count: 256),
  ])
  func `a click id is kept byte for byte`(clickID: String) {
    let answer = account.decide(#""click_id":"\#(clickID)","form_data":\#(Self.raw)"#)
    #expect(answer.status == 200)
    #expect(answer["click_id"]?.utf8.elementsEqual(clickID.replacingOccurrences(of: "\\\"", with: "\"").utf8) == true)
  }

  @Test func `a click id's bytes are compared as they are`() {
    #expect(account.decide(#""click_id":"e\#u{301}""#).status == 200)
    #expect(account.postback("click_id=%C3%A9&status=sale")["result"] == "unmatched")
    #expect(account.postback("click_id=e%CC%81&status=sale")["result"] == "applied")
  }

  @Test(arguments: ["a\\nb", "\\u0007", "a\\u2028b", "\\u007f", String(repeating: "c", count: 257), "a\\r\\nX-Evil: 1"])
  func `what cannot be printed is no click id`(clickID: String) {
    #expect(account.decide(#""click_id":"\#(clickID)""#).fields == ["click_id"])
  }

  @Test func `an empty click id is none`() {
    let answer = account.decide(#""click_id":"""#)
    #expect(answer.status == 200 && answer["click_id"] == "null")
  }
}
