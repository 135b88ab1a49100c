/// What a field of a form means to us.
enum ContactField: Equatable, Sendable {
  case email, phone, name, firstName, lastName
  case emailHash, emailDomain, phoneHash, nameHash
  /// Hidden from people: only programs fill it.
  case honeypot
  /// Of no meaning to us: waits for a partner's template.
  case other

  /// The meaning of a folded name.
  init(foldedName: String) { self = Self.byName[foldedName] ?? .other }

  /// Names are compared in lower case, without white space at the ends, with "_" for "-" and space inside.
  static func folded(_ name: String) -> String {
    String(
      decoding: name.trimmed.utf8.map { byte in
        switch byte {
        case 65...90: byte + 32
        case UInt8(ascii: "-"), UInt8(ascii: " "): UInt8(ascii: "_")
        default: byte
        }
      }, as: UTF8.self)
  }

  /// Every name that is understood. The first of each list is the one that the documentation gives.
  private static let names: [(field: ContactField, names: [String])] = [
    (
      .email,
      ["email", "e_mail", "mail", "email_address", "emailaddress", "your_email", "user_email", "customer_email"]
    ),
    (
      .phone,
      [
        "phone", "tel", "telephone", "phone_number", "phonenumber", "telephone_number", "mobile", "mobile_phone",
        "mobile_number", "cell", "cell_phone", "cellphone", "msisdn", "your_phone", "user_phone", "customer_phone",
      ]
    ),
    (.name, ["name", "full_name", "fullname", "your_name", "customer_name", "contact_name"]),
    (.firstName, ["first_name", "firstname", "fname", "first", "given_name", "forename"]),
    (.lastName, ["last_name", "lastname", "lname", "last", "surname", "family_name"]),
    (.emailHash, ["email_sha256"]),
    (.emailDomain, ["email_domain"]),
    (.phoneHash, ["phone_sha256"]),
    (.nameHash, ["name_sha256"]),
    (.honeypot, ["bn_hp", "honeypot", "_honeypot"]),
  ]

  private static let byName: [String: ContactField] = names.reduce(into: [:]) { table, entry in
    for name in entry.names { table[name] = entry.field }
  }
}
