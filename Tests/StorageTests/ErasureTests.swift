import Domain
import Foundation
import GRDB
import Storage
import Testing

/// What is held on a person, and erasing it: PRODUCT.md §2 and §8.
@Suite struct ErasureTests {
  let bench: Workbench
  let store: Store
  let account: Account
  private let jo = ContactReference.number(1)
  private let author = Erasure.Author.key(KeyID(rawValue: 7))

  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  @discardableResult
  private func erase(
    _ reference: ContactReference, of account: Account? = nil, at now: Instant = Workbench.now,
    limits: PrivacyLimits = .standard
  ) throws -> (erasure: Erasure, left: Int) {
    try store.erase(reference, in: (account ?? self.account).id, by: author, at: now, limits: limits)
  }

  private func held(_ reference: ContactReference, of account: Account? = nil) throws -> [LeadID] {
    try store.personalData(of: reference, in: (account ?? self.account).id).leads.map(\.event.lead.id)
  }

  /// A lead with everything that tells of a person.
  private func full(_ number: UInt8, at now: Instant = Workbench.now, click: String? = nil) -> LeadDraft {
    .of(account, at: now, click: click) {
      $0.references = ContactReferences(email: .number(number), phone: .number(100 + number), name: .number(200))
      $0.contact.emailDomain = "jo.example"
      $0.userAgent = "chrome/android"
      $0.signals.timeOnSite = 45
      $0.leadKeyDigest = filled(50 + number)
      $0.addressReference = .number(70 + number)
      $0.country = "US"
      $0.cost = Money(micros: 350_000)
    }
  }

  @Test func nothingIsHeldOnWhoNeverCame() throws {
    try bench.lead(full(2))
    let data = try store.personalData(of: jo, in: account.id)
    #expect(data.leads.isEmpty && data.total == 0 && data.since == nil)
    let done = try erase(jo)
    #expect(done.erasure.leads == 0 && done.left == 0)
    #expect(try held(.number(2)).count == 1)
  }

  @Test func whatIsHeldIsFoundByEmailAndByPhone() throws {
    let first = try bench.lead(full(1, click: "C"))
    try bench.postback("sale 8", click: "C", of: account)
    let second = try bench.lead(
      .of(account, at: Workbench.now + 60) { $0.references.phone = .number(101) }, decision: .reject)
    #expect(try held(jo) == [first.id])
    let data = try store.personalData(of: .number(101), in: account.id)
    #expect(data.leads.map(\.event.lead) == [second, first])
    #expect(data.leads.map(\.hasLeadKey) == [false, true] && data.leads.map(\.hasAddress) == [false, true])
    #expect(data.leads.map(\.event.status) == [.new, .approved])
    #expect(data.total == 2 && data.since == Workbench.now)
    var limits = PrivacyLimits()
    limits.shown = 1
    let page = try store.personalData(of: .number(101), in: account.id, limits: limits)
    #expect(page.leads.map(\.event.lead.id) == [second.id] && page.total == 2 && page.since == Workbench.now)
  }

  /// The table of contacts has halves; another whole behind the same half is another person.
  @Test func anotherPersonOfTheSameHalfIsNeitherShownNorErased() throws {
    let lead = try bench.lead(full(1))
    let twin = ContactReference(bytes: Array(filled(1).prefix(16)) + Array(filled(9).prefix(16)))
    #expect(try held(twin) == [])
    #expect(try erase(twin).erasure.leads == 0)
    #expect(try held(jo) == [lead.id])
  }

