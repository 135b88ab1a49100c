import Domain
import JSON
import Privacy
import Testing

/// The node of a JSON text.
func form(_ text: String) throws -> JSONNode { try JSONDocument(Array(text.utf8)).root }

/// The fault that reading a form ends with, nil if it does not.
func fault(_ text: String) throws -> FormFault? {
  let node = try form(text)
  do throws(FormFault) {
    _ = try RawContact(formData: node)
    return nil
  } catch {
    return error
  }
}

@Suite struct RawContactTests {
  private let keyring = Keyring(serverKey: [UInt8](repeating: 7, count: 32))
  private let account = AccountID(rawValue: 42)

  // A contact cannot be put into #expect, which would copy what it shows: these ask it and give back plain values.

  private func read(_ node: JSONNode?) throws -> (references: ContactReferences, facts: ContactFacts) {
    keyring.references(for: try RawContact(formData: node), account: account, country: nil)
  }

  private func other(_ name: String, in text: String) throws -> String? {
    try RawContact(formData: form(text)).withOtherField(named: name) { String(copying: $0) }
  }

  private func part(_ part: ContactPart, in text: String, country: String? = "US") throws -> String? {
    var lent: String?
    try RawContact(formData: form(text)).lend(part, country: country) { lent = String(copying: $0) }
    return lent
  }

  private func phoneEquals(_ clickID: String, _ text: String, country: String?) throws -> Bool {
    try RawContact(formData: form(text)).phoneEquals(clickID: clickID, country: country)
  }

  private func references(_ text: String) throws -> ContactReferences {
    keyring.references(for: try RawContact(formData: form(text)), account: account, country: "US").references
  }

  @Test(arguments: ["email", "e-mail", "E-Mail", "mail", "Email Address", "email_address", "EMAILADDRESS", " email "])
  func namesOfTheEmail(name: String) throws {
    #expect(try references("{\"\(name)\":\"a@b.co\"}") == references(#"{"email":"a@b.co"}"#))
    #expect(try references("{\"\(name)\":\"a@b.co\"}").email != nil)
  }

  @Test(arguments: ["phone", "tel", "Telephone", "phone_number", "Phone-Number", "phoneNumber", "mobile", "cell phone"])
  func namesOfThePhone(name: String) throws {
    #expect(try references("{\"\(name)\":\"2125550123\"}").phone == references(#"{"phone":"+12125550123"}"#).phone)
    #expect(try references("{\"\(name)\":2125550123}").phone == references(#"{"phone":"+12125550123"}"#).phone)
  }

  @Test(arguments: [
    #"{"full_name":"jo canary"}"#, #"{"fullname":"Jo Canary"}"#, #"{"first_name":"Jo","last_name":"Canary"}"#,
    #"{"lname":"Canary","fname":"Jo"}"#, #"{"First Name":"Jo","Surname":"Canary"}"#,
    #"{"name":" ","first":"jo","last":"canary"}"#,
    #"{"name":"Jo Canary","first_name":"Other"}"#, #"{"first_name":"Jo Canary"}"#,
  ])
  func namesOfTheName(text: String) throws {
    #expect(try references(text).name == references(#"{"name":"Jo Canary"}"#).name)
    #expect(try references(text).name != nil)
  }

  @Test func theFirstFieldOfAMeaningThatIsNotBlankCounts() throws {
    let text = #"{"email":" ","mail":"a@b.co","e_mail":"c@d.ef"}"#
    #expect(try references(text).email == references(#"{"email":"a@b.co"}"#).email)
    #expect(try other("e-mail", in: text) == "c@d.ef")
  }

  @Test func otherFieldsAreLent() throws {
    let text = #"{"Zip":"10001","email":"a@b.co","age":31,"note":"","tags":["x"],"agree":true,"none":null}"#
    #expect(try other("zip", in: text) == "10001")
    #expect(try other("AGE", in: text) == "31")
    #expect(try other("note", in: text) == "")
    for name in ["email", "tags", "agree", "none", "absent", ""] {
      #expect(try other(name, in: text) == nil)
    }
  }

