import Domain
import Storage
import Testing

@Suite struct PostbackStoreTests {
  let bench: Workbench
  let store: Store
  let account: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  @Test func aMessageChangesItsLeadAndNoOther() throws {
    let lead = try bench.lead(.of(account, click: "C"))
    let other = try bench.account(email: "other@example.com")
    try bench.lead(.of(other, click: "C"))
    try bench.lead(.of(account, click: "c"))
    let effect = try bench.postback("sale 15.50 #1", click: "C", of: account)
    #expect(effect.result == .applied && effect.leadID == lead.id && effect.leadStatus == .approved)
    #expect(effect.reason == nil && effect.warnings == [])
    let event = try #require(try store.event(lead.id, of: account.id))
    #expect(event.event.revenue.text == "15.5" && event.event.status == .approved)
    #expect(event.postbacks.map(\.id) == [effect.id])
    #expect(try bench.status(ofClick: "c", account) == [.new])
    #expect(try bench.status(ofClick: "C", other) == [.new])
    #expect(try store.event(lead.id, of: other.id) == nil)
  }

  @Test func ofOneMessagePostedByManyAtOnceOneApplies() throws {
    let lead = try bench.lead(.of(account, click: "C"))
    let results = concurrently(32) { [bench, account] _ in
      try? bench.postback("sale 40 #9", click: "C", of: account).result
    }
    #expect(results.count { $0 == .applied } == 1)
    #expect(results.count { $0 == .duplicate } == 31)
    let event = try #require(try store.event(lead.id, of: account.id))
    #expect(event.event.revenue.text == "40")
    #expect(event.postbacks.count == 32)
    #expect(try bench.report(.source, account).total.conversions.revenue.text == "40")
  }

  @Test func aTimelineHoldsEveryMessageOfItsConversionsInOrder() throws {
    let lead = try bench.lead(.of(account, click: "C"))
    let texts = ["hold 8", "sale 8 #1", "sale 8 #1", "sale 4 #2", "hold #1", "trash #2"]
    let effects = try texts.enumerated().map { place, text in
      try bench.postback(text, click: "C", of: account, at: Workbench.now + Int64(place))
    }
    #expect(effects.map(\.result) == [.applied, .applied, .duplicate, .applied, .stale, .applied])
    let event = try #require(try store.event(lead.id, of: account.id))
    #expect(event.postbacks.map(\.id) == effects.map(\.id))
    #expect(event.postbacks.map(\.result) == effects.map(\.result))
    #expect(event.postbacks.map(\.rawStatus) == ["hold", "sale", "sale", "sale", "hold", "trash"])
    #expect(event.event.conversions.map(\.txid).sorted { ($0 ?? "") < ($1 ?? "") } == ["1", "2"])
  }

  @Test func aConversionStaysWithTheLeadThatTookItFirst() throws {
    let first = try bench.lead(.of(account, click: "C"))
    try bench.postback("hold 8 #1", click: "C", of: account)
    let second = try bench.lead(.of(account, at: Workbench.now + 60, click: "C"))
    #expect(try bench.postback("sale 8 #1", click: "C", of: account).leadID == first.id)
    #expect(try bench.postback("sale 5 #2", click: "C", of: account).leadID == second.id)
    #expect(try store.events(ofClick: "C", of: account.id).map(\.lead.id) == [second.id, first.id])
    #expect(try store.events(ofClick: "C", of: account.id).map(\.revenue.text) == ["5", "8"])
  }

  @Test func aNewConversionGoesToTheNewestLeadThatIsNoDuplicate() throws {
    func lead(_ person: UInt8, after seconds: Int64) throws -> Lead {
      try bench.lead(
        .of(account, at: Workbench.now + seconds, click: "C") {
          $0.references = ContactReferences(email: .number(person))
        })
    }
    _ = try lead(1, after: 0)
    let second = try lead(2, after: 1)
    let duplicate = try lead(1, after: 2)
    #expect(duplicate.isDuplicate)
    #expect(try bench.postback("sale 8", click: "C", of: account).leadID == second.id)
    #expect(try bench.status(ofClick: "C", account) == [.new, .approved, .new])
  }

  @Test func whereAllAreDuplicatesTheNewestTakesIt() throws {
    let person = ContactReferences(email: .number(1))
    try bench.lead(.of(account, click: "A") { $0.references = person })
    try bench.lead(.of(account, at: Workbench.now + 1, click: "C") { $0.references = person })
    let newest = try bench.lead(.of(account, at: Workbench.now + 2, click: "C") { $0.references = person })
    #expect(try bench.postback("sale 8", click: "C", of: account).leadID == newest.id)
  }

