import Dispatch
import FastCGI
import Glibc
import HTTP
import Logging
import Synchronization
import Testing

@Suite struct ServerTests {
  private let get = [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/")]

  @Test func readsAWholeRequest() throws {
    let running = try RunningServer(handler: describe)
    let id = "0123456789abcdef0123456789abcdef"
    let answer = try running.ask(
      [
        ("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/a%20b/%2525?x=%41?y"), ("REQUEST_ID", id),
        ("CONTENT_TYPE", "application/json"), ("CONTENT_LENGTH", "5"), ("REMOTE_ADDR", "192.0.2.7"), ("HTTPS", "on"),
        ("GEO_COUNTRY", "UA"), ("HTTP_X_API_KEY", "k"), ("HTTP_CONTENT_TYPE", "text/plain"), ("HTTP_COOKIE", "a=1"),
        ("HTTP_COOKIE", "b=2"), ("HTTP_X_API_KEY", "l"), ("SCRIPT_NAME", "/x"), ("HTTP_EMPTY", ""),
      ], body: Array("hello".utf8))
    #expect(answer.isEnded)
    #expect(answer.status == 200)
    #expect(answer.head.hasPrefix("Status: 200 OK\r\n"))
    #expect(
      answer.body.split(separator: "\n") == [
        "id=\(id)", "method=POST", "path=/a b/%25", "query=x=%41?y", "address=192.0.2.7", "country=UA", "secure=true",
        "body=5", "content-type: application/json", "cookie: a=1; b=2", "x-api-key: k, l",
      ])
  }

  @Test func missingAndOddParametersAreNoHindrance() throws {
    let running = try RunningServer(handler: describe)
    let answer = try running.ask(get + [("REQUEST_ID", "not hex\r\n"), ("GEO_COUNTRY", "u"), ("CONTENT_LENGTH", "")])
    let lines = answer.body.split(separator: "\n").map(String.init)
    #expect(answer.status == 200)
    #expect(lines.first?.utf8.count == 35 && lines.first?.contains("not") == false)
    #expect(lines.contains("country=-") && lines.contains("secure=false") && lines.contains("address="))
  }

  @Test func aBodyWithoutALengthIsReadToItsEnd() throws {
    let running = try RunningServer(handler: describe)
    let body = [UInt8](repeating: 0x61, count: 65_536)
    #expect(try running.ask(get, body: body).body.contains("body=65536"))
    #expect(try running.ask(get, body: body + [0x61]).status == 413)
  }

  /// What nginx would not send, and what must be answered all the same.
  struct Malformed: Sendable {
    var method: String? = "GET"
    var uri: String? = "/"
    var others: [(String, String)] = []
    var status = 400
    var code = "bad_request"

    var parameters: [(String, String)] {
      [("REQUEST_METHOD", method), ("REQUEST_URI", uri)].compactMap { name, value in value.map { (name, $0) } } + others
    }

    static let all: [Malformed] = [
      Malformed(method: nil), Malformed(uri: nil), Malformed(method: "get it"), Malformed(uri: "*"),
      Malformed(uri: "/%00"), Malformed(uri: "/%FF"), Malformed(uri: "/%4"),
      Malformed(others: [("CONTENT_LENGTH", "-1")]), Malformed(others: [("CONTENT_LENGTH", "0x10")]),
      Malformed(others: [("CONTENT_LENGTH", "99999999999999999999")]),
      Malformed(uri: "/" + String(repeating: "a", count: 8_192), status: 414, code: "uri_too_long"),
      Malformed(others: (0...100).map { ("HTTP_X\($0)", "v") }, status: 431, code: "headers_too_large"),
      Malformed(
        others: [("HTTP_X", String(repeating: "a", count: 16_384))], status: 431, code: "headers_too_large"),
    ]
  }

  @Test(arguments: Malformed.all)
  func malformedRequestsReachNoHandler(malformed: Malformed) throws {
    let running = try RunningServer { _ in .text("handled") }
    let answer = try running.ask(malformed.parameters)
    #expect(answer.status == malformed.status && answer.isEnded)
    #expect(answer.head.contains("Content-Type: application/problem+json"))
    #expect(answer.body.contains("\"code\":\"\(malformed.code)\""))
    #expect(try running.ask(get).body == "handled")
  }

