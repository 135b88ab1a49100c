import Domain
import Storage
import Testing

/// What messages come to where partners got the leads.
@Suite struct DeliveredLeadTests {
  let bench: Workbench
  let store: Store
  let account: Account

  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  private func lead(_ click: String, _ end: AttemptEnd?) throws -> (lead: Lead, step: RouteStep) {
    let (lead, step) = try bench.routed(.of(account, click: click))
    return (lead, try end.map { try bench.settle(step, of: lead, $0) } ?? step)
  }

  /// A postback key that was given to a partner.
  private func key(of partner: String) throws -> KeyID {
    let key = NewKey(
      kind: .postback, name: partner, digest: filled(UInt8(partner.utf8.first ?? 0)), masked: "bn_pb_…", sealed: [1],
      partner: partner)
    return try store.createKey(key, for: account.id, at: Workbench.now).id
  }

  /// Receives a message, and expects what was foretold of it.
  @discardableResult
  private func say(_ text: String, _ click: String, key: KeyID = KeyID(rawValue: 1)) throws -> PostbackEffect {
    let plain = Workbench.received(text, click: click, of: account)
    let received = ReceivedPostback(
      account: account, keyID: key, receivedAt: Workbench.now, reading: plain.reading)
    let preview = try store.previewPostback(received)
    let effect = try store.commitPostback(received)
    #expect(preview.result == effect.result && preview.reason == effect.reason)
    #expect(preview.warnings == effect.warnings && preview.leadID == effect.leadID)
    #expect(preview.leadStatus == effect.leadStatus)
    return effect
  }

  private func revenue(_ click: String) throws -> [Money] {
    try store.events(ofClick: click, of: account.id).map(\.revenue)
  }

  // MARK: Which lead takes it

  @Test func theNewestDeliveredLeadTakesIt() throws {
    try bench.partner("a", of: account)
    let delivered = try lead("C", .accepted).lead
    _ = try lead("C", .declined)
    let open = try lead("C", nil)
    #expect(try say("sale 5", "C").leadID == delivered.id)
    // One that is delivered later takes what is opened from then on; what is there stays, also when it is read again.
    _ = try bench.settle(open.step, of: open.lead, .accepted)
    #expect(try say("sale 5 #1", "C").leadID == delivered.id)
    #expect(try say("sale 5 #2", "C").leadID == open.lead.id)
    #expect(try revenue("C").map(\.text) == ["5", "0", "5"])
    let before = try store.events(ofClick: "C", of: account.id)
    try bench.markForReplay(account)
    while try store.replayClicks(at: Workbench.now) {}
    #expect(try store.events(ofClick: "C", of: account.id) == before)
    #expect(try bench.isVerified(account))
  }

  // MARK: Expected payout

  @Test func theFirstApprovalTakesWhatThePartnerPays() throws {
    try bench.partner("a", of: account) { $0.payout = Money(micros: 30_000_000) }
    _ = try lead("none", .accepted)
    try say("sale", "none")
    _ = try lead("zero", .accepted)
    try say("sale 0", "zero")
    _ = try lead("some", .accepted)
    try say("hold 8", "some")
    try say("sale", "some")
    _ = try lead("late", .accepted)
    try say("hold", "late")
    try say("sale", "late")
    try say("sale #7", "late")
    try say("sale #8", "late")
    try say("rebill", "late")
    let click = try ["none", "zero", "some", "late"].map { try revenue($0)[0].text }
    #expect(click == ["30", "0", "8", "30"])
    // What it pays from now on changes nothing of what was; nor does reading it again.
    _ = try store.updatePartner("a", of: account.id) { $0.payout = Money(micros: 1_000_000) }
    try bench.markForReplay(account)
    while try store.replayClicks(at: Workbench.now) {}
    #expect(try ["none", "zero", "some", "late"].map { try revenue($0)[0].text } == click)
    #expect(try bench.isVerified(account))
  }

  @Test func anUndeliveredLeadIsWorthWhatTheKeysPartnerPays() throws {
    try bench.partner("a", of: account) {
      $0.payout = Money(micros: 30_000_000)
      $0.isActive = false
    }
    let key = try key(of: "a")
    _ = try lead("C", nil)
    #expect(try say("sale", "C", key: key).warnings.isEmpty)
    #expect(try revenue("C").map(\.text) == ["30"])
    _ = try lead("D", nil)
    try say("sale", "D")
    #expect(try revenue("D") == [.zero])
    // One that came before its lead, by the key of a partner that was archived since.
    try say("sale", "E", key: key)
    try store.archivePartner("a", of: account.id, at: Workbench.now)
    try bench.lead(.of(account, click: "E"))
    #expect(try revenue("E").map(\.text) == ["30"])
    #expect(try bench.isVerified(account))
  }

