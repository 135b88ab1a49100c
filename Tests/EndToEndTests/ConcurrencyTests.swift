import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  /// What must stay exact however many ask at once.
  @Suite struct ConcurrencyTests {
    @Test func ofOnePostbackSentAtOnceOneApplies() throws {
      let site = try sharedSite()
      let account = try site.account()
      _ = site.client().post("/api/v1/decision", ["source": "a", "click_id": "one"], key: account.keys.secret)
      let path = "/api/postback?api_key=\(account.keys.postback)&click_id=one&status=approved&payout=3&txid=t"
      let results = atOnce(32) { _ in site.client().get(path)["result"]?.string ?? "none" }
      #expect(results.count { $0 == "applied" } == 1 && results.count { $0 == "duplicate" } == 31, "\(results)")
      let stats = site.client().get("/api/v1/stats", key: account.keys.secret)
      #expect(stats["total.conversions"]?.integer == 1 && stats["total.revenue"]?.integer == 3)
    }

    @Test func oneLeadIDSentAtOnceIsOneLead() throws {
      let site = try sharedSite()
      let account = try site.account()
      let answers = atOnce(32) { _ in
        site.client().post("/api/v1/decision", ["source": "a", "lead_id": "same"], key: account.keys.secret)
      }
      #expect(answers.allSatisfy { $0.status == 200 })
      #expect(Set(answers.map { $0["event_id"]?.string }).count == 1)
      #expect(site.client().get("/api/v1/usage", key: account.keys.secret)["used"]?.integer == 1)
    }

    @Test func theQuotaIsExact() throws {
      let site = try sharedSite()
      let account = try site.account()
      let client = site.client()
      #expect(client.post("/api/v1/decision", ["source": "a"], key: account.keys.secret).status == 200)
      // 64 clients meet 20 places.
      let number = account.id.dropFirst(4)
      try site.sql("UPDATE usage SET used = 24980 WHERE account_id = \(number)")
      #expect(client.get("/api/v1/usage", key: account.keys.secret)["remaining"]?.integer == 20)
      let answers = atOnce(64) { _ in
        site.client().post("/api/v1/decision", ["source": "a"], key: account.keys.secret)
      }
      let stored = answers.filter { $0.status == 200 }
      #expect(stored.count == 20)
      #expect(Set(stored.compactMap { $0["usage.used"]?.integer }) == Set(24_981...25_000))
      let refused = answers.filter { $0.status == 429 }
      #expect(
        refused.count == 44 && refused.allSatisfy { $0.problem == "quota_exceeded" && $0.headers["retry-after"] != nil }
      )
      #expect(try site.sql("SELECT count(*) FROM lead WHERE account_id = \(number)") == "21")
      #expect(try site.sql("SELECT used FROM usage WHERE account_id = \(number)") == "25000")
      let postback = client.get("/api/postback?api_key=\(account.keys.postback)&click_id=x&status=sale")
      #expect(postback.status == 200, "over quota, postbacks go on")
    }
  }
}
