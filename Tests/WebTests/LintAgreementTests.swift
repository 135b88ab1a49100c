import Domain
import Testing

/// What the linter says of a URL is what the endpoint then does.
@Suite struct LintAgreementTests {
  private static let words = [
    "sale", "approved", "hold", "lead", "trash", "refund", "rebill", "odd", "1", "{status}", "", " Paid ",
    "a%40b.example", "bn_live_0123456789abcdefghijABCDEFGHIJ01", "%2B12125550123",
    "chargeback", "rejected", "first-deposit",
  ]
  private static let payouts = ["", "5", "5", "7,5", "-5", "1,234", "x", "{payout}", "0", "9 EUR", "null", "1e3"]
  private static let txids = [
    "", "1", "2", "3", "{txid}", "jo%40example.com", "t%00", "null",
    "x-bn_pb_0123456789abcdefghijABCDEFGHIJ01", "bn%255Flive_0123456789abcdefghijABCDEFGHIJ01", "%2B12125550123",
  ]
  private static let extras = ["", "&sub1=x", "&currency=EUR", "¤cy=USD", "&status=hold", "?payout=3", "&amp;txid=9"]

  /// A query without its key: mostly about leads that are there.
  private static func query(_ generator: inout SeededRandom, clicks: Int) -> String {
    func one(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }
    var query = "click_id=c\(Int.random(in: 0..<(clicks + 3), using: &generator))"
    if Int.random(in: 0..<20, using: &generator) == 0 {
      query = one([
        "", "click_id={c}", "click_id=", "clickid=c1", "click_id=jo@example.com", "click_id=%FF",
        "click_id=bn_pb_0123456789abcdefghijABCDEFGHIJ01",
      ])
    }
    if Int.random(in: 0..<10, using: &generator) > 0 { query += "&status=" + one(words) }
    if Int.random(in: 0..<4, using: &generator) > 0 { query += "&payout=" + one(payouts) }
    if Int.random(in: 0..<2, using: &generator) > 0 { query += "&txid=" + one(txids) }
    return query + one(extras)
  }

  @Test func `of 2,000 URLs the linter says what the endpoint then answers`() throws {
    let bench = try Workbench()
    let account = try bench.account()
    let clicks = 60
    for number in 0..<clicks { #expect(account.decide(#""click_id":"c\#(number)""#).status == 200) }
    #expect(account.send("PUT", "/api/v1/postbacks/status-map", json: #"{"1":"approved"}"#).status == 200)
    let own = Set(LintWarning.allCases.map(\.rawValue))
    var generator = SeededRandom(seed: 3)
    var results: [String: Int] = [:]
    for _ in 0..<2_000 {
      let query = Self.query(&generator, clicks: clicks)
      bench.clock.advance(seconds: 1)
      let linted = account.send(
        "POST", "/api/v1/postbacks/lint",
        json: #"{"url":"https://bn.example/api/postback?api_key=\#(account.postback)&\#(query)"}"#)
      let answer = account.postback(query)
      #expect(linted.status == 200 && answer.status == 200)
      for member in ["result", "event_id", "lead_status"] { #expect(linted[member] == answer[member], "\(query)") }
      #expect(linted["reason"] == answer["reason"] ?? "null", "\(query)")
      #expect(linted.all("warnings", "code").filter { !own.contains($0) } == answer.all("warnings", "code"), "\(query)")
      try compareKept(linted, with: answer, account, query)
      results[answer["result"] ?? "", default: 0] += 1
    }
    #expect(Set(results.keys) == ["applied", "duplicate", "stale", "unmatched", "ignored"])
    #expect(results.values.allSatisfy { $0 > 40 }, "\(results)")
  }

  /// Status, payout and txid against the line of the log, for messages about a lead that is there.
  private func compareKept(_ linted: Answer, with answer: Answer, _ account: TestAccount, _ query: String) throws {
    guard let lead = answer["event_id"].flatMap({ LeadID(eventID: $0) }) else { return }
    let found = try account.workbench.store.event(lead, of: account.id)
    let kept = try #require(found?.postbacks.last)
    #expect(linted["status"] == kept.status.rawValue, "\(query)")
    #expect(linted["payout"] == kept.payout?.text ?? "null", "\(query)")
    #expect(linted["txid"] == kept.txid ?? "null" && linted["raw_status"] == kept.rawStatus ?? "null", "\(query)")
    #expect(linted["currency"] == kept.currency ?? "null" && linted["click_id"] == kept.clickID ?? "null", "\(query)")
  }
}
