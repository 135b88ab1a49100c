import JSON
import Testing

@Suite struct JSONValueTests {
  private func text(_ value: JSONValue) -> String { String(decoding: value.encoded(), as: UTF8.self) }

  @Test func writesCompactInOrder() {
    let code = "abc"
    let value: JSONValue = [
      "z": 1, "a": [nil, true, false, 0.5, -3], "m": ["k": .decimal("12.50")], "click_id": .string(code), "e": [:],
      "l": [],
    ]
    #expect(
      text(value) == #"{"z":1,"a":[null,true,false,0.5,-3],"m":{"k":12.50},"click_id":"abc","e":{},"l":[]}"#)
    #expect(text(JSONValue(members: [("b", 1), ("a", 2)])) == #"{"b":1,"a":2}"#)
    #expect(text(.optional(nil as String?)) == "null")
    #expect(text(.optional(7)) == "7")
  }

  @Test func escapesWhatAPageWouldMisread() {
    #expect(text("a/b</script>&") == #""a/b\u003c/script\u003e\u0026""#)
    #expect(text("\"\\\u{8}\t\n\u{c}\r\u{0}\u{1f}\u{7f}") == "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}\"")
    #expect(text("x\u{2027}\u{2028}\u{2029}\u{202a}é😀") == "\"x\u{2027}\\u2028\\u2029\u{202a}é😀\"")
    #expect(text(["<": 1]) == #"{"\u003c":1}"#)
  }

  @Test(arguments: ["", "1 ", " 1", "01", "+1", "1.", "0x1", "NaN", "\"a\"", "null", "1,2", "1}", "{}", "--1"])
  func aDecimalThatIsNoNumberIsNull(_ literal: String) {
    #expect(text(.decimal(literal)) == "null")
  }

  @Test func numbersStayNumbers() {
    #expect(text(.decimal("-12.500000")) == "-12.500000")
    #expect(text(.number(.nan)) == "null")
    #expect(text(.number(-.infinity)) == "null")
    #expect(text(.integer(.min)) == "-9223372036854775808")
    #expect(text(0.41) == "0.41")
  }
}
