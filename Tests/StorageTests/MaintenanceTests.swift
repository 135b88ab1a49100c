import Domain
import Foundation
import Storage
import Synchronization
import Testing

@Suite struct MaintenanceTests {
  let bench: Workbench
  let store: Store
  let account: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }
  private let day: Int64 = 86_400

  @Test func eventsComeNewestFirstAndPageByPage() throws {
    let ids = try (0..<7).map { try bench.lead(.of(account, at: Workbench.now + Int64($0))).id }
    #expect(try store.recentEvents(of: account.id, limit: 50).map(\.lead.id) == ids.reversed())
    var (pages, last): ([[LeadID]], LeadID?) = ([], nil)
    repeat {
      pages.append(try store.recentEvents(of: account.id, limit: 3, before: last).map(\.lead.id))
      last = pages.last?.last
    } while last != nil
    #expect(pages.map(\.count) == [3, 3, 1, 0])
    #expect(pages.flatMap { $0 } == ids.reversed())
    #expect(try store.events(ofClick: "nowhere", of: account.id) == [])
    #expect(try store.event(LeadID(rawValue: 1), of: account.id) == nil)
  }

  @Test func unmatchedMessagesAreDroppedAfterThirtyDays() throws {
    for number in 0..<5 { try bench.postback("sale 1", click: "old\(number)", of: account) }
    try bench.postback("sale 1", click: "young", of: account, at: Workbench.now + 2 * day)
    var calls = 1
    while try store.dropExpired(at: Workbench.now + 31 * day, limit: 2), calls < 20 { calls += 1 }
    #expect(calls >= 3 && calls < 20)
    for click in ["old0", "old4", "young"] { try bench.lead(.of(account, at: Workbench.now + 31 * day, click: click)) }
    #expect(
      try ["old0", "old4", "young"].map { try bench.status(ofClick: $0, account) } == [[.new], [.new], [.approved]])
  }

  @Test func whatIsYoungIsKept() throws {
    try bench.postback("sale 1", click: "C", of: account)
    let draft = LeadDraft.of(account) {
      $0.leadKeyDigest = filled(1)
      $0.addressReference = .number(1)
    }
    let first = try bench.lead(draft)
    let person = try #require(try store.people(of: account.id).first)
    try store.beginSession(digest: filled(1), of: person.id, at: Workbench.now, until: Workbench.now + 60)
    #expect(try store.dropExpired(at: Workbench.now + 59) == false)
    #expect(try store.person(inSession: filled(1), at: Workbench.now + 59) == person)
    #expect(try store.dropExpired(at: Workbench.now + 29 * day) == false)
    guard case .repeated(let again, _) = try store.commitDecision(draft, decide: { _ in first.verdict }) else {
      Issue.record("forgotten")
      return
    }
    #expect(again == first)
    try bench.lead(.of(account, at: Workbench.now + 29 * day, click: "C"))
    #expect(try bench.status(ofClick: "C", account) == [.approved])
  }

  @Test func idsRiseAfterARestartWithAClockThatSteppedBack() throws {
    let lead = try bench.lead(.of(account, click: "C"))
    let message = try bench.postback("sale 1", click: "C", of: account, at: Workbench.now + 10)
    let key = try store.createKey(.secret(1), for: account.id, at: Workbench.now + 20)
    store.close()

    let reopened = try Store(path: bench.path)
    defer { reopened.close() }
    let early = Workbench.now - 3_600
    #expect(try reopened.createKey(.secret(2), for: account.id, at: early).id > key.id)
    let later = try reopened.commitPostback(Workbench.received("sale 2", click: "C", of: account, at: early))
    #expect(later.id > message.id)
    guard
      case .stored(let next, _) = try reopened.commitDecision(.of(account, at: early), decide: { _ in lead.verdict })
    else {
      Issue.record("not stored")
      return
    }
    #expect(next.id.rawValue > later.id.rawValue)
    #expect(next.receivedAt == early)
    #expect(try reopened.recentEvents(of: account.id, limit: 2).map(\.lead.id) == [next.id, lead.id])
  }

  @Test func whatWasAnsweredIsThereAfterAReopen() throws {
    let lead = try bench.lead(.of(account, click: "C"))
    try bench.postback("sale 8", click: "C", of: account)
    store.close()
    let reopened = try Store(path: bench.path)
    defer { reopened.close() }
    #expect(try reopened.event(lead.id, of: account.id)?.event.revenue.text == "8")
    #expect(try reopened.isSound() && reopened.canRead() && reopened.canWrite())
    #expect(reopened.fileSizes().database > 0)
  }

  @Test func aBackupIsSoundAndWholeWhileWritersRun() throws {
    let stop = Mutex(false)
    let written = Mutex(0)
    let group = DispatchGroup()
    for _ in 0..<4 {
      group.enter()
      Thread.detachNewThread { [bench, account] in
        while !stop.withLock({ $0 }) {
          let click = "C\(written.withLock { $0 += 1; return $0 })"
          guard (try? bench.lead(.of(account, click: click))) != nil,
            (try? bench.postback("sale 1", click: click, of: account)) != nil
          else { break }
        }
        group.leave()
      }
    }
    defer {
      stop.withLock { $0 = true }
      group.wait()
    }
    for number in 0..<3 {
      usleep(100_000)
      try requireWhole(bench.folder.appendingPathComponent("copy-\(number).db").path)
    }
    stop.withLock { $0 = true }
    group.wait()
    let copy = try requireWhole(bench.folder.appendingPathComponent("last.db").path)
    #expect(try copy.recentEvents(of: account.id, limit: 100_000) == store.recentEvents(of: account.id, limit: 100_000))
  }

  /// Makes a copy and looks into it: usage, leads and sums are of one moment.
  @discardableResult
  private func requireWhole(_ path: String) throws -> Store {
    try #require(try store.backup(to: path))
    let copy = try Store(path: path)
    let events = try copy.recentEvents(of: account.id, limit: 100_000)
    let today = Day(utc: Workbench.now)
    let report = try copy.report(ReportQuery(account: account.id, from: today, to: today, groupBy: .source))
    try #require(!events.isEmpty)
    #expect(LedgerSum(of: report.total) == LedgerSum(of: events))
    #expect(try copy.usage(of: account, in: UsagePeriod(holding: Workbench.now)).used == events.count)
    return copy
  }
}

