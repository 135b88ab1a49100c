import Domain
import Foundation
import Outbound
import TestReceiver
import Testing

/// What leaves the house for each kind of channel.
@Suite(.serialized) struct AlertSenderTests {
  private let message = AlertMessage(
    id: AlertMessageID(rawValue: 7), code: .hostFailing, subject: "h.example:443", count: 1,
    text: "h.example has taken nothing \u{2014} \"for\" an hour.", at: Instant(seconds: 1_795_348_800))
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("alert-tests-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func sender(sendmail: String = "/nonexistent", seconds: Int = 10, telegram: String = "http://x")
    -> AlertSender
  {
    var limits = CallLimits()
    limits.whole = 2_000
    return AlertSender(
      guarding: loopback, limits: limits, sendmail: Sendmail(path: sendmail, seconds: seconds), telegram: telegram)
  }

  /// A program in sendmail's place.
  private func program(_ script: String) throws -> String {
    let path = folder.appendingPathComponent("sendmail-\(UUID().uuidString)").path
    try ("#!/bin/sh\n" + script).write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func written(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func aWebhookGetsOnePost() throws {
    let inbox = try Inbox("204 No Content")
    let result = sender().send(message, to: .webhook(url: inbox.url("/hook?t=s")))
    #expect(result.failure == nil && result.status == 204)
    let post = try #require(inbox.posts.first)
    #expect(inbox.posts.count == 1 && post.header.hasPrefix("POST /hook?t=s HTTP/1.1\r\n"))
    #expect(post.header.contains("\r\nContent-Type: application/json\r\n") && !post.header.contains("Expect"))
    #expect(
      post.body
        == #"{"id":"\#(message.id.text)","code":"host_failing","subject":"h.example:443","title":"\#(message.title)","#
        + #""text":"h.example has taken nothing — \"for\" an hour.","remedy":"\#(message.remedy)","count":1,"#
        + #""at":"2026-11-22T12:00:00.000Z","test":false}"#)
  }

  @Test func telegramGetsTextForAChat() throws {
    let inbox = try Inbox(body: #"{"ok":true}"#)
    let result = sender(telegram: inbox.url("")).send(message, to: .telegram(token: "12:AB", chat: "-100"))
    #expect(result.failure == nil && result.answer == #"{"ok":true}"#)
    let post = try #require(inbox.posts.first)
    #expect(post.path == "/bot12:AB/sendMessage")
    #expect(post.body.hasPrefix(#"{"chat_id":"-100","text":"BackNova: \#(message.title)\n\nh.example has"#))
  }

  @Test func whatFailsSaysWhy() throws {
    let inbox = try Inbox("500 Broken")
    #expect(sender().send(message, to: .webhook(url: inbox.url())).failure == "the host answered 500")
    inbox.answers("302 Found")
    #expect(sender().send(message, to: .webhook(url: inbox.url())).failure == "the host answered 302")
    let refused = sender().send(message, to: .webhook(url: "http://10.0.0.1/"))
    #expect(refused.failure == CallFailure.refusedAddress.text && refused.status == nil)
    #expect(AlertSender().fault(ofWebhook: inbox.url()) == .address)
    #expect(AlertSender().fault(ofWebhook: "https://hooks.example/") == nil)
  }

  /// A long body needs no second round.
  @Test func aBodyIsSentWhole() throws {
    let inbox = try Inbox()
    let text = String(repeating: "ж", count: 30_000)
    let call = Call(id: 1, url: inbox.url(), body: CallBody(contentType: "text/plain", text: text))
    #expect(DirectCaller.make(call, guarding: loopback).isDelivered)
    #expect(inbox.posts.map(\.body) == [text])
  }

  @Test func aMailGoesToSendmail() throws {
    let path = try program(
      "echo \"$@\" > \(folder.path)/arguments\ncat > \(folder.path)/mail\nls /proc/self/fd | tr '\\n' ' ' > \(folder.path)/descriptors"
    )
    // Ours, which it must not get.
    let open = (0..<5).map { _ in dup(1) }
    defer { for descriptor in open { close(descriptor) } }
    let result = sender(sendmail: path).send(message, to: .email(address: "jo@b.example"))
    #expect(result.failure == nil)
    #expect(try written("arguments") == "-t -i\n")
    let mail = try written("mail")
    #expect(mail.hasPrefix("To: jo@b.example\nSubject: BackNova: \(message.title)\n"))
    let parts = mail.split(separator: "\n\n", maxSplits: 1).map(String.init)
    #expect(parts.count == 2 && parts[0].split(separator: "\n").count == 6)
    #expect(parts[1].hasPrefix(message.text + "\n\n" + message.remedy))
    // Its own output and what `ls` opens beside 0…2.
    #expect(try written("descriptors").split(separator: " ").count <= 4)
  }

  @Test func aMailerThatFailsIsNamed() throws {
    let target = AlertTarget.email(address: "jo@b.example")
    #expect(sender().send(message, to: target).failure == Sendmail.Fault.missing.text)
    #expect(
      sender(sendmail: try program("exit 75")).send(message, to: target).failure == Sendmail.Fault.ended(code: 75).text)
    let start = ContinuousClock.now
    let slow = sender(sendmail: try program("sleep 60 & sleep 60"), seconds: 1).send(message, to: target)
    #expect(slow.failure == Sendmail.Fault.timedOut(seconds: 1).text)
    #expect(ContinuousClock.now - start < .seconds(40))
    // One that reads nothing.
    #expect(sender(sendmail: "/bin/true").send(message, to: target).failure == nil)
    #expect(Sendmail(path: "/bin/true").send(String(repeating: "x", count: 65_537)) == .tooLong)
  }
}
