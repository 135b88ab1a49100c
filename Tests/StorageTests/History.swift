import Domain
import Storage

/// Random histories for changes of words: few clicks with many messages of three keys, leads before, between and after
/// them, corrections by hand.
enum History {
  static let words = ["sale", "hold", "trash", "refund", "rebill", "odd", "1", "Approve", "bad lead"]
  static let mappable = ["sale", "hold", "odd", "1", "approve", "bad_lead"]
  static let keys = (1...3).map { KeyID(rawValue: $0) }

  static func one<T>(of values: [T], _ random: inout SeededRandom) -> T {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  /// One to three words of a key or the account, some taken out.
  static func change(of account: Account, _ random: inout SeededRandom) -> StatusMapChange {
    let owner = StatusMapOwner(account: account.id, key: one(of: [nil, keys[0], keys[1]], &random))
    let words = (0..<Int.random(in: 1...3, using: &random)).map { _ in one(of: mappable, &random) }
    let statuses: [ConversionStatus?] = [.approved, .approved, .rejected, .chargeback, .pending, nil]
    return StatusMapChange(
      owner: owner, words: words.reduce(into: [:]) { $0.updateValue(one(of: statuses, &random), forKey: $1) })
  }
}

extension Workbench {
  /// Receives a message in short (see ``postback(_:click:of:at:)``) of a key, read by words that held at some time.
  @discardableResult
  func postback(
    _ text: String, click: String, of account: Account, key: KeyID, words: StatusWords = .table,
    at now: Instant = Workbench.now
  ) throws -> PostbackEffect {
    let plain = Workbench.received(text, click: click, of: account, at: now)
    return try store.commitPostback(
      ReceivedPostback(account: account, keyID: key, receivedAt: now, reading: plain.reading, words: words))
  }

  /// Says by hand what a conversion is. Nil where the click has no lead.
  @discardableResult
  func correct(
    _ click: String, _ status: ConversionStatus, _ payout: Money? = nil, txid: String? = nil, of account: Account,
    at now: Instant = Workbench.now
  ) throws -> PostbackEffect? {
    let message = Postback(
      clickID: click, origin: .correction, meaning: PostbackMeaning(status: status, payout: payout), rawStatus: nil,
      amount: payout, currency: nil, txid: txid)
    return try store.commitOwnPostbacks([
      ReceivedPostback(
        account: account, keyID: KeyID(rawValue: 0), receivedAt: now, reading: .message(message, warnings: []))
    ]).first ?? nil
  }

  /// One random thing of a ``History``.
  func live(in account: Account, _ random: inout SeededRandom) throws {
    let click = "C\(Int.random(in: 0..<14, using: &random))"
    let moment = Workbench.now + Int64.random(in: -2 * 86_400...2 * 86_400, using: &random)
    let txid = History.one(of: ["", "", "#1", "#2"], &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0...2:
      var draft = LeadDraft.of(account, at: moment, source: History.one(of: ["a", "b"], &random), click: click)
      draft.country = History.one(of: [nil, "US", "DE"], &random)
      draft.references.email = History.one(of: [nil, .number(UInt8.random(in: 0..<9, using: &random))], &random)
      try lead(draft, decision: History.one(of: Decision.allCases, &random))
    case 3:
      try correct(
        click, History.one(of: ConversionStatus.allCases, &random),
        History.one(of: [nil, Money(micros: 7_000_000)], &random), txid: txid.isEmpty ? nil : String(txid.dropFirst()),
        of: account, at: moment)
    default:
      let word = History.one(of: History.words, &random).replacingOccurrences(of: " ", with: "-")
      let payout = History.one(of: ["", "", "3", "8.25", "-4", "0"], &random)
      try postback(
        "\(word) \(payout) \(txid)", click: click, of: account, key: History.one(of: History.keys, &random), at: moment)
    }
  }

  /// Works off every click that waits for its replay.
  func replayAll() throws { while try store.replayClicks(at: Workbench.now) {} }

  /// The whole log, oldest first, page by page.
  func log(_ account: Account, pages: Int = 200, change: (inout PostbackLogQuery) -> Void = { _ in }) throws
    -> [LoggedPostback]
  {
    var query = PostbackLogQuery(account: account.id)
    query.limit = pages
    change(&query)
    var log: [LoggedPostback] = []
    repeat {
      let page = try store.postbacks(query)
      log += page.elements
      query.before = page.next
    } while query.before != nil
    return log.reversed()
  }
}

/// What the log of an account comes to by the words of now, reckoned plainly: message by message from the start.
struct NaiveLedger {
  private(set) var conversions: [String: [Conversion]] = [:]
  private(set) var results: [PostbackID: PostbackResult] = [:]
  private(set) var statuses: [PostbackID: ConversionStatus] = [:]

