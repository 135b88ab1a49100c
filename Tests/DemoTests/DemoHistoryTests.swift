import Demo
import Domain
import Testing

@Suite struct DemoHistoryTests {
  /// 18 November 2026, 11:06:40 UTC.
  private static let until = Instant(seconds: 1_795_000_000)

  private static func accounts(_ count: Int) -> [DemoAccount] {
    (0..<count).map { number in
      let home = DemoAccount.home(number)
      let account = Account(
        id: AccountID(rawValue: Int64(number + 1)), plan: .unlimited, timezone: home.timezone, currency: home.currency,
        createdAt: until)
      let keys = DemoAccount.partnerNames.indices.map { KeyID(rawValue: Int64(number * 10 + $0)) }
      return DemoAccount(account, partnerKeys: keys)
    }
  }

  /// - Parameter atOnce: how it is taken must not change what it holds.
  private static func history(leads: Int, accounts: Int = 3, seed: UInt64 = 1, atOnce: Int = 1_000) -> HistoryPart {
    var history = DemoHistory(
      DemoHistory.Plan(leads: leads, seed: seed, until: until), accounts: Self.accounts(accounts))
    var whole = HistoryPart()
    while history.given < leads {
      let part = history.next(atOnce)
      whole.leads += part.leads
      whole.strays += part.strays
    }
    return whole
  }

  @Test func theSameSeedGivesTheSameHistory() {
    let first = Fingerprint(Self.history(leads: 10_000))
    #expect(first == Fingerprint(Self.history(leads: 10_000, atOnce: 777)))
    #expect(Fingerprint(Self.history(leads: 500)) != Fingerprint(Self.history(leads: 500, seed: 2)))
  }

