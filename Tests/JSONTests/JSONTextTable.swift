import JSON
import Testing

/// Texts and what a strict reader must say of them, in the spirit of the public JSON test suites.
@Suite struct JSONTextTable {
  @Test(arguments: [
    "{}", "[]", "null", "true", "false", "0", "-0", "-0.0", "1", "10", "12.50", "1e5", "1E+5", "1e-05", "0e0", "0.1e1",
    " \t\r\n[ ] \n", #""""#, #""a""#, #""\"\\\/\b\f\n\r\t""#, #""\u0041\uD83D\uDE00\uffff""#, #""é€😀""#, "\"\u{7f}\"",
    "\"\u{2028}\"", #"{"a":1,"b":{"a":1}}"#, #"[{"a":1},{"a":1}]"#, #"{"":0}"#, "[1,2,[3,[]],{}]", #"{"a":{},"A":[]}"#,
    "{\"e\u{301}\":1,\"\u{e9}\":2}", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", "123456789012345678901234567890", "1e400",
    " 7 ",
    "[\"\u{FEFF}\"]",
  ])
  func isRead(_ text: String) throws {
    _ = try JSONDocument(Array(text.utf8))
  }

  @Test(
    arguments: [
      ("", .empty), (" \n", .empty), ("nul", .unexpectedEnd), ("nulL", .unexpectedCharacter),
      ("True", .unexpectedCharacter),
      ("NaN", .unexpectedCharacter), ("Infinity", .unexpectedCharacter), ("-Infinity", .invalidNumber),
      ("undefined", .unexpectedCharacter), ("'a'", .unexpectedCharacter), ("+1", .unexpectedCharacter),
      (".5", .unexpectedCharacter), ("-", .unexpectedEnd), ("-a", .invalidNumber), ("01", .invalidNumber),
      ("-01", .invalidNumber), ("00", .invalidNumber), ("1.", .unexpectedEnd), ("1.e1", .invalidNumber),
      ("[1.]", .invalidNumber), ("1e", .unexpectedEnd), ("1e+", .unexpectedEnd), ("[1e]", .invalidNumber),
      ("0x10", .trailingText), ("1_000", .trailingText), ("1 2", .trailingText), ("{}{}", .trailingText),
      ("[],", .trailingText), ("null//", .trailingText), ("1\u{a0}", .trailingText), ("\u{a0}1", .unexpectedCharacter),
      ("[", .unexpectedEnd), ("]", .unexpectedCharacter), ("[1", .unexpectedEnd), ("[1,", .unexpectedEnd),
      ("[1,]", .unexpectedCharacter), ("[,1]", .unexpectedCharacter), ("[1 2]", .unexpectedCharacter),
      ("[1}", .unexpectedCharacter), ("{", .unexpectedEnd), ("{]", .unexpectedCharacter), ("{\"a\"", .unexpectedEnd),
      ("{\"a\":", .unexpectedEnd), ("{\"a\":1", .unexpectedEnd), ("{\"a\":1,", .unexpectedEnd),
      ("{\"a\":1,}", .unexpectedCharacter), ("{\"a\" 1}", .unexpectedCharacter), ("{\"a\":}", .unexpectedCharacter),
      ("{a:1}", .unexpectedCharacter), ("{1:1}", .unexpectedCharacter), ("{\"a\":1]", .unexpectedCharacter),
      ("{\"a\":1 \"b\":2}", .unexpectedCharacter), ("{,}", .unexpectedCharacter),
      ("{\"a\",\"b\"}", .unexpectedCharacter),
      ("/* */1", .unexpectedCharacter), ("\"", .unexpectedEnd), ("\"a", .unexpectedEnd), ("\"\\", .unexpectedEnd),
      ("\"\\\"", .unexpectedEnd), ("\"\\x41\"", .invalidEscape), ("\"\\a\"", .invalidEscape),
      ("\"\\'\"", .invalidEscape),
      ("\"\\u\"", .invalidEscape), ("\"\\u12\"", .invalidEscape), ("\"\\u12G4\"", .invalidEscape),
      ("\"\\U0041\"", .invalidEscape), ("\"\\u+041\"", .invalidEscape), ("\"\\u0000\"", .nul),
      ("\"\\uD800\"", .loneSurrogate),
      ("\"\\uD800x\"", .loneSurrogate), ("\"\\uD800\\n\"", .loneSurrogate), ("\"\\uD800\\u0041\"", .loneSurrogate),
      ("\"\\uD800\\uD800\"", .loneSurrogate), ("\"\\uDC00\"", .loneSurrogate), ("\"\\uDC00\\uD800\"", .loneSurrogate),
      ("\"\t\"", .controlCharacter), ("\"\n\"", .controlCharacter), ("\"\u{1f}\"", .controlCharacter),
      ("\"\u{0}\"", .nul), ("1\u{0}", .trailingText), ("[\u{0}]", .nul), ("\u{FEFF}1", .byteOrderMark),
      ("{\"a\":1,\"a\":1}", .duplicateKey), ("{\"a\":1,\"\\u0061\":1}", .duplicateKey),
      ("{\"b\":[{\"a\":2}],\"a\":{\"a\":0},\"a\":1}", .duplicateKey), ("{\"\":1,\"\":2}", .duplicateKey),
      ("{\"\\/\":1,\"/\":2}", .duplicateKey), ("{\"😀\":1,\"\\ud83d\\ude00\":2}", .duplicateKey),
    ] as [(String, JSONFault.Reason)])
  func isRefused(_ text: String, because reason: JSONFault.Reason) {
    #expect(reasonOf(Array(text.utf8)) == reason)
  }