  @Test(arguments: [1, 7_000, 8_192, 20_001, 65_536], [3, 500, 8_184, 30_000])
  func bodiesArriveByteForByte(count: Int, piece: Int) throws {
    guard count / piece < 1_000 else { return }
    let running = try RunningServer { Response(body: $0.body) }
    let body = (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 23) }
    let client = try running.connect()
    client.begin([("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/"), ("CONTENT_LENGTH", String(count))])
    for start in stride(from: 0, to: count, by: piece) { client.input(Array(body[start..<min(count, start + piece)])) }
    client.endInput()
    #expect(Array(client.answer().body.utf8) == body)
  }

  @Test func aBodyThatAHandlerKeepsIsNotWiped() throws {
    let kept = Mutex<[UInt8]>([])
    let running = try RunningServer { request in
      kept.withLock { $0 = request.body }
      return Response()
    }
    let post = [("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/"), ("CONTENT_LENGTH", "5")]
    #expect(try running.ask(post, body: Array("hello".utf8)).status == 200)
    running.server.stop()
    #expect(running.server.wait())
    #expect(kept.withLock { $0 } == Array("hello".utf8))
  }

  @Test func overLongBodiesAre413() throws {
    let running = try RunningServer(handler: describe)
    let post = [("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/")]
    let body = [UInt8](repeating: 0x61, count: 65_536)
    #expect(try running.ask(post + [("CONTENT_LENGTH", "65536")], body: body).body.contains("body=65536"))
    let client = try running.connect()
    client.send(post + [("CONTENT_LENGTH", "900000")], body: [UInt8](repeating: 0, count: 900_000))
    let refused = client.answer()
    #expect(client.couldSend)
    #expect(refused.status == 413 && refused.isEnded)
    #expect(refused.body.contains("body_too_large"))
  }

  @Test func bodiesOfAnotherLengthThanAnnouncedReachNoHandler() throws {
    let running = try RunningServer { _ in .text("handled") }
    let post = [("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/"), ("CONTENT_LENGTH", "10")]
    #expect(try running.ask(post, body: Array("short".utf8)).status == 400)
    #expect(try running.ask(post, body: Array("longer than ten".utf8)).status == 400)
    let cut = try running.connect()
    cut.begin(post)
    cut.input(Array("short".utf8))
    cut.halfClose()
    #expect(!cut.answer().text.contains("handled"))
    let unannounced = try running.connect()
    unannounced.begin([("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/")])
    unannounced.input(Array("short".utf8))
    unannounced.halfClose()
    #expect(!unannounced.answer().text.contains("handled"))
  }

  @Test func aSilentClientIsGivenUp() throws {
    var limits = ServerLimits()
    limits.threads = ["decision": 1]
    limits.socketSeconds = 1
    let running = try RunningServer(limits: limits) { _ in .text("handled") }
    let silent = try running.connect()
    silent.begin([("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/"), ("CONTENT_LENGTH", "10")])
    silent.input(Array("short".utf8))
    #expect(try running.ask(get).body == "handled")
    #expect(silent.answer().status == 400)
  }

  @Test func sixtyFourWaitAtOnce() throws {
    let headcount = Headcount()
    let running = try RunningServer { request in
      request.willWait()
      headcount.enter()
      // Nobody answers before all are in: fewer than 64 threads at work would never get there.
      for _ in 0..<1_000 where headcount.most < 64 { usleep(10_000) }
      let all = headcount.most >= 64
      return .text("\(all) " + String(decoding: request.query, as: UTF8.self))
    }
    let clients = try (0..<64).map { _ in try running.connect() }
    for (number, client) in clients.enumerated() {
      client.send([("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/?\(number)")])
    }
    #expect(clients.map { $0.answer().body } == (0..<64).map { "true \($0)" })
  }

  @Test func handlersThatComputeTakeTurns() throws {
    var limits = ServerLimits()
    limits.threads = ["decision": 8]
    limits.readers = ["decision": 2]
    let headcount = Headcount()
    let running = try RunningServer(limits: limits) { _ in
      headcount.enter()
      // The first wait for the second.
      for _ in 0..<1_000 where headcount.most < 2 { usleep(10_000) }
      usleep(5_000)
      headcount.leave()
      return .text("done")
    }
    let clients = try (0..<16).map { _ in try running.connect() }
    for client in clients { client.send(get) }
    #expect(clients.map { $0.answer().body } == Array(repeating: "done", count: 16))
    #expect(headcount.most == 2)
  }

  @Test func whoeverReadsStepsBack() throws {
    var limits = ServerLimits()
    limits.niceness = 3
    let before = priority()
    let running = try RunningServer(limits: limits) { _ in .text("\(priority())") }
    #expect(try running.ask(get).body == "\(min(19, before + 3))")
    #expect(priority() == before)
  }

  /// A seat given up twice must not make two of it.
  @Test func whoeverWaitedTakesItsTurnAgain() throws {
    var limits = ServerLimits()
    limits.threads = ["decision": 4]
    limits.readers = ["decision": 1]
    let headcount = Headcount()
    let running = try RunningServer(limits: limits) { request in
      headcount.enter()
      usleep(1_000)
      headcount.leave()
      request.willWait()
      request.willWait()
      usleep(5_000)
      return .text("done")
    }
    for _ in 0..<4 {
      let clients = try (0..<16).map { _ in try running.connect() }
      for client in clients { client.send(get) }
      #expect(clients.map { $0.answer().body } == Array(repeating: "done", count: 16))
    }
    #expect(headcount.most == 1)
  }

  @Test func headHasHeadersAndNoBody() throws {
    let running = try RunningServer { _ in .text("four") }
    let answer = try running.ask([("REQUEST_METHOD", "HEAD"), ("REQUEST_URI", "/")])
    #expect(answer.status == 200 && answer.isEnded)
    #expect(answer.head.contains("Content-Length: 4"))
    #expect(answer.body.isEmpty)
  }

  @Test func longAnswersAreWhole() throws {
    let text = String(repeating: "0123456789", count: 100_000)
    let running = try RunningServer { _ in .text(text) }
    #expect(try running.ask(get).body == text)
  }

  @Test func clientsThatGoAwayDoNoHarm() throws {
    var limits = ServerLimits()
    limits.threads = ["decision": 2]
    let running = try RunningServer(limits: limits) { _ in .text(String(repeating: "x", count: 500_000)) }
    for _ in 0..<20 {
      let client = try running.connect()
      client.send(get)
    }
    #expect(try running.ask(get).body.utf8.count == 500_000)
  }

  @Test func stopLetsARunningRequestEnd() throws {
    let entered = Atomic(false)
    let running = try RunningServer { _ in
      entered.store(true, ordering: .sequentiallyConsistent)
      usleep(300_000)
      return .text("done")
    }
    let client = try running.connect()
    client.send(get)
    while !entered.load(ordering: .sequentiallyConsistent) { usleep(1_000) }
    running.server.stop()
    running.server.stop()
    #expect(running.server.wait())
    #expect(client.answer().body == "done")
    // The socket outlives the server: who connects now waits for the next one.
    let late = FastCGIClient(path: running.path, timeoutSeconds: 1)
    #expect(late != nil)
  }

  /// One thread reads them all before it answers the first, and the last while the server stops.
  @Test func answersMayComeLaterAndFromAnotherThread() throws {
    var limits = ServerLimits()
    limits.threads = ["decision": 1]
    limits.laterAnswers = 8
    let replies = Mutex<[@Sendable () -> Void]>([])
    let running = try RunningServer(
      limits: limits,
      lateHandler: { request, reply in
        let text = String(decoding: request.query, as: UTF8.self)
        replies.withLock { $0.append { reply(.text(text)) } }
      })
    let clients = try (0..<8).map { number in
      let client = try running.connect()
      client.send([("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/?\(number)")])
      return client
    }
    while replies.withLock({ $0.count < 8 }) { usleep(1_000) }
    running.server.stop()
    DispatchQueue.global().async {
      usleep(50_000)
      for reply in replies.withLock({ $0 }).reversed() { reply() }
    }
    #expect(running.server.wait())
    #expect(clients.map { $0.answer().body } == (0..<8).map(String.init))
  }

  @Test func stopDoesNotWaitForEver() throws {
    var limits = ServerLimits()
    limits.stopSeconds = 0
    let entered = Atomic(false)
    let running = try RunningServer(limits: limits) { _ in
      entered.store(true, ordering: .sequentiallyConsistent)
      usleep(500_000)
      return .text("done")
    }
    let client = try running.connect()
    client.send(get)
    while !entered.load(ordering: .sequentiallyConsistent) { usleep(1_000) }
    running.server.stop()
    #expect(!running.server.wait())
    #expect(client.answer().body == "done")
  }

  @Test func startsOnce() throws {
    let running = try RunningServer(handler: describe)
    #expect(throws: ServerFault.alreadyStarted) { try running.server.start() }
  }
}

/// Of this thread alone.
private func priority() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
