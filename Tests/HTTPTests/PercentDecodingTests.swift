import HTTP
import Testing

@Suite struct PercentDecodingTests {
  private func strict(_ text: String) -> String? {
    PercentDecoding.strict(Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func strictDecodesOnceAndLeavesPlus() {
    #expect(strict("/a%2Fb+%2525") == "/a/b+%25")
    #expect(strict("%c3%AB") == "ë")
    #expect(strict("") == "")
  }

  @Test(arguments: ["%", "%4", "%zz", "a%4g", "%%41"])
  func strictRefusesBrokenEscapes(text: String) { #expect(strict(text) == nil) }
}
