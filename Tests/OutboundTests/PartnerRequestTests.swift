import Domain
import JSON
import Outbound
import Privacy
import TestReceiver
import Testing

/// What a partner gets to read, byte for byte.
@Suite struct PartnerRequestTests {
  private static let hostile =
    #"{"name":"Zoë \"Q\" \\ O'Hara\r\n\t<b> 🙂 {email}","email":"jo+a&b=c#d%20{phone}@canary.example","phone":"12","#
    + #""note":"x{form.note}\u0001\u2028}","zip":"","Weird Name":"a/b?c"}"#

  private func field(_ name: String, _ template: String) -> PartnerField {
    PartnerField(path: name.split(separator: ".").map(String.init), value: .template(template))
  }

  private func sent(
    _ fields: [PartnerField], path: String = "/", method: DeliveryMethod = .post, format: BodyFormat = .json,
    form: String = PartnerBench.form, lead: LeadValues = .made(), headers: [PartnerHeader] = []
  ) throws -> SentRequest {
    let recorder = try Recorder()
    let partner = Partner.made(recorder.url(path), method: method, format: format, fields: fields)
    let end = try PartnerBench().hand(to: partner, form: form, lead: lead, headers: headers).end
    #expect(end.outcome == .accepted)
    return try #require(recorder.requests.first)
  }

  @Test func everyTokenInJSON() throws {
    let fields = [
      field("name", "{name}"), field("lead.first", "{first_name}"), field("lead.last", "{last_name}"),
      field("lead.email", "{email}"), field("phone", "{phone}"), field("click", "{click_id}-{event_id}"),
      field("ip", "{ip}"), field("ua", "{user_agent}"), field("country", "{country}"), field("source", "{source}"),
      field("page", "{landing_page}"), field("zip", "{form.ZIP}"), field("none", "[{form.none}]"),
      field("as written", "{nonsense} {"), PartnerField(path: ["lead", "deep", "n"], value: .literal("12.50")),
      PartnerField(path: ["yes"], value: .literal("true")), PartnerField(path: ["no"], value: .literal("null")),
    ]
    let request = try sent(fields)
    #expect(
      request.text == #"{"name":"Jo Marie Canary","lead":{"first":"Jo Marie","last":"Canary","#
        + #""email":"jo@canary.example","deep":{"n":12.50}},"phone":"+12125550123","#
        + #""click":"abc 123-evt_0123456789abc","ip":"203.0.113.7","ua":"Browser/1.0 (X; Y)","country":"US","#
        + #""source":"tiktok_us","page":"offer-1","zip":"10001","none":"[]","as written":"{nonsense} {","#
        + #""yes":true,"no":null}"#)
    #expect(request.line == "POST / HTTP/1.1" && request.values(of: "Content-Type") == ["application/json"])
    #expect(request.values(of: "Content-Length") == [String(request.body.count)])
    #expect(request.values(of: "Expect").isEmpty && request.values(of: "Accept-Encoding").isEmpty)
    #expect(request.values(of: "User-Agent") == ["BackNova"] && request.values(of: "Host").count == 1)
  }

  @Test func hostileValuesInJSON() throws {
    let request = try sent(
      [
        field("name", "{name}"), field("email", "{email}"), field("phone", "{phone}"), field("note", "\"{form.note}\\"),
      ],
      form: Self.hostile)
    let root = try JSONDocument(request.body).root
    #expect(root["name"]?.string == "Zoë \"Q\" \\ O'Hara\r\n\t<b> 🙂 {email}")
    #expect(root["email"]?.string == "jo+a&b=c#d%20{phone}@canary.example")
    #expect(root["phone"]?.string == "12" && root["note"]?.string == "\"x{form.note}\u{1}\u{2028}}\\")
    #expect(root.memberKeys == ["name", "email", "phone", "note"])
  }

