import Dispatch
import Domain
import Foundation
import Synchronization
import TestReceiver
import Testing

/// `POST /api/v1/forwards/{id}/test`, with a real receiver.
@Suite struct TestCallTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench(allowing: "127.0.0.0/8")
    account = try bench.account()
    account.makeSource("s1")
  }

  private static let allTokens =
    "{click_id}&{event_id}&{status}&{payout}&{txid}&{raw_status}&{amount}&{source}&{partner}&{currency}&{timestamp}"
    + "&{forward_id}"

  /// - Returns: its id.
  private func forward(_ url: String, _ members: String = "") -> String {
    let json = #"{"name":"t","url":"\#(url)"\#(members.isEmpty ? "" : "," + members)}"#
    return account.send("POST", "/api/v1/forwards", json: json)["id"] ?? ""
  }

  private func test(_ id: String, _ json: String? = nil) -> Answer {
    let path = "/api/v1/forwards/\(id)/test"
    return json.map { account.send("POST", path, json: $0) } ?? bench.send("POST", path, key: account.secret)
  }

  @Test func `what was sent and what came back is told`() throws {
    let tracker = try Tracker()
    let id = forward(tracker.url("/t?\(Self.allTokens)"), #""status_map":{"approved":"sale"},"active":false"#)
    let answer = test(id)
    #expect(answer.status == 200 && answer.keys() == ["answer", "delivered", "error", "request"])
    let path =
      "/t?backnova-test&evt_0000000000000&sale&0.01&backnova-test&backnova-test&0.01&backnova-test&&USD&1795348800"
      + "&dlv_0000000000000"
    #expect(tracker.paths == [path])
    #expect(answer["request.url"] == tracker.url(path) && answer["request.method"] == "GET")
    #expect(answer["delivered"] == "true" && answer["error"] == "null" && answer["answer.status"] == "200")
    #expect(answer.keys("answer") == ["http_version", "milliseconds", "status", "text"])
    #expect(answer["answer.http_version"] == "1")
  }

  @Test func `a class may be chosen`() throws {
    let tracker = try Tracker()
    let id = forward(tracker.url("/?{status}&{payout}"), #""statuses":["pending","chargeback"]"#)
    _ = test(id)
    _ = test(id, "{}")
    #expect(test(id, #"{"status":"rejected"}"#)["delivered"] == "true")
    #expect(tracker.paths == ["/?pending&0.01", "/?pending&0.01", "/?rejected&0"])
    #expect(test(id, #"{"status":"sale"}"#).fields == ["status"])
    #expect(test(id, "[]").isProblem(422, "invalid_fields"))
    #expect(tracker.paths.count == 3)
  }

  @Test func `nothing is recorded`() throws {
    let tracker = try Tracker("500 Oh")
    let id = forward(tracker.url("/"))
    let before = account.get("/api/v1/forwards/health").text
    #expect(test(id)["delivered"] == "false")
    #expect(account.get("/api/v1/forwards/health").text == before)
    #expect(account.get("/api/v1/forwards/\(id)/deliveries")["deliveries"] == "0")
    #expect(account.get("/api/v1/conversions")["conversions"] == "0")
  }

  @Test func `failures are told in words`() throws {
    let receiver = try Receiver(answering: answer("404 Not Found", body: "no such\nclick \u{7}"))
    let odd = test(forward(receiver.url()))
    #expect(odd["answer.status"] == "404" && odd["delivered"] == "false" && odd["error"] == "null")
    #expect(odd["answer.text"]?.hasPrefix("no such click") == true, "\(odd)")
    let closing = try Receiver { _ = $0.request() }
    let broken = test(forward(closing.url()))
    #expect(broken.status == 200 && broken["answer"] == "null" && broken["error.code"] == "reset", "\(broken)")
    #expect(broken["error.text"] == "the connection broke off" && broken["delivered"] == "false")
    let moved = try Receiver(answering: answer("302 Found", "Location: http://127.0.0.1:1/\r\n"))
    #expect(test(forward(moved.url()))["answer.status"] == "302" && moved.requests == 1)
  }

  /// Such a forward may be there from when its network was allowed.
  @Test func `a private address is not called`() throws {
    let (tracker, strict) = (try Tracker(), try Workbench())
    let owner = try strict.account()
    let (account, now, url) = (owner.id, strict.clock.now, tracker.url("/"))
    let made = try strict.store.createForward(of: account, at: now) { id in
      Forward(id: id, accountID: account, name: "t", url: url, createdAt: now)
    }
    let answer = owner.send("POST", "/api/v1/forwards/\(made.id.text)/test", json: "{}")
    #expect(answer["error.code"] == "refused_address" && answer["answer"] == "null" && tracker.paths.isEmpty)
  }

  @Test func `another's or a deleted one is 404`() throws {
    let tracker = try Tracker()
    let id = forward(tracker.url("/"))
    let other = try bench.account()
    #expect(other.send("POST", "/api/v1/forwards/\(id)/test", json: "{}").isProblem(404, "not_found"))
    #expect(test("x").isProblem(404, "not_found"))
    #expect(bench.send("POST", "/api/v1/forwards/\(id)/test", key: account.postback).status == 403)
    #expect(account.send("DELETE", "/api/v1/forwards/\(id)").status == 204)
    #expect(test(id).isProblem(404, "not_found") && tracker.paths.isEmpty)
  }

  @Test func `an account makes two at once, all together four`() throws {
    let isOpen = DispatchSemaphore(value: 0)
    let receiver = try Receiver { connection in
      guard connection.request() != nil else { return }
      isOpen.wait()
      isOpen.signal()
      connection.send(answer("200 OK"))
    }
    @Sendable func wait(for requests: Int) { for _ in 0..<2_000 where receiver.requests < requests { usleep(10_000) } }
    let accounts = [account, try bench.account(), try bench.account()]
    let paths = accounts.map { account in
      let made = account.send("POST", "/api/v1/forwards", json: #"{"name":"t","url":"\#(receiver.url())"}"#)
      return "/api/v1/forwards/\(made["id"] ?? "")/test"
    }
    @Sendable func test(_ number: Int) -> Answer { accounts[number].send("POST", paths[number], json: "{}") }
    // Two of the first account are under way, then two of the second; then all are let go.
    let delivered = Atomic(0)
    let refused = Mutex<[Answer]>([])
    onThreads(5) { number in
      guard number == 4 else {
        while number > 1 && refused.withLock(\.isEmpty) { usleep(10_000) }
        if test(number / 2)["delivered"] == "true" { delivered.add(1, ordering: .relaxed) }
        return
      }
      for (requests, account) in [(2, 0), (4, 2)] {
        wait(for: requests)
        let answer = test(account)
        refused.withLock { $0.append(answer) }
      }
      isOpen.signal()
    }
    #expect(refused.withLock { $0.allSatisfy { $0.isProblem(429, "too_many_test_calls") } })
    #expect(refused.withLock { $0.allSatisfy { $0.header("retry-after") == "5" } })
    #expect(delivered.load(ordering: .relaxed) == 4 && receiver.requests == 4)
    for number in 0..<3 { #expect(test(number)["delivered"] == "true") }
  }
}