  @Test func eachConversionIsWorthWhatItsOwnLeadsPartnerPays() throws {
    try bench.partner("a", of: account) {
      $0.payout = Money(micros: 10_000_000)
      $0.caps.total = 1
    }
    try bench.partner("b", of: account) { $0.payout = Money(micros: 20_000_000) }
    _ = try lead("C", .accepted)
    try say("hold #1", "C")
    _ = try lead("C", .accepted)
    try say("sale #1", "C")
    #expect(try revenue("C").map(\.text) == ["0", "10"])
  }

  // MARK: Another partner's key

  @Test func anotherPartnersMessageIsWarnedOf() throws {
    try bench.partner("a", of: account) { $0.payout = Money(micros: 10_000_000) }
    try bench.partner("b", of: account) { $0.payout = Money(micros: 20_000_000) }
    let (a, b) = (try key(of: "a"), try key(of: "b"))
    let lead = try lead("C", .accepted).lead
    let effect = try say("sale", "C", key: b)
    #expect(effect.result == .applied && effect.warnings == [.otherPartner] && effect.leadID == lead.id)
    #expect(try revenue("C").map(\.text) == ["10"])
    #expect(try say("sale", "C", key: a).warnings.isEmpty)
    // It came before the lead.
    try say("sale", "D", key: b)
    _ = try self.lead("D", .accepted)
    #expect(try bench.log(account).last?.warnings == [.otherPartner])
    #expect(try bench.isVerified(account))
  }

  @Test func orItIsRefused() throws {
    try bench.partner("a", of: account) { $0.payout = Money(micros: 10_000_000) }
    try bench.partner("b", of: account)
    _ = try store.updateAccount(account.id) { $0.refusesOtherPartner = true }
    let b = try key(of: "b")
    _ = try lead("C", .accepted)
    let effect = try say("sale 5", "C", key: b)
    #expect(effect.result == .ignored && effect.reason == .otherPartner && effect.leadStatus == nil)
    try say("sale 5", "D", key: b)
    _ = try lead("D", .accepted)
    #expect(try bench.log(account).map(\.reason) == [.otherPartner, .otherPartner])
    #expect(try bench.status(ofClick: "C", account) + bench.status(ofClick: "D", account) == [.new, .new])
    // Nobody has this one: it may be theirs.
    _ = try store.updatePartner("a", of: account.id) { $0.isActive = false }
    _ = try store.updatePartner("b", of: account.id) { $0.isActive = false }
    _ = try lead("E", nil)
    #expect(try say("sale 5", "E", key: b).result == .applied)
    #expect(try bench.isVerified(account))
  }

  // MARK: While the route is under way

  /// a pays 30 and is asked first, then b, which pays 20.
  private func makeBoth() throws {
    try bench.partner("a", of: account) { $0.payout = Money(micros: 30_000_000) }
    try bench.partner("b", of: account) { $0.payout = Money(micros: 20_000_000) }
  }

  @Test(arguments: [true, false]) func whatCameBeforeTheLeadWaitsForItsRoute(_ isRefusing: Bool) throws {
    try makeBoth()
    _ = try store.updateAccount(account.id) { $0.refusesOtherPartner = isRefusing }
    let b = try key(of: "b")
    try say("sale", "C")
    try say("sale", "D", key: b)
    for click in ["C", "D"] {
      let (lead, step) = try lead(click, nil)
      #expect(try bench.log(account).last?.result == .unmatched)
      let second = try bench.settle(step, of: lead, .declined)
      #expect(try revenue(click) == [.zero])
      _ = try bench.settle(second, of: lead, .accepted)
      #expect(try revenue(click).map(\.text) == ["20"])
    }
    #expect(try bench.log(account).allSatisfy { $0.result == .applied && $0.warnings.isEmpty })
    #expect(try bench.isVerified(account))
    try bench.markForReplay(account)
    while try store.replayClicks(at: Workbench.now) {}
    #expect(try (revenue("C") + revenue("D")).map(\.text) == ["20", "20"])
  }

  @Test func whatWaitsIsAppliedHoweverTheRouteEnds() throws {
    try bench.partner("a", of: account) { $0.payout = Money(micros: 30_000_000) }
    for (click, end) in [("no", AttemptEnd.declined), ("gone", .notSent), ("late", .unknown)] {
      try say("sale", click)
      _ = try lead(click, end)
    }
    try say("sale", "crash")
    _ = try lead("crash", nil)
    _ = try store.sweepOpenAttempts(begunBefore: Workbench.now + 60, at: Workbench.now + 60)
    #expect(try ["no", "gone", "late", "crash"].map { try revenue($0)[0].text } == ["0", "0", "30", "30"])
    #expect(try bench.log(account).allSatisfy { $0.result == .applied })
    #expect(try bench.isVerified(account))
  }

