import Foundation
import Outbound
import TestReceiver
import Testing

/// What becomes of each kind of answer, told by receivers on this machine.
@Suite(.serialized) struct CourierAnswerTests {
  private func call(
    whole: Int = 10_000, _ handler: @escaping @Sendable (Connection) -> Void
  ) throws -> CallResult {
    let receiver = try Receiver { connection in
      if connection.request() != nil { handler(connection) }
    }
    return try Bench(whole: whole).call(receiver.url("/postback?subid=1"))
  }

  @Test func anAnswerIsToldWhole() throws {
    let receiver = try Receiver(answering: answer("200 OK", body: "counted"))
    let result = try Bench().call(receiver.url())
    #expect(result.status == 200 && result.failure == nil && result.isDelivered)
    #expect(result.text == "counted" && result.httpVersion == 1 && result.retryAfter == nil && result.id == 1)
    #expect((0..<10_000).contains(result.milliseconds))
  }

  @Test func theRequestIsWhatWasAsked() throws {
    let receiver = try Receiver { connection in
      while let line = connection.request() { connection.send(answer("200 OK", body: line)) }
    }
    let result = try Bench().call(receiver.url("/a/../b//c?x=%2525&y={z}&e=a+b#behind"))
    #expect(result.text == "GET /a/../b//c?x=%2525&y={z}&e=a+b HTTP/1.1")
  }

  @Test(arguments: [
    (200, true), (201, true), (202, true), (204, true), (226, true), (299, true), (300, false), (304, false),
    (400, false),
    (401, false), (404, false), (410, false), (429, false), (500, false), (502, false), (503, false), (599, false),
  ])
  func twoHundredsAreDelivered(_ status: Int, _ isDelivered: Bool) throws {
    let receiver = try Receiver(answering: "HTTP/1.1 \(status) Word\r\nContent-Length: 0\r\n\r\n")
    let result = try Bench().call(receiver.url())
    #expect(result.status == status && result.isDelivered == isDelivered && result.failure == nil)
  }

  @Test(arguments: [
    "301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect",
  ])
  func redirectsAreNotFollowed(_ status: String) throws {
    let inner = try Receiver(answering: answer("200 OK"))
    let receiver = try Receiver(
      answering: answer(status, "Location: \(inner.url("/metadata"))\r\n", body: "over there"))
    let result = try Bench().call(receiver.url())
    #expect(result.status == Int(status.prefix(3)) && !result.isDelivered && result.text == "over there")
    #expect(inner.connections == 0)
  }

  @Test(
    arguments: [
      ("120", 120), ("0", nil), ("-5", nil), ("soon", nil), ("", nil), ("Wed, 21 Oct 2015 07:28:00 GMT", nil),
      ("1", 1), ("604800", 604_800),
    ] as [(String, Int64?)])
  func tellsHowLongToWait(_ value: String, _ seconds: Int64?) throws {
    let receiver = try Receiver(answering: answer("429 Too Many Requests", "Retry-After: \(value)\r\n", body: "slow"))
    let result = try Bench().call(receiver.url())
    #expect(result.status == 429 && result.retryAfter == seconds && result.failure == nil && result.text == "slow")
  }

