import HTTP
import Testing

@Suite struct FormPairsTests {
  private func read(_ text: String) -> FormPairs { FormPairs(Array(text.utf8)) }

  @Test func decodesOnceAndKeepsOrderAndRepeats() {
    let form = read("click_id=a%2541+b&status=%20ok&click_id=2&flag&=x&&e=")
    #expect(form.pairs.map(\.name) == ["click_id", "status", "click_id", "flag", "", "e"])
    #expect(form.pairs.map(\.value) == ["a%41 b", " ok", "2", "", "x", ""])
    #expect(form["click_id"] == "a%41 b")
    #expect(form["nothing"] == nil)
    #expect(!form.isOverflowing)
  }

  @Test(arguments: [("%zz", "%zz"), ("100%", "100%"), ("%4", "%4"), ("%4%41", "%4A"), ("a=b", "a=b"), ("%00", "\0")])
  func brokenEscapesStandForThemselves(raw: String, value: String) {
    #expect(read("v=" + raw)["v"] == value)
  }

  @Test func saysWhatWasNotUTF8() throws {
    let form = read("good=%C3%AB&bad=a%FFb&overlong=%C0%AF")
    #expect(form["good"] == "ë")
    #expect(form["bad"] == nil)
    #expect(try #require(form.first("bad")).value == "a\u{FFFD}b")
    #expect(form.first("bad")?.isValidUTF8 == false)
    #expect(form.first("overlong")?.isValidUTF8 == false)
    #expect(form.first("good")?.isValidUTF8 == true)
  }

  @Test func sixtyFourPairsAndNoMore() {
    let full = read((0..<64).map { "k\($0)=v" }.joined(separator: "&"))
    #expect(full.pairs.count == 64 && !full.isOverflowing)
    let more = read((0..<65).map { "k\($0)=v" }.joined(separator: "&"))
    #expect(more.pairs.count == 64 && more.isOverflowing)
  }

  @Test func lengthsCountAfterDecoding() {
    let fits = read(String(repeating: "%6E", count: 64) + "=" + String(repeating: "%41", count: 4096))
    #expect(fits.pairs.count == 1 && !fits.isOverflowing)
    let longName = read(String(repeating: "n", count: 65) + "=v&a=b")
    #expect(longName.pairs.map(\.name) == ["a"] && longName.isOverflowing)
    let longValue = read("v=" + String(repeating: "%41", count: 4097) + "&a=b")
    #expect(longValue.pairs.map(\.name) == ["a"] && longValue.isOverflowing)
  }

  @Test func textsShowNoValues() {
    let form = read("email=secret")
    var dumped = ""
    dump(form, to: &dumped)
    #expect(!"\(form) \(form.pairs) \(dumped)".contains("secret"))
  }

  @Test func anyBytesAreRead() {
    for byte in UInt8.min...UInt8.max { _ = FormPairs([byte, byte, 0x3D, byte, 0x25, byte]) }
    #expect(FormPairs([]).pairs.isEmpty)
  }
}