@Suite struct StoreFileTests {
  let bench: Workbench
  init() throws { bench = try Workbench() }

  private func fault(opening path: String) -> StoreFault? {
    do {
      try Store(path: path).close()
      return nil
    } catch { return error }
  }

  @Test func aFileOfANewerVersionIsRefused() throws {
    bench.store.close()
    try SQLiteFile.execute("INSERT INTO grdb_migrations (identifier) VALUES ('9999 from the future')", on: bench.path)
    #expect(fault(opening: bench.path) == .newerSchema)
  }

  /// Commands do not change the tables under a server that runs.
  @Test func aFileOfAnOlderVersionIsLeftToTheServer() throws {
    let path = bench.folder.appendingPathComponent("old.db").path
    try SQLiteFile.execute("CREATE TABLE old (a)", on: path)
    var refused: StoreFault?
    do { try Store(path: path, migrates: false).close() } catch { refused = error }
    #expect(refused == .olderSchema)
    #expect(fault(opening: path) == nil)
    try Store(path: path, migrates: false).close()
  }

  @Test func whatIsNoDatabaseIsRefusedAndLeftAlone() throws {
    let path = bench.folder.appendingPathComponent("other.db").path
    let text = Data(String(repeating: "no database ", count: 1_000).utf8)
    try text.write(to: URL(fileURLWithPath: path))
    #expect(fault(opening: path) == .notADatabase)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
    #expect(fault(opening: bench.folder.appendingPathComponent("missing/backnova.db").path) == .cannotOpen)
  }

  @Test func aClosedStoreSaysThatItIsUnavailable() throws {
    let account = try bench.account()
    bench.store.close()
    #expect(failure { try bench.lead(.of(account)) } == .unavailable)
    #expect(!bench.store.canWrite() && !bench.store.canRead())
  }

  /// While another process holds the file, writes say so and do nothing; reads go on, and so does all once it lets go.
  @Test func aLockedFileIsUnavailableAndRecovers() throws {
    let account = try bench.account()
    var limits = StoreLimits.standard
    limits.busySeconds = 0.1
    let store = try Store(path: bench.path, limits: limits)
    defer { store.close() }
    let commit = {
      try store.commitDecision(.of(account)) { _ in
        Verdict(decision: .accept, score: 50, approvalProbability: 0.5, reasons: [])
      }
    }
    try SQLiteFile.whileLocked(bench.path) {
      let refusal = failure { _ = try commit() }
      #expect(refusal == .unavailable)
      #expect(!store.canWrite() && store.canRead())
      let accounts = try store.accounts().count
      #expect(accounts == 1)
    }
    #expect(store.canWrite())
    #expect(try store.recentEvents(of: account.id, limit: 10) == [])
    _ = try commit()
    #expect(try store.usage(of: account, in: UsagePeriod(holding: Workbench.now)).used == 1)
  }

  @Test func beyondItsQueueAWriteFailsAtOnceAndWhatWasTakenIsStored() throws {
    let account = try bench.account()
    var limits = StoreLimits.standard
    (limits.queue, limits.batch) = (4, 2)
    let store = try Store(path: bench.path, limits: limits)
    defer { store.close() }
    let outcomes = concurrently(64) { _ in
      failure {
        _ = try store.commitDecision(.of(account)) { _ in
          Verdict(decision: .accept, score: 50, approvalProbability: 0.5, reasons: [])
        }
      }
    }
    let stored = outcomes.count { $0 == nil }
    #expect(stored + outcomes.count { $0 == .unavailable } == 64)
    #expect(stored >= 1 && stored < 64)
    #expect(try store.recentEvents(of: account.id, limit: 100).count == stored)
    #expect(store.writeStatistics.waiting == 0)
  }

  /// `docs/schema.sql` is generated: with `BACKNOVA_WRITE_SCHEMA=1` this test writes it.
  @Test func theDocumentedSchemaIsTheRealOne() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/schema.sql")
    let schema = try bench.store.schema()
    if ProcessInfo.processInfo.environment["BACKNOVA_WRITE_SCHEMA"] == "1" {
      try Data(schema.utf8).write(to: file, options: .atomic)
    }
    let isUpToDate = try String(contentsOf: file, encoding: .utf8) == schema
    #expect(isUpToDate, "regenerate it: BACKNOVA_WRITE_SCHEMA=1 swift test --filter theDocumentedSchemaIsTheRealOne")
  }
}