  @Test func hostileValuesInAForm() throws {
    let fields = [
      field("full name", "{name}"), field("email", "<{email}>"), field("note", "{form.note}"),
      field("zip", "{form.zip}"),
      field("w", "{form.weird_name}"), PartnerField(path: ["a", "b"], value: .literal("7")),
      PartnerField(path: ["n"], value: .literal("null")),
    ]
    let request = try sent(fields, format: .form, form: Self.hostile)
    #expect(
      request.text == "full%20name=Zo%C3%AB%20%22Q%22%20%5C%20O%27Hara%0D%0A%09%3Cb%3E%20%F0%9F%99%82%20%7Bemail%7D"
        + "&email=%3Cjo%2Ba%26b%3Dc%23d%2520%7Bphone%7D%40canary.example%3E"
        + "&note=x%7Bform.note%7D%01%E2%80%A8%7D&zip=&w=a%2Fb%3Fc&a%5Bb%5D=7&n=")
    #expect(request.values(of: "Content-Type") == ["application/x-www-form-urlencoded"])
  }

  @Test func aZeroEndsNothing() throws {
    let lead = LeadValues.made(clickID: "a\u{0}b", userAgent: "x\u{0}y\r\nz")
    let json = try sent([field("ua", "{user_agent}"), field("after", "1")], path: "/{click_id}/end", lead: lead)
    #expect(json.text == #"{"ua":"x\u0000y\u000D\u000Az","after":"1"}"# && json.target == "/a%00b/end")
    let form = try sent([field("ua", "{user_agent}"), field("after", "1")], format: .form, lead: lead)
    #expect(form.text == "ua=x%00y%0D%0Az&after=1")
  }

  @Test(
    arguments: [
      ("/lead", "/lead?e=jo%40canary.example&p=%2B12125550123"),
      ("/lead?a=1", "/lead?a=1&e=jo%40canary.example&p=%2B12125550123"),
      ("/lead?a=1&", "/lead?a=1&e=jo%40canary.example&p=%2B12125550123"),
      ("/lead?", "/lead?e=jo%40canary.example&p=%2B12125550123"),
      ("/{source}/{email}/x y#part", "/tiktok_us/jo%40canary.example/x%20y?e=jo%40canary.example&p=%2B12125550123"),
      ("/?c={click_id}", "/?c=abc%20123&e=jo%40canary.example&p=%2B12125550123"),
      (
        "/a/../b//c?x=%2525&y={z}",
        "/a/../b//c?x=%2525&y=%7Bz%7D&e=jo%40canary.example&p=%2B12125550123"
      ),
    ])
  func withGETFieldsStandInTheQuery(_ path: String, _ target: String) throws {
    let request = try sent([field("e", "{email}"), field("p", "{phone}")], path: path, method: .get)
    #expect(request.line == "GET \(target) HTTP/1.1" && request.body.isEmpty)
    #expect(request.values(of: "Content-Type").isEmpty && request.values(of: "Content-Length").isEmpty)
  }

  @Test func putAndNothingToSend() throws {
    let put = try sent([field("e", "{email}")], method: .put)
    #expect(put.line == "PUT / HTTP/1.1" && put.text == #"{"e":"jo@canary.example"}"#)
    #expect(try sent([]).text == "{}")
    let empty = try sent([], format: .form)
    #expect(empty.text.isEmpty && empty.values(of: "Content-Length") == ["0"])
  }

  @Test func headersAreSent() throws {
    let request = try sent(
      [],
      headers: [
        PartnerHeader(name: "Authorization", value: "Bearer t{o}ken"), PartnerHeader(name: "X-Empty", value: ""),
        PartnerHeader(name: "content-type", value: "application/vnd.lead+json"),
        PartnerHeader(name: "X-Click", value: "{click_id}/{event_id}"),
        PartnerHeader(name: "User-Agent", value: "Ours"),
      ])
    #expect(request.values(of: "Authorization") == ["Bearer t{o}ken"] && request.values(of: "X-Empty") == [""])
    #expect(request.values(of: "Content-Type") == ["application/vnd.lead+json"])
    #expect(request.values(of: "X-Click") == ["abc 123/evt_0123456789abc"])
    #expect(request.values(of: "User-Agent") == ["Ours"])
  }

  @Test func noValueBecomesAHeader() throws {
    let lead = LeadValues.made(clickID: "a\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1\u{0}\u{85}é")
    let request = try sent([], lead: lead, headers: [PartnerHeader(name: "X-Click", value: "{click_id}")])
    #expect(
      request.values(of: "X-Click")
        == ["a%0D%0AX-Evil: 1%0D%0A%0D%0AGET /evil HTTP/1.1%00%C2%85%C3%A9"])
    #expect(request.values(of: "X-Evil").isEmpty)
    let none = try sent(
      [], lead: .made(clickID: nil), headers: [PartnerHeader(name: "X-Click", value: "{click_id}")])
    #expect(none.values(of: "X-Click") == [""])
  }

  @Test(arguments: [
    ("X-A", "a\r\nX-Evil: 1"), ("X-A", "a\nb"), ("X-A", "a\u{0}b"), ("X-A", "a\u{7F}"), ("X-A: b\r\nX", "1"), ("", "1"),
    ("X A", "1"), ("X-É", "1"), ("Host", "other.example"), ("content-length", "3"), ("Transfer-Encoding", "chunked"),
    ("Connection", "keep-alive"), ("Expect", "100-continue"), ("Accept-Encoding", "gzip"), ("X-A", "{email}"),
    ("X-A", "{phone}{click_id}"), ("X-A", String(repeating: "a", count: 4_097)),
    (String(repeating: "a", count: 65), "1"),
  ])
  func otherHeadersAreRefused(_ name: String, _ value: String) throws {
    let header = PartnerHeader(name: name, value: value)
    #expect(header.fault != nil && !"\(header)".contains(value))
    let recorder = try Recorder()
    let end = try PartnerBench().hand(to: .made(recorder.url()), headers: [header]).end
    #expect(end.outcome == .notSent && end.cause == .badSettings && recorder.requests.isEmpty)
  }

  @Test func whoSavesAPartnerIsTold() throws {
    func fault(_ url: String) -> PartnerRequestFault? {
      do throws(PartnerRequestFault) {
        try PartnerRequest.check(url: url, guarding: AddressGuard())
        return nil
      } catch {
        return error
      }
    }
    #expect(fault("https://pp.example/{click_id}") == nil)
    #expect(fault("https://{source}.pp.example/") == .tokenBeforePath)
    #expect(fault("https://127.0.0.1/") == .url(.address) && fault("ftp://x/") == .url(.scheme))
  }

  @Test func settingsThatContradictThemselvesAreRefused() throws {
    let recorder = try Recorder()
    let deep = (0...8).map { "n\($0)" }.joined(separator: ".")
    for fields in [
      [field("a", "1"), field("a", "2")], [field("a.b", "1"), field("a", "2")], [field("a", "1"), field("a.b", "2")],
      [PartnerField(path: [], value: .template("1"))], [field(deep, "1")],
    ] {
      let end = try PartnerBench().hand(to: .made(recorder.url(), fields: fields)).end
      #expect(end.outcome == .notSent && end.cause == .badSettings)
    }
    let many = (0...PartnerHeader.limit).map { PartnerHeader(name: "X-\($0)", value: "1") }
    #expect(try PartnerBench().hand(to: .made(recorder.url()), headers: many).end.cause == .badSettings)
    let long = (0..<12).map { field("f\($0)", "{form.long}") }
    let form = "{\"long\":\"" + String(repeating: "a", count: 1_000) + "\"}"
    let partner = Partner.made(recorder.url(), method: .get, fields: long)
    #expect(try PartnerBench().hand(to: partner, form: form).end.cause == .badURL)
    let endless = (0..<64).map { field("f\($0)", String(repeating: "{form.long}", count: 5)) }
    let body = Partner.made(recorder.url(), fields: endless)
    #expect(try PartnerBench().hand(to: body, form: form).end.cause == .badSettings)
    #expect(recorder.requests.isEmpty)
  }

  @Test func aLeadWithoutAnythingIsEmptyText() throws {
    let lead = LeadValues(
      clickID: nil, eventID: "evt_1", ip: nil, userAgent: nil, country: nil, source: "s", landingPage: nil)
    let tokens = PartnerToken.names.map { field($0, "{\($0)}") }
    let root = try JSONDocument(try sent(tokens, form: "{}", lead: lead).body).root
    for name in PartnerToken.names {
      #expect(root[name]?.string == (["event_id": "evt_1", "source": "s"][name] ?? ""))
    }
    #expect("\(lead)" == "LeadValues" && Mirror(reflecting: lead).children.isEmpty)
  }
}
