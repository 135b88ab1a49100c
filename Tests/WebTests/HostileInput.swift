import Testing

/// A body that nobody honest sends.
struct HostileBody: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let type: String?
  let bytes: [UInt8]

  init(_ name: String, type: String? = "application/json", _ bytes: [UInt8]) {
    self.testDescription = name
    self.type = type
    self.bytes = bytes
  }

  init(_ name: String, type: String? = "application/json", _ text: String) {
    self.init(name, type: type, Array(text.utf8))
  }
}

/// Bodies and queries that try to break the service or to make it repeat them. Every value holds ``HostileInput/marker``.
enum HostileInput {
  static let marker = "zqhostile"

  static let bodies: [HostileBody] = encodings + grammar + sizes + types + forms + contentTypes

  private static let encodings = [
    HostileBody("empty", ""),
    HostileBody("NUL", [0]),
    HostileBody("all bytes", (0...255).map { UInt8($0) }),
    HostileBody("byte order mark", "\u{FEFF}{\"source\":\"zqhostile\"}"),
    HostileBody("UTF-16", Array("{\"source\":\"zqhostile\"}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })),
    HostileBody("bad UTF-8 in a value", Array("{\"source\":\"zqhostile".utf8) + [0xC3, 0x28] + Array("\"}".utf8)),
    HostileBody("bad UTF-8 in a key", Array("{\"zqhostile".utf8) + [0xFF] + Array("\":1}".utf8)),
    HostileBody("overlong", Array("{\"source\":\"zqhostile".utf8) + [0xC0, 0xAF] + Array("\"}".utf8)),
    HostileBody("encoded surrogate", Array("{\"source\":\"zqhostile".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8)),
    HostileBody("cut UTF-8", Array("{\"source\":\"zqhostile".utf8) + [0xF0, 0x9F]),
    HostileBody("raw NUL in a value", Array("{\"source\":\"zqhostile".utf8) + [0] + Array("\"}".utf8)),
    HostileBody("escaped NUL", #"{"source":"zqhostile\u0000"}"#),
    HostileBody("half a surrogate pair", #"{"source":"s1","click_id":"zqhostile\ud800"}"#),
    HostileBody("reversed pair", #"{"source":"s1","click_id":"zqhostile\udc00\ud800"}"#),
    HostileBody("right to left", "{\"source\":\"zqhostile\u{202E}\"}"),
    HostileBody("raw newline in a value", "{\"source\":\"zqhostile\n\"}"),
  ]

  private static let grammar = [
    HostileBody("cut", #"{"source":"zqhostile"#), HostileBody("comment", #"{"source":"zqhostile"/**/}"#),
    HostileBody("trailing comma", #"{"source":"zqhostile",}"#), HostileBody("single quotes", "{'source':'zqhostile'}"),
    HostileBody("two values", #"{"source":"zqhostile"}{}"#), HostileBody("NaN", #"{"source":"zqhostile","cost":NaN}"#),
    HostileBody("Infinity", #"{"source":"zqhostile","cost":-Infinity}"#),
    HostileBody("hex number", #"{"source":"zqhostile","cost":0x10}"#),
    HostileBody("leading zero", #"{"source":"zqhostile","cost":01}"#),
    HostileBody("a key twice", #"{"source":"s1","source":"zqhostile"}"#),
    HostileBody("a key twice, once escaped", #"{"source":"s1","s\u006furce":"zqhostile"}"#),
    HostileBody("a key twice, deep", #"{"source":"s1","form_data":{"email":"zqhostile@a.de","email":"b@a.de"}}"#),
    HostileBody("bad escape", #"{"source":"zqhostile\x41"}"#),
    HostileBody("text", "zqhostile"), HostileBody("quoted text", "\"zqhostile\""),
    HostileBody("array", "[\"zqhostile\"]"),
  ]

  private static let sizes = [
    HostileBody(
      "depth 17", #"{"zqhostile":"# + String(repeating: "[", count: 17) + String(repeating: "]", count: 17) + "}"),
    HostileBody("depth 30,000", String(repeating: "[", count: 30_000)),
    HostileBody("depth of objects", String(repeating: #"{"zqhostile":"#, count: 4_000)),
    HostileBody("many members", "{" + (0..<2_000).map { "\"zqhostile\($0)\":1" }.joined(separator: ",") + "}"),
    HostileBody(
      "many fields",
      #"{"source":"s1","form_data":{"# + (0..<100).map { "\"zqhostile\($0)\":1" }.joined(separator: ",") + "}}"),
    HostileBody("long source", #"{"source":"\#(String(repeating: "zqhostile", count: 7_000))"}"#),
    HostileBody("long click id", #"{"source":"s1","click_id":"\#(String(repeating: "zqhostile", count: 7_000))"}"#),
    HostileBody(
      "long field", #"{"source":"s1","form_data":{"email":"\#(String(repeating: "zqhostile", count: 2_000))"}}"#),
    HostileBody(
      "long field name", #"{"source":"s1","form_data":{"\#(String(repeating: "zqhostile", count: 99))":"x"}}"#),
    HostileBody("70 KB", #"{"source":"s1","x":"\#(String(repeating: "zqhostile", count: 8_000))"}"#),
    HostileBody("200 KB of space", "{\"source\":\"zqhostile\"}" + String(repeating: " ", count: 200_000)),
    HostileBody("long number", #"{"source":"zqhostile","cost":\#(String(repeating: "9", count: 500))}"#),
    HostileBody("huge exponent", #"{"source":"zqhostile","cost":1e999999999,"time_on_site":1e999999999}"#),
    HostileBody("huge numbers", #"{"source":"s1","page_views":1e300,"time_on_site":1e308,"click_id":"zqhostile"}"#),
    HostileBody("tiny numbers", #"{"source":"s1","time_on_site":1e-400,"cost":-0,"click_id":"zqhostile"}"#),
    HostileBody("integer overflow", #"{"source":"s1","page_views":9223372036854775808,"click_id":"zqhostile"}"#),
  ]

  private static let types =
    ["[]", "{}", "7", "-1", "1e400", "true", "\"zqhostile\"", "[\"zqhostile\"]", "{\"zqhostile\":\"zqhostile\"}"].map {
      value in
      HostileBody(
        "every member is \(value)",
        "{" + members.map { "\"\($0)\":\(value)" }.joined(separator: ",") + "}")
    }
    + members.map {
      HostileBody("\($0) of a wrong type", #"{"source":"s1","slug":"s1","\#($0)s":1,"x":[{"\#($0)":"zqhostile"}]}"#)
    }

  /// All members that any endpoint reads.
  private static let members = [
    "source", "traffic_type", "landing_page", "time_on_site", "page_views", "click_id", "lead_id", "country", "cost",
    "form_data", "signals", "ip", "user_agent", "slug", "name", "cost_per_lead", "active", "kind", "origins",
    "daily_cap",
    "email", "password", "currency", "routing_policy", "thresholds", "duplicate_window", "address_limit",
    "disabled_rules", "status", "payout", "txid",
  ]

  private static let forms =
    ["[\"zqhostile\"]", "{\"a\":\"zqhostile\"}", "true"].flatMap { value in
      ["email", "phone", "name", "first_name", "email_sha256", "phone_sha256", "email_domain"].map {
        HostileBody("form field \($0) is \(value)", #"{"source":"s1","form_data":{"\#($0)":\#(value)}}"#)
      }
    } + [
      HostileBody("hash of a wrong form", #"{"source":"s1","form_data":{"email_sha256":"zqhostile"}}"#),
      HostileBody("no domain", #"{"source":"s1","form_data":{"email_domain":"zqhostile"}}"#),
      HostileBody("header injection", #"{"source":"s1","click_id":"a\r\nSet-Cookie: zqhostile=1\r\n\r\n<html>"}"#),
      HostileBody("script", #"{"source":"<script>zqhostile</script>","click_id":"<script>zqhostile</script>"}"#),
      HostileBody("SQL", #"{"source":"zqhostile'; DROP TABLE lead;--","click_id":"'; DROP TABLE lead;--zqhostile"}"#),
      HostileBody("format", #"{"source":"zqhostile%s%n%@","click_id":"%n%n%n zqhostile","lead_id":"%s"}"#),
      HostileBody("e-mail as click id", #"{"source":"s1","click_id":"zqhostile@example.com"}"#),
      HostileBody("bad address", #"{"source":"s1","ip":"zqhostile"}"#),
      HostileBody(
        "bad zone and languages",
        #"{"source":"s1","signals":{"timezone":"zqhostile\u00e9","languages":["zqhostile\u00e9"]}}"#),
      HostileBody("bad country", #"{"source":"s1","country":"zqhostile"}"#),
      HostileBody("path in the e-mail", #"{"source":"s1","form_data":{"email":"zqhostile/../../etc@a.de"}}"#),
    ]

  private static let contentTypes = [
    HostileBody("no type", type: nil, #"{"source":"zqhostile"}"#),
    HostileBody("unknown type", type: "application/zqhostile", "zqhostile"),
    HostileBody(
      "multipart", type: "multipart/form-data; boundary=zqhostile", "--zqhostile\r\n\r\nzqhostile\r\n--zqhostile--"),
    HostileBody(
      "form", type: "application/x-www-form-urlencoded", "source=zqhostile&click_id=%FF%00zqhostile&status=zqhostile"),
    HostileBody("type with a line break", type: "application/json\r\nX: zqhostile", "zqhostile"),
    HostileBody("long type", type: "application/json;" + String(repeating: "zqhostile", count: 500), "{"),
    HostileBody("gzip", type: "application/json", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]),
  ]

  static let queries = [
    "", "&", "=", "%", "%zz", "?", "&&&&==&=", "zqhostile", "click_id", "click_id=%00zqhostile",
    "click_id=%FFzqhostile",
    "click_id=zqhostile%0D%0ASet-Cookie:+a%3Db&status=sale", "click_id=%F0%9F%92zqhostile&status=%FF",
    "click_id=zqhostile&status=zqhostile%00&payout=zqhostile&txid=%00zqhostile&currency=zqhostile",
    "limit=zqhostile", "limit=99999999999999999999", "before=zqhostile", "before=evt_zqhostile0000", "from=zqhostile",
    "to=zqhostile", "from=0000-00-00&to=9999-99-99", "from=9999-12-31", "to=1970-01-01", "group_by=zqhostile",
    "format=zqhostile", "group_by=source&from=zqhostile%00", "click_id=" + String(repeating: "zqhostile", count: 1_000),
    String(repeating: "zqhostile=1&", count: 500), "click_id[]=zqhostile", "click_id={zqhostile}",
    "txid=zqhostile@a.de",
    "payout=" + String(repeating: "9", count: 4_000), "payout=-zqhostile", "payout=%E2%82%AC1", "amp;amp;=zqhostile",
    "%C2%A4cy=zqhostile", "api_key=zqhostile", "status=" + String(repeating: "%CC%81", count: 600),
  ]
}