  @Test func timesMakeIds() {
    let history = Self.history(leads: 5_000)
    let leads = history.leads.map(\.draft.receivedAt)
    let start = Self.until - 90 * 86_400
    #expect(leads == leads.sorted() && Set(leads.map(\.millisecond)).count == leads.count)
    #expect(leads.allSatisfy { start <= $0 && $0 < Self.until })
    let messages = history.leads.map { $0.messages.map(\.receivedAt) }
    #expect(messages.allSatisfy { $0 == $0.sorted() })
    let all = messages.flatMap { $0 } + history.strays.map(\.receivedAt)
    #expect(Set(all.map(\.millisecond)).count == all.count && all.allSatisfy { $0 < Self.until })
    #expect(
      history.leads.contains { $0.messages.contains { _ in true } && $0.messages[0].receivedAt < $0.draft.receivedAt })
  }

  @Test func clicksAreDealtInTurn() {
    let history = Self.history(leads: 1_000)
    #expect(history.leads.map { $0.draft.clickID ?? "" }.prefix(2) == ["c000000001", "c000000002"])
    #expect(history.leads.last?.draft.clickID == "c000001000")
    #expect(history.leads.enumerated().allSatisfy { $1.draft.account.id.rawValue == Int64($0 % 3 + 1) })
  }

  @Test func verdictsAreThoseOfTheScore() {
    for lead in Self.history(leads: 5_000).leads {
      let verdict = lead.verdict
      #expect(verdict.score == 50 + verdict.reasons.reduce(0) { $0 + $1.points })
      #expect(lead.facts.isDuplicate == verdict.reasons.contains { $0.code == .duplicate })
      let isBroken = verdict.reasons.contains { $0.code.isHardRule }
      #expect(
        verdict.decision == (isBroken ? .reject : lead.draft.account.thresholds.decision(score: verdict.score)))
      #expect(verdict.decision != .reject || lead.messages.isEmpty)
    }
  }

  @Test func itLooksLikeTraffic() {
    let history = Self.history(leads: 10_000, accounts: 5)
    let leads = history.leads
    func share(_ isMeant: (PastLead) -> Bool) -> Double { Double(leads.count(where: isMeant)) / Double(leads.count) }
    #expect((0.65...0.9).contains(share { $0.verdict.decision == .accept }))
    #expect((0.04...0.2).contains(share { $0.verdict.decision == .review }))
    #expect((0.05...0.2).contains(share { $0.verdict.decision == .reject }))
    #expect((0.15...0.2).contains(share { !$0.messages.isEmpty }))
    #expect((0.02...0.05).contains(share(\.facts.isDuplicate)))
    #expect(
      share { $0.draft.receivedAt.seconds / 3_600 % 24 == 18 } > 3
        * share { $0.draft.receivedAt.seconds / 3_600 % 24 == 3 })
    #expect(Set(leads.map(\.draft.source)).count > 20)
    #expect((10...40).contains(Set(leads.compactMap(\.draft.country)).count))
    let domains = Dictionary(grouping: leads.compactMap(\.draft.contact.emailDomain)) { $0 }.mapValues(\.count)
    #expect(domains["gmail.com", default: 0] > leads.count / 3 && domains.values.count { $0 < 3 } > 50)
    #expect(
      Set(ReasonCode.allCases.filter { code in leads.contains { $0.verdict.reasons.contains { $0.code == code } } })
        == Set(ReasonCode.allCases).subtracting([.flood]))
  }

  @Test func partnersDoWhatPartnersDo() {
    let history = Self.history(leads: 10_000)
    let readings = (history.leads.flatMap(\.messages) + history.strays).map(\.reading)
    var statuses: Set<ConversionStatus> = []
    var (warnings, words, txids) = (Set<PostbackWarning>(), Set<String>(), Set<String>())
    for case .message(let message, let found) in readings {
      statuses.insert(message.status)
      warnings.formUnion(found)
      if let word = message.rawStatus { words.insert(word) }
      if let txid = message.txid { txids.insert(txid) }
    }
    #expect(statuses == Set(ConversionStatus.allCases) && words.contains("rebill") && txids.count > 500)
    #expect(warnings.isSuperset(of: [.unknownStatus, .unexpandedMacro, .currencyMismatch]))
    #expect(readings.contains { if case .ignored(let one) = $0 { one.reason == .unexpandedMacro } else { false } })
    let clicks = Set(history.leads.map(\.draft.clickID))
    #expect(
      readings.contains { if case .message(let one, _) = $0 { !clicks.contains(one.clickID) } else { false } },
      "some are about clicks that nobody knows")
  }

  @Test func nothingLooksLikeAContact() {
    for lead in Self.history(leads: 5_000).leads {
      let draft = lead.draft
      let texts = [draft.clickID, draft.source, draft.trafficType, draft.landingPage, draft.userAgent]
      #expect(texts.allSatisfy { $0.map { !ClickID.holdsContact($0) } ?? true })
      #expect(Source.isValid(slug: draft.source) && ZoneName.isKnown(draft.signals.timezone ?? ""))
      #expect(!(draft.contact.emailDomain ?? "").contains("@"))
      for case .message(let message, _) in lead.messages.map(\.reading) {
        #expect([message.txid, message.rawStatus].allSatisfy { $0.map { !ClickID.holdsContact($0) } ?? true })
      }
    }
  }
}

extension Instant {
  fileprivate var millisecond: Int64 { microseconds / 1_000 }
}

/// FNV-1a over what a history holds.
private struct Fingerprint: Equatable {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  init(_ history: HistoryPart) {
    for lead in history.leads {
      let draft = lead.draft
      add("\(draft.receivedAt.microseconds) \(draft.account.id.text) \(draft.source) \(draft.cost.text)")
      add("\(draft.clickID ?? "") \(draft.country ?? "") \(draft.landingPage ?? "") \(draft.contact.emailDomain ?? "")")
      add("\(draft.signals) \(draft.references.email?.hex ?? "") \(lead.verdict.score)")
      add(ReasonList(lead.verdict.reasons).encoded)
      for message in lead.messages { add(message) }
    }
    for message in history.strays { add(message) }
  }

  private mutating func add(_ message: PastMessage) {
    add("\(message.receivedAt.microseconds) \(message.keyID.rawValue) \(message.reading)")
  }

  private mutating func add(_ text: String) {
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }
}