  @Test func anErasedLeadTellsOfNobody() throws {
    let before = try bench.lead(full(1, click: "C"))
    try bench.postback("sale 8", click: "C", of: account)
    let at = Workbench.now + 3_600
    let done = try erase(jo, at: at)
    #expect(done.left == 0 && done.erasure.leads == 1 && done.erasure.at == at && done.erasure.author == author)
    #expect(try held(jo) == [] && held(.number(101)) == [])
    let found = try #require(try store.event(before.id, of: account.id))
    let lead = found.event.lead
    #expect(lead.references == ContactReferences() && lead.emailDomain == nil && lead.userAgent == nil)
    #expect(lead.signals == Signals() && lead.erasedAt == at)
    #expect(lead.verdict.reasons == [Reason(code: .timeOnSite, points: 6, detail: Reason.erased)])
    #expect(lead.clickID == "C" && lead.source == "s" && lead.country == "US" && lead.cost == before.cost)
    #expect(lead.verdict.decision == .accept && lead.verdict.score == 56)
    #expect(found.event.status == .approved && found.event.revenue == Money(micros: 8_000_000))
    for table in ["contact", "lead_key", "visit", "email_domain"] {
      #expect(try SQLiteFile.integers("SELECT count(*) FROM \(table)", on: bench.path) == [0], "\(table)")
    }
    #expect(
      try SQLiteFile.integers("SELECT count(*) FROM lead_rollup WHERE value = 'jo.example'", on: bench.path) == [0])
    #expect(try store.verifyLedger().differences == [])
  }

  @Test func moneyStillComesInForAnErasedLead() throws {
    try bench.lead(full(1, click: "C"))
    try erase(jo)
    try bench.postback("sale 8", click: "C", of: account)
    try bench.postback("refund", click: "C", of: account)
    #expect(try bench.status(ofClick: "C", account) == [.chargeback])
    #expect(try store.verifyLedger().differences == [])
    #expect(try LedgerState(bench, account).groupingsAgree(in: account))
  }

  @Test func anErasedLeadMakesNoOtherOneADuplicate() throws {
    #expect(try bench.lead(full(1)).isDuplicate == false)
    #expect(try bench.lead(.of(account) { $0.references.email = jo }).isDuplicate)
    #expect(try erase(jo).erasure.leads == 2)
    #expect(try bench.lead(.of(account) { $0.references.email = jo }).isDuplicate == false)
    #expect(try bench.lead(.of(account) { $0.references.phone = .number(101) }).isDuplicate == false)
    #expect(try held(jo).count == 1)
  }

  /// The caller's own id was a reference too: the lead that comes again with it is a new one.
  @Test func theCallersIDIsForgotten() throws {
    let first = try bench.lead(full(1))
    try erase(jo)
    #expect(try bench.lead(full(1)).id != first.id)
  }

  @Test func anotherAccountKeepsWhatItHas() throws {
    let other = try bench.account(email: "other@example.com")
    let theirs = try bench.lead(.of(other) { $0.references.email = jo })
    try bench.lead(full(1))
    #expect(try erase(jo).erasure.leads == 1)
    #expect(try held(jo, of: other) == [theirs.id])
    #expect(try store.erasures(of: other.id, limit: 9).elements == [])
  }

  @Test func erasuresAreOnRecordWithoutAnyReference() throws {
    try bench.lead(full(1))
    let first = try erase(jo).erasure
    let second = try store.erase(
      jo, in: account.id, by: .person(PersonID(rawValue: 3)), at: Workbench.now + 1, limits: .standard
    ).erasure
    let page = try store.erasures(of: account.id, limit: 1)
    #expect(page.elements == [second] && page.next == second.id && second.leads == 0)
    #expect(second.author == .person(PersonID(rawValue: 3)))
    let last = try store.erasures(of: account.id, limit: 1, before: second.id)
    #expect(last.elements == [first] && last.next == nil && first.leads == 1)
  }

  /// A domain that named the person goes; one that three others have stays, and becomes rare when they are two.
  @Test func domainsAreCountedAnew() throws {
    func domains() throws -> [String] {
      try SQLiteFile.texts("SELECT domain || ' ' || leads FROM email_domain ORDER BY domain", on: bench.path)
    }
    for (number, domain) in [(1, "a"), (1, "a"), (1, "a"), (1, "b"), (2, "b"), (3, "b"), (4, "b")] {
      try bench.lead(
        .of(account, at: Workbench.now + Int64(number) * 86_400) {
          $0.references.email = .number(UInt8(number))
          $0.contact.emailDomain = domain + ".example"
        })
    }
    #expect(try domains() == ["a.example 3", "b.example 3"])
    try erase(jo)
    #expect(try domains() == ["b.example 3"])
    try erase(.number(2))
    #expect(try domains() == ["b.example 2"])
    #expect(try bench.report(.emailDomain, account).rows.map(\.key).sorted() == [Report.none, Report.rare])
    try erase(.number(3))
    try erase(.number(4))
    #expect(try domains() == [])
    #expect(try bench.report(.emailDomain, account).rows.map(\.key) == [Report.none])
  }

  /// Whatever happens before, between and after, also beside a change of the time zone.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func sumsStayRight(_ seed: UInt64) throws {
    let account = try bench.account(timezone: "America/New_York", email: "more@example.com")
    var random = SeededRandom(seed: seed)
    for _ in 0..<400 { try bench.happen(to: account, &random) }
    let before = try ReportDimension.allCases.map { try bench.report($0, account).total }
    for number in 0..<8 { try erase(.number(UInt8(number)), of: account) }
    #expect(try ReportDimension.allCases.map { try bench.report($0, account).total } == before)
    #expect(try LedgerState(bench, account).groupingsAgree(in: account))
    #expect(try store.verifyLedger().differences == [])
    _ = try store.updateAccount(account.id, timezone: ("Asia/Tokyo", at: Workbench.now))
    for number in 8..<40 {
      _ = try store.rebuildRollups(leads: 9)
      try erase(.number(UInt8(number)), of: account)
      for _ in 0..<5 { try bench.happen(to: account, &random) }
      if number % 8 == 0 { try bench.rename(account, &random) }
    }
    while try store.rebuildRollups() {}
    while try store.dropFormerRollups() {}
    #expect(try store.erasures(of: account.id, limit: 200).elements.reduce(0) { $0 + $1.leads } > 40)
    #expect(try store.verifyLedger().differences == [])
  }

  /// Days that run out of room for domains: what is erased, what is in `(other)`, and what comes again afterwards.
  @Test func sumsStayRightWhereADayIsOutOfRoom() throws {
    func lead(_ number: Int, domain: Int) throws {
      let click = "C\(number)"
      try bench.lead(
        .of(account, click: click) {
          $0.references.email = .number(UInt8(number % 50))
          $0.contact.emailDomain = "d\(domain).example"
        })
      if number % 3 == 0 { try bench.postback("sale 2", click: click, of: account) }
    }
    for number in 0..<560 { try lead(number, domain: number % 540) }
    #expect(try store.verifyLedger().differences == [])
    for person in [3, 7, 20, 45] {
      try erase(.number(UInt8(person)))
      #expect(try store.verifyLedger().differences == [], "\(person)")
    }
    for number in 560..<640 { try lead(number, domain: number % 60 + (number % 2) * 500) }
    #expect(try store.verifyLedger().differences == [])
    for person in 0..<50 { try erase(.number(UInt8(person))) }
    #expect(try store.verifyLedger().differences == [])
    let report = try bench.report(.emailDomain, account)
    #expect(report.total.leads.leads == 640 && report.total.conversions.conversions > 200)
    #expect(try SQLiteFile.integers("SELECT count(*) FROM email_domain", on: bench.path) == [0])
  }

  /// Leads that come and go within one batch of the writer, and others at the same time.
  @Test func leadsAndErasuresAtOnce() throws {
    let failures = concurrently(24) { [bench, account, store] number in
      failure {
        var random = SeededRandom(seed: UInt64(number))
        for step in 0..<40 {
          try bench.happen(to: account, &random)
          let reference = ContactReference.number(UInt8.random(in: 0..<40, using: &random))
          if step % 4 == 0 {
            _ = try store.erase(reference, in: account.id, by: .key(KeyID(rawValue: 1)), at: Workbench.now)
          }
        }
      }
    }
    #expect(failures.allSatisfy { $0 == nil })
    #expect(try store.verifyLedger().differences == [])
    let leads = try store.recentEvents(of: account.id, limit: 100_000).map(\.lead)
    let recorded = try store.erasures(of: account.id, limit: 10_000).elements.reduce(0) { $0 + $1.leads }
    #expect(recorded == leads.count { $0.erasedAt != nil } && recorded > 50)
  }

  @Test func threeThousandLeadsOfOnePersonInSeveralCalls() throws {
    let failures = concurrently(30) { [bench, account, jo] number in
      failure {
        for step in 0..<100 {
          try bench.lead(
            .of(account, click: step % 2 == 0 ? "shared" : "C\(number)-\(step)") {
              $0.references.email = jo
              $0.contact.emailDomain = "d\(step % 7).example"
            })
        }
      }
    }
    try #require(failures.allSatisfy { $0 == nil })
    for number in 0..<20 { try bench.postback("sale 1 #\(number)", click: "shared", of: account) }
    let total = try bench.report(.source, account).total
    let data = try store.personalData(of: jo, in: account.id)
    #expect(data.total == 3_000 && data.leads.count == PrivacyLimits.standard.shown)
    var limits = PrivacyLimits()
    limits.erased = 1_000
    #expect(try erase(jo, limits: limits).left == 2_000)
    #expect(try store.personalData(of: jo, in: account.id).total == 2_000)
    limits.seconds = 0
    let late = try erase(jo, limits: limits)
    #expect(late.left == 2_000 && late.erasure.leads == 0)
    let before = store.writeStatistics.transactions
    let done = try erase(jo)
    #expect(done.left == 0 && done.erasure.leads == 2_000)
    #expect(store.writeStatistics.transactions - before >= 2_000 / PrivacyLimits.standard.leadsPerTransaction)
    #expect(try store.personalData(of: jo, in: account.id).total == 0)
    #expect(try bench.report(.emailDomain, account).total == total)
    #expect(try store.verifyLedger().differences == [])
  }

  /// Not in a live row, not in what a page has left over, and not in the log once it has begun anew.
  @Test func nothingIsLeftInTheFiles() throws {
    func random() -> [UInt8] { (0..<32).map { _ in UInt8.random(in: 0...255) } }
    let mine = ContactReferences(
      email: .init(bytes: random()), phone: .init(bytes: random()), name: .init(bytes: random()))
    let key = random()
    for number in 0..<300 {
      try bench.lead(
        .of(account, click: "C\(number)") {
          let isMine = number % 10 == 0
          $0.references = isMine ? mine : ContactReferences(email: .init(bytes: random()))
          $0.contact.emailDomain = isMine ? "erased-person.example" : "others.example"
          $0.signals.timezone = isMine ? "Pacific/Pitcairn" : nil
          $0.leadKeyDigest = number == 0 ? key : nil
        })
    }
    func files() throws -> Data {
      try ["", "-wal"].reduce(into: Data()) { $0 += try Data(contentsOf: URL(fileURLWithPath: bench.path + $1)) }
    }
    let needles =
      [mine.email, mine.phone, mine.name].compactMap { $0.map { Data($0.bytes.prefix(16)) } }
      + [Data(key.prefix(16)), Data("erased-person".utf8), Data("Pacific/Pitcairn".utf8)]
    let stored = try files()
    for (number, needle) in needles.enumerated() { #expect(stored.range(of: needle) != nil, "control \(number)") }
    #expect(try erase(#require(mine.email)).erasure.leads == 30)
    let left = try files()
    for (number, needle) in needles.enumerated() { #expect(left.range(of: needle) == nil, "\(number)") }
    #expect(left.range(of: Data("others.example".utf8)) != nil)
  }

  /// Another program reads while a person is erased, so the log cannot be emptied then: it is as soon as it can be.
  @Test func whatAReaderKeepsInTheLogGoesBehindIt() throws {
    let needle = Data("erased-person".utf8)
    func log() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: bench.path + "-wal")) }
    try bench.lead(
      .of(account) {
        $0.references = ContactReferences(email: jo)
        $0.contact.emailDomain = "erased-person.example"
      })
    let other = try DatabaseQueue(path: bench.path)
    try other.inTransaction(.deferred) { db in
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM lead")
      #expect(try erase(jo).erasure.leads == 1)
      #expect(try log().range(of: needle) != nil, "control")
      return .commit
    }
    try other.close()
    let end = ContinuousClock.now + .seconds(30)
    repeat {
      try bench.lead(.of(account) { $0.contact.emailDomain = "others.example" })
      usleep(10_000)
    } while try log().range(of: needle) != nil && ContinuousClock.now < end
    #expect(try log().range(of: needle) == nil)
  }
}