  @Test(arguments: [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
    [0xE2, 0x82],
    [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
    [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xF0, 0x9F, 0x98, 0x41],
  ])
  func badUTF8IsRefused(_ bytes: [UInt8]) {
    #expect(reasonOf([0x22] + bytes + [0x22]) == .invalidUTF8)
    #expect(reasonOf(Array(#"{"a":""#.utf8) + bytes) != nil)
  }

  @Test func otherEncodingsAreRefused() {
    #expect(reasonOf([0x22, 0x00, 0x61, 0x00, 0x22, 0x00]) == .nul)
    #expect(reasonOf([0xFF, 0xFE, 0x31, 0x00]) == .unexpectedCharacter)
    #expect(reasonOf([0x00, 0x31]) == .nul)
  }

  @Test func limitsHoldExactly() {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    func list(_ count: Int) -> String { "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]" }
    func text(_ count: Int) -> String { "\"" + String(repeating: "x", count: count - 2) + "\"" }
    let pairs = [
      (nested(16), nested(17), JSONFault.Reason.tooDeep), (list(511), list(512), .tooManyValues),
      (text(65_536), text(65_537), .tooLarge),
      (String(repeating: "9", count: 64), String(repeating: "9", count: 65), .longNumber),
    ]
    for (allowed, refused, reason) in pairs {
      #expect(reasonOf(Array(allowed.utf8)) == nil)
      #expect(reasonOf(Array(refused.utf8)) == reason)
    }
    #expect(reasonOf(Array(String(repeating: "[", count: 60_000).utf8)) == .tooDeep)
    let mixed = String(repeating: #"{"a":["#, count: 9)
    #expect(reasonOf(Array(mixed.utf8)) == .tooDeep)
  }

  @Test func faultsNameThePlaceAndNoContent() {
    #expect(throws: JSONFault(.unexpectedCharacter, offset: 5)) { try JSONDocument(Array(#"{"a":secret}"#.utf8)) }
    #expect(throws: JSONFault(.duplicateKey, offset: 11)) { try JSONDocument(Array(#"{"jane":1, "jane":2}"#.utf8)) }
    for reason in JSONFault.Reason.allCases {
      #expect(!reason.text.isEmpty && reason.text.hasSuffix("."))
      #expect(!"\(JSONFault(reason, offset: 5))".contains("jane"))
    }
    #expect(JSONFault(.empty, offset: 0).text == "The text is empty; a JSON value is expected. (at byte 0)")
  }
}

/// Why these bytes are refused; nil if they are read.
func reasonOf(_ bytes: [UInt8]) -> JSONFault.Reason? {
  do throws(JSONFault) {
    _ = try JSONDocument(bytes)
    return nil
  } catch {
    return error.reason
  }
}