  init(_ bench: Workbench, _ account: Account) throws {
    let leads = try bench.store.recentEvents(of: account.id, limit: 100_000).map(\.lead)
    let ofAccount = try bench.store.statusMap(of: StatusMapOwner(account: account.id, key: nil))
    for message in try bench.log(account) {
      guard let click = message.clickID, message.result != .ignored else { continue }
      let ofKey = try bench.store.statusMap(of: StatusMapOwner(account: account.id, key: message.keyID))
      let meaning =
        message.origin == .correction
        ? PostbackMeaning(status: message.status, payout: message.payout)
        : PostbackMeaning(
          word: message.rawStatus, amount: message.amount, words: StatusWords(key: ofKey, account: ofAccount))
      statuses[message.id] = meaning.status
      let ofClick = leads.filter { $0.clickID == click }.sorted { $0.id < $1.id }
      let there = ofClick.filter { $0.id.rawValue < message.id.rawValue }
      guard let lead = there.last(where: { !$0.isDuplicate }) ?? there.last ?? ofClick.first else {
        results[message.id] = .unmatched
        continue
      }
      let outcome = Conversion.apply(
        Postback(
          clickID: click, origin: message.origin, meaning: meaning, rawStatus: message.rawStatus,
          amount: message.amount, currency: message.currency, txid: message.txid),
        id: message.id, at: message.receivedAt, to: conversions[click] ?? [], newLead: lead.id)
      conversions[click, default: []].removeAll { $0 == outcome.before }
      conversions[click, default: []].append(outcome.after)
      results[message.id] = PostbackResult(rawValue: outcome.result.rawValue)
    }
  }
}

/// What an account's clicks have come to, as the store tells it.
struct LedgerState {
  let events: [Event]
  let conversions: [String: [Conversion]]
  let reports: [ReportDimension: Report]
  /// Forward, click, txid, status and payout of each, oldest first.
  let deliveries: [String]

  init(_ bench: Workbench, _ account: Account) throws {
    events = try bench.store.recentEvents(of: account.id, limit: 100_000)
    var conversions: [String: [Conversion]] = [:]
    for event in events where !event.conversions.isEmpty {
      conversions[event.lead.clickID ?? "", default: []] += event.conversions
    }
    self.conversions = conversions.mapValues { all in all.sorted { $0.id < $1.id } }
    var reports: [ReportDimension: Report] = [:]
    for dimension in ReportDimension.allCases { reports[dimension] = try bench.report(dimension, account) }
    self.reports = reports
    deliveries = try SQLiteFile.texts(
      """
      SELECT forward_id || ' ' || click_id || ' ' || coalesce(txid, '-') || ' ' || status || ' ' || payout
      FROM delivery WHERE account_id = \(account.id.rawValue) ORDER BY id
      """, on: bench.path)
  }

  var revenue: Money { reports[.day]?.total.conversions.revenue ?? .zero }
  var heldRevenue: Money { reports[.day]?.total.conversions.heldRevenue ?? .zero }

  /// Deliveries that follow where conversions go from this state to `after`: one for each that ends different.
  func deliveriesExpected(to after: LedgerState, _ forwards: [Forward]) -> [String] {
    let sources = Dictionary(events.map { ($0.lead.id, $0.lead.source) }, uniquingKeysWith: { first, _ in first })
    var told: [(String, Conversion)] = []
    for click in Set(conversions.keys).union(after.conversions.keys) {
      var (old, new) = (conversions[click] ?? [], after.conversions[click] ?? [])
      /// Takes pairs out that are the same conversion.
      func pair(_ isSame: (Conversion, Conversion) -> Bool) {
        for before in old {
          guard let place = new.firstIndex(where: { isSame(before, $0) }) else { continue }
          if new[place].status != before.status || new[place].worth != before.worth { told.append((click, new[place])) }
          new.remove(at: place)
          old.removeAll { $0 == before }
        }
      }
      pair { $0.txid == $1.txid && $0.isRebill == $1.isRebill }
      pair { $0.id == $1.id }
      told += new.map { (click, $0) }
      for var gone in old where gone.status != .rejected {
        gone.status = .rejected
        told.append((click, gone))
      }
    }
    return told.flatMap { click, conversion in
      forwards.filter { $0.isTold(conversion.status, source: sources[conversion.leadID] ?? "") }.map { forward in
        [
          "\(forward.id.rawValue)", click, conversion.txid ?? "-", conversion.status.rawValue,
          "\(conversion.worth.micros)",
        ].joined(separator: " ")
      }
    }
  }

  /// Whether each grouping says what the conversions say.
  func groupingsAgree(in account: Account) -> Bool {
    reports.allSatisfy { dimension, report in
      let rows = Dictionary(report.rows.map { ($0.key, LedgerSum(of: $0)) }, uniquingKeysWith: +)
      return LedgerSum(of: report.total) == LedgerSum(of: events)
        && rows == LedgerSum.grouped(events, by: dimension, in: account)
    }
  }
}
