import Domain
import Storage
import Testing

/// Leads on their way to partners.
@Suite struct RouteStoreTests {
  let bench: Workbench
  let store: Store
  let account: Account

  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  private func keyed(_ number: UInt8 = 9, email: UInt8 = 1) -> LeadDraft {
    .of(account) {
      $0.leadKeyDigest = filled(number)
      $0.references.email = .number(email)
    }
  }

  // MARK: First round

  @Test func withoutPartnersThereIsNoRoute() throws {
    guard case .stored(let lead, nil) = try bench.commit(.of(account)) else { return #expect(Bool(false)) }
    #expect(try store.event(lead.id, of: account.id)?.event.route == nil)
    try bench.partner("a", of: account)
    try store.archivePartner("a", of: account.id, at: Workbench.now)
    guard case .stored(_, nil) = try bench.commit(.of(account)) else { return #expect(Bool(false)) }
    // Nobody asked for a route.
    try bench.partner("b", of: account)
    guard case .stored(_, nil) = try store.commitDecision(.of(account), decide: { _ in Workbench.verdict }) else {
      return #expect(Bool(false))
    }
  }

  @Test func theFirstOneIsAskedAndTheChoiceIsKept() throws {
    try bench.partner("a", of: account) { $0.filters.countries = ["DE"] }
    try bench.partner("b", of: account)
    try bench.partner("c", of: account)
    let (lead, step) = try bench.routed(.of(account) { $0.country = "US" })
    #expect(step.attempt?.candidate.partner.slug == "b" && step.attempt?.number == 1)
    #expect(step.rest.map(\.partner.slug) == ["c"])
    #expect(step.route == (try bench.route(lead)))
    #expect(step.route.delivery == .open && step.route.partner == "b" && step.route.propensity == 1)
    #expect(
      step.route.considered == [
        ConsideredPartner(slug: "a", obstacle: .country, propensity: 0),
        ConsideredPartner(slug: "b", obstacle: nil, propensity: 1),
        ConsideredPartner(slug: "c", obstacle: nil, propensity: 0),
      ])
    #expect(try bench.attempts(lead) == ["b 1 open"])
    #expect(try bench.used("b", account) == [.hour: 1, .day: 1, .total: 1])
    #expect(try bench.used("c", account) == [.hour: 0, .day: 0, .total: 0])
    #expect(try bench.isVerified(account))
  }

  @Test func aRejectedLeadGoesToNobody() throws {
    try bench.partner("a", of: account)
    let (lead, step) = try bench.routed(keyed(), decision: .reject)
    #expect(step.attempt == nil && step.route.delivery == .none && step.route.considered.isEmpty)
    #expect(try bench.attempts(lead).isEmpty)
    guard case .repeated(_, let route) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(route?.delivery == LeadDelivery.none)
    #expect(try bench.used("a", account)[.total] == 0)
  }

  @Test func aPageHandsItOverItself() throws {
    try bench.partner("a", of: account) {
      $0.mode = .page
      $0.caps.day = 1
    }
    let (lead, step) = try bench.routed(keyed())
    #expect(step.attempt == nil && step.route.delivery == .page && step.route.partner == "a")
    #expect(try bench.attempts(lead).isEmpty && bench.used("a", account)[.day] == 1)
    #expect(try bench.routed(.of(account)).step.route.delivery == .none)
    guard case .repeated(_, let route) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(route?.delivery == .page)
  }

  // MARK: Caps

  @Test func capsAreExactForManyAtOnce() throws {
    try bench.partner("a", of: account) { $0.caps = Caps(hour: 5) }
    try bench.partner("b", of: account) { $0.caps = Caps(total: 7) }
    let taken = concurrently(64) { [bench, account] _ in
      (try? bench.routed(.of(account)).step.attempt?.candidate.partner.slug) ?? "none"
    }
    #expect(Dictionary(grouping: taken) { $0 }.mapValues(\.count) == ["a": 5, "b": 7, "none": 52])
    #expect(try bench.used("a", account)[.hour] == 5 && bench.used("b", account)[.total] == 7)
    #expect(try bench.isVerified(account))
  }

  @Test func placesAreGivenBackAndTakenByManyAtOnce() throws {
    try bench.partner("a", of: account) { $0.caps = Caps(hour: 6, day: 9) }
    try bench.partner("b", of: account) { $0.caps = Caps(day: 10) }
    // Half of what "a" is asked it declines: its places are filled anew, and never more than there are.
    let failures = concurrently(64) { [bench, account] number in
      failure {
        let (lead, step) = try bench.routed(.of(account))
        guard let attempt = step.attempt else { return }
        let declines = attempt.candidate.partner.slug == "a" && number.isMultiple(of: 2)
        let next = try bench.settle(step, of: lead, declines ? .declined : .accepted)
        if next.attempt != nil { _ = try bench.settle(next, of: lead, .accepted) }
      }
    }
    #expect(failures.allSatisfy { $0 == nil })
    let events = try store.recentEvents(of: account.id, limit: 100)
    for slug in ["a", "b"] {
      let held = events.count { $0.route?.partner == slug && $0.route?.delivery == .accepted }
      #expect(try bench.used(slug, account) == [.hour: held, .day: held, .total: held])
      #expect(held <= (slug == "a" ? 6 : 10))
    }
    #expect(try bench.used("b", account)[.day] == 10)
    #expect(try bench.isVerified(account))
  }

  @Test func aCapThatIsSetLaterCountsWhatCame() throws {
    try bench.partner("a", of: account)
    for _ in 0..<3 { _ = try bench.routed(.of(account)) }
    _ = try store.updatePartner("a", of: account.id) { $0.caps.day = 4 }
    #expect(try bench.routed(.of(account)).step.attempt != nil)
    let full = try bench.routed(.of(account)).step.route
    #expect(full.considered == [ConsideredPartner(slug: "a", obstacle: .cap(.day), propensity: 0)])
  }

  @Test func aPlaceIsGivenBackWhereItWasTaken() throws {
    try bench.partner("a", of: account) { $0.caps = Caps(hour: 1) }
    let (lead, step) = try bench.routed(.of(account))
    let later = Workbench.now + 3_600
    _ = try bench.routed(.of(account, at: later))
    _ = try bench.settle(step, of: lead, .declined, at: later)
    let partner = try store.partner("a", of: account.id)
    #expect(try store.capUsage(of: partner, at: Workbench.now)[.hour] == 0)
    #expect(try store.capUsage(of: partner, at: later) == [.hour: 1, .day: 1, .total: 1])
  }

  @Test func oldCountersGo() throws {
    try bench.partner("a", of: account)
    _ = try bench.routed(.of(account))
    let later = Workbench.now + 9 * 86_400
    _ = try bench.routed(.of(account, at: later))
    while try store.dropExpired(at: later) {}
    let partner = try store.partner("a", of: account.id)
    #expect(try store.capUsage(of: partner, at: Workbench.now) == [.hour: 0, .day: 0, .total: 2])
    #expect(try store.capUsage(of: partner, at: later) == [.hour: 1, .day: 1, .total: 2])
  }

  // MARK: Ends

  @Test func whoDeclinesGivesWayToTheNext() throws {
    for slug in ["a", "b", "c"] { try bench.partner(slug, of: account) }
    let (lead, first) = try bench.routed(.of(account))
    let second = try bench.settle(first, of: lead, .declined)
    #expect(second.attempt?.candidate.partner.slug == "b" && second.attempt?.number == 2)
    #expect(second.route.partner == "b" && second.route.propensity == 0 && second.route.delivery == .open)
    #expect(try bench.report(.partner, account).rows.map(\.key) == ["b"])
    let third = try bench.settle(second, of: lead, .notSent)
    let done = try bench.settle(third, of: lead, .accepted)
    #expect(done.attempt == nil && done.route.delivery == .accepted && done.route.partnerLeadID == "L-1")
    #expect(try bench.route(lead) == done.route)
    #expect(try bench.attempts(lead) == ["a 1 declined", "b 2 not_sent", "c 3 accepted"])
    let total = try ["a", "b", "c"].map { try bench.used($0, account)[.total] }
    #expect(total == [0, 0, 1])
    let report = try bench.report(.partner, account)
    #expect(report.rows.map(\.key) == ["c"] && report.rows[0].leads.delivered == 1 && report.total.leads.delivered == 1)
    #expect(try bench.isVerified(account))
  }

  @Test func whereAllDeclineNobodyHasIt() throws {
    try bench.partner("a", of: account)
    try bench.partner("b", of: account)
    let (lead, first) = try bench.routed(.of(account))
    let done = try bench.settle(bench.settle(first, of: lead, .declined), of: lead, .notSent)
    #expect(done.route.delivery == .notSent && done.route.partner == nil && done.route.propensity == nil)
    #expect(done.route.considered == first.route.considered)
    #expect(try bench.report(.partner, account).rows.map(\.key) == [Report.none])
    #expect(try bench.isVerified(account))
  }

  @Test func whoMayHaveItKeepsIt() throws {
    try bench.partner("a", of: account) { $0.caps.total = 1 }
    try bench.partner("b", of: account)
    let (lead, first) = try bench.routed(keyed())
    let done = try bench.settle(first, of: lead, .unknown, askingAgain: true)
    #expect(done.attempt == nil && done.route.delivery == .unknown && done.route.partner == "a")
    #expect(try bench.used("a", account)[.total] == 1)
    guard case .repeated(_, let route) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(route?.delivery == .unknown)
    #expect(try bench.report(.partner, account).rows.map(\.leads.delivered) == [0])
  }

  @Test func anEndCountsOnce() throws {
    try bench.partner("a", of: account)
    try bench.partner("b", of: account)
    let (lead, first) = try bench.routed(.of(account))
    let second = try bench.settle(first, of: lead, .declined)
    let again = try bench.settle(first, of: lead, .accepted)
    #expect(again.wasEnded && again.attempt == nil && again.route == second.route)
    #expect(try bench.attempts(lead) == ["a 1 declined", "b 2 open"])
    #expect(try bench.used("a", account)[.total] == 0)
    #expect(
      failure { _ = try store.settleAttempt(7, of: lead.id, end: .accepted, next: [], at: Workbench.now) } == .notFound)
  }

