import Domain
import HTTP
import Testing

/// Hundreds of thousands of made-up messages through the reader, and 20,000 through the service.
@Suite struct MessageFuzzTests {
  static let seeds: Range<UInt64> = 0..<16

  private static func read(_ query: [UInt8], words: StatusWords) -> PostbackReading {
    let (healed, wasHealed) = PostbackQuery.heal(query)
    let parameters = FormPairs(healed).pairs.map {
      PostbackParameter(name: $0.name, value: $0.value, isValidUTF8: $0.isValidUTF8)
    }
    return PostbackReading(parameters, words: words, currency: "USD", wasHealed: wasHealed)
  }

  // MARK: Anything

  @Test(arguments: seeds)
  func whateverIsSentIsReadWithinItsLimits(_ seed: UInt64) throws {
    var mill = MessageMill(seed: 1_000 + seed)
    let words = StatusWords(
      key: ["approve": .approved, "1": .rejected], account: ["1": .approved, "hold": .approved])
    var messages = 0
    for _ in 0..<9_000 {
      let query = mill.query()
      let healed = PostbackQuery.heal(query)
      let again = PostbackQuery.heal(healed.query)
      guard again.query == healed.query, !again.wasHealed,
        healed.wasHealed == (healed.query != query)
      else {
        Issue.record("healed twice: \(String(decoding: query, as: UTF8.self))")
        return
      }
      let fault: String?
      switch Self.read(query, words: words) {
      case .message(let message, let warnings):
        messages += 1
        fault = Self.fault(message, warnings, words)
      case .ignored(let ignored):
        fault = Self.fault(
          ignored.rawStatus, ignored.amount, ignored.currency, ignored.txid, ignored.warnings)
      }
      guard fault == nil else {
        Issue.record("\(fault ?? ""): \(String(decoding: query, as: UTF8.self))")
        return
      }
    }
    #expect(messages > 1_000)
  }

  private static func fault(
    _ message: Postback, _ warnings: [PostbackWarning], _ words: StatusWords
  ) -> String? {
    if !ClickID.isValid(message.clickID) { return "click id" }
    if let payout = message.payout, !(Money.zero...Money.limit).contains(payout) { return "payout" }
    if message.payout != nil && message.amount == nil { return "a payout from nowhere" }
    let named = message.rawStatus.flatMap { words.status(ofFolded: StatusWords.fold($0)) }
    let isTakenBack = message.status == .chargeback && message.amount ?? .zero < .zero
    if message.status != named ?? .pending && !isTakenBack { return "class" }
    if warnings.contains(.unknownStatus) != (message.rawStatus != nil && named == nil) {
      return "unknown_status"
    }
    let again = message.read(by: words)
    if again.message != message || !Set(again.warnings).isSubset(of: warnings) {
      return "read twice"
    }
    return fault(message.rawStatus, message.amount, message.currency, message.txid, warnings)
  }

  private static func fault(
    _ word: String?, _ amount: Money?, _ currency: String?, _ txid: String?,
    _ warnings: [PostbackWarning]
  ) -> String? {
    if let word, !(1...64).contains(word.utf8.count) || word.hasControlCharacters { return "word" }
    if let amount, amount.micros.magnitude > Money.limit.micros.magnitude { return "amount" }
    if let currency,
      currency.utf8.count != 3 || !currency.utf8.allSatisfy({ (65...90).contains($0) })
    {
      return "currency"
    }
    if let txid, !(1...128).contains(txid.utf8.count) || txid.hasControlCharacters { return "txid" }
    return Set(warnings).count == warnings.count ? nil : "a warning twice"
  }

  // MARK: There and back

