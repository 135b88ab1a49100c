import Domain
import Storage
import Testing

/// The log and the ledger, page by page.
@Suite struct PagingTests {
  let bench: Workbench
  let store: Store
  let account: Account
  let other: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
    other = try bench.account(email: "other@example.com")
  }

  /// 1,050 messages of 150 clicks: each has an opening, two duplicates, a stale one, two more conversions; 50 wait.
  private func fill() throws {
    let failures = concurrently(15) { [bench, account, other] thread in
      failure {
        for number in stride(from: thread, to: 150, by: 15) {
          if number < 100 {
            try bench.lead(.of(account, source: number < 30 ? "a" : "b", click: "C\(number)"))
          }
          let texts = ["sale 5 #1", "sale 5 #1", "hold #1", "sale 5 #1", "odd 2 #2", "odd 2 #2", "trash #3"]
          for (place, text) in texts.enumerated() {
            try bench.postback(
              text, click: "C\(number)", of: account, key: KeyID(rawValue: 1 + Int64(number % 2)),
              at: Workbench.now + Int64(number * 10 + place))
          }
          try bench.postback("sale 9", click: "C\(number)", of: other)
        }
      }
    }
    #expect(failures.allSatisfy { $0 == nil })
    for click in ["C1", "C77"] { try bench.lead(.of(other, click: click)) }
  }

  private func ledger(_ change: (inout LedgerQuery) -> Void = { _ in }) throws -> [LedgerLine] {
    var query = LedgerQuery(account: account.id)
    query.limit = 7
    change(&query)
    var lines: [LedgerLine] = []
    repeat {
      let page = try store.ledger(query)
      #expect(page.elements.count <= query.limit)
      lines += page.elements
      query.before = page.next
    } while query.before != nil
    return lines
  }

  @Test func thePagesOfTheLogHoldEachMessageOnce() throws {
    try fill()
    let log = try bench.log(account, pages: 7)
    #expect(log.count == 1_050 && Set(log.map(\.id)).count == 1_050)
    #expect(log.map(\.id) == log.map(\.id).sorted() && log.allSatisfy { $0.accountID == account.id })
    for pages in [1_050, 1_051, 350, 200] { #expect(try bench.log(account, pages: pages) == log) }
    for result in PostbackResult.allCases {
      let found = try bench.log(account, pages: 9) { $0.result = result }
      #expect(found == log.filter { $0.result == result }, "\(result)")
    }
    #expect(try bench.log(account) { $0.result = .stale }.count == 100)
    for status in ConversionStatus.allCases {
      let found = try bench.log(account, pages: 9) { $0.status = status }
      #expect(found == log.filter { $0.status == status }, "\(status)")
    }
    let ofKey = try bench.log(account) {
      $0.key = KeyID(rawValue: 2)
      $0.result = .duplicate
    }
    #expect(ofKey == log.filter { $0.keyID.rawValue == 2 && $0.result == .duplicate } && !ofKey.isEmpty)
    #expect(try bench.log(account) { $0.key = KeyID(rawValue: 9) } == [])
  }

  @Test func aLongLookGoesOnWithTheNextPage() throws {
    try fill()
    let log = try bench.log(account)
    for scanned in [1, 49, 50, 1_049, 1_050, 1_051] {
      let found = try bench.log(account, pages: 9) {
        $0.result = .stale
        $0.mostScanned = scanned
      }
      #expect(found == log.filter { $0.result == .stale }, "\(scanned)")
    }
    var query = PostbackLogQuery(account: account.id)
    (query.result, query.mostScanned) = (.ignored, 49)
    let page = try store.postbacks(query)
    #expect(page.elements == [] && page.next == log[1_050 - 49].id)
    query.mostScanned = 1_051
    #expect(try store.postbacks(query).next == nil)

    let rejected = try ledger { $0.status = .rejected }
    #expect(rejected.count == 100)
    for scanned in [1, 7, 299, 300, 301] {
      let found = try ledger {
        $0.status = .rejected
        $0.mostScanned = scanned
      }
      #expect(found == rejected, "\(scanned)")
    }
  }

  @Test func aClicksMessagesAreFoundWhateverBecameOfThem() throws {
    try fill()
    let log = try bench.log(account)
    for click in ["C7", "C120"] {
      let found = try bench.log(account, pages: 2) { $0.clickID = click }
      #expect(found == log.filter { $0.clickID == click } && found.count == 7)
      let stale = try bench.log(account, pages: 2) {
        $0.clickID = click
        $0.result = .stale
      }
      #expect(stale == found.filter { $0.result == .stale })
    }
    #expect(try bench.log(other) { $0.clickID = "C7" }.map(\.rawStatus) == ["sale"])
    #expect(try bench.log(account) { $0.clickID = "C999" } == [])
    #expect(try bench.log(account) { $0.clickID = "" } == [])
  }

  @Test func thePagesOfTheLedgerHoldEachConversionOnce() throws {
    try fill()
    let all = try ledger()
    #expect(all.count == 300 && Set(all.map(\.conversion.id)).count == 300)
    #expect(all.map(\.conversion.id) == all.map(\.conversion.id).sorted().reversed())
    for limit in [1, 50, 100, 299, 300, 301] { #expect(try ledger { $0.limit = limit } == all) }
    for status in ConversionStatus.allCases {
      #expect(try ledger { $0.status = status } == all.filter { $0.conversion.status == status }, "\(status)")
    }
    #expect(try ledger { $0.source = "a" }.count == 90)
    #expect(try ledger { $0.source = "nowhere" } == [])
    #expect(try ledger { $0.clickID = "C5" } == all.filter { $0.clickID == "C5" })
    #expect(
      try ledger {
        $0.clickID = "C5"; $0.limit = 1
      } == all.filter { $0.clickID == "C5" })
    #expect(try ledger { $0.clickID = "C120" } == [])
    let span = Workbench.now + 100..<Workbench.now + 111
    let inSpan = all.filter { span.contains($0.conversion.createdAt) }
    #expect(try ledger { $0.span = span } == inSpan && inSpan.count == 4)
    for line in all.prefix(3) { #expect(try store.conversion(line.conversion.id, of: account.id) == line) }
    #expect(failure { _ = try store.conversion(all[0].conversion.id, of: other.id) } == .notFound)
    let aDuplicate = try #require(try bench.log(account) { $0.result = .duplicate }.last)
    #expect(
      failure { _ = try store.conversion(ConversionID(rawValue: aDuplicate.id.rawValue), of: account.id) } == .notFound)
  }

  @Test(arguments: [Int64(1) << 40, 7_258_118_400, 253_402_300_800]) func aSpanMayEndInTheFarFuture(_ end: Int64) throws
  {
    try bench.lead(.of(account, click: "C"))
    try bench.postback("sale 5", click: "C", of: account)
    #expect(try ledger { $0.span = Workbench.now..<Instant(seconds: end) }.count == 1)
    #expect(try ledger { $0.span = Instant(seconds: 0)..<Workbench.now } == [])
  }

  /// A clock that was set back: ids go on from the highest, while a message says when it came.
  @Test func aSpanHoldsWhatCameWhileTheClockStoodBack() throws {
    try bench.lead(.of(account, at: Workbench.now + 600, click: "C"))
    try bench.postback("sale 5", click: "C", of: account, at: Workbench.now)
    #expect(try ledger { $0.span = Workbench.now - 5..<Workbench.now + 5 }.count == 1)
  }
}