  @Test func tellsHowLongToWaitFromADate() throws {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "UTC")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let date = format.string(from: Date(timeIntervalSinceNow: 600))
    let receiver = try Receiver(answering: answer("503 Service Unavailable", "Retry-After: \(date)\r\n"))
    let seconds = try #require(Bench().call(receiver.url()).retryAfter)
    #expect((580...600).contains(seconds))
  }

  @Test func nothingIsRememberedFromTheLastCall() throws {
    let receiver = try Receiver { connection in
      _ = connection.request()
      connection.send(answer("429 Too Many Requests", "Retry-After: 60\r\nSet-Cookie: a=b\r\n", body: "long text"))
      _ = connection.request()
      connection.hang()
    }
    let bench = try Bench(whole: 1_000)
    #expect(try bench.call(receiver.url()).retryAfter == 60)
    let second = try bench.call(receiver.url())
    #expect(second.status == nil && second.retryAfter == nil && second.text.isEmpty && second.httpVersion == nil)
    #expect(second.failure == .timedOut && receiver.connections == 1)
  }

  @Test func anAnswerThatNeverComesIsGivenUp() throws {
    let result = try call(whole: 1_000) { $0.hang() }
    #expect(result.status == nil && result.failure == .timedOut && !result.isDelivered)
    #expect((900..<20_000).contains(result.milliseconds))
  }

  @Test func aDrippingHeaderIsGivenUp() throws {
    let result = try call(whole: 1_000) { connection in
      while connection.send("H") { pause(50) }
    }
    #expect(result.status == nil && !result.isDelivered && result.milliseconds < 20_000)
    #expect(result.failure == .timedOut || result.failure == .notHTTP)
    let later = try call(whole: 1_000) { connection in
      connection.send("HTTP/1.1 200 OK\r\n")
      while connection.send("X-Drip: 1\r\n") { pause(50) }
    }
    #expect(later.status == nil && later.failure == .timedOut && !later.isDelivered && later.milliseconds < 20_000)
  }

  /// The receiver has said that it took the message: what drips behind that is only cut.
  @Test func aDrippingBodyIsCut() throws {
    let result = try call(whole: 1_000) { connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
      while connection.send("x") { pause(50) }
    }
    #expect(result.status == 200 && result.failure == .timedOut && result.isDelivered && result.milliseconds < 20_000)
    #expect(result.text.hasPrefix("xx"))
  }

  @Test func aResetBeforeTheAnswerIsNone() throws {
    let result = try call { $0.reset() }
    #expect(result.status == nil && result.failure == .reset)
    let orderly = try call { _ in }
    #expect(orderly.status == nil && orderly.failure == .reset)
    let inHeader = try call { connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Le")
      pause(50)
      connection.reset()
    }
    #expect(inHeader.status == nil && inHeader.failure != nil && !inHeader.isDelivered)
  }

  @Test func aResetBehindTheHeaderLeavesTheStatus() throws {
    let result = try call { connection in
      connection.send("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nhalf")
      pause(50)
      connection.reset()
    }
    #expect(result.status == 500 && result.failure == .reset && result.text == "half" && !result.isDelivered)
    let cut = try call { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") }
    #expect(cut.status == 200 && cut.failure == .reset && cut.text == "half" && cut.isDelivered)
  }

  @Test(arguments: [
    "hello\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/9.9 999999 x\r\n\r\n", "\0\0\0\0", "220 mail ESMTP\r\n",
  ])
  func whatIsNotHTTPIsNoAnswer(_ text: String) throws {
    let result = try call { $0.send(text) }
    #expect(result.status == nil && result.failure != nil && !result.isDelivered)
  }

  @Test(arguments: [
    ("one\r\ntwo\tthree\u{0}four", "one  two three four"), ("\u{1B}[31mred", " [31mred"),
    ("a\u{202E}b\u{200F}c", "a b c"),
    ("é日🙂", "é日🙂"), ("\u{2028}x\u{85}", " x "), ("<script>alert(1)</script>", "<script>alert(1)</script>"),
  ])
  func theAnswersTextIsMadeFitToShow(_ body: String, _ text: String) throws {
    let receiver = try Receiver(answering: answer("200 OK", body: body))
    #expect(try Bench().call(receiver.url()).text == text)
  }

  @Test func whatIsNoTextIsMarkedAndCut() throws {
    let junk = try call {
      $0.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n".utf8) + [0xFF, 0xC3, 0x28, 0x41])
    }
    #expect(junk.text == "\u{FFFD}\u{FFFD}"[...].prefix(1) || junk.text.utf8.count <= 4)
    let long = try call { $0.send(answer("200 OK", body: String(repeating: "é", count: 600))) }
    #expect(long.text == String(repeating: "é", count: 256) && long.failure == nil)
    let split = try call { $0.send(answer("200 OK", body: "a" + String(repeating: "é", count: 600))) }
    #expect(split.text == "a" + String(repeating: "é", count: 255))
  }
}
