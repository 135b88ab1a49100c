import Domain
import Storage
import Synchronization
import Testing

/// Changing the time zone: a further generation of roll-ups is filled beside the one that is shown.
@Suite struct RollupRebuildTests {
  let bench: Workbench
  let store: Store
  init() throws {
    bench = try Workbench()
    store = bench.store
  }

  private func begin(_ timezone: String, _ account: Account, at now: Instant = Workbench.now) throws {
    _ = try store.updateAccount(account.id, timezone: (timezone, at: now))
  }

  private func current(_ account: Account) throws -> Account {
    try #require(try store.accounts().first { $0.account.id == account.id }?.account)
  }

  private func finish(_ store: Store) throws {
    while try store.rebuildRollups(leads: 50) {}
    while try store.dropFormerRollups(limit: 100) {}
  }

  /// Every grouping says what the ledger says by the days of the zone that is shown.
  private func requireExact(_ account: Account, _ comment: Comment) throws {
    let account = try current(account)
    let events = try store.recentEvents(of: account.id, limit: 100_000)
    let all = LedgerSum(of: events)
    for dimension in ReportDimension.allCases {
      let report = try bench.report(dimension, account)
      try #require(LedgerSum(of: report.total) == all, "\(comment), \(dimension)")
      let rows = Dictionary(report.rows.map { ($0.key, LedgerSum(of: $0)) }, uniquingKeysWith: +)
      try #require(rows == LedgerSum.grouped(events, by: dimension, in: account), "\(comment), \(dimension)")
    }
  }

