import Domain
import HTTP
import Testing

/// Many mutated requests, the same in every run: no crash, no 500, no other status than the contract has.
@Suite struct FuzzTests {
  static let count = 20_000
  /// Many, so that their writes share transactions.
  static let threads = 50
  /// Fewer than one page of events shows.
  static let clicks = 48
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
    account.makeSource()
    for number in 0..<Self.clicks { _ = account.decide(#""click_id":"c\#(number)""#) }
  }

  @Test func `mutated decisions`() {
    let originals = [
      #"{"source":"s1",\#(DecisionTests.full)}"#, #"{"source":"s1","form_data":\#(ContactTests.hashed)}"#,
      #"{"source":"s1","ip":"198.51.100.9","user_agent":"Mozilla/5.0","form_data":\#(ContactTests.raw)}"#,
    ].map { Array($0.utf8) }
    let results = Results()
    onThreads(Self.threads) { thread in
      var generator = SeededRandom(seed: UInt64(1_000 + thread))
      for number in 0..<Self.count / Self.threads {
        let body = Mutation.of(originals[number % originals.count], &generator)
        let key = number % 4 == 0 ? account.publishable : account.secret
        let answer = bench.send("POST", "/api/v1/decision", key: key, body: body, type: "application/json")
        results.add(String(answer.status))
        if answer.status != 200 && !answer.isWellFormedProblem {
          Issue.record("\(answer.status) to a mutated decision")
        }
      }
    }
    #expect(results.words.isSubset(of: ["200", "400", "422", "429"]), "\(results.words)")
    #expect(results.count("200") > 500 && results.count("400") > 500 && results.count("422") > 500)
    #expect(Int(account.get("/api/v1/usage")["used"] ?? "").map { $0 <= results.count("200") + Self.clicks } == true)
    #expect(bench.log.text.isEmpty)
  }

  @Test func `mutated postbacks`() {
    let originals = [
      "click_id=c#&status=approved&payout=12.50&txid=A-1&currency=USD&sub=x", "click_id=c#&status=trash&txid=t",
      "click_id=c#&status=refund&payout=-1,234.56%20EUR", "click_id={click}&status=%7Bstatus%7D&payout=%5Bp%5D",
      "click_id=c#&amp;status=sale?payout=5¤cy=USD",
    ].map { Array($0.utf8) }
    let results = Results()
    onThreads(Self.threads) { thread in
      var generator = SeededRandom(seed: UInt64(2_000 + thread))
      for number in 0..<Self.count / Self.threads {
        let click = Array(String((thread + number) % Self.clicks).utf8)
        let original = originals[number % originals.count].flatMap { $0 == UInt8(ascii: "#") ? click : [$0] }
        let query = Mutation.of(original, &generator)
        let isPost = number % 5 == 0
        let answer = Answer(
          bench.service.respond(
            to: Request(
              method: isPost ? "POST" : "GET", path: "/api/postback", query: isPost ? [] : query,
              headers: ["x-api-key": account.postback], body: isPost ? query : [])))
        results.add(answer.status == 200 ? answer["result"] ?? "none" : String(answer.status))
      }
    }
    #expect(results.words == ["applied", "duplicate", "stale", "unmatched", "ignored"])
    #expect(bench.log.text.isEmpty)
    // The sums still agree with the ledger.
    let total = account.get("/api/v1/stats")["total.revenue"]
    let events = account.get("/api/v1/events/recent").all("events", "revenue").compactMap { Money(decimal: $0) }
    #expect(events.reduce(.zero, +).text == total)
    for groupBy in ["source", "country", "email_domain"] {
      #expect(account.get("/api/v1/stats?group_by=\(groupBy)")["total.revenue"] == total)
    }
  }
}
