import Domain
import HTTP
import Storage
import Testing
import Web

/// The ledger as CSV is whole, or refused.
@Suite struct LedgerFileTests {
  @Test func `a file with more rows than it may have is refused, never cut`() throws {
    let bench = try Workbench()
    let account = try bench.account()
    _ = account.decide(#""click_id":"c1""#)
    for message in ["status=sale&txid=1", "status=sale&txid=2", "status=rebill"] {
      _ = account.postback("click_id=c1&payout=1&" + message)
    }
    let query = LedgerQuery(account: account.id)
    let whole = try LedgerFile.response(query, bench.store, most: 3)
    #expect(Answer(whole).text == account.get("/api/v1/conversions?format=csv").text)
    let rows = Answer(whole).text.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let rebill = try #require(rows.first?.firstIndex(of: "rebill"))
    #expect(rows.dropFirst().map { $0[rebill] } == ["true", "false", "false"])
    let problem = try #require(throws: Problem.self) { try LedgerFile.response(query, bench.store, most: 2) }
    #expect(problem.status == 422 && problem.errors.map(\.field) == ["from"])
  }
}
