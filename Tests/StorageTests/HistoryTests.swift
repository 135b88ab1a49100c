import Domain
import Storage
import Testing

/// Leads, messages and corrections at random, from many threads at once and in any order; then everything that is kept
/// twice is compared.
@Suite struct HistoryTests {
  private static let threads = 16
  private static let stepsPerThread = 60
  private static let clicks = 48
  private static let forwards = [
    TestForward(), TestForward(statuses: [.approved, .chargeback]), TestForward(source: "a"),
    TestForward(statuses: [.pending], source: "b"), TestForward(isActive: false), TestForward(isDeleted: true),
  ]

  let bench: Workbench
  let store: Store
  let account: Account
  let forwards: [Int64]

  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
    try bench.somePartners(of: account)
    forwards = try bench.addForwards(Self.forwards, to: account)
    try bench.addForwards([TestForward()], to: try bench.account(email: "other@example.com"))
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func everythingAgrees(_ seed: UInt64) throws {
    try happen(seed)
    let history = try LoggedHistory(path: bench.path, account: account.id)
    let events = try store.recentEvents(of: account.id, limit: 10_000)
    try #require(events.count > 100 && history.lines.count > 200 && history.deliveries.count > 100)
    let results = Set(history.lines.map(\.result))
    #expect(results.isSuperset(of: ["applied", "duplicate", "stale"]))
    #expect(
      Set(events.map(\.route?.delivery)).isSuperset(of: [.accepted, .declined, .notSent, .unknown, .open, .page]))
    #expect(history.lines.contains { $0.expectedPayout != nil })
    let early = history.lines.filter { line in line.leadID.map { $0.rawValue > line.id.rawValue } ?? false }
    #expect(early.count > 5, "messages before their lead")
    try compareSums(events)
    let due = try compareLedger(history, events)
    #expect(history.deliveries.sorted() == due.sorted())
    // Read again by the same words, nothing changes, and no tracker is told anything.
    try replayAll()
    let again = try LoggedHistory(path: bench.path, account: account.id)
    #expect(again == history)
    #expect(try store.recentEvents(of: account.id, limit: 10_000) == events)
    try compareSums(events)
    try readByOtherWordsAndBack(history, events)
    // A second start finds the same.
    store.close()
    let restarted = try Store(path: bench.path)
    defer { restarted.close() }
    #expect(try restarted.recentEvents(of: account.id, limit: 10_000) == events)
  }

  /// Other words make another past of the same messages; with the old words the old one comes back.
  private func readByOtherWordsAndBack(_ history: LoggedHistory, _ events: [Event]) throws {
    try bench.setWords([(0, "odd", .approved), (0, "sale", .chargeback), (1, "sale", .pending)], of: account)
    try replayAll()
    let otherwise = try store.recentEvents(of: account.id, limit: 10_000)
    #expect(otherwise.map(\.lead) == events.map(\.lead) && otherwise != events)
    try compareSums(otherwise)
    let told = try LoggedHistory(path: bench.path, account: account.id)
    try compareLedger(told, otherwise)
    #expect(told.deliveries.count > history.deliveries.count)

    try bench.setWords([], of: account)
    try replayAll()
    #expect(try store.recentEvents(of: account.id, limit: 10_000) == events)
    #expect(try LoggedHistory(path: bench.path, account: account.id).lines == history.lines)
    try compareSums(events)
  }

  private func replayAll() throws {
    try bench.markForReplay(account)
    var rounds = 0
    while try store.replayClicks(of: account.id, at: Workbench.now), rounds < 100 { rounds += 1 }
    #expect(try store.clicksToReplay(of: account.id) == 0)
  }

  // MARK: What happens

  private func happen(_ seed: UInt64) throws {
    let failures = concurrently(Self.threads) { [bench, account] thread in
      failure {
        var random = SeededRandom(seed: seed << 8 | UInt64(thread))
        for _ in 0..<Self.stepsPerThread {
          switch Int.random(in: 0..<8, using: &random) {
          case 0...1: try bench.randomLead(of: account, clicks: Self.clicks, &random)
          case 2: try bench.randomCorrection(of: account, clicks: Self.clicks, &random)
          case 3: try bench.settleOne(&random)
          default: try bench.randomMessage(of: account, clicks: Self.clicks, &random)
          }
        }
      }
    }
    #expect(failures.allSatisfy { $0 == nil })
  }

  // MARK: What must agree

  private func compareSums(_ events: [Event]) throws {
    let naive = LedgerSum(of: events)
    #expect(naive.conversions.revenue > .zero && naive.conversions.heldRevenue > .zero)
    for dimension in ReportDimension.allCases {
      let report = try bench.report(dimension, account)
      #expect(LedgerSum(of: report.total) == naive, "\(dimension)")
      let groups = LedgerSum.grouped(events, by: dimension, in: account)
      let rows = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.key, LedgerSum(of: $0)) })
      #expect(rows == groups, "\(dimension)")
      // Reasons overlap: a lead counts in a row for each of its own.
      guard dimension != .reason else { continue }
      #expect(report.rows.reduce(LedgerSum()) { $0 + LedgerSum(of: $1) } == naive, "\(dimension)")
    }
  }

  /// Folds the log from nothing: results, warnings, chains and conversions are those that were written down.
  /// - Returns: a delivery of each change that applied, for each tracker that is told.
  @discardableResult
  private func compareLedger(_ history: LoggedHistory, _ events: [Event]) throws -> [DeliveryLine] {
    var conversions: [String: [Conversion]] = [:]
    var due: [DeliveryLine] = []
    for line in history.lines {
      guard let lead = history.leadFor(line) else {
        #expect(line.result == "unmatched" && line.leadID == nil)
        continue
      }
      guard line.result != "unmatched" else {
        // It waits until it is settled who gets its click's first lead, and what came behind it waits with it.
        let first = events.last { $0.lead.clickID == line.clickID }
        #expect(first?.route?.delivery == .open && conversions[line.clickID] == nil)
        continue
      }
      let outcome = Conversion.apply(
        line.message, id: line.id, at: line.receivedAt, to: conversions[line.clickID] ?? [], newLead: lead.id,
        expectedPayout: line.expectedPayout)
      try #require(line.result == outcome.result.rawValue)
      #expect(line.leadID == outcome.after.leadID && line.previousID == outcome.before?.lastPostbackID)
      let possible = Set(ConversionOutcome.possibleWarnings.map(\.rawValue))
      #expect(line.warnings.intersection(possible) == Set(outcome.warnings.map(\.rawValue)))
      conversions[line.clickID, default: []].removeAll { $0 == outcome.before }
      conversions[line.clickID, default: []].append(outcome.after)
      guard outcome.result == .applied else { continue }
      let owner = history.leads.first { $0.id == outcome.after.leadID }
      for (forward, id) in zip(Self.forwards, forwards)
      where forward.isTold(outcome.after.status, source: owner?.source ?? "") {
        due.append(DeliveryLine(of: outcome.after, by: line, to: id))
      }
    }
    let kept = Dictionary(grouping: events.flatMap(\.conversions), by: \.openedBy)
    let folded = Dictionary(grouping: conversions.values.flatMap { $0 }, by: \.openedBy)
    #expect(kept == folded)
    #expect(events.flatMap(\.conversions).allSatisfy { $0.revenue >= .zero && $0.heldRevenue >= .zero })
    return due
  }
}

