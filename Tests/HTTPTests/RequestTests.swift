import HTTP
import Testing

@Suite struct RequestTests {
  @Test func textsShowMethodAndPathOnly() {
    let request = Request(
      method: "POST", path: "/api/postback", query: Array("api_key=secret".utf8),
      headers: ["authorization": "Bearer secret"], body: Array("secret".utf8), remoteAddress: "192.0.2.7")
    #expect(request.description == "POST /api/postback")
    #expect("\(request)" == "POST /api/postback")
    #expect(String(reflecting: request) == "POST /api/postback")
    var dumped = ""
    dump(request, to: &dumped)
    #expect(!dumped.contains("secret") && !dumped.contains("192.0.2.7"))
  }

  @Test func madeIDsAreHexAndDiffer() {
    let ids = Set((0..<100).map { _ in Request.makeID() })
    #expect(ids.count == 100)
    #expect(ids.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy { "0123456789abcdef".contains($0) } })
  }

  @Test(arguments: [
    ("application/json", "application/json"), ("Application/JSON; charset=utf-8", "application/json"),
    ("  text/plain ;a=b", "text/plain"), ("application/problem+json", "application/problem+json"),
  ])
  func mediaType(header: String, type: String) {
    #expect(Request(path: "/", headers: ["content-type": header]).mediaType == type)
  }

  @Test(arguments: ["", "json", "/", "text/", "/json", "te xt/plain", "text/plain/x", "tëxt/plain", ";"])
  func notAMediaType(header: String) {
    #expect(Request(path: "/", headers: ["content-type": header]).mediaType == nil)
  }

  @Test func cookies() {
    let request = Request(path: "/", headers: ["cookie": "a=1; __Host-session=abc=def ;b=\"q\";a=2; broken; c="])
    #expect(request.cookie("a") == "1")
    #expect(request.cookie("__Host-session") == "abc=def")
    #expect(request.cookie("b") == "q")
    #expect(request.cookie("c") == "")
    #expect(request.cookie("broken") == nil)
    #expect(request.cookie("A") == nil)
    #expect(Request(path: "/").cookie("a") == nil)
  }
}
