import Domain
import Storage
import Testing

@Suite struct DecisionStoreTests {
  let bench: Workbench
  let store: Store
  init() throws {
    bench = try Workbench()
    store = bench.store
  }
  private let month = UsagePeriod(holding: Workbench.now)

  /// The facts that a lead's verdict was made from.
  private func facts(of draft: LeadDraft, decision: Decision = .accept) throws -> LeadFacts? {
    let seen = Seen()
    _ = try store.commitDecision(draft) { facts in
      seen.note(facts)
      return Verdict(decision: decision, score: 50, approvalProbability: 0.5, reasons: [])
    }
    return seen.facts
  }

  @Test func aLeadComesBackAsItWasStored() throws {
    let account = try bench.account()
    let draft = LeadDraft.of(account, click: "Ab c/é") { draft in
      draft.trafficType = "push"
      draft.landingPage = "https://land.example/offer"
      draft.country = "US"
      draft.cost = Money(micros: 350_000)
      draft.references = ContactReferences(email: .number(1), phone: .number(2), name: .number(3))
      draft.contact.emailDomain = "gmail.com"
      draft.userAgent = "chrome/windows"
      draft.signals.timeOnSite = 45.5
      draft.signals.pageViews = 3
      draft.signals.fillSeconds = 12.5
      draft.signals.pasted = false
      draft.signals.webdriver = true
      draft.signals.timezone = "America/New_York"
      draft.signals.languages = ["en-US", "en"]
    }
    let lead = try bench.lead(draft, decision: .review)
    #expect(lead.clickID == "Ab c/é" && lead.cost == Money(micros: 350_000) && lead.used == 1 && !lead.isDuplicate)
    #expect(lead.signals == draft.signals && lead.references == draft.references && lead.emailDomain == "gmail.com")
    #expect(try store.recentEvents(of: account.id, limit: 10).map(\.lead) == [lead])
    #expect(try store.event(lead.id, of: account.id)?.event.lead == lead)
  }

  @Test func aLeadWithNothingButASourceIsALead() throws {
    let account = try bench.account()
    let lead = try bench.lead(.of(account))
    #expect(try store.event(lead.id, of: account.id)?.event.lead == lead)
    #expect(lead.clickID == nil && lead.references == ContactReferences() && lead.signals == Signals())
  }

  /// A caller that hashes the contact itself may well send one hash for both.
  @Test func oneReferenceMayStandForBothEmailAndPhone() throws {
    let account = try bench.account()
    let draft = LeadDraft.of(account) { $0.references = ContactReferences(email: .number(1), phone: .number(1)) }
    #expect(try bench.lead(draft).references == draft.references)
    #expect(try facts(of: draft)?.isDuplicate == true)
  }

  // MARK: Quota

  @Test func theQuotaIsExactWithManyAtItsLimit() throws {
    let account = try bench.account(plan: .solo)
    try bench.lead(.of(account))
    try SQLiteFile.execute("UPDATE usage SET used = 24990", on: bench.path)
    let outcomes = concurrently(64) { [bench] _ in failure { try bench.lead(.of(account)) } }
    #expect(outcomes.count { $0 == nil } == 10)
    #expect(outcomes.count { $0 == .quotaExceeded(resetsAt: month.end) } == 54)
    #expect(try store.usage(of: account, in: month) == Usage(used: 25_000, limit: 25_000))
    #expect(try store.recentEvents(of: account.id, limit: 100).count == 11)
    #expect(try bench.report(.day, account).total.leads.leads == 11)
    // The next month begins anew, and the month that was keeps its count.
    #expect(try bench.lead(.of(account, at: month.end)).used == 1)
    #expect(try store.usage(of: account, in: month).used == 25_000)
  }

  @Test func usageEqualsTheLeadsStoredAndEachHasItsOwnNumber() throws {
    let account = try bench.account(plan: .solo)
    let used = concurrently(64) { [bench] _ in try? bench.lead(.of(account)).used }
    #expect(used.compactMap { $0 }.sorted() == Array(1...64))
    #expect(try store.usage(of: account, in: month).used == 64)
  }

  @Test func aDailyCapIsExactAndCountsNothingBeyondIt() throws {
    let account = try bench.account(plan: .solo)
    let key = try store.createKey(.publishable(1, dailyCap: 50), for: account.id, at: Workbench.now)
    let outcomes = concurrently(64) { [bench] _ in
      failure { try bench.lead(.of(account) { $0.cappedKey = (key.id, 50) }) }
    }
    let midnight = Instant(seconds: Int64(Day(utc: Workbench.now).number + 1) * 86_400)
    #expect(outcomes.count { $0 == nil } == 50)
    #expect(outcomes.count { $0 == .dailyCapReached(resetsAt: midnight) } == 14)
    #expect(try store.usage(of: account, in: month).used == 50)
    #expect(try store.recentEvents(of: account.id, limit: 100).count == 50)
    // Another key, no key, and another day are not held up by it.
    let second = try store.createKey(.publishable(2, dailyCap: 50), for: account.id, at: Workbench.now)
    try bench.lead(.of(account) { $0.cappedKey = (second.id, 50) })
    try bench.lead(.of(account))
    try bench.lead(.of(account, at: midnight) { $0.cappedKey = (key.id, 50) })
  }

  @Test func aCapOfNothingLetsNothingThrough() throws {
    let account = try bench.account(plan: .solo)
    let key = try store.createKey(.publishable(1, dailyCap: 0), for: account.id, at: Workbench.now)
    #expect(failure { try bench.lead(.of(account) { $0.cappedKey = (key.id, 0) }) } != nil)
    #expect(try store.usage(of: account, in: month).used == 0)
  }

