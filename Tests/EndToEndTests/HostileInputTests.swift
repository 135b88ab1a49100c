import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  /// What no honest caller sends: a problem each time, never a 500, a crash, a hang, or a trace of it on disk.
  @Suite struct HostileInputTests {
    private let marker = "Hostile\(UUID().uuidString.prefix(8))Zq"

    @Test func everyBadBodyIsAProblem() throws {
      let site = try sharedSite()
      let account = try site.account()
      let client = site.client()
      let responder = try site.responder()
      func json(_ text: String) -> [UInt8] { Array(text.replacingOccurrences(of: "M", with: marker).utf8) }
      let source = "\"source\":\"a\""
      let bodies: [(name: String, body: [UInt8], expected: Set<Int>)] = [
        ("empty", [], [400]), ("bad UTF-8", json("{\(source),\"name\":\"M") + [0xFF, 0xC0] + json("\"}"), [400]),
        ("NUL", json("{\(source),\"name\":\"M\0\"}"), [400]),
        ("escaped NUL", json("{\(source),\"click_id\":\"M\\u0000\"}"), [400]),
        ("BOM", [0xEF, 0xBB, 0xBF] + json("{\(source)}"), [400]), ("UTF-16", [0xFF, 0xFE, 0x7B, 0, 0x7D, 0], [400]),
        ("duplicate keys", json("{\(source),\"click_id\":\"M\",\"click_id\":\"N\"}"), [400]),
        ("depth", json("{\(source),\"signals\":" + String(repeating: "[", count: 5_000) + "M"), [400]),
        ("deep objects", json(String(repeating: "{\"M\":", count: 1_000)), [400]),
        ("many members", json("{" + (0..<4_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"), [400]),
        ("huge number", json("{\(source),\"cost\":1" + String(repeating: "0", count: 400) + "}"), [400, 422]),
        ("huge exponent", json("{\(source),\"time_on_site\":1e999999}"), [400, 422]),
        ("negative", json("{\(source),\"time_on_site\":-1,\"cost\":-5}"), [422]),
        ("wrong types", json("{\"source\":[\"M\"],\"form_data\":\"M\",\"signals\":\"M\"}"), [422]),
        ("an array", json("[\"M\"]"), [422]), ("cut", json("{\(source),\"click_id\":\"M"), [400]),
        ("line breaks in a click id", json("{\(source),\"click_id\":\"M\\r\\nX-Evil: 1\"}"), [422]),
        ("an e-mail as click id", json("{\(source),\"click_id\":\"M@example.com\"}"), [422]),
        ("a long click id", json("{\(source),\"click_id\":\"M" + String(repeating: "x", count: 256) + "\"}"), [422]),
        ("more than 64 KiB", json("{\(source),\"name\":\"M" + String(repeating: "x", count: 66_000) + "\"}"), [413]),
      ]
      for (name, body, expected) in bodies {
        let answer = client.send(
          Call(
            method: "POST", path: "/api/v1/decision",
            headers: [
              "Content-Type: application/json", "Authorization: Bearer \(account.keys.secret)",
            ], body: body))
        #expect(expected.contains(answer.status) && answer.problem != nil, "\(name): \(answer.status) \(answer.text)")
        #expect(!answer.text.contains(marker), "\(name): the answer repeats the input")
      }
      for type in [
        "text/plain", "application/xml", "multipart/form-data; boundary=\(marker)", "application/json\(marker)", "",
      ] {
        let answer = client.send(
          Call(
            method: "POST", path: "/api/v1/decision",
            headers: [
              "Content-Type: \(type)", "Authorization: Bearer \(account.keys.secret)",
            ], body: json("{\(source)}")))
        #expect(answer.status == 415 && answer.problem != nil, "\(type): \(answer.status)")
      }
      for wrong in ["PUT", "DELETE", "TRACE", "BREW"] {
        let answer = client.send(Call(method: wrong, path: "/api/v1/decision", body: json("M")))
        #expect(
          (400..<500).contains(answer.status) && answer.problem != nil, "\(wrong): \(answer.status) \(answer.text)")
      }
      try checkAfterwards(site, responder)
    }

    @Test func aBodyOf100MegabytesIsRefused() throws {
      let site = try sharedSite()
      let responder = try site.responder()
      let body = Array(String(repeating: marker, count: 104_857_600 / marker.utf8.count).utf8)
      let whole = site.client().send(
        Call(method: "POST", path: "/api/v1/decision", headers: ["Content-Type: application/json"], body: body))
      #expect(whole.status == 413 && whole.problem == "body_too_large", "\(whole.status) \(whole.failure ?? "")")
      // In chunks, so that no length tells it beforehand.
      let raw = try site.rawConnection()
      raw.send(
        "POST /api/v1/decision HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      )
      let chunk = "4000\r\n" + String(String(repeating: marker, count: 1_000).prefix(0x4000)) + "\r\n"
      for _ in 0..<40 where !raw.send(chunk) { break }
      let answer = raw.answer()
      #expect(answer?.status == 413 && answer?.problem == "body_too_large", "\(answer?.text ?? "no answer")")
      try checkAfterwards(site, responder)
    }

    @Test func oddRequestsGetAProblemOrAreCut() throws {
      let site = try sharedSite()
      let responder = try site.responder()
      let post = "POST /api/v1/decision HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      let long = String(repeating: marker, count: 1_000)
      let cases: [(name: String, text: String, expected: Set<Int>)] = [
        (
          "raw space",
          "GET /api/postback?click_id=\(marker) x&status=y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
          [400]
        ),
        ("no HTTP", "\(marker)\r\n\r\n", [400]),
        ("future HTTP", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", [400, 505]),
        ("no host", "GET /\(marker) HTTP/1.1\r\nConnection: close\r\n\r\n", [400]),
        ("two lengths", post + "Content-Length: 3\r\nContent-Length: 5\r\n\r\n\(marker)", [400]),
        ("bad length", post + "Content-Length: \(marker)\r\n\r\n", [400]),
        ("negative length", post + "Content-Length: -1\r\n\r\n", [400]),
        ("length and chunks", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
        ("bad chunk", post + "Transfer-Encoding: chunked\r\n\r\n\(marker)\r\n", [400]),
        (
          "NUL in the path", "GET /api/%00\(marker) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
          [400, 404]
        ),
        ("climbing", "GET /api/../../\(marker) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", [400]),
        (
          "long address",
          "GET /api/v1/usage?\(long.prefix(6_000)) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", [414]
        ),
        ("huge address", "GET /\(long) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", [414]),
        ("long header", post + "X-Big: \(long.prefix(6_000))\r\n\r\n", [431]),
        ("huge headers", post + (0..<40).map { "X-\($0): \(long.prefix(4_000))\r\n" }.joined() + "\r\n", [400, 431]),
        ("many headers", post + (0..<400).map { "X-\($0): \($0)\r\n" }.joined() + "\r\n", [431]),
        (
          "header split", post + "Idempotency-Key: \(marker)\rX-Evil: 1\r\nContent-Length: 2\r\n\r\n{}",
          [400, 401, 415]
        ),
      ]
      for (name, text, expected) in cases {
        let raw = try site.rawConnection()
        raw.send(text)
        let answer = raw.answer(seconds: 5)
        #expect(
          answer.map { expected.contains($0.status) && $0.problem != nil } == true,
          "\(name): \(answer?.status ?? 0) \(answer?.text ?? "no answer")")
        #expect(answer?.headers["x-evil"] == nil && answer?.text.contains(marker) != true, "\(name)")
      }
      let injected = site.client().get("/api/postback?click_id=\(marker)%0D%0AX-Evil:%201&api_key=%0d%0aX-Evil:1")
      #expect(injected.status == 401 && injected.problem != nil && injected.headers["x-evil"] == nil)
      try checkAfterwards(site, responder)
    }

    /// Half a request ties up a connection, and nobody else.
    @Test func halfRequestsHoldNobodyUp() throws {
      let site = try sharedSite()
      let responder = try site.responder()
      let head =
        "POST /api/v1/decision HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
      let half = try (0..<40).map { _ in try site.rawConnection() }
      for raw in half { raw.send(head + "{\"source\":\"\(marker)") }
      let drips = EndToEnd.isThorough ? 150 : 8
      for _ in 0..<drips {
        for raw in half { raw.send("x") }
        let watch = Stopwatch()
        #expect(site.client().get("/healthz").status == 200)
        #expect(watch.seconds < 5, "others wait behind half requests")
        usleep(200_000)
      }
      if EndToEnd.isThorough {
        #expect(half[0].receive(seconds: 20).hasClosed, "a silent half request is given up after client_body_timeout")
      }
      let plain = try Shell.bash(
        "printf 'GET /\(marker) HTTP/1.0\\r\\n\\r\\n' | timeout 5 bash -c 'exec 3<> /dev/tcp/127.0.0.1/\(site.port); cat >&3; cat <&3'"
      )
      #expect(
        plain.output.hasPrefix("HTTP/1.1 400") && plain.output.contains("\"code\":\"bad_request\""), "\(plain.output)")
      _ = try Shell.bash("printf '\\x16\\x03\\x01\\x02garbage\(marker)' > /dev/tcp/127.0.0.1/\(site.port)")
      try checkAfterwards(site, responder)
    }

    /// The same responder still answers, and nothing of the input is in any file.
    private func checkAfterwards(_ site: Site, _ responder: pid_t) throws {
      #expect(try site.responder() == responder, "the responder was restarted")
      #expect(site.client().get("/healthz").status == 200)
      usleep(200_000)
      #expect(StateSearch([marker]).findings(in: site.state) == [])
    }
  }
}
