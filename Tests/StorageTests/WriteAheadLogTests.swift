import Domain
import Foundation
import Storage
import Testing

/// The log is copied beside the writer and begins anew, also where writers never rest.
@Suite struct WriteAheadLogTests {
  @Test func theLogStaysShortWhileManyWrite() throws {
    var limits = StoreLimits()
    limits.checkpointPages = 100
    // Never reached here, so that only the copying beside the writer can keep the log short.
    limits.longestLogPages = 1_000_000
    let bench = try Workbench(limits: limits)
    let account = try bench.account()
    let stored = concurrently(8) { thread in
      (0..<200).filter { (try? bench.lead(.of(account, at: Workbench.now, click: "\(thread)-\($0)"))) != nil }.count
    }
    #expect(stored == Array(repeating: 200, count: 8))
    // They write many times that, and the file never shrinks: it is as long as the log ever was.
    #expect(bench.store.fileSizes().log < 1_500 * 4_096)
    #expect(try bench.report(.source, account).total.leads.leads == 1_600)
  }
}