  @Test func laterMessagesKeepTheirPlaceBehindThoseThatWait() throws {
    try makeBoth()
    try say("sale", "C")
    let (first, step) = try lead("C", nil)
    #expect(try say("trash", "C").result == .unmatched)
    // Another lead of the click, which nobody wants, does not take what waits for the first.
    _ = try bench.routed(.of(account, click: "C"), decision: .reject)
    #expect(try bench.log(account).allSatisfy { $0.result == .unmatched })
    _ = try bench.settle(step, of: first, .accepted)
    #expect(try bench.log(account).map(\.leadID) == [first.id, first.id])
    #expect(try bench.status(ofClick: "C", account).last == .rejected)
    #expect(try bench.isVerified(account))
    try bench.markForReplay(account)
    while try store.replayClicks(at: Workbench.now) {}
    #expect(try bench.log(account).map(\.leadID) == [first.id, first.id])
  }

  @Test func aPartnerMayOvertakeItsOwnAnswer() throws {
    try makeBoth()
    _ = try store.updateAccount(account.id) { $0.refusesOtherPartner = true }
    let (a, b) = (try key(of: "a"), try key(of: "b"))
    for (click, key, worth) in [("A", a, "30"), ("B", b, "20"), ("none", KeyID(rawValue: 1), "30")] {
      _ = try lead(click, nil)
      let effect = try say("sale", click, key: key)
      #expect(effect.result == .applied && effect.warnings.isEmpty)
      #expect(try revenue(click).map(\.text) == [worth])
    }
    #expect(try bench.isVerified(account))
  }

  @Test func anErasedLeadGetsNoIDFromItsPartner() throws {
    try makeBoth()
    let person = ContactReferences(email: .number(7), phone: nil, name: nil)
    let (lead, step) = try bench.routed(.of(account, click: "C") { $0.references = person })
    let author = Erasure.Author.key(KeyID(rawValue: 1))
    #expect(try store.erase(.number(7), in: account.id, by: author, at: Workbench.now).erasure.leads == 1)
    let after = try bench.settle(step, of: lead, .accepted)
    #expect(after.route.delivery == .accepted)
    let event = try #require(try store.event(lead.id, of: account.id)?.event)
    #expect(event.route?.partnerLeadID == nil && event.attempts.map(\.end?.partnerLeadID) == [nil])
  }

  // MARK: Sums

  @Test func whatCameBeforeTheAnswerMovesWithTheLead() throws {
    try bench.partner("a", of: account)
    try bench.partner("b", of: account)
    let (lead, step) = try lead("C", nil)
    try say("sale 5", "C")
    try say("hold 2 #9", "C")
    #expect(try bench.report(.partner, account).rows.map(\.conversions.revenue.text) == ["5"])
    let second = try bench.settle(step, of: lead, .declined)
    #expect(try bench.report(.partner, account).rows.map(\.key) == ["b"])
    #expect(try bench.report(.partner, account).rows.map(\.conversions.revenue.text) == ["5"])
    #expect(try bench.isVerified(account))
    _ = try bench.settle(second, of: lead, .accepted)
    try say("refund", "C")
    #expect(try bench.isVerified(account))
  }

  @Test func verificationFindsARouteThatWasChanged() throws {
    try bench.partner("a", of: account)
    let (delivered, _) = try lead("C", .accepted)
    try say("sale 5", "C")
    #expect(try bench.isVerified(account))
    try SQLiteFile.execute("UPDATE route SET partner = 'b' WHERE lead_id = \(delivered.id.rawValue)", on: bench.path)
    let found = try store.verifyLedger(of: account.id).found
    #expect(Set(found.keys) == [.leadRollup, .conversionRollup, .route])
    try SQLiteFile.execute(
      "UPDATE route SET partner = 'a', delivery = 'unknown', accepted_id = NULL WHERE account_id = \(account.id.rawValue)",
      on: bench.path)
    #expect(Set(try store.verifyLedger(of: account.id).found.keys) == [.leadRollup, .route])
    try SQLiteFile.execute("UPDATE cap_count SET used = 0", on: bench.path)
    let differences = try store.verifyLedger(of: account.id).differences
    #expect(differences.contains { $0.kind == .cap && $0.place == "a" && $0.table == "used 0" && $0.log == "1 leads" })
  }

  // MARK: Trackers

  @Test func trackersAreToldThePartner() throws {
    let forward = try bench.addForwards([TestForward()], to: account)[0]
    try bench.partner("a", of: account)
    _ = try lead("C", .accepted)
    try bench.lead(.of(account, click: "D"))
    try say("sale 5", "C")
    try say("sale 5", "D")
    let leased = try store.exchangeDeliveries(
      settling: [], leasing: [LeaseRequest(forward: ForwardID(rawValue: forward), count: 5)], at: Workbench.now)
    #expect(leased.map(\.partner) == ["a", nil])
  }
}