extension Workbench {
  private static func one<T>(of values: [T], _ random: inout SeededRandom) -> T {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private static func click(_ clicks: Int, _ random: inout SeededRandom) -> String {
    "C\(Int.random(in: 0..<clicks, using: &random))"
  }

  private static func moment(_ random: inout SeededRandom) -> Instant {
    now + Int64.random(in: -2 * 86_400...2 * 86_400, using: &random)
  }

  fileprivate func randomLead(of account: Account, clicks: Int, _ random: inout SeededRandom) throws {
    var draft = LeadDraft.of(account, at: Self.moment(&random), source: Self.one(of: ["a", "b", "c"], &random))
    draft.clickID = Self.one(of: [nil, "lonely"] + Array(repeating: Self.click(clicks, &random), count: 6), &random)
    draft.trafficType = Self.one(of: [nil, "push"], &random)
    draft.landingPage = Self.one(of: [nil, "x", "y"], &random)
    draft.country = Self.one(of: [nil, "US", "DE"], &random)
    draft.cost = Money(micros: Self.one(of: [0, 350_000, 1], &random))
    draft.contact.emailDomain = Self.one(of: [nil, "gmail.com", "\(UInt8(random.next() & 31)).example"], &random)
    draft.references.email = .number(UInt8.random(in: 0..<60, using: &random))
    let code = Self.one(of: ReasonCode.allCases, &random)
    let decision = Self.one(of: Decision.allCases, &random)
    let score = Int.random(in: 0...100, using: &random)
    try send(draft, &random) { _ in
      Verdict(
        decision: decision, score: score, approvalProbability: Double(score * score) / 10_000,
        reasons: [Reason(code: code, points: 3, detail: ""), Reason(code: .timeOnSite, points: 4, detail: "45")])
    }
  }

  fileprivate func randomMessage(of account: Account, clicks: Int, _ random: inout SeededRandom) throws {
    let words = ["sale", "sale", "hold", "trash", "refund", "rebill", "odd"]
    let parts = [words, ["", "0", "3", "8.25", "-5", "7.000001EUR"], ["", "", "#1", "#2"]]
    let text = parts.map { Self.one(of: $0, &random) }.joined(separator: " ")
    try postback(text, click: Self.click(clicks, &random), of: account, at: Self.moment(&random))
  }

  /// By hand, about a click that may have no lead: then it is refused and leaves nothing.
  fileprivate func randomCorrection(of account: Account, clicks: Int, _ random: inout SeededRandom) throws {
    let payout = Self.one(of: [nil, Money.zero, Money(micros: 2_500_000)], &random)
    let status = Self.one(of: ConversionStatus.allCases, &random)
    let message = Postback(
      clickID: Self.click(clicks, &random), origin: .correction,
      meaning: PostbackMeaning(status: status, payout: payout),
      rawStatus: nil, amount: payout, currency: nil, txid: Self.one(of: [nil, "1", "3"], &random))
    let received = ReceivedPostback(
      account: account, keyID: KeyID(rawValue: 0), receivedAt: Self.moment(&random),
      reading: .message(message, warnings: []))
    do { _ = try store.commitOwnPostbacks([received]) } catch Failure.notFound {}
  }
}
