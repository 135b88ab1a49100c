import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  /// Proving the ledger, and changing a time zone, beside a running server.
  @Suite struct LedgerCommandTests {
    @Test func aSmallAccountHasItsNewZoneWithinTwoSeconds() throws {
      let site = try sharedSite()
      let account = try site.account()
      let client = site.client()
      for number in 0..<20 {
        let answer = client.post(
          "/api/v1/decision", ["source": "s", "click_id": .string("z\(number)")], key: account.keys.secret)
        try #require(answer.status == 200)
      }
      var change = Call.post("/api/v1/account", ["timezone": "Asia/Tokyo"], key: account.keys.secret)
      change.method = "PATCH"
      try #require(client.send(change).status == 200)
      let watch = Stopwatch()
      let isDone = Stopwatch.waits(seconds: 20) {
        client.get("/api/v1/account", key: account.keys.secret)["timezone"]?.string == "Asia/Tokyo"
      }
      #expect(isDone)
      print("a new time zone was there after \(watch.seconds) s")
    }

    @Test func verifySaysEqualOrNamesTheDifference() throws {
      let site = try sharedSite()
      let account = try site.account(plan: "unlimited")
      let load = Load(4, on: site, account)
      usleep(500_000)
      let during = try site.backnova("ledger", "verify", "--account", account.id)
      #expect(during.code == 0 && during.output.hasSuffix("equal\n"), "\(during.output)\(during.errors)")
      let record = load.end()
      #expect(record.failures.isEmpty, "\(record.failures)")

      let equal = try site.backnova("ledger", "verify", "--account", account.id, "--json")
      let root = try JSONDocument(Array(equal.output.utf8)).root
      #expect(equal.code == 0 && root["equal"]?.bool == true && root["differences"]?.elements.isEmpty == true)
      let leads = try #require(root["accounts"]?.elements.first?["leads"]?.integer)
      #expect(leads > 0)

      let number = account.id.dropFirst(4)
      _ = try site.sql("UPDATE lead_rollup SET cost = cost + 1 WHERE account_id = \(number) AND dimension = 0")
      let different = try site.backnova("ledger", "verify", "--account", account.id)
      #expect(different.code == 1, "\(different.output)")
      #expect(different.output.contains("DIFFERENT \(account.id) lead_rollup") && different.output.contains("cost 0"))
      #expect(try site.backnova("ledger", "verify", "--account", "acc_99999").code != 0)
    }
  }
}
