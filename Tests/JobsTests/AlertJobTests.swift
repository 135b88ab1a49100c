import Domain
import Foundation
import Jobs
import Outbound
import Storage
import TestReceiver
import Testing

/// The job with a real store, told to a real receiver.
@Suite(.serialized) struct AlertJobTests {
  private let bench: Workbench
  private let inbox: Inbox
  init() throws {
    bench = try Workbench()
    inbox = try Inbox()
  }

  /// As a new start makes it. Targets are not sealed here.
  private func job(sendmail: String = "/nonexistent") -> AlertJob {
    let loopback = AddressGuard(allowing: [Network("127.0.0.0/8")].compactMap { $0 })
    let sender = AlertSender(
      guarding: loopback, sendmail: Sendmail(path: sendmail), telegram: inbox.url(""))
    return AlertJob(
      store: bench.store, sender: sender,
      opening: { AlertTarget($0.kind, text: String(decoding: $0.sealed, as: UTF8.self)) }, now: { [bench] in bench.now }
    )
  }

  @discardableResult
  private func channel(_ target: AlertTarget? = nil, of account: Account? = nil) throws -> AlertChannel {
    let target = target ?? .webhook(url: inbox.url("/hook"))
    return try bench.store.createAlertChannel(
      target.kind, sealed: Array(target.text.utf8), of: (account ?? bench.account).id, at: bench.now)
  }

  private func alerts(_ code: AlertCode) throws -> [Alert] {
    try bench.store.alerts(of: bench.account.id).filter { $0.cause.code == code }
  }

  /// Gives up the first delivery of so many clicks.
  private func giveUp(_ forward: Forward, clicks: Range<Int>) throws {
    for click in clicks { try bench.receive("c\(click)", "sale") }
    let leased = try bench.store.exchangeDeliveries(
      settling: [], leasing: [LeaseRequest(forward: forward.id, count: clicks.count)], at: bench.now)
    let attempt = DeliveryAttempt(at: bench.now, status: 404, milliseconds: 1, failure: nil, answer: "no")
    let outcomes = leased.map { DeliveryOutcome(id: $0.delivery.id, verdict: .dead, attempt: attempt) }
    _ = try bench.store.exchangeDeliveries(settling: outcomes, leasing: [], at: bench.now)
    #expect(outcomes.count == clicks.count)
  }

  private func fail(_ forward: Forward, next: Int64 = 30) throws {
    let attempt = DeliveryAttempt(
      at: bench.now, status: nil, milliseconds: 1, failure: CallFailure.connectionRefused.rawValue, answer: "")
    let leased = try bench.store.exchangeDeliveries(
      settling: [], leasing: [LeaseRequest(forward: forward.id, count: 10)], at: bench.now)
    let outcomes = leased.map {
      DeliveryOutcome(id: $0.delivery.id, verdict: .retry(at: bench.now + next), attempt: attempt)
    }
    _ = try bench.store.exchangeDeliveries(settling: outcomes, leasing: [], at: bench.now)
  }

  private func run(_ job: AlertJob, hours: Double = 0) throws {
    for _ in 0...Int(hours * 120) {
      _ = try job.run()
      if hours > 0 { bench.pass(30) }
    }
  }

  @Test func hundredsOfDeadDeliveriesAreOneMessage() throws {
    try channel()
    let forward = try bench.forward("https://t.example/{click_id}?secret=s")
    try giveUp(forward, clicks: 0..<500)
    try run(job(), hours: 1)
    #expect(inbox.posts.count == 1)
    let body = try #require(inbox.posts.first?.body)
    #expect(body.contains(#""code":"deliveries_dead","subject":"\#(forward.id.text)""#))
    #expect(body.contains("Forward n: 500 deliveries were given up: the tracker answered 404."))
    #expect(!body.contains("secret") && !body.contains("t.example/"))
    // Nor after a new start, nor days later.
    for _ in 0..<3 {
      bench.pass(50_000)
      try run(job(), hours: 0.1)
    }
    #expect(inbox.posts.count == 1)
    // Sent again: over. Given up again: a new message.
    _ = try bench.store.replayDeliveries(.allDead(), of: bench.account.id, limit: 500)
    _ = try job().run()
    #expect(try alerts(.deliveriesDead).map { $0.resolvedAt != nil } == [true])
    try giveUp(forward, clicks: 500..<501)
    _ = try job().run()
    #expect(inbox.posts.count == 2)
  }