  @Test func whoWasPausedMeanwhileIsPassedOver() throws {
    for slug in ["a", "b", "c", "d"] { try bench.partner(slug, of: account) }
    let (lead, first) = try bench.routed(.of(account))
    _ = try store.updatePartner("b", of: account.id) { $0.isActive = false }
    let next = try bench.settle(first, of: lead, .declined)
    #expect(next.attempt?.candidate.partner.slug == "c" && next.rest.isEmpty)
  }

  // MARK: Asking again

  @Test func aDeduplicatingPartnerIsAskedOnceMore() throws {
    try bench.partner("a", of: account) { $0.isDeduplicating = true }
    try bench.partner("b", of: account)
    for (end, delivery, used, partner) in [
      (AttemptEnd.accepted, LeadDelivery.accepted, 1, "a"), (.declined, .unknown, 1, "a"), (.notSent, .unknown, 1, "a"),
      (.unknown, .unknown, 1, "a"),
    ] {
      let before = try bench.used("a", account)[.total] ?? 0
      _ = try store.updatePartner("a", of: account.id) { $0.caps.total = before + 1 }
      let (lead, first) = try bench.routed(.of(account))
      let again = try bench.settle(first, of: lead, .unknown, askingAgain: true)
      #expect(again.attempt?.candidate.partner.slug == "a" && again.attempt?.number == 2)
      #expect(try bench.used("a", account)[.total] == before + 1)
      let done = try bench.settle(again, of: lead, end, askingAgain: true)
      #expect(done.route.delivery == delivery && done.route.partner == partner, "\(end.outcome)")
      #expect(try bench.used("a", account)[.total] == before + used)
    }
    #expect(try bench.isVerified(account))
  }

