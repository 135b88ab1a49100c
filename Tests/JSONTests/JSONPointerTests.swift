import JSON
import Testing

/// RFC 6901, with its own examples.
@Suite struct JSONPointerTests {
  private static let text =
    #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"01":{"2":9}}"#

  @Test(arguments: [
    ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
    ("/01/2", 9),
  ])
  func leadsToTheValue(_ pointer: String, _ value: Int64) throws {
    let root = try JSONDocument(Array(Self.text.utf8)).root
    #expect(root.value(at: pointer)?.integer == value && JSONPointer.isValid(pointer))
    #expect(root.value(at: "")?.kind == .object && root.value(at: "/foo")?.elements.count == 2)
    #expect(root.value(at: "/foo/0")?.string == "bar" && root.value(at: "/foo/1")?.string == "baz")
  }

  @Test(arguments: [
    "/foo/2", "/foo/-", "/foo/01", "/foo/+1", "/foo/-1", "/foo/", "/foo/1/x", "/none", "/m~n", "/m~2n", "/m~", "foo",
    "#/foo",
    "/foo/18446744073709551616",
  ])
  func leadsNowhere(_ pointer: String) throws {
    #expect(try JSONDocument(Array(Self.text.utf8)).root.value(at: pointer) == nil)
  }

  @Test(arguments: ["foo", "/a~", "/~2", "#/foo", " /a"])
  func isNoPointer(_ text: String) { #expect(!JSONPointer.isValid(text)) }
}