  // MARK: Before the lead

  @Test func messagesThatCameBeforeTheirLeadAreAppliedInOrder() throws {
    let early = try ["hold 8 #9", "sale 8 #9", "sale 8 #9", "sale 5 #10", "trash"].enumerated().map { place, text in
      try bench.postback(text, click: "C", of: account, at: Workbench.now + Int64(place))
    }
    #expect(early.allSatisfy { $0.result == .unmatched && $0.leadID == nil && $0.leadStatus == nil })
    try bench.lead(.of(account, at: Workbench.now + 60, click: "other"))
    let lead = try bench.lead(.of(account, at: Workbench.now + 60, click: "C"))
    let event = try #require(try store.event(lead.id, of: account.id))
    #expect(event.postbacks.map(\.id) == early.map(\.id))
    #expect(event.postbacks.map(\.result) == [.applied, .applied, .duplicate, .applied, .applied])
    // The refusal named no conversion: it was about the newest one, #10.
    #expect(event.event.status == .approved && event.event.revenue.text == "8")
    #expect(try bench.report(.day, account).total.conversions.revenue.text == "8")
    // They are applied once: a second lead of that click takes nothing.
    try bench.lead(.of(account, at: Workbench.now + 90, click: "C"))
    #expect(try bench.report(.day, account).total.conversions.revenue.text == "8")
    #expect(try bench.status(ofClick: "C", account) == [.new, .approved])
  }

  @Test func anUnmatchedMessageOfAnotherAccountStaysThere() throws {
    let other = try bench.account(email: "other@example.com")
    try bench.postback("sale 8", click: "C", of: other)
    try bench.lead(.of(account, click: "C"))
    #expect(try bench.status(ofClick: "C", account) == [.new])
  }

  /// A lead and its message at the same moment: whichever is first, the message is applied once.
  @Test func aMessageThatRacesItsLeadIsNeverLost() throws {
    let outcomes = concurrently(64) { [bench, account] number in
      failure {
        let click = "C\(number / 2)"
        if number.isMultiple(of: 2) {
          try bench.lead(.of(account, click: click))
        } else {
          try bench.postback("sale 1", click: click, of: account)
        }
      }
    }
    #expect(outcomes.allSatisfy { $0 == nil })
    #expect(try store.recentEvents(of: account.id, limit: 100).allSatisfy { $0.revenue.text == "1" })
    let total = try bench.report(.day, account).total
    #expect(total.leads.leads == 32 && total.conversions.approved == 32 && total.conversions.revenue.text == "32")
  }

  @Test func whatCannotBeUsedIsLoggedWithItsReason() throws {
    let effect = try bench.postback("sale 5", click: "{click_id}", of: account)
    #expect(effect.result == .ignored && effect.reason == .unexpandedMacro && effect.leadID == nil)
    #expect(try bench.report(.day, account).total.conversions == .zero)
  }

  @Test func warningsOfTheLedgerAreAnswered() throws {
    try bench.lead(.of(account, click: "C"))
    try bench.postback("sale 8 #1", click: "C", of: account)
    #expect(try bench.postback("trash #2", click: "C", of: account).warnings == [.unknownTxid])
    #expect(try bench.postback("odd", click: "C", of: account).warnings == [.unknownStatus])
    #expect(try bench.postback("refund #1", click: "C", of: account).warnings == [])
    #expect(try bench.postback("sale #1", click: "C", of: account).warnings == [.reapproved])
  }

  /// Ids rise also where the clock stepped back between two starts, and those of the outbox were made last.
  @Test func aStartUnderAnEarlierClockFindsNoIDTaken() throws {
    try bench.addForwards(Array(repeating: TestForward(), count: 20), to: account)
    try bench.lead(.of(account, click: "C"))
    try bench.postback("sale 1", click: "C", of: account, at: Workbench.now + 86_400)
    store.close()
    let again = try Store(path: bench.path)
    defer { again.close() }
    let received = Workbench.received("sale 2", click: "C", of: account)
    #expect(try again.commitPostback(received).result == .applied)
    let payouts = try LoggedHistory(path: bench.path, account: account.id).deliveries.map(\.payout)
    #expect(payouts.count == 40 && payouts.count { $0 == 2_000_000 } == 20)
  }
}