  @Test(arguments: [
    (#"{"bn_hp":"x"}"#, true), (#"{"honeypot":" "}"#, true), (#"{"_honeypot":1}"#, true), (#"{"bn_hp":true}"#, true),
    (#"{"bn_hp":""}"#, false), (#"{"bn_hp":null}"#, false), (#"{"bn_hp":false}"#, false), ("{}", false),
  ])
  func honeypots(text: String, isFilled: Bool) throws {
    #expect(try read(form(text)).facts.honeypotFilled == isFilled)
  }

  @Test(
    arguments: [
      (#"{"name":"  Jo  Marie\u00a0Canary\u3000"}"#, "Jo  Marie\u{A0}Canary", "Jo  Marie", "Canary"),
      (#"{"name":"Jo"}"#, "Jo", "Jo", nil),
      (#"{"first_name":" Jo ","last_name":"van Dam"}"#, "Jo van Dam", "Jo", "van Dam"),
      (#"{"first_name":"Jo"}"#, "Jo", "Jo", nil), (#"{"last_name":"Dam"}"#, "Dam", nil, "Dam"),
      (#"{"name":"Jo Dam","first_name":"Josephine"}"#, "Jo Dam", "Josephine", "Dam"),
      (#"{"name":"Zoë O'Hara\u2003"}"#, "Zoë O'Hara", "Zoë", "O'Hara"), ("{}", nil, nil, nil),
      (#"{"name":" "}"#, nil, nil, nil), (#"{"name":"山田\u3000太郎"}"#, "山田\u{3000}太郎", "山田", "太郎"),
    ] as [(String, String?, String?, String?)])
  func namesAreLent(text: String, whole: String?, first: String?, last: String?) throws {
    #expect(try part(.name, in: text) == whole)
    #expect(try part(.firstName, in: text) == first)
    #expect(try part(.lastName, in: text) == last)
  }

  @Test(
    arguments: [
      ("(212) 555-0123", "US", "+12125550123"), (" (212) 555-0123 ", nil, "(212) 555-0123"),
      ("+44 20 7946 0958", nil, "+442079460958"), ("0044 20 7946 0958", "US", "+442079460958"), ("12", "US", "12"),
      ("call me", "US", "call me"), ("٣٨٠٥٠١٢٣٤٥٦٧", nil, "٣٨٠٥٠١٢٣٤٥٦٧"),
    ] as [(String, String?, String)])
  func phonesAreLent(phone: String, country: String?, lent: String) throws {
    #expect(try part(.phone, in: "{\"phone\":\"\(phone)\"}", country: country) == lent)
    #expect(try part(.phone, in: "{}", country: country) == nil)
  }

  @Test func emailsAreLentAsTheyWereTyped() throws {
    #expect(try part(.email, in: #"{"email":" Jo+Ads@Googlemail.com\n"}"#) == "Jo+Ads@Googlemail.com")
    #expect(try part(.email, in: #"{"email":"none"}"#) == "none")
    #expect(try part(.email, in: #"{"email_sha256":""}"#) == nil)
  }

  @Test func nothingSentIsNoFault() throws {
    #expect(try read(nil).references == ContactReferences())
    #expect(try read(nil).facts == ContactFacts())
    #expect(try fault("null") == nil)
    #expect(try fault("{}") == nil)
  }

  @Test(arguments: [
    ("[]", "form_data", FormFault.Reason.notAnObject), (#""a@b.co""#, "form_data", .notAnObject),
    (#"{"email":["a@b.co"]}"#, "form_data.email", .notText), (#"{"phone":true}"#, "form_data.phone", .notText),
    (#"{"email_sha256":"abc"}"#, "form_data.email_sha256", .notSHA256),
    ("{\"phone_sha256\":\"" + String(repeating: "g", count: 64) + "\"}", "form_data.phone_sha256", .notSHA256),
    ("{\"name_sha256\":\"" + String(repeating: "a", count: 66) + "\"}", "form_data.name_sha256", .notSHA256),
    (#"{"email_domain":"jo@b.co"}"#, "form_data.email_domain", .notADomain),
    ("{\"zip\":\"" + String(repeating: "a", count: 1_025) + "\"}", "form_data.zip", .valueTooLong),
    ("{\"jo@b.co\":\"" + String(repeating: "a", count: 1_025) + "\"}", "form_data", .valueTooLong),
    ("{\"" + String(repeating: "a", count: 65) + "\":\"\"}", "form_data", .nameTooLong),
    ("{" + (0..<65).map { "\"f\($0)\":\"\"" }.joined(separator: ",") + "}", "form_data", .tooManyFields),
  ])
  func faults(text: String, field: String, reason: FormFault.Reason) throws {
    let found = try fault(text)
    #expect(found?.field == field)
    #expect(found?.reason == reason)
    #expect(found?.message.isEmpty == false)
  }

  @Test(arguments: [
    "{\"zip\":\"" + String(repeating: "a", count: 1_024) + "\"}",
    "{\"" + String(repeating: "a", count: 64) + "\":\"\"}",
    "{" + (0..<64).map { "\"f\($0)\":\"\"" }.joined(separator: ",") + "}", #"{"email_sha256":"","email_domain":" "}"#,
    #"{"email":null,"phone":null}"#, #"{"deep":{"a":[1]}}"#,
  ])
  func withinTheLimits(text: String) throws {
    #expect(try fault(text) == nil)
  }

  @Test(
    arguments: [
      ("+1 (212) 555-0123", "12125550123", nil), ("+1 (212) 555-0123", "212-555-0123", nil),
      ("(212) 555-0123", "+12125550123", "US"), ("020 7946 0958", "0044 20 7946 0958", "GB"),
      ("020 7946 0958", "02079460958", nil), ("+44 20 7946 0958", "020 7946 0958", nil),
      ("+380501234567", "٣٨٠٥٠١٢٣٤٥٦٧", nil),
    ] as [(String, String, String?)])
  func aClickIDThatIsTheFormsPhone(phone: String, clickID: String, country: String?) throws {
    #expect(try phoneEquals(clickID, "{\"phone\":\"\(phone)\"}", country: country))
  }

  @Test(arguments: ["12125550124", "abc123", "", "5550123x", "0123", "a12125550123", "99912125550123456"])
  func aClickIDThatIsNot(clickID: String) throws {
    #expect(try !phoneEquals(clickID, #"{"phone":"+1 (212) 555-0123"}"#, country: "US"))
    #expect(try !phoneEquals(clickID, "{}", country: "US"))
  }

  @Test func aClickIDThatIsAHashedPhone() throws {
    let text = "{\"phone_sha256\":\"\(Digest.sha256("12125550123").hex)\"}"
    #expect(try phoneEquals("12125550123", text, country: nil))
    #expect(try phoneEquals("(212) 555-0123", text, country: "US"))
    #expect(try !phoneEquals("12125550124", text, country: "US"))
  }
}

extension String {
  init(copying span: borrowing Span<UInt8>) {
    self.init(decoding: span.indices.map { span[$0] }, as: UTF8.self)
  }
}
