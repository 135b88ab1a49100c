import Domain
import Jobs
import Outbound
import Storage
import TestReceiver
import Testing

/// Whose turn it is where many channels have messages, and some of them fail.
@Suite(.serialized) struct AlertSendingTests {
  private let bench: Workbench
  private let inbox: Inbox
  init() throws {
    bench = try Workbench()
    inbox = try Inbox()
  }

  /// - Parameter seconds: that a channel takes that cannot be opened.
  private func job(seconds: Int64 = 0) -> AlertJob {
    let loopback = AddressGuard(allowing: [Network("127.0.0.0/8")].compactMap { $0 })
    return AlertJob(
      store: bench.store, sender: AlertSender(guarding: loopback),
      opening: { [bench] channel in
        if channel.sealed.isEmpty { bench.pass(seconds) }
        return AlertTarget(channel.kind, text: String(decoding: channel.sealed, as: UTF8.self))
      }, now: { [bench] in bench.now })
  }

  /// - Parameter url: nil: one that always fails.
  private func channel(_ url: String?, of account: Account) throws {
    let sealed = url.map { Array(AlertTarget.webhook(url: $0).text.utf8) } ?? []
    _ = try bench.store.createAlertChannel(.webhook, sealed: sealed, of: account.id, at: bench.now)
  }

  private func tell(_ account: Account, _ count: Int = 1) throws {
    let findings = (0..<count).map {
      AlertFinding(AlertCause(.deliveriesDead, of: account.id, subject: "fwd_\($0)"), label: "n")
    }
    try bench.store.record(findings, judging: [], at: bench.now)
    bench.pass(1)
  }

  @Test func manyMessagesOfFailingChannelsHoldUpNobody() throws {
    for _ in 0..<AlertChannel.limit { try channel(nil, of: bench.account) }
    try tell(bench.account, 30)
    let other = try bench.another()
    try channel(inbox.url(), of: other)
    try tell(other, 3)
    _ = try job().run()
    #expect(inbox.posts.count == 3)
  }

  @Test func channelsThatHangCostARoundHalfAMinuteAndNobodyItsTurn() throws {
    let slow = try (0..<5).map { _ in try bench.another() }
    for account in slow {
      try channel(nil, of: account)
      try tell(account, 20)
    }
    let last = try bench.another()
    try channel(inbox.url(), of: last)
    try tell(last)
    let job = job(seconds: 15)
    var rounds = 0
    while inbox.posts.isEmpty && rounds < 10 {
      let start = bench.now
      #expect(try job.run())
      #expect(bench.now <= start + 30)
      rounds += 1
    }
    #expect(rounds == 3)
  }

  /// Who runs the server mostly made its first account; somebody must hear of it, though.
  @Test func theOldestAccountThatCanBeToldHearsOfTheServer() throws {
    let (second, third) = (try bench.another(), try bench.another())
    for account in [third, second] { try channel(inbox.url("/\(account.id.text)"), of: account) }
    try bench.store.record([AlertFinding(AlertCause(.diskLow, of: nil), label: "")], judging: [], at: bench.now)
    _ = try job().run()
    #expect(inbox.posts.map(\.path) == ["/\(second.id.text)"])
  }
}
