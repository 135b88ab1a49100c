import Dispatch
import Domain
import Foundation
import Storage
import Synchronization

/// A store on a file of its own in a temporary folder, which goes with it.
final class Workbench: Sendable {
  let folder: URL
  let store: Store
  /// Leads that random tests have on their way to a partner.
  let underWay = Mutex<[(lead: Lead, step: RouteStep)]>([])
  /// 18 November 2026, 11:06:40 UTC.
  static let now = Instant(seconds: 1_795_000_000)

  init(limits: StoreLimits = .standard) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("storage-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try Store(path: folder.appendingPathComponent("backnova.db").path, limits: limits)
  }

  deinit {
    store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  var path: String { folder.appendingPathComponent("backnova.db").path }

  func account(
    plan: Plan = .unlimited, timezone: String = "UTC", email: String = "jo@example.com", keys: [NewKey] = []
  ) throws -> Account {
    try store.createAccount(
      plan: plan, timezone: timezone, currency: "USD", email: email, passwordHash: "scrypt", keys: keys, at: Self.now)
  }

  /// Stores a lead, with a verdict that is always the same.
  @discardableResult
  func lead(_ draft: LeadDraft, decision: Decision = .accept) throws -> Lead {
    let verdict = Verdict(
      decision: decision, score: 56, approvalProbability: 0.25,
      reasons: [Reason(code: .timeOnSite, points: 6, detail: "45")])
    switch try store.commitDecision(draft, decide: { _ in verdict }) {
    case .stored(let lead, _): return lead
    case .repeated, .retried: throw Unexpected.repeated
    }
  }

  /// Receives a message in short: `"sale 8 #1"` is the word `sale`, payout 8, txid `1`.
  @discardableResult
  func postback(
    _ text: String, click: String, of account: Account, at now: Instant = Workbench.now
  ) throws -> PostbackEffect {
    try store.commitPostback(Self.received(text, click: click, of: account, at: now))
  }

  static func received(_ text: String, click: String, of account: Account, at now: Instant = now) -> ReceivedPostback {
    var parameters = [PostbackParameter(name: "click_id", value: click)]
    for (place, part) in text.split(separator: " ").enumerated() {
      let name = place == 0 ? "status" : part.hasPrefix("#") ? "txid" : "payout"
      parameters.append(PostbackParameter(name: name, value: String(name == "txid" ? part.dropFirst() : part)))
    }
    return ReceivedPostback(
      account: account, keyID: KeyID(rawValue: 1), receivedAt: now,
      reading: PostbackReading(parameters, currency: account.currency, wasHealed: false), otherNames: [])
  }

  func status(ofClick click: String, _ account: Account) throws -> [LeadStatus] {
    try store.events(ofClick: click, of: account.id).map(\.status)
  }

  func report(_ dimension: ReportDimension, _ account: Account, days: ClosedRange<Int> = -10...10) throws -> Report {
    let today = Day(utc: Self.now)
    return try store.report(
      ReportQuery(account: account.id, from: today + days.lowerBound, to: today + days.upperBound, groupBy: dimension))
  }

  enum Unexpected: Error { case repeated }
}

extension LeadDraft {
  /// A lead of source `s`, with what a test is about.
  static func of(
    _ account: Account, at now: Instant = Workbench.now, source: String = "s", click: String? = nil,
    change: (inout LeadDraft) -> Void = { _ in }
  ) -> LeadDraft {
    var draft = LeadDraft(account: account, receivedAt: now, source: source, clickID: click)
    draft.contact.email = .valid
    change(&draft)
    return draft
  }
}

extension NewKey {
  static func secret(_ number: UInt8) -> NewKey {
    NewKey(kind: .secret, name: "server", digest: filled(number), masked: "bn_live_0000…0000")
  }
  static func publishable(_ number: UInt8, dailyCap: Int = APIKey.standardDailyCap, origins: [String] = []) -> NewKey {
    NewKey(
      kind: .publishable, name: "page", digest: filled(number), masked: "bn_pub_00000…0000", clear: "bn_pub_clear",
      origins: origins, dailyCap: dailyCap)
  }
  static func postback(_ number: UInt8) -> NewKey {
    NewKey(
      kind: .postback, name: "partner", digest: filled(number), masked: "bn_pb_000000…0000", sealed: [number, 2, 3])
  }
}

/// 32 bytes that stand for a digest or a reference.
func filled(_ number: UInt8) -> [UInt8] { Array(repeating: number, count: 32) }

extension ContactReference {
  static func number(_ number: UInt8) -> ContactReference { ContactReference(bytes: filled(number)) }
}

/// Runs `body` in that many threads, which all start at the same moment. - Returns: what they returned, by number.
func concurrently<T: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> T) -> [T] {
  let results = Mutex<[Int: T]>([:])
  let (ready, start, done) = (DispatchGroup(), DispatchSemaphore(value: 0), DispatchGroup())
  for number in 0..<count {
    ready.enter()
    done.enter()
    Thread.detachNewThread {
      ready.leave()
      start.wait()
      let result = body(number)
      results.withLock { $0[number] = result }
      done.leave()
    }
  }
  ready.wait()
  for _ in 0..<count { start.signal() }
  done.wait()
  return results.withLock { results in (0..<count).compactMap { results[$0] } }
}

/// What a call threw, if a `Failure`.
func failure(_ body: () throws -> Void) -> Failure? {
  do { try body() } catch let failure as Failure { return failure } catch {}
  return nil
}
