import JSON
import Testing

@Suite struct JSONNodeTests {
  private func root(_ text: String) throws -> JSONNode { try JSONDocument(Array(text.utf8)).root }

  @Test func readsABody() throws {
    let body = try root(
      #"{"source":"tiktok_us","time_on_site":45,"cost":0.350,"form_data":{"email":"a@b.c","x":null},"l":["en",1,[true]],"#
        + #""p":false}"#)
    #expect(body.kind == .object)
    #expect(body["source"]?.string == "tiktok_us")
    #expect(body["time_on_site"]?.integer == 45)
    #expect(body["time_on_site"]?.double == 45)
    #expect(body["cost"]?.numberText == "0.350")
    #expect(body["cost"]?.integer == nil)
    #expect(body["form_data"]?["email"]?.string == "a@b.c")
    #expect(body["form_data"]?["x"]?.isNull == true)
    #expect(body["p"]?.bool == false)
    #expect(body["email"] == nil)
    #expect(body["l"]?.elements.map(\.kind) == [.string, .number, .array])
    #expect(body["l"]?.elements[2].elements[0].bool == true)
    #expect(body.memberKeys == ["source", "time_on_site", "cost", "form_data", "l", "p"])
  }

  @Test func answersNilForAnotherKind() throws {
    for node in try root(#"[{},[],"1",1,true,null]"#).elements {
      #expect((node.string != nil) == (node.kind == .string))
      #expect((node.numberText != nil) == (node.kind == .number))
      #expect((node.integer != nil) == (node.kind == .number))
      #expect((node.double != nil) == (node.kind == .number))
      #expect((node.bool != nil) == (node.kind == .bool))
      #expect(node.isNull == (node.kind == .null))
      #expect(node["a"] == nil && node.memberKeys.isEmpty)
      #expect(node.elements.isEmpty)
    }
  }

  @Test func decodesEscapes() throws {
    #expect(try root(#""\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00x""#).string == "\"\\/\u{8}\u{c}\n\r\té😀x")
    #expect(try root(#"{"\u0061b":1}"#)["ab"]?.integer == 1)
    #expect(try root(#"{"\u0061b":1}"#).memberKeys == ["ab"])
  }

  @Test func keysCompareByBytes() throws {
    let node = try root("{\"e\u{301}\":1,\"\u{e9}\":2}")
    #expect(node["\u{e9}"]?.integer == 2)
    #expect(node["e\u{301}"]?.integer == 1)
  }

  @Test(arguments: [
    ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("9223372036854775808", nil), ("-0", 0),
    ("1.0", nil),
    ("1e2", nil),
  ])
  func integersAreExact(_ literal: String, _ expected: Int64?) throws {
    #expect(try root(literal).integer == expected)
  }

  @Test func hugeNumbersAreNoDoubles() throws {
    #expect(try root("1e400").double == nil)
    #expect(try root("-1e400").double == nil)
    #expect(try root("1e-400").double == 0)
    #expect(try root("0.1").double == 0.1)
  }

  @Test func errorsOfAVisitorPass() throws {
    struct Stop: Error {}
    var seen = 0
    #expect(throws: Stop.self) {
      try root(#"{"a":1,"b":2,"c":3}"#).forEachMember { key, _ in
        seen += 1
        if key == "b" { throw Stop() }
      }
    }
    #expect(seen == 2)
  }

  @Test func printsItsKindOnly() throws {
    let document = try JSONDocument(Array(#"{"email":"jane@example.org"}"#.utf8))
    let node = try #require(document.root["email"])
    var dumped = ""
    dump(node, to: &dumped)
    dump(document, to: &dumped)
    dump([document.root], to: &dumped)
    let printed = "\(node) \(document) \(document.root) \([node]) " + String(reflecting: node) + dumped
    #expect(!printed.contains("jane") && !printed.contains("email"))
    #expect("\(node)" == "JSONNode(string)")
  }
}
