import Domain
import Foundation
import GRDB
import Jobs
import Outbound
import Storage
import Synchronization
import TestReceiver

/// An account with a store of its own, and a clock that goes as the test says.
final class Workbench: Sendable {
  static let start = Instant(seconds: 1_795_000_000)
  let store: Store
  let account: Account
  private let folder: URL
  private let time = Mutex(start)

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try Store(path: folder.appendingPathComponent("backnova.db").path)
    account = try Self.account(in: store)
  }

  deinit {
    store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  var now: Instant { time.withLock { $0 } }
  func pass(_ seconds: Int64) { time.withLock { $0 = $0 + seconds } }

  private static func account(in store: Store) throws -> Account {
    try store.createAccount(
      plan: .unlimited, timezone: "UTC", currency: "USD", email: "\(UUID())@example.com", passwordHash: "scrypt",
      keys: [], at: start)
  }

  func another() throws -> Account { try Self.account(in: store) }

  /// - Parameters:
  ///   - whole: milliseconds that a call may take: long, since a busy machine must not make an answer late.
  ///   - ahead: by how many seconds the system's clock is ahead of the one that nobody sets.
  func job(seats: Int = 400, whole: Int = 30_000, ahead: Int64 = 0, patience: Duration = .seconds(2)) throws
    -> ForwardingJob
  {
    var limits = CallLimits()
    limits.connect = whole
    limits.whole = whole
    let loopback = [Network("127.0.0.0/8")].compactMap { $0 }
    return try ForwardingJob(
      store: store, seats: seats, limits: limits, guarding: AddressGuard(allowing: loopback), patience: patience,
      now: { [self] in now },
      clock: { [self] in now + ahead })
  }

  @discardableResult
  func forward(_ url: String, of account: Account? = nil) throws -> Forward {
    let account = account ?? self.account
    return try store.createForward(of: account.id, at: now) { id in
      Forward(id: id, accountID: account.id, name: "n", url: url, createdAt: Self.start)
    }
  }

  func lead(_ click: String, of account: Account? = nil) throws {
    let verdict = Verdict(decision: .accept, score: 56, approvalProbability: 0.25, reasons: [])
    _ = try store.commitDecision(
      LeadDraft(account: account ?? self.account, receivedAt: now, source: "s", clickID: click),
      decide: { _ in verdict })
  }

  /// A lead and its messages: words, each with a payout of 1.
  func receive(_ click: String, _ words: String..., of account: Account? = nil) throws {
    let account = account ?? self.account
    if try store.events(ofClick: click, of: account.id).isEmpty { try lead(click, of: account) }
    for word in words {
      let parameters = [("click_id", click), ("status", word), ("payout", "1")].map {
        PostbackParameter(name: $0, value: $1)
      }
      _ = try store.commitPostback(
        ReceivedPostback(
          account: account, keyID: KeyID(rawValue: 1), receivedAt: now,
          reading: PostbackReading(parameters, currency: "USD", wasHealed: false), otherNames: []))
    }
  }

  /// While nobody can write.
  func whileLocked(_ body: () throws -> Void) throws {
    let file = try DatabaseQueue(path: folder.appendingPathComponent("backnova.db").path)
    defer { try? file.close() }
    try file.inDatabase { db in
      try db.beginTransaction(.immediate)
      defer { try? db.rollback() }
      try body()
    }
  }

  /// Attempts that a partner took, without their leads.
  func addAttempts(_ count: Int, of account: Account) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let file = try DatabaseQueue(
      path: folder.appendingPathComponent("backnova.db").path, configuration: configuration)
    defer { try? file.close() }
    try file.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
          INSERT INTO lead_attempt (lead_id, number, account_id, partner, began_at, outcome, cause, milliseconds)
          SELECT ? + n, 1, ?, 'b', 0, 'accepted', 'took_it', 1 FROM number
          """, arguments: [count, Int64.max / 2, account.id.rawValue])
    }
  }

  func integers(_ sql: String) throws -> [Int64] {
    let file = try DatabaseQueue(path: folder.appendingPathComponent("backnova.db").path)
    defer { try? file.close() }
    return try file.read { try Int64.fetchAll($0, sql: sql) }
  }

  /// `state attempts` of every delivery, in order of id.
  func deliveries() throws -> [String] {
    let file = try DatabaseQueue(path: folder.appendingPathComponent("backnova.db").path)
    defer { try? file.close() }
    return try file.read { try String.fetchAll($0, sql: "SELECT state || ' ' || attempts FROM delivery ORDER BY id") }
  }
}

extension LeadDraft {
  /// A lead with a contact that can be handed to a partner.
  static func raw(of account: Account, at now: Instant) -> LeadDraft {
    var draft = LeadDraft(account: account, receivedAt: now, source: "s")
    draft.contact.email = .valid
    return draft
  }
}

extension ForwardingJob {
  /// Runs until a condition holds, or nothing has to be done for a while.
  @discardableResult
  func run(seconds: Double = 20, until isDone: () throws -> Bool) throws -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      _ = try run()
      if try isDone() { return true }
      pause(1)
    }
    return false
  }

  /// Runs until nothing is under way and nothing can be begun.
  func runToRest(seconds: Double = 60) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try run(), ContinuousClock.now < end {}
  }
}