  // MARK: The caller's own id

  @Test func aRepeatedLeadHasTheFirstAnswerUnderAnyConcurrency() throws {
    let account = try bench.account(plan: .solo)
    let commits = concurrently(32) { [store] number in
      try? store.commitDecision(.of(account) { $0.leadKeyDigest = filled(9) }) { _ in
        Verdict(decision: .accept, score: number, approvalProbability: 0.5, reasons: [])
      }
    }
    var (stored, repeated): ([Lead], [Lead]) = ([], [])
    for commit in commits {
      switch commit {
      case .stored(let lead, _): stored.append(lead)
      case .repeated(let lead, _), .retried(let lead, _): repeated.append(lead)
      case nil: Issue.record("failed")
      }
    }
    #expect(stored.count == 1)
    #expect(repeated.count == 31)
    #expect(repeated.allSatisfy { $0 == stored.first })
    #expect(try store.usage(of: account, in: month).used == 1)
  }

  @Test func aLeadsOwnIDIsRememberedForThirtyDays() throws {
    let account = try bench.account()
    func isNew(after seconds: Int64, in account: Account) throws -> Bool {
      let draft = LeadDraft.of(account, at: Workbench.now + seconds) { $0.leadKeyDigest = filled(9) }
      if case .stored = try store.commitDecision(draft, decide: { _ in Self.verdict }) { return true }
      return false
    }
    #expect(try isNew(after: 0, in: account))
    #expect(try !isNew(after: 30 * 86_400 - 1, in: account))
    #expect(try isNew(after: 30 * 86_400 + 1, in: account))
    #expect(try !isNew(after: 30 * 86_400 + 2, in: account))
    #expect(try isNew(after: 0, in: bench.account(email: "other@example.com")))
  }

  // MARK: Facts

  @Test(arguments: [true, false])
  func aSecondLeadOfAPersonWithinTheWindowIsADuplicate(_ byEmail: Bool) throws {
    var account = try bench.account()
    account.duplicateWindow = 100
    func isDuplicate(after seconds: Int64, person: UInt8 = 1, in account: Account) throws -> Bool? {
      let references = byEmail ? ContactReferences(email: .number(person)) : ContactReferences(phone: .number(person))
      return try facts(of: .of(account, at: Workbench.now + seconds) { $0.references = references })?.isDuplicate
    }
    #expect(try isDuplicate(after: 0, in: account) == false)
    #expect(try isDuplicate(after: 1, person: 2, in: account) == false)
    #expect(try isDuplicate(after: 100, in: account) == true)
    #expect(try isDuplicate(after: 201, in: account) == false)
    let other = try bench.account(email: "other@example.com")
    #expect(try isDuplicate(after: 201, in: other) == false)
  }

  @Test func aRejectedLeadMakesNoDuplicate() throws {
    let account = try bench.account()
    let draft = LeadDraft.of(account) { $0.references = ContactReferences(email: .number(1), name: .number(7)) }
    #expect(try facts(of: draft, decision: .reject)?.isDuplicate == false)
    #expect(try facts(of: draft, decision: .review)?.isDuplicate == false)
    #expect(try facts(of: draft)?.isDuplicate == true)
    let namesake = LeadDraft.of(account) { $0.references = ContactReferences(name: .number(7)) }
    #expect(try facts(of: namesake)?.isDuplicate == false)
  }

  @Test func ofManyLeadsOfOnePersonAtOnceOneIsNotADuplicate() throws {
    let account = try bench.account()
    let leads = concurrently(32) { [bench] _ in
      try? bench.lead(.of(account) { $0.references = ContactReferences(phone: .number(1)) })
    }
    #expect(leads.count { $0?.isDuplicate == false } == 1)
    #expect(leads.count { $0?.isDuplicate == true } == 31)
  }

  @Test func visitsOfTheLastHourAreCounted() throws {
    let account = try bench.account()
    func visits(after seconds: Int64, address: UInt8? = 1, in account: Account) throws -> Int? {
      try facts(
        of: .of(account, at: Workbench.now + seconds) { $0.addressReference = address.map(ContactReference.number) })?
        .leadsFromAddress
    }
    #expect(try visits(after: 0, in: account) == 1)
    #expect(try visits(after: 10, in: account) == 2)
    #expect(try visits(after: 20, address: 2, in: account) == 1)
    #expect(try visits(after: 30, address: nil, in: account) == nil)
    #expect(try visits(after: 3_600, in: account) == 3)
    #expect(try visits(after: 3_601, in: account) == 3)
    #expect(try visits(after: 3_602, in: bench.account(email: "other@example.com")) == 1)
    let counts = concurrently(32) { _ in
      try? facts(of: .of(account, at: Workbench.now + 9_000) { $0.addressReference = .number(1) })?.leadsFromAddress
    }
    #expect(counts.compactMap { $0 }.sorted() == (1...32).map { min($0, account.addressLimit + 1) })
  }

  @Test func aDomainOfFewerThanThreeLeadsIsRare() throws {
    let account = try bench.account()
    func isRare(_ domain: String?, in account: Account) throws -> Bool? {
      try facts(of: .of(account) { $0.contact.emailDomain = domain })?.emailDomainIsRare
    }
    #expect(try (0..<5).map { _ in try isRare("small.example", in: account) } == [true, true, false, false, false])
    #expect(try isRare("other.example", in: account) == true)
    #expect(try isRare(nil, in: account) == false)
    #expect(try isRare("small.example", in: bench.account(email: "other@example.com")) == true)
  }

  private static let verdict = Verdict(decision: .accept, score: 50, approvalProbability: 0.5, reasons: [])
}