  /// Leads, messages and replays between the steps: exact before, during and after.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func sumsAreExactAtEveryStep(_ seed: UInt64) throws {
    let account = try bench.account(timezone: "America/New_York")
    try bench.somePartners(of: account)
    var random = SeededRandom(seed: seed)
    for _ in 0..<300 { try bench.happen(to: account, &random) }
    try begin("Asia/Tokyo", account)
    var steps = 0
    while try store.timezoneChange(of: account.id) != nil {
      _ = try store.rebuildRollups(leads: 9)
      if steps < 12 { for _ in 0..<6 { try bench.happen(to: account, &random) } }
      if steps % 3 == 0 { try bench.rename(account, &random) }
      try requireExact(account, "step \(steps)")
      steps += 1
      try #require(steps < 200)
    }
    #expect(steps > 15)
    #expect(try current(account).timezone == "Asia/Tokyo")
    for _ in 0..<30 { try bench.happen(to: account, &random) }
    try requireExact(account, "afterwards")
    try finish(store)
    try requireExact(account, "after the old rows went")
    #expect(try store.verifyLedger().differences == [])
    #expect(try generations(of: account).count == 1)
  }

  /// Writers, a worker and someone who cannot decide on a zone, all at once.
  /// Unicode calls the two ids equal; they are two clicks all the same.
  @Test func clickIDsAreToldApartByteForByte() throws {
    let account = try bench.account(timezone: "UTC")
    for click in ["caf\u{E9}", "cafe\u{301}"] {
      try bench.lead(LeadDraft.of(account, click: click))
      try bench.postback("sale 5", click: click, of: account)
    }
    try begin("Asia/Tokyo", account)
    try finish(store)
    #expect(try bench.report(.day, account).total.conversions.revenue == Money(micros: 10_000_000))
  }

  @Test func sumsAreExactUnderConcurrency() throws {
    let account = try bench.account(timezone: "America/New_York")
    let zones = ["Asia/Tokyo", "America/New_York", "Europe/Kyiv", "Asia/Tokyo", "Pacific/Auckland"]
    let running = Atomic(9)
    let failures = concurrently(10) { [bench, store] number -> Failure? in
      if number == 9 {
        return failure {
          while running.load(ordering: .acquiring) > 0 {
            if try !store.rebuildRollups(leads: 7) { _ = try store.dropFormerRollups(limit: 20) }
          }
        }
      }
      defer { running.subtract(1, ordering: .acquiringAndReleasing) }
      return failure {
        var random = SeededRandom(seed: UInt64(number) + 77)
        for step in 0..<100 {
          if number == 8 {
            try begin(zones[step % zones.count], account)
          } else if number == 7 && step % 9 == 0 {
            try bench.rename(account, &random)
          } else {
            try bench.happen(to: account, &random)
          }
        }
      }
    }
    #expect(failures.allSatisfy { $0 == nil })
    try finish(store)
    try requireExact(account, "in the end")
    #expect(try generations(of: account).count == 1)
    #expect(try store.verifyLedger().differences == [])
  }

  @Test func theNewestChangeCounts() throws {
    let account = try bench.account()
    for number in 0..<30 { try bench.lead(.of(account, at: Workbench.now + Int64(number))) }
    #expect(try store.timezoneChange(of: account.id) == nil)
    try begin("UTC", account)
    #expect(try store.timezoneChange(of: account.id) == nil, "it is the zone that it has")

    try begin("Europe/Kyiv", account)
    #expect(
      try store.timezoneChange(of: account.id)
        == TimezoneChange(to: "Europe/Kyiv", progress: 0, startedAt: Workbench.now))
    _ = try store.rebuildRollups(leads: 10)
    let progress = try #require(try store.timezoneChange(of: account.id)?.progress)
    #expect(progress > 0.2 && progress < 0.5)
    try begin("Europe/Kyiv", account, at: Workbench.now + 5)
    #expect(try store.timezoneChange(of: account.id)?.progress == progress, "the same change goes on")

    try begin("Asia/Tokyo", account, at: Workbench.now + 9)
    #expect(
      try store.timezoneChange(of: account.id)
        == TimezoneChange(to: "Asia/Tokyo", progress: 0, startedAt: Workbench.now + 9))
    _ = try store.rebuildRollups(leads: 10)
    try begin("UTC", account)
    #expect(try store.timezoneChange(of: account.id) == nil, "back to the zone that it has")
    #expect(try store.rebuildRollups() == false)
    try finish(store)
    #expect(try current(account).timezone == "UTC")
    #expect(try generations(of: account) == [1])
    try requireExact(account, "as if nothing had been")
  }

  @Test func aChangeSurvivesAReopen() throws {
    let account = try bench.account()
    var random = SeededRandom(seed: 5)
    for _ in 0..<150 { try bench.happen(to: account, &random) }
    try begin("Asia/Tokyo", account)
    _ = try store.rebuildRollups(leads: 20)
    let progress = try store.timezoneChange(of: account.id)
    store.close()
    let reopened = try Store(path: bench.path)
    defer { reopened.close() }
    #expect(try reopened.timezoneChange(of: account.id) == progress)
    try finish(reopened)
    #expect(try reopened.accounts().map(\.account.timezone) == ["Asia/Tokyo"])
    #expect(try reopened.verifyLedger().differences == [])
    #expect(try generations(of: account).count == 1)
  }

  /// A day of the new zone has other first values than one of the old: the sums must be those of an account that had
  /// the zone all along.
  @Test func theRoomOfADayIsGivenAsIfTheZoneHadAlwaysBeen() throws {
    let moved = try bench.account(timezone: "UTC")
    let native = try bench.account(timezone: "Asia/Tokyo", email: "native@example.com")
    // 12 hours around midnight in Tokyo (15:00 UTC), 700 pages, of which some come again on both sides.
    let midnight = Instant(seconds: Workbench.now.seconds / 86_400 * 86_400 + 15 * 3_600)
    let failures = concurrently(2) { [bench] number in
      failure {
        for page in 0..<1_400 {
          let account = number == 0 ? moved : native
          let moment = midnight + Int64(page * 41 % 1_400 - 300) * 30
          let click = "C\(page)"
          try bench.lead(.of(account, at: moment, click: click) { $0.landingPage = "page-\(page * 17 % 701)" })
          if page % 9 == 0 { try bench.postback("sale 1.5", click: click, of: account) }
        }
      }
    }
    try #require(failures.allSatisfy { $0 == nil })
    try begin("Asia/Tokyo", moved)
    for page in 0..<700 where page % 100 == 0 {
      _ = try store.rebuildRollups(leads: 130)
      try bench.postback("refund", click: "C\(page)", of: moved)
      try bench.postback("refund", click: "C\(page)", of: native)
    }
    try finish(store)
    var others = 0
    for day in -1...1 {
      let (mine, theirs) = (
        try bench.report(.landingPage, moved, days: day...day), try bench.report(.landingPage, native, days: day...day)
      )
      #expect(mine == theirs)
      others += mine.rows.count { $0.key == Report.other }
    }
    #expect(others > 0, "no day ran out of room")
    #expect(try store.verifyLedger().differences == [])
  }

  @Test func oneClickOfManyLeadsHoldsNobodyUp() throws {
    let account = try bench.account()
    for number in 0..<60 { try bench.lead(.of(account, at: Workbench.now + Int64(number), click: "same")) }
    for number in 0..<150 { try bench.postback("sale 1 #\(number)", click: "same", of: account) }
    try begin("Asia/Tokyo", account)
    try finish(store)
    try requireExact(account, "one click")
    #expect(try bench.report(.day, account).total.conversions.revenue.text == "150")
  }

  private func generations(of account: Account) throws -> Set<Int> {
    Set(
      try ["lead_rollup", "conversion_rollup"].flatMap {
        try SQLiteFile.integers(
          "SELECT DISTINCT generation FROM \($0) WHERE account_id = \(account.id.rawValue)", on: bench.path)
      })
  }
}
