import Dispatch
import Domain
import Foundation
import Outbound
import Storage
import Synchronization
import TestReceiver
import Testing

/// `/api/v1/alerts` and its channels.
@Suite struct AlertTests {
  private let bench: Workbench
  private let account: TestAccount
  private let inbox: Inbox
  private let token = "123456789:AAabcdefghijklmnopqrstuvwxyz"

  init() throws {
    inbox = try Inbox(body: "thank you")
    let loopback = AddressGuard(allowing: [Network("127.0.0.0/8")].compactMap { $0 })
    bench = try Workbench(
      alertSender: AlertSender(guarding: loopback, sendmail: Sendmail(path: "/nonexistent"), telegram: inbox.url("")))
    account = try bench.account()
  }

  private func make(_ json: String) -> Answer { account.send("POST", "/api/v1/alerts/channels", json: json) }
  private func test(_ id: String?) -> Answer {
    account.send("POST", "/api/v1/alerts/channels/\(id ?? "")/test", json: "{}")
  }

  @Test func `what is made is shown masked and rests sealed`() throws {
    let made = [
      make(#"{"kind":"webhook","url":"\#(inbox.url("/secret-path?t=1"))"}"#),
      make(#"{"kind":"email","address":"owner@mail.example"}"#),
      make(#"{"kind":"telegram","token":"\#(token)","chat_id":-1001234}"#),
    ]
    #expect(made.map(\.status) == [201, 201, 201] && made.allSatisfy { $0["id"]?.hasPrefix("ach_") == true })
    #expect(
      made.map { $0["target"] } == ["\(inbox.url(""))/…", "o…@mail.example", "bot 123456789, chat …1234"])
    #expect(made.allSatisfy { $0["last_error"] == "null" && $0["last_sent_at"] == "null" })
    let list = account.get("/api/v1/alerts/channels")
    #expect(list.all("channels", "id") == made.compactMap { $0["id"] })
    let stored = String(decoding: try bench.storedBytes(), as: UTF8.self)
    for secret in ["secret-path", "owner@mail.example", token] {
      #expect(!list.text.contains(secret) && !stored.contains(secret) && !bench.log.text.contains(secret))
    }
  }

  @Test func `a test is sent now and shown`() {
    let id = make(#"{"kind":"webhook","url":"\#(inbox.url("/hook"))"}"#)["id"]
    let result = test(id)
    #expect(result.status == 200 && result["delivered"] == "true" && result["status"] == "200")
    #expect(result["answer"] == "thank you" && result["error"] == "null")
    #expect(inbox.posts.count == 1 && inbox.posts.first?.body.contains(#""test":true"#) == true)
    inbox.answers("500 Broken")
    let failed = test(id)
    #expect(failed.status == 200 && failed["delivered"] == "false" && failed["error"] == "the host answered 500")
    let mail = test(make(#"{"kind":"email","address":"o@mail.example"}"#)["id"])
    #expect(mail["delivered"] == "false" && mail["error"]?.contains("BACKNOVA_SENDMAIL") == true)
    for _ in 0..<3 { _ = test(id) }
    #expect(test(id).isProblem(429, "too_many_tests"))
  }

  /// Each holds a thread until the receiver answers.
  @Test func `two tests at once, of whatever`() throws {
    let isOpen = DispatchSemaphore(value: 0)
    let arrived = Atomic(0)
    let receiver = try Receiver { connection in
      var piece = [UInt8](repeating: 0, count: 4_096)
      var last: UInt8 = 0
      while last != UInt8(ascii: "}") {
        let count = recv(connection.descriptor, &piece, piece.count, 0)
        guard count > 0 else { return }
        last = piece[count - 1]
      }
      arrived.add(1, ordering: .relaxed)
      isOpen.wait()
      isOpen.signal()
      connection.send(answer("200 OK"))
    }
    let id = make(#"{"kind":"webhook","url":"\#(receiver.url())"}"#)["id"]
    let refused = Mutex<Answer?>(nil)
    onThreads(3) { number in
      if number == 2 { for _ in 0..<2_000 where arrived.load(ordering: .relaxed) < 2 { usleep(10_000) } }
      let answer = test(id)
      guard number == 2 else { return }
      refused.withLock { $0 = answer }
      isOpen.signal()
    }
    #expect(refused.withLock { $0?.isProblem(429, "too_many_test_calls") } == true)
    #expect(arrived.load(ordering: .relaxed) == 2 && test(id)["delivered"] == "true")
  }

  @Test func `what is deleted or another's is 404`() throws {
    let id = make(#"{"kind":"email","address":"o@mail.example"}"#)["id"] ?? ""
    let other = try bench.account()
    for (whose, id) in [(other, id), (account, "ach_0000000000001"), (account, "x")] {
      #expect(whose.send("DELETE", "/api/v1/alerts/channels/\(id)").isProblem(404, "not_found"))
      #expect(whose.send("POST", "/api/v1/alerts/channels/\(id)/test", json: "{}").isProblem(404, "not_found"))
    }
    #expect(other.get("/api/v1/alerts/channels")["channels"] == "0")
    #expect(account.send("DELETE", "/api/v1/alerts/channels/\(id)").status == 204)
    #expect(account.get("/api/v1/alerts/channels")["channels"] == "0")
  }

  @Test(arguments: [
    ("{}", ["kind"]), (#"{"kind":"sms"}"#, ["kind"]), (#"{"kind":"webhook"}"#, ["url"]),
    (#"{"kind":"webhook","url":"ftp://x.example/"}"#, ["url"]),
    (#"{"kind":"webhook","url":"http://10.0.0.1/"}"#, ["url"]),
    (#"{"kind":"webhook","url":"https://u:p@x.example/"}"#, ["url"]), (#"{"kind":"email"}"#, ["address"]),
    (#"{"kind":"email","address":"a@b.example, c@d.example"}"#, ["address"]),
    (#"{"kind":"email","address":"a@b.example\r\nBcc: c@d.example"}"#, ["address"]),
    (#"{"kind":"telegram"}"#, ["token", "chat_id"]),
    (#"{"kind":"telegram","token":"x","chat_id":"a b"}"#, ["token", "chat_id"]),
    (#"{"kind":"telegram","token":7,"chat_id":0}"#, ["token", "chat_id"]),
  ]) func `what cannot be taken is named`(json: String, fields: [String]) {
    let answer = make(json)
    #expect(answer.isProblem(422, "invalid_fields") && answer.fields == fields)
  }

  @Test func `an account has 5`() {
    for _ in 0..<5 { #expect(make(#"{"kind":"email","address":"o@mail.example"}"#).status == 201) }
    #expect(make(#"{"kind":"email","address":"o@mail.example"}"#).isProblem(422, "limit_reached"))
  }

  @Test func `alerts are shown, what lasts first`() throws {
    let other = try bench.account()
    func finding(_ code: AlertCode, _ account: AccountID?, _ subject: String = "") -> AlertFinding {
      AlertFinding(AlertCause(code, of: account, subject: subject), label: "label", detail: "why", count: 2)
    }
    let disk = finding(.diskLow, nil)
    let host = finding(.hostFailing, account.id, "h.example:443")
    try bench.store.record([disk, host, finding(.capReached, other.id, "pp")], at: bench.clock.now)
    bench.clock.advance(seconds: 60)
    try bench.store.record([disk], judging: [.diskLow, .hostFailing], at: bench.clock.now)
    let list = account.get("/api/v1/alerts")
    #expect(list.all("alerts", "code") == ["disk_low", "host_failing"])
    #expect(list.all("alerts", "whole_server") == ["true", "false"])
    #expect(list.all("alerts", "resolved_at") == ["null", "2026-11-22T12:01:00.000Z"])
    let whole = [
      "subject": "h.example:443", "text": "label has taken no conversion for an hour or longer: why.", "count": "2",
      "title": AlertCode.hostFailing.title, "remedy": AlertCode.hostFailing.remedy, "told_at": "null",
      "first_at": "2026-11-22T12:00:00.000Z", "last_at": "2026-11-22T12:00:00.000Z",
    ]
    for (name, value) in whole { #expect(list["alerts.1.\(name)"] == value, "\(name)") }
    #expect(other.get("/api/v1/alerts").all("alerts", "code").sorted() == ["cap_reached", "disk_low"])
  }

  @Test func `only the account itself may`() {
    for (method, path) in [("GET", "alerts"), ("GET", "alerts/channels"), ("POST", "alerts/channels")] {
      for key in [account.publishable, account.postback] {
        #expect(bench.send(method, "/api/v1/" + path, key: key, json: "{}").isProblem(403, "key_not_allowed"))
      }
      #expect(bench.send(method, "/api/v1/" + path, json: "{}").isProblem(401, "missing_key"))
    }
  }
}
