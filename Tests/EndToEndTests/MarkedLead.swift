import Foundation
import JSON

/// A lead whose every text stands nowhere else, so that it can be looked for: in each field that can hold a visitor's
/// data, and in each header.
struct MarkedLead: Sendable {
  let source: String
  /// The only one that may be kept: the control of every search.
  let clickID: String
  /// What nobody may keep, by where it stands.
  private(set) var texts: [String: String] = [:]

  init(source: String) {
    self.source = source
    let id = String(UUID().uuidString.prefix(8))
    func marker(_ place: String) -> String { "Mk\(place)\(id)Xq" }
    clickID = marker("click")
    let places =
      ["name", "first", "last", "zip", "street", "agent", "lead", "subid", "fragment", "unknown"]
      + ["useragent", "referer", "cookie", "forwarded", "header", "origin", "query"]
    for place in places { texts[place] = marker(place) }
    texts["mail"] = marker("mail") + "@gmail.com"
    texts["phone"] = "1212\(Int.random(in: 230...299))\(Int.random(in: 1_000...9_999))"
    texts["ip"] =
      "2001:db8:"
      + (0..<6).map { _ in String(Int.random(in: 0x1000...0xFFFF), radix: 16) }
      .joined(separator: ":")
  }

  /// Everything that must not be found, also as it may have been typed.
  var markers: [String] {
    let digits = self["phone"].dropFirst()
    return Array(texts.values)
      + [String(self["mail"].prefix { $0 != "@" }), String(digits), typedPhone, String(typedPhone.dropFirst(6))]
  }

  subscript(_ place: String) -> String { texts[place] ?? "" }

  /// What is sent of it to a partner with ``fields``.
  var handedOver: [String] {
    ["mail", "name", "first", "last", "zip", "street", "agent", "ip", "phone"].map { self[$0] }
  }

  private var typedPhone: String {
    let digits = self["phone"].dropFirst()
    return "(\(digits.prefix(3))) \(digits.dropFirst(3).prefix(3))-\(digits.suffix(4))"
  }

  /// SHA-256 of what is hashed, and the address's bytes: neither may be kept as it is.
  func digests() throws -> [String] {
    let normalised = [self["mail"].lowercased(), self["phone"], self["name"].lowercased()]
    let address = self["ip"].split(separator: ":").map { ($0.count < 4 ? "0" : "") + $0 }.joined()
    return try normalised.map { try Shell.run("/usr/bin/sha256sum", input: $0).output.prefix(64).lowercased() }
      + [address]
  }

  /// As a server with a secret key sends it.
  func call(key: String, _ more: [JSONValue.Member] = []) -> Call {
    var members = self.members
    members += [
      .init("ip", .string(self["ip"])), .init("user_agent", .string("Mozilla/5.0 \(self["agent"])")),
    ]
    members.removeAll { member in more.contains { $0.key == member.key } }
    return .post("/api/v1/decision?q=" + self["query"], .object(members + more), key: key, headers: headers)
  }

  /// As a browser with a publishable key sends it.
  func browserCall(key: String) -> Call {
    .post("/api/v1/decision?q=" + self["query"], .object(members), key: key, headers: headers)
  }

  var headers: [String] {
    [
      "User-Agent: Mozilla/5.0 \(self["useragent"])", "Referer: https://x.test/\(self["referer"])",
      "Cookie: a=\(self["cookie"])", "X-Forwarded-For: \(self["forwarded"])", "X-Marker: \(self["header"])",
      "Origin: https://\(self["origin"]).test",
    ]
  }

  private var members: [JSONValue.Member] {
    [
      .init("source", .string(source)), .init("click_id", .string(clickID)), .init("lead_id", .string(self["lead"])),
      .init("country", "US"), .init("landing_page", .string("/offer?sub1=\(self["subid"])#\(self["fragment"])")),
      .init("unknown", .string(self["unknown"])),
      .init(
        "form_data",
        [
          "name": .string(self["name"]), "first_name": .string(self["first"]), "last_name": .string(self["last"]),
          "email": .string(self["mail"]), "phone": .string(typedPhone), "zip": .string(self["zip"]),
          "street": .string(self["street"]),
        ]),
    ]
  }

  /// A template with all of it.
  static let fields: JSONValue = [
    "mail": "{email}", "phone": "{phone}", "name": "{name}", "first": "{first_name}", "last": "{last_name}",
    "zip": "{form.zip}", "street": "{form.street}", "ip": "{ip}", "agent": "{user_agent}", "click": "{click_id}",
    "back": "https://pp.example/?m={email}&n={name}",
  ]
}