  @Test func aMessageArrivesOnceTheReceiverIsBack() throws {
    let channel = try channel()
    inbox.answers("503 Away")
    try giveUp(try bench.forward("https://t.example/"), clicks: 0..<3)
    try run(job(), hours: 2)
    let tries = inbox.posts.count
    #expect((4...6).contains(tries), "\(tries)")
    var shown = try #require(try bench.store.alertChannels(of: bench.account.id).first)
    #expect(shown.id == channel.id && shown.failure == "the host answered 503" && shown.sentAt == nil)
    inbox.answers("200 OK")
    let late = job()
    for _ in 0..<40 {
      _ = try late.run()
      bench.pass(3_600)
    }
    #expect(inbox.posts.count == tries + 1 && Set(inbox.posts.map(\.body)).count == 1)
    shown = try #require(try bench.store.alertChannels(of: bench.account.id).first)
    #expect(shown.failure == nil && shown.failedAt == nil && shown.sentAt != nil)
  }

  /// As on a full disk.
  @Test func whatCannotBeWrittenDownIsNotSentAgain() throws {
    try channel()
    inbox.answers("503 Away")
    try giveUp(try bench.forward("https://t.example/"), clicks: 0..<1)
    let job = job()
    _ = try job.run()
    inbox.answers("200 OK")
    bench.pass(30)
    try bench.whileLocked { #expect(throws: Failure.unavailable) { _ = try job.run() } }
    #expect(inbox.posts.count == 2)
    _ = try job.run()
    #expect(inbox.posts.count == 2)
    #expect(try bench.store.dueAlertMessages(at: bench.now + 80_000).isEmpty)
  }

  @Test func aReceiverThatNeverComesBackIsGivenUp() throws {
    try channel()
    inbox.answers("404 Not Found")
    try giveUp(try bench.forward("https://t.example/"), clicks: 0..<1)
    let job = job()
    for _ in 0..<40 {
      _ = try job.run()
      bench.pass(100_000)
    }
    #expect(inbox.posts.count == RetrySchedule.attempts)
    #expect(try bench.store.dueAlertMessages(at: bench.now).isEmpty)
  }

  @Test func aHostThatFailsForAnHourIsTold() throws {
    try channel()
    let forwards = try (0..<3).map { try bench.forward("https://t.example/\($0)?k=secret") }
    try bench.receive("c", "sale")
    let job = job()
    for _ in 0..<118 {
      for forward in forwards { try fail(forward) }
      try run(job)
      bench.pass(30)
    }
    #expect(inbox.posts.isEmpty)
    for _ in 0..<120 {
      for forward in forwards { try fail(forward) }
      try run(job)
      bench.pass(30)
    }
    #expect(inbox.posts.count == 1)
    let body = try #require(inbox.posts.first?.body)
    #expect(body.contains(#""code":"host_failing","subject":"t.example""#) && !body.contains("secret"))
    #expect(
      body.contains("t.example has taken no conversion for an hour or longer: the host refused the connection."))
    // Delivered: over.
    for forward in forwards {
      let leased = try bench.store.exchangeDeliveries(
        settling: [], leasing: [LeaseRequest(forward: forward.id, count: 1)], at: bench.now + 60)
      let attempt = DeliveryAttempt(at: bench.now + 60, status: 200, milliseconds: 1, failure: nil, answer: "")
      _ = try bench.store.exchangeDeliveries(
        settling: leased.map { DeliveryOutcome(id: $0.delivery.id, verdict: .delivered, attempt: attempt) },
        leasing: [], at: bench.now + 60)
    }
    try run(job)
    #expect(try alerts(.hostFailing).map { $0.resolvedAt != nil } == [true])
    #expect(inbox.posts.count == 1)
  }

  /// What failed last, failed before the server was away.
  @Test func aHostIsNotJudgedRightAfterAStart() throws {
    try channel()
    let forward = try bench.forward("https://t.example/")
    try bench.receive("c", "sale")
    try fail(forward)
    bench.pass(10_000)
    let job = job()
    _ = try job.run()
    #expect(try alerts(.hostFailing).isEmpty)
    bench.pass(AlertJob.patience)
    _ = try job.run()
    #expect(inbox.posts.count == 1)
  }

  @Test func aHostThatIsAnAddressIsNamed() throws {
    try channel()
    let forward = try bench.forward("https://93.184.216.134:8443/")
    try bench.receive("c", "sale")
    try fail(forward)
    bench.pass(4_000)
    let job = job()
    _ = try job.run()
    bench.pass(AlertJob.patience)
    _ = try job.run()
    #expect(inbox.posts.first?.body.contains("93.184.216.134:8443 has taken no conversion") == true)
  }

