import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  /// No contact data and no key in any file of the state folder (PRODUCT.md §8).
  @Suite struct ContactTests {
    @Test func nothingOfAVisitorIsWrittenDown() throws {
      let site = try sharedSite()
      let account = try site.account()
      let markers = try sendEverything(to: site, account)
      // Whatever waits in a buffer is written by now.
      usleep(500_000)
      let search = StateSearch(
        markers + [account.keys.secret, account.keys.postback, account.password],
        digests: [
          // SHA-256 of the normalised e-mail, phone and name that are sent below: only keyed references may be kept.
          "48b4fbec321e8f5413f79ab519eec00a2d610641b5f23a290a0195a06076da41",
          "53ed517fa8e01227bd3ebdc60c78b3f7a7f3a199decdf492af61584ed4ac608d",
          "a1aec40273d45e4aaa8017f6445defd51d422f6de924ae2e1a83f6843a302ce1",
        ])
      #expect(search.findings(in: site.state) == [])
      #expect(try site.sql("SELECT count(*) FROM lead WHERE account_id = \(account.id.dropFirst(4))") != "0")
      let events = site.client().get("/api/v1/events/recent", key: account.keys.secret)
      #expect(events.status == 200 && markers.allSatisfy { !events.text.lowercased().contains($0.lowercased()) })
    }

    @Test func theSearchFindsWhatIsThere() throws {
      let folder = try TemporaryFolder()
      let text = "Marker12345678Canary"
      let hex = text.utf8.map { String(format: "%02X", $0) }.joined()
      let contents = ["plain": "a\0b" + text.uppercased(), "hex": "x" + hex]
        .merging(
          (0..<3).map {
            ("base64-\($0)", Data((String(repeating: "z", count: $0) + text + "tail").utf8).base64EncodedString())
          }
        ) { $1 }
      for (name, content) in contents {
        try Data(content.utf8).write(to: URL(fileURLWithPath: folder.path + "/" + name))
      }
      let files = Set(StateSearch([text]).findings(in: folder.path).map { String($0.prefix { $0 != ":" }) })
      #expect(files == Set(contents.keys))
      #expect(StateSearch(["Another98765432"]).findings(in: folder.path) == [])
      try Data([0x48, 0xB4, 0xFB, 0xEC]).write(to: URL(fileURLWithPath: folder.path + "/digest"))
      #expect(StateSearch([], digests: ["48b4fbec"]).findings(in: folder.path).count == 1)
    }

    /// Sends a marker in every place where a visitor's data can stand, with good and bad requests.
    private func sendEverything(to site: Site, _ account: TestAccount) throws -> [String] {
      var markers: [String] = []
      func marker(_ place: String) -> String {
        let text = "Mk\(place)\(UUID().uuidString.prefix(8))Xq"
        markers.append(text)
        return text
      }
      let key = account.keys.secret
      let client = site.client()
      func headers() -> [String] {
        [
          "User-Agent: \(marker("agent"))", "Referer: https://x.test/\(marker("referer"))",
          "Cookie: a=\(marker("cookie"))",
          "X-Forwarded-For: \(marker("forwarded"))", "X-Marker: \(marker("header"))",
          "Origin: https://\(marker("origin")).test",
        ]
      }
      func lead(_ more: [(String, JSONValue)] = []) -> JSONValue {
        JSONValue(
          members: [
            (key: "source", value: "contact"), (key: "click_id", value: "c1"),
            (key: "lead_id", value: .string(marker("leadid"))),
            (key: "landing_page", value: .string("/offer?sub1=\(marker("subid"))#\(marker("fragment"))")),
            (key: "user_agent", value: .string("Mozilla/5.0 \(marker("useragent"))")),
            (key: "unknown", value: .string(marker("unknown"))),
            (
              key: "form_data",
              value: [
                "name": .string(marker("name")), "first_name": .string(marker("first")),
                "last_name": .string(marker("last")),
                "email": .string("\(marker("email"))@gmail.com"), "phone": .string(marker("phone")),
                "zip": .string(marker("zip")),
                "address": .string(marker("street")),
              ]
            ),
          ] + more.map { (key: $0.0, value: $0.1) })
      }
      var statuses: [Int] = []
      func send(_ call: Call) { statuses.append(client.send(call).status) }
      send(.post("/api/v1/decision?q=\(marker("query"))", lead(), key: key, headers: headers()))
      send(.post("/api/v1/decision", lead([("ip", "198.51.100.77")]), key: key, headers: headers()))
      markers.append("198.51.100.77")
      // The vectors, whose bare digests are known.
      send(
        .post(
          "/api/v1/decision",
          [
            "source": "contact", "country": "US",
            "form_data": [
              "email": "Jo.Canary+ads@Googlemail.com", "phone": "+1 (212) 555-0123", "name": "  Zoë   O'Hara ",
            ],
          ], key: key))
      markers += ["jo.canary", "jocanary@", "12125550123", "O'Hara"]
      #expect(statuses == [200, 200, 200], "\(statuses)")
      statuses = []
      send(.post("/api/v1/decision", lead([("cost", "none")]), key: key, headers: headers()))
      send(.post("/api/v1/decision", lead([("click_id", "again")]), key: key, headers: headers()))
      send(.post("/api/v1/decision", lead(), key: "bn_live_\(marker("key"))", headers: headers()))
      send(.post("/api/v1/decision", lead(), headers: headers()))
      send(.post("/api/v1/decision/\(marker("path"))@example.com", lead(), key: key, headers: headers()))
      send(.get("/\(marker("root"))?\(marker("rootquery"))=1", headers: headers()))
      send(.get("/api/v1/events/\(marker("event"))", key: key, headers: headers()))
      send(.get("/api/v1/events?click_id=\(marker("find"))", key: key, headers: headers()))
      send(
        Call(
          method: "POST", path: "/api/v1/decision", headers: ["Content-Type: text/\(marker("type"))"],
          body: Array(marker("body").utf8)))
      send(Call(method: "BREW", path: "/api/v1/\(marker("method"))"))
      let postback = "/api/postback?api_key=\(account.keys.postback)"
      send(.get(postback + "&click_id=c1&status=sale&sub1=\(marker("sub"))&email=\(marker("mail"))%40x.test"))
      send(.get(postback + "&click_id=\(marker("click"))%40example.com&status=sale&txid=\(marker("tx"))%40example.com"))
      send(.get("/api/postback?api_key=bn_pb_\(marker("badkey"))&click_id=\(marker("badclick"))"))
      send(
        .post(
          "/api/v1/session", ["email": .string("\(marker("who"))@x.test"), "password": .string(marker("password"))]))
      #expect(!statuses.contains(0) && statuses.allSatisfy { $0 < 500 }, "\(statuses)")
      return markers
    }
  }
}
