import Foundation
import JSON
import TestReceiver
import Testing

extension EndToEnd {
  /// Conversions on their way to a tracker, from partners' messages to its log.
  @Suite struct ForwardTests {
    private struct Bench {
      let site: Site
      let account: TestAccount
      let client: Client
      let tracker: Tracker

      init(_ tracker: Tracker) throws {
        site = try Site(settings: ["BACKNOVA_ALLOW_CIDR": "127.0.0.0/8"])
        do {
          account = try site.account(plan: "unlimited")
          client = site.client()
          self.tracker = tracker
          let made = client.post(
            "/api/v1/forwards",
            ["name": "tracker", "url": .string(tracker.url("/t?{click_id}&{status}&{forward_id}&{event_id}"))],
            key: account.keys.secret)
          try #require(made.status == 201, "\(made.text)")
        } catch {
          site.stop()
          throw error
        }
      }

      /// What the tracker was told: click, class, and the forward's id.
      var told: [(click: String, status: String, id: String)] {
        tracker.paths.map { path in
          let parts = path.dropFirst("/t?".count).split(separator: "&").map(String.init)
          return (parts[0], parts[1], parts[2])
        }
      }

      func told(of click: String) -> [String] { told.filter { $0.click == click }.map(\.status) }

      /// Until it is answered, as a partner does.
      func insist(_ call: Call) -> Bool {
        Stopwatch.waits(seconds: 20) { client.send(call).status == 200 }
      }

      func receive(_ click: String, _ words: String...) {
        let body: JSONValue = ["source": "a", "click_id": .string(click)]
        #expect(insist(.post("/api/v1/decision", body, key: account.keys.secret)))
        for word in words {
          #expect(
            insist(.get("/api/postback?api_key=\(account.keys.postback)&click_id=\(click)&status=\(word)&payout=3")))
        }
      }
    }

    @Test func whatTheVectorsSayArrives() throws {
      let bench = try Bench(Tracker())
      defer { bench.site.stop() }
      for (place, vector) in PostbackVector.all.enumerated() {
        bench.receive("vector-\(place)")
        for query in vector.queries {
          let path =
            "/api/postback?"
            + query.replacingOccurrences(of: "{K}", with: bench.account.keys.postback)
            .replacingOccurrences(of: "{C}", with: "vector-\(place)")
          #expect(bench.client.get(path).status == 200)
        }
      }
      let total = PostbackVector.all.map(\.forwards).reduce(0, +)
      #expect(Stopwatch.waits(seconds: 20) { bench.told.count >= total })
      usleep(1_000_000)
      for (place, vector) in PostbackVector.all.enumerated() {
        #expect(bench.told(of: "vector-\(place)").count == vector.forwards, "\(vector.name)")
      }
      #expect(bench.told.count == total && Set(bench.told.map(\.id)).count == total)
      let hold = try #require(PostbackVector.all.firstIndex { $0.name == "hold, then paid" })
      #expect(bench.told(of: "vector-\(hold)") == ["pending", "approved"])
    }

    @Test func aTrackerAddedLaterGetsWhatThereWas() throws {
      let bench = try Bench(Tracker())
      defer { bench.site.stop() }
      for click in 0..<5 { bench.receive("late-\(click)", "hold", "sale") }
      let late = try Tracker()
      let key = bench.account.keys.secret
      let made = bench.client.post(
        "/api/v1/forwards", ["name": "late", "url": .string(late.url("/t?{click_id}&{status}"))], key: key)
      let path = "/api/v1/forwards/\(made["id"]?.string ?? "")"
      let test = bench.client.post(path + "/test", [:], key: key)
      #expect(test["delivered"]?.bool == true && late.paths == ["/t?backnova-test&approved"], "\(test.text)")
      let days: JSONValue = ["from": "2020-01-01", "to": "2100-01-01"]
      #expect(bench.client.post(path + "/backfill", days, key: key)["forwards"]?.integer == 5)
      let expected = Set((0..<5).map { "/t?late-\($0)&approved" })
      #expect(Stopwatch.waits(seconds: 20) { Set(late.paths.dropFirst()) == expected })
      #expect(bench.client.post(path + "/backfill", days, key: key)["skipped"]?.integer == 5)
      #expect(late.paths.count == 6)
    }

    @Test func killsLoseNone() throws {
      let bench = try Bench(Tracker(milliseconds: 30))
      defer { bench.site.stop() }
      let clicks = (0..<60).map { "kill-\($0)" }
      for (place, click) in clicks.enumerated() {
        bench.receive(click, "hold", "sale")
        guard place % 20 == 10 else { continue }
        let responder = try bench.site.responder()
        kill(responder, SIGKILL)
        #expect(Stopwatch.waits(seconds: 10) { (try? bench.site.responder()) ?? responder != responder })
      }
      let isAll = Stopwatch.waits(seconds: 60) { clicks.allSatisfy { bench.told(of: $0).contains("approved") } }
      #expect(isAll, "missing: \(clicks.filter { !bench.told(of: $0).contains("approved") })")
      for click in clicks {
        let told = bench.told(of: click)
        let first = told.firstIndex(of: "approved") ?? 0
        #expect(told[..<first].allSatisfy { $0 == "pending" } && first > 0, "\(click): \(told)")
        #expect(told[first...].allSatisfy { $0 == "approved" }, "\(click): \(told)")
      }
      print("kills: told \(bench.told.count) times of \(2 * clicks.count) changes")
    }

    @Test func aTrackerThatWasDownComesBack() throws {
      let bench = try Bench(Tracker("503 Service Unavailable"))
      defer { bench.site.stop() }
      for click in 0..<10 { bench.receive("down-\(click)", "hold", "sale") }
      #expect(Stopwatch.waits(seconds: 20) { bench.told.count >= 5 })
      bench.tracker.answers("200 OK")
      let before = bench.told.count
      #expect(
        Stopwatch.waits(seconds: 90) {
          (0..<10).allSatisfy { click in
            bench.told.dropFirst(before).contains { $0.click == "down-\(click)" && $0.status == "approved" }
          }
        }, "\(bench.told.count - before) arrived")
      let log = (try? String(contentsOfFile: bench.site.state + "/log/responder.log", encoding: .utf8)) ?? ""
      #expect(!log.contains("down-") && !log.contains("/t?"), "a log tells of a call")
    }
  }
}
