import Domain
import Storage
import Testing

/// What one account, key or click id can be made to hold must cost nobody else.
@Suite struct VolumeTests {
  let bench: Workbench
  let store: Store
  let account: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  @Test func sumsStopAtWhatTheyCanHoldAndOthersGoOn() throws {
    let other = try bench.account(email: "other@example.com")
    let costly = LeadDraft.of(account) { $0.cost = Money(micros: .max / 2) }
    for _ in 0..<4 { try bench.lead(costly) }
    let results = concurrently(16) { [bench, other] number in
      try? bench.lead(number.isMultiple(of: 2) ? costly : .of(other))
    }
    #expect(results.allSatisfy { $0 != nil })
    let report = try bench.report(.source, account)
    #expect(report.total.leads.leads == 12)
    #expect(report.total.leads.cost == Money(micros: .max))
    #expect(try bench.report(.source, other).total.leads.leads == 8)
  }

  @Test func moneyNeverTraps() {
    let (most, least) = (Money(micros: .max), Money(micros: .min))
    #expect(most + most == most && least + least == least && most - least == most && least - most == least)
    #expect(-least == most && most + least == Money(micros: -1))
  }

  @Test func ofOneClickOnlySoManyMessagesWait() throws {
    for number in 0..<Conversion.mostWaitingPerClick {
      #expect(try bench.postback("sale 1 #\(number)", click: "C", of: account).result == .unmatched)
    }
    let next = try bench.postback("sale 1 #more", click: "C", of: account)
    #expect(next.result == .ignored && next.reason == .tooManyWaiting)
    #expect(try bench.postback("sale 1 #1", click: "D", of: account).result == .unmatched)
    let lead = try bench.lead(.of(account, click: "C"))
    let event = try #require(try store.event(lead.id, of: account.id)?.event)
    #expect(event.conversions.count == Conversion.mostWaitingPerClick)
    #expect(event.revenue == Money(micros: Int64(Conversion.mostWaitingPerClick) * 1_000_000))
    #expect(try bench.report(.day, account).total.conversions.revenue == event.revenue)
  }

  @Test func aClickTakesOnlySoManyConversions() throws {
    try bench.lead(.of(account, click: "C"))
    for number in 0..<Conversion.mostPerClick {
      #expect(try bench.postback("sale 1 #\(number)", click: "C", of: account).result == .applied)
    }
    let next = try bench.postback("sale 1 #more", click: "C", of: account)
    #expect(next.result == .ignored && next.reason == .tooManyConversions)
    #expect(try bench.postback("refund #1", click: "C", of: account).result == .applied)
    var query = PostbackLogQuery(account: account.id)
    query.clickID = "C"
    query.limit = 200
    let log = try store.postbacks(query).elements
    #expect(log.count == 200 && Set(log.map(\.id)).count == 200)
    #expect(log.filter { $0.reason == .tooManyConversions }.count == 1)
  }
}
