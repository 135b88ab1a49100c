import HTTP
import JSON
import Testing

@Suite struct ProblemTests {
  @Test func allMembers() {
    let problem = Problem(
      status: 422, code: "bad_fields", title: "Fields at fault", detail: "One field is at fault.",
      errors: [FieldError(field: "form_data.email", message: "is not \"valid\"")])
    let response = problem.response(requestID: "abc")
    #expect(response.status == 422)
    #expect(response.header("content-type") == "application/problem+json")
    #expect(response.header("retry-after") == nil)
    #expect(
      String(decoding: response.body, as: UTF8.self)
        == #"{"type":"about:blank","title":"Fields at fault","status":422,"detail":"One field is at fault.","#
        + #""code":"bad_fields","request_id":"abc","#
        + #""errors":[{"field":"form_data.email","message":"is not \"valid\""}]}"#)
  }

  @Test func titleAndHeaders() {
    let problem = Problem(
      status: 429, code: "quota_exceeded", detail: "d", retryAfter: 0, headers: [.init("Allow", "GET")])
    let response = problem.response(requestID: "abc")
    #expect(problem.title == "Too Many Requests")
    #expect(response.header("Retry-After") == "1")
    #expect(response.header("allow") == "GET")
    #expect(!String(decoding: response.body, as: UTF8.self).contains("errors"))
  }

  @Test func responsesSayTheirStatusOnly() {
    let response = Response.json(["key": "secret"], status: 201, headers: [("Location", "/secret")])
    #expect("\(response)" == "201")
    #expect(response.body == Array(#"{"key":"secret"}"#.utf8))
    #expect(response.header("location") == "/secret")
    #expect(Response.text("ë").body == [0xC3, 0xAB])
    #expect(Response.text("ë").header("content-type") == "text/plain; charset=utf-8")
  }
}
