import Domain
import Foundation
import GRDB
import Storage
import Testing

/// The log is copied beside the writer and begins anew, also where writers never rest.
@Suite struct WriteAheadLogTests {
  private func limits(_ pages: Int) -> StoreLimits {
    var limits = StoreLimits()
    limits.checkpointPages = pages
    limits.writerCopiesPages = max(1, pages / 8)
    // Never reached here, so that no commit copies by itself.
    limits.longestLogPages = 1_000_000
    return limits
  }

  private func write(_ count: Int, _ bench: Workbench, _ account: Account, from first: Int = 0) throws {
    for number in first..<first + count { try bench.lead(.of(account, at: Workbench.now, click: "click-\(number)")) }
  }

  /// The log's file never shrinks by itself: it is as long as the log ever was.
  @Test func theLogStaysShortWhileManyWrite() throws {
    let bench = try Workbench(limits: limits(100))
    let account = try bench.account()
    let stored = concurrently(8) { thread in
      (0..<200).filter { (try? bench.lead(.of(account, at: Workbench.now, click: "\(thread)-\($0)"))) != nil }.count
    }
    #expect(stored == Array(repeating: 200, count: 8))
    #expect(bench.store.fileSizes().log < 1_500 * 4_096)
    #expect(try bench.report(.source, account).total.leads.leads == 1_600)
  }

  /// Nobody writes any more, so nobody but the copier can have done it.
  @Test func theLogIsCopiedBesideTheWriter() throws {
    let bench = try Workbench(limits: limits(1))
    _ = try bench.account(email: "copied@example.com")
    let end = ContinuousClock.now + .seconds(30)
    func isCopied() throws -> Bool {
      try Data(contentsOf: URL(fileURLWithPath: bench.path)).range(of: Data("copied@example.com".utf8)) != nil
    }
    while try !isCopied(), ContinuousClock.now < end { usleep(10_000) }
    #expect(try isCopied())
  }

  /// A reader that stays keeps the log from beginning anew; once it has gone, that is made up for.
  @Test func aReaderThatStaysOnlyDelaysIt() throws {
    let bench = try Workbench(limits: limits(100))
    let account = try bench.account()
    try write(10, bench, account)
    let other = try DatabaseQueue(path: bench.path)
    try other.inTransaction(.deferred) { db in
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM lead")
      try write(300, bench, account, from: 10)
      return .commit
    }
    let grown = bench.store.fileSizes().log
    try write(1_000, bench, account, from: 310)
    #expect(bench.store.fileSizes().log < grown + 1_000 * 4_096)
    try other.close()
  }
}
