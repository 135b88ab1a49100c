import FastCGI
import HTTP
import Testing

@Suite struct AnswerTests {
  private func head(_ response: Response) -> String { String(decoding: Answer.head(of: response), as: UTF8.self) }

  @Test func headersCannotBeSplit() {
    let text = head(
      Response(headers: [
        ("Location", "/a\r\nSet-Cookie: x=1\r\n\r\n<html>\0"), ("X\r\nEvil", "v"), ("", "v"), ("A:B", "v"),
        ("Ok", "ë\t1"),
      ]))
    #expect(
      text == "Status: 200 OK\r\nLocation: /aSet-Cookie: x=1<html>\r\nOk: ë\t1\r\nContent-Length: 0\r\n\r\n")
  }

  @Test func ownHeadersStayOwn() {
    let text = head(
      Response(
        status: 404,
        headers: [
          ("STATUS", "200"), ("content-Length", "9"), ("Transfer-Encoding", "chunked"), ("X-Accel-Redirect", "/etc"),
        ], body: [1, 2]))
    #expect(text == "Status: 404 Not Found\r\nContent-Length: 2\r\n\r\n")
  }

  @Test func statusesWithoutABody() {
    #expect(head(Response(status: 204, body: [1])) == "Status: 204 No Content\r\n\r\n")
    #expect(!Answer.hasBody(Response(status: 304)))
    #expect(head(Response(status: 99)).hasPrefix("Status: 500 "))
    #expect(head(Response(status: 1000)).hasPrefix("Status: 500 "))
  }
}