  // MARK: A lead that comes again

  @Test func aRepeatTriesAgainWhereNobodyHasIt() throws {
    try bench.partner("a", of: account) { $0.isActive = false }
    guard case .stored(let lead, let first?) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(first.attempt == nil && first.route.delivery == .none)
    // Still nobody.
    guard case .repeated(_, let route) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(route?.delivery == LeadDelivery.none)
    _ = try store.updatePartner("a", of: account.id) { $0.isActive = true }
    guard case .retried(let again, let step) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(again == lead && step.attempt?.number == 1 && step.route.delivery == .open)
    // Another one at the same time waits for it.
    guard case .repeated(_, let open) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(open?.delivery == .open)
    _ = try bench.settle(step, of: lead, .declined)
    guard case .retried(_, let third) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(third.attempt?.number == 2)
    _ = try bench.settle(third, of: lead, .accepted)
    guard case .repeated(_, let done) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(done?.delivery == .accepted)
    #expect(try store.usage(of: account, in: UsagePeriod(holding: Workbench.now)).used == 1)
    #expect(try bench.isVerified(account))
  }

  @Test func anotherContactUnderTheSameIDIsNotOffered() throws {
    try bench.partner("a", of: account)
    let (lead, first) = try bench.routed(keyed())
    _ = try bench.settle(first, of: lead, .declined)
    guard case .repeated = try bench.commit(keyed(email: 2)) else { return #expect(Bool(false)) }
    guard case .retried = try bench.commit(keyed()) else { return #expect(Bool(false)) }
  }

  @Test func aRoundAtOnceIsBegunOnce() throws {
    try bench.partner("a", of: account)
    let (lead, first) = try bench.routed(keyed())
    _ = try bench.settle(first, of: lead, .notSent)
    let retried = concurrently(64) { [bench] _ in
      if case .retried = try? bench.commit(keyed()) { true } else { false }
    }
    #expect(retried.count { $0 } == 1)
    #expect(try bench.used("a", account)[.total] == 1)
  }

  @Test func nobodyIsAskedWithoutEnd() throws {
    try bench.partner("a", of: account)
    var (lead, step) = try bench.routed(keyed())
    for _ in 1..<LeadAttempt.mostPerLead {
      _ = try bench.settle(step, of: lead, .declined)
      guard case .retried(_, let next) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
      step = next
    }
    _ = try bench.settle(step, of: lead, .declined)
    guard case .repeated(_, let route) = try bench.commit(keyed()) else { return #expect(Bool(false)) }
    #expect(route?.delivery == .declined)
    #expect(try bench.attempts(lead).count == LeadAttempt.mostPerLead)
    lead = try #require(try store.event(lead.id, of: account.id)).event.lead
  }

  // MARK: The sweeper

  @Test func whatACrashLeftOpenIsEnded() throws {
    try bench.partner("a", of: account) { $0.caps.total = 2 }
    try bench.partner("b", of: account)
    let (old, step) = try bench.routed(.of(account, at: Workbench.now - 100))
    let (young, _) = try bench.routed(.of(account))
    #expect(try !store.sweepOpenAttempts(begunBefore: Workbench.now - 60, at: Workbench.now))
    #expect(try bench.attempts(old) == ["a 1 unknown"] && bench.attempts(young) == ["a 1 open"])
    #expect(try store.event(old.id, of: account.id)?.event.attempts.first?.end?.cause == .crash)
    #expect(try bench.route(old).delivery == .unknown && bench.used("a", account)[.total] == 2)
    // Whoever comes late with an end changes nothing.
    let late = try bench.settle(step, of: old, .declined)
    #expect(late.wasEnded && late.route.delivery == .unknown && late.attempt == nil)
    // A start ends all.
    _ = try store.sweepOpenAttempts(begunBefore: Instant(microseconds: .max), at: Workbench.now)
    #expect(try bench.attempts(young) == ["a 1 unknown"])
    #expect(try bench.isVerified(account))
  }
}