  /// Whatever bytes a value has, encoded by any program and with separators mangled by any page, they arrive.
  @Test(arguments: seeds)
  func whatIsEncodedIsReadBackByteForByte(_ seed: UInt64) throws {
    var mill = MessageMill(seed: 2_000 + seed)
    for _ in 0..<6_000 {
      var (query, sent): ([UInt8], [(name: String, value: [UInt8])]) = ([], [])
      var isMangled = false
      for place in 0..<mill.number(1..<7) {
        let name = mill.one(of: MessageMill.known)
        let value = (0..<mill.number(0..<20)).map { _ in
          mill.one(of: [
            UInt8(ascii: "&"), 0x20, 0xA4, UInt8(mill.number(0..<128)), UInt8(mill.number(0..<256)),
          ])
        }
        let plain = (place == 0 ? "" : "&") + name
        var lead = plain
        if place > 0 {
          let mangled =
            ["?" + name, "&amp;" + name] + (name == "currency" ? ["¤cy", "%C2%A4cy"] : [])
          lead = mill.one(of: [plain, plain] + mangled)
        }
        isMangled = isMangled || lead != plain
        query += Array(lead.utf8) + [UInt8(ascii: "=")] + mill.escaped(value)
        sent.append((name, value))
      }
      let (healed, wasHealed) = PostbackQuery.heal(query)
      let form = FormPairs(healed)
      let isSame =
        form.pairs.count == sent.count
        && zip(form.pairs, sent).allSatisfy { pair, sent in
          let text = String(validating: sent.value, as: UTF8.self)
          return pair.name == sent.name && pair.isValidUTF8 == (text != nil)
            && Array(pair.value.utf8)
              == Array((text ?? String(decoding: sent.value, as: UTF8.self)).utf8)
        }
      guard isSame, wasHealed == isMangled, !form.isOverflowing else {
        Issue.record("\(String(decoding: query, as: UTF8.self))")
        return
      }
    }
  }

  // MARK: Through the service

  private static let threads = 40
  private static let messagesPerThread = 500

  @Test func aValidKeyIsAlwaysAnsweredWith200() throws {
    let bench = try Workbench()
    let account = try bench.account()
    let clicks = (0..<48).map { "c\($0)" }
    for click in clicks { _ = account.decide(#""click_id":"\#(click)""#) }
    let results = Results()
    onThreads(Self.threads) { thread in
      var mill = MessageMill(seed: UInt64(3_000 + thread), clicks: clicks + ["unknown-\(thread)"])
      for number in 0..<Self.messagesPerThread {
        var request = Request(
          method: "POST", path: "/api/postback", headers: ["x-api-key": account.postback])
        switch number % 4 {
        case 0...1:
          request.method = "GET"
          request.query = mill.query()
        case 2:
          request.body = mill.query()
          if number % 8 == 2 {
            request.headers["content-type"] = "application/x-www-form-urlencoded"
          }
        default:
          request.headers["content-type"] = "application/json; charset=utf-8"
          request.body = mill.json()
          if number % 8 == 3 { request.query = mill.query() }
        }
        let answer = Answer(bench.service.respond(to: request))
        let isSound =
          answer.status == 200 && answer["status"] == "ok"
          && (answer["result"] == "ignored") == (answer["reason"] != nil)
          && ["ignored", "unmatched"].contains(answer["result"]) == (answer["event_id"] == "null")
        results.add(isSound ? answer["result"] ?? "none" : "\(answer)")
      }
    }
    #expect(results.words == ["applied", "duplicate", "stale", "unmatched", "ignored"])
    #expect(results.count("applied") > 500 && results.count("duplicate") > 100)
    #expect(bench.log.text.isEmpty)
    let revenues = account.get("/api/v1/events/recent").all("events", "revenue").compactMap {
      Money(decimal: $0)
    }
    #expect(revenues.count == clicks.count && revenues.allSatisfy { $0 >= .zero })
    for group in ReportDimension.groupings {
      let total = account.get("/api/v1/stats?group_by=\(group.name)")["total.revenue"]
      #expect(total == revenues.reduce(.zero, +).text, "\(group)")
    }
  }
}