  @Test func unmappedWordsAreOneMessageADay() throws {
    try channel()
    let job = job()
    try bench.receive("c", "sale")
    for number in 0..<100 {
      try bench.receive("c", "strange \(number)")
      try run(job)
      bench.pass(30)
    }
    #expect(inbox.posts.count == 1)
    #expect(inbox.posts.first?.body.contains("1 word: strange_0.") == true)
    bench.pass(86_400)
    try bench.receive("c", "jo@example.com")
    try run(job)
    let body = try #require(inbox.posts.last?.body)
    #expect(inbox.posts.count == 2 && body.contains("101 words: (withheld), strange_99, ") && !body.contains("jo@"))
  }

  @Test func eachAccountHearsOfItsOwn() throws {
    let other = try bench.another()
    let (mine, others) = (try Inbox(), try Inbox())
    try channel(.webhook(url: mine.url()))
    try channel(.webhook(url: mine.url()))
    try channel(.webhook(url: others.url()), of: other)
    try giveUp(try bench.forward("https://t.example/"), clicks: 0..<1)
    let full = [AlertFinding(AlertCause(.diskLow, of: nil), label: "", detail: "9 MiB are free")]
    try bench.store.record(full, judging: [.diskLow], at: bench.now)
    let job = job()
    _ = try job.run()
    #expect(mine.posts.count { $0.body.contains("deliveries_dead") } == 2)
    #expect(mine.posts.count { $0.body.contains("Little room is left where the database lies: 9 MiB are free.") } == 2)
    #expect(others.posts.isEmpty)
    #expect(try bench.store.alerts(of: other.id).map(\.cause.code) == [.diskLow])
  }

  @Test func theFirstChannelHearsOfWhatLasts() throws {
    try giveUp(try bench.forward("https://t.example/"), clicks: 0..<1)
    try run(job(), hours: 1)
    #expect(try alerts(.deliveriesDead).map(\.toldAt) == [nil])
    try channel()
    _ = try job().run()
    #expect(inbox.posts.count == 1)
  }

  @Test func mailAndTelegramAreToldToo() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("alert-mail-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("sendmail").path
    try "#!/bin/sh\ncat >> \(folder.path)/mails\n".write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    try channel(.email(address: "jo@b.example"))
    try channel(.telegram(token: "1:A", chat: "-5"))
    try giveUp(try bench.forward("https://t.example/"), clicks: 0..<2)
    try run(job(sendmail: path), hours: 0.1)
    let mails = try String(contentsOfFile: folder.appendingPathComponent("mails").path, encoding: .utf8)
    #expect(mails.split(separator: "\n").count { $0 == "To: jo@b.example" } == 1)
    #expect(mails.contains("Forward n: 2 deliveries were given up: the tracker answered 404."))
    #expect(inbox.posts.map(\.path) == ["/bot1:A/sendMessage"])
  }

  @Test func aDeletedChannelIsToldNothing() throws {
    let channel = try channel()
    inbox.answers("503 Away")
    try giveUp(try bench.forward("https://t.example/"), clicks: 0..<1)
    _ = try job().run()
    let other = try bench.another()
    #expect(throws: Failure.notFound) { try bench.store.deleteAlertChannel(channel.id, of: other.id) }
    try bench.store.deleteAlertChannel(channel.id, of: bench.account.id)
    bench.pass(3_600)
    _ = try job().run()
    #expect(inbox.posts.count == 1)
  }

  @Test func whatIsOverIsForgottenAfterAMonth() throws {
    let full = [AlertFinding(AlertCause(.diskLow, of: nil), label: "")]
    try bench.store.record(full, at: bench.now)
    bench.pass(100 * 86_400)
    _ = try bench.store.dropExpired(at: bench.now)
    #expect(try alerts(.diskLow).count == 1)
    try bench.store.record([], at: bench.now)
    for (days, left): (Int64, Int) in [(29, 1), (2, 0)] {
      bench.pass(days * 86_400)
      _ = try bench.store.dropExpired(at: bench.now)
      #expect(try alerts(.diskLow).count == left)
    }
  }

  @Test func theDiskIsLowUntilThereIsSomeMore() {
    for (free, wasLow, isLow): (Int64?, Bool, Bool) in [
      (nil, true, false), (511 << 20, false, true), (512 << 20, false, false), (600 << 20, true, true),
      (640 << 20, true, false),
    ] {
      #expect(AlertJob.isDiskLow(free: free, wasLow: wasLow) == isLow)
    }
  }
}
