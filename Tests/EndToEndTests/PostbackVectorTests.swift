import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  /// The shared vectors through nginx, the responder and the database, with a tracker that is told of everything.
  @Suite struct PostbackVectorTests {
    @Test func theSharedVectors() throws {
      let site = try sharedSite()
      let account = try site.account()
      let client = site.client()
      try addForward(to: account, site)
      for (place, vector) in PostbackVector.all.enumerated() {
        let click = "vector-\(place)"
        let lead = client.post(
          "/api/v1/decision", ["source": "vectors", "click_id": .string(click)],
          key: account.keys.secret)
        let event = try #require(lead["event_id"]?.string, "\(vector.name): \(lead.text)")
        var answer = Answer()
        for query in vector.queries {
          answer = client.get(
            "/api/postback?"
              + query.replacingOccurrences(of: "{K}", with: account.keys.postback)
              .replacingOccurrences(of: "{C}", with: click))
          #expect(
            answer.status == 200 && answer["status"]?.string == "ok",
            "\(vector.name): \(answer.text)")
        }
        #expect(answer["result"]?.string == vector.result, "\(vector.name)")
        #expect(answer["reason"]?.string == vector.reason, "\(vector.name)")
        #expect(answer["lead_status"]?.string == vector.leadStatus, "\(vector.name)")
        let timeline = client.get("/api/v1/events/\(event)", key: account.keys.secret)
        let revenue = timeline["revenue"]?.numberText.flatMap { Decimal(string: $0) }
        #expect(
          revenue == Decimal(string: vector.revenue ?? "0"), "\(vector.name): \(timeline.text)")
        let deliveries = try site.sql("SELECT count(*) FROM delivery WHERE click_id = '\(click)'")
        #expect(Int(deliveries) == vector.forwards, "\(vector.name)")
      }
      let revenue = client.get("/api/v1/stats", key: account.keys.secret)["total.revenue"]?
        .numberText
      let vectors = PostbackVector.all.compactMap { $0.revenue.flatMap { Decimal(string: $0) } }
        .reduce(0, +)
      #expect(revenue.flatMap { Decimal(string: $0) } == vectors)
    }

    /// One of all classes and sources, at an address that nobody answers at.
    private func addForward(to account: TestAccount, _ site: Site) throws {
      let id = try #require(Int(account.id.drop { !$0.isNumber }), "an account id has a number")
      try site.sql(
        """
        BEGIN IMMEDIATE;
        INSERT INTO forward (account_id, name, url, statuses, status_map, active, created_at)
        VALUES (\(id), 'tracker', 'https://tracker.invalid/?cid={click_id}', 'approved pending rejected chargeback', '',
          1, 0);
        UPDATE directory SET version = version + 1;
        COMMIT;
        """)
    }
  }
}
