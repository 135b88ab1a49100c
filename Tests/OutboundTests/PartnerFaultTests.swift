import Foundation
import Outbound
import Domain
import TestReceiver
import Testing

/// What a partner can do to a lead over a connection that stands, and the class that each must end in. The partner never
/// has more than one request of it, nor is it called again.
@Suite struct PartnerFaultTests {
  struct Fault: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let outcome: AttemptOutcome
    let causes: [AttemptCause]
    var rule = Wanted.status
    /// Of a partner; the short one for those who never answer.
    var limit = 20_000
    /// Nil: read the request, then ``answer``.
    var reads = true
    let answers: @Sendable (Connection) -> Void
  }

  private static let ok = #"{"ok":true}"#

  private static func says(
    _ name: String, _ outcome: AttemptOutcome, _ cause: AttemptCause, _ text: String, rule: SuccessRule = Wanted.status
  ) -> Fault {
    Fault(testDescription: name, outcome: outcome, causes: [cause], rule: rule) { $0.send(text) }
  }

  private static let taken = [
    says("the right status", .accepted, .tookIt, answer("200 OK")),
    says("the right status behind a hint", .accepted, .tookIt, "HTTP/1.1 103 Early Hints\r\n\r\n" + answer("200 OK")),
    says("the right JSON", .accepted, .tookIt, answer("200 OK", body: ok), rule: Wanted.json),
    says(
      "the right JSON under a wrong type", .accepted, .tookIt,
      answer("200 OK", "Content-Type: text/html\r\n", body: "\u{FEFF}" + ok), rule: Wanted.json),
    says("the right JSON up to the close", .accepted, .tookIt, "HTTP/1.1 200 OK\r\n\r\n" + ok, rule: Wanted.json),
    says("the right text", .accepted, .tookIt, answer("200 OK", body: "well, thank you!"), rule: Wanted.text),
    says(
      "a redirect that the rule takes", .accepted, .tookIt, answer("302 Found", "Location: /thanks\r\n"),
      rule: SuccessRule(statuses: [302])),
    says(
      "64 KiB", .accepted, .tookIt,
      answer("200 OK", body: ok + String(repeating: " ", count: 65_536 - ok.utf8.count)), rule: Wanted.json),
  ]

  private static let refused =
    [
      "400 Bad Request", "401 Unauthorized", "404 Not Found", "409 Conflict", "417 Expectation Failed",
      "421 Misdirected Request", "422 Unprocessable Content", "500 Internal Server Error", "502 Bad Gateway",
    ].map { says($0, .declined, .refusedStatus, answer($0, body: "no")) } + [
      says("429", .declined, .refusedStatus, answer("429 Too Many Requests", "Retry-After: 1\r\n")),
      says("503", .declined, .refusedStatus, answer("503 Service Unavailable", "Retry-After: 1\r\n")),
      says("a challenge", .declined, .refusedStatus, answer("401 No", "WWW-Authenticate: Basic realm=x\r\n")),
      says("another 2xx", .declined, .refusedStatus, answer("202 Accepted", body: ok), rule: Wanted.json),
      says("JSON that says no", .declined, .refusedBody, answer("200 OK", body: #"{"ok":false}"#), rule: Wanted.json),
      says("an HTML error", .declined, .refusedBody, answer("200 OK", body: "<html>Error</html>"), rule: Wanted.json),
      says(
        "cut JSON of the right length", .declined, .refusedBody, answer("200 OK", body: #"{"ok":tr"#),
        rule: Wanted.json),
      says("nothing", .declined, .refusedBody, answer("200 OK"), rule: Wanted.json),
      says(
        "204", .declined, .refusedBody, "HTTP/1.1 204 No Content\r\n\r\n",
        rule: SuccessRule(pointer: "/ok", equals: "true")),
      says(
        "another text", .declined, .refusedBody, answer("200 OK", body: "thank you?".uppercased()), rule: Wanted.text),
    ]

  private static let silent = [
    Fault(testDescription: "reads nothing", outcome: .unknown, causes: [.timedOut], limit: 1_500, reads: false) {
      _ in pause(6_000)
    },
    Fault(testDescription: "never answers", outcome: .unknown, causes: [.timedOut], limit: 1_500) { $0.hang() },
    Fault(testDescription: "answers too late", outcome: .unknown, causes: [.timedOut], limit: 1_500) {
      pause(6_000)
      $0.send(answer("200 OK", body: ok))
    },
    Fault(testDescription: "drips a header", outcome: .unknown, causes: [.timedOut], limit: 1_500) { connection in
      connection.send("HTTP/1.1 200 OK\r\n")
      while connection.send("X-Drip: 1\r\n") { pause(50) }
    },
    Fault(testDescription: "drips a body", outcome: .unknown, causes: [.timedOut], limit: 1_500) { connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + ok)
      while connection.send(" ") { pause(50) }
    },
    Fault(testDescription: "drips interim answers", outcome: .unknown, causes: [.timedOut], limit: 1_500) {
      connection in
      while connection.send("HTTP/1.1 102 Processing\r\n\r\n") { pause(50) }
    },
    Fault(testDescription: "keeps the last chunk", outcome: .unknown, causes: [.timedOut], limit: 1_500) { connection in
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n" + ok + "\r\n")
      connection.hang()
    },
  ]

  private static let broken = [
    Fault(testDescription: "closes", outcome: .unknown, causes: [.reset]) { _ in },
    Fault(testDescription: "resets", outcome: .unknown, causes: [.reset]) { $0.reset() },
    Fault(testDescription: "takes its time and resets", outcome: .unknown, causes: [.reset]) {
      pause(100)
      $0.reset()
    },
    Fault(testDescription: "resets in the header", outcome: .unknown, causes: [.cutShort, .reset]) {
      $0.send("HTTP/1.1 200 OK\r\nContent-Le")
      pause(50)
      $0.reset()
    },
    Fault(testDescription: "closes in the header", outcome: .unknown, causes: [.cutShort, .reset]) {
      $0.send("HTTP/1.1 200 OK\r\nContent-Le")
    },
    Fault(testDescription: "resets in the body", outcome: .unknown, causes: [.cutShort]) {
      $0.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + ok)
      pause(50)
      $0.reset()
    },
    says("a body shorter than its length", .unknown, .cutShort, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + ok),
    says(
      "a body without its last chunk", .unknown, .cutShort,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n" + ok + "\r\n"),
    says("no chunk at all", .unknown, .cutShort, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + ok),
    says("garbage", .unknown, .notHTTP, "SSH-2.0-OpenSSH_9.2\r\n"),
    says(
      "another protocol to switch to", .unknown, .cutShort,
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
    says("a key twice", .unknown, .unreadable, answer("200 OK", body: #"{"ok":true,"ok":true}"#), rule: Wanted.json),
    says(
      "a compressed answer that nobody asked for", .unknown, .unreadable,
      answer("200 OK", "Content-Encoding: gzip\r\n", body: "not really"), rule: Wanted.json),
    says(
      "the same where the status is enough", .accepted, .tookIt,
      answer("200 OK", "Content-Encoding: gzip\r\n", body: "not really")),
  ]

  private static func flood(
    _ name: String, _ outcome: AttemptOutcome, _ cause: AttemptCause, _ head: String, _ piece: String,
    rule: SuccessRule = Wanted.status
  ) -> Fault {
    let bytes = Array(piece.utf8)
    return Fault(testDescription: name, outcome: outcome, causes: [cause], rule: rule) { connection in
      connection.send(head)
      for _ in 0..<(1 << 28) / max(bytes.count, 1) { guard connection.send(bytes) else { return } }
    }
  }

  private static let block = String(repeating: "a", count: 65_536)
  private static let chunk = "10000\r\n" + block + "\r\n"
  private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  private static let floods = [
    flood("endless 100 Continue", .unknown, .tooLong, "", "HTTP/1.1 100 Continue\r\n\r\n"),
    flood("endless 103", .unknown, .tooLong, "", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    says(
      "300 KB of headers", .unknown, .tooLong,
      "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Filler: 0123456789\r\n", count: 14_000) + "\r\n"),
    flood("an endless header line", .unknown, .tooLong, "HTTP/1.1 200 OK\r\nX-Filler: ", block),
    flood("268 MB, the status is enough", .accepted, .tookIt, "HTTP/1.1 200 OK\r\n\r\n", block),
    flood("268 MB, the status is wrong", .declined, .refusedStatus, "HTTP/1.1 500 No\r\n\r\n", block),
    flood("268 MB, the text is wanted", .unknown, .tooLong, "HTTP/1.1 200 OK\r\n\r\n", block, rule: Wanted.text),
    flood(
      "268 MB of known length", .unknown, .tooLong, "HTTP/1.1 200 OK\r\nContent-Length: 268435456\r\n\r\n", block,
      rule: Wanted.json),
    flood("endless chunks", .unknown, .tooLong, chunked, chunk, rule: Wanted.json),
    flood("endless chunks, the status is enough", .accepted, .tookIt, chunked, chunk),
    flood(
      "endless trailers", .unknown, .tooLong, chunked + "b\r\n" + ok + "\r\n0\r\n", "X-Filler: 0123456789\r\n",
      rule: Wanted.json),
  ]

  @Test(arguments: taken + refused + silent + broken + floods)
  func endsInItsClass(_ fault: Fault) throws {
    let receiver = try Receiver { connection in
      guard !fault.reads || connection.exchange() != nil else { return }
      fault.answers(connection)
    }
    let start = ContinuousClock.now
    let answer = try PartnerBench(whole: fault.limit).hand(to: .made(receiver.url(), success: fault.rule))
    #expect(answer.end.outcome == fault.outcome)
    #expect(fault.causes.contains(answer.end.cause), "\(answer.end.cause)")
    #expect((answer.end.status == nil) == (fault.outcome == .unknown))
    #expect(receiver.connections == 1 && receiver.requests == (fault.reads ? 1 : 0))
    #expect(answer.end.milliseconds >= 0 && answer.end.milliseconds <= fault.limit + 10_000)
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(fault.limit > 1_500 || answer.end.milliseconds >= 1_450)
  }

  @Test(arguments: [
    "301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect",
  ])
  func redirectsAreNotFollowed(_ status: String) throws {
    let inner = try Recorder()
    for location in [inner.url("/metadata"), "/", ""] {
      let receiver = try Receiver(answering: answer("200 OK"))
      let redirecting = try Recorder(answering: answer(status, "Location: \(location)\r\n"))
      let result = try PartnerBench().hand(to: .made(redirecting.url()))
      #expect(result.end.outcome == .declined && result.end.cause == .refusedStatus)
      #expect(result.end.status == Int(status.prefix(3)) && result.redirectURL == nil)
      #expect(redirecting.requests.count == 1 && inner.requests.isEmpty && receiver.requests == 0)
    }
  }

  /// 64 MiB in 64 KB: as a content coding it is never unpacked, as a transfer coding it is unpacked and counted so.
  @Test(arguments: ["Content-Encoding: gzip\r\nContent-Length: 100000000", "Transfer-Encoding: gzip"])
  func gzipBombsAreCut(_ header: String) throws {
    let bomb = try Self.compressed("head -c 67108864 /dev/zero | gzip -9")
    for (rule, outcome, cause) in [
      (Wanted.status, AttemptOutcome.accepted, AttemptCause.tookIt), (Wanted.json, .unknown, .tooLong),
    ] {
      let receiver = try Receiver { connection in
        guard connection.exchange() != nil else { return }
        connection.send("HTTP/1.1 200 OK\r\n\(header)\r\n\r\n")
        while connection.send(bomb) {}
      }
      let end = try PartnerBench().hand(to: .made(receiver.url(), success: rule)).end
      #expect(end.outcome == outcome && end.cause == cause)
      #expect(receiver.requests == 1 && receiver.connections == 1)
    }
  }

  private static func compressed(_ command: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(data)
  }
}
