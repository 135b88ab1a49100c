import Foundation
import JSON
import Synchronization
import TestReceiver
import Testing

extension EndToEnd.Handover {
  /// Partners that hang hold up nobody but the leads that wait for them.
  @Suite struct HangingTests {
    /// Longest wait for an answer that has no partner to wait for, in seconds; a partner that hangs is given 4.
    private static let longestWait = 3.5

    @Test func whoeverNeedsNoPartnerIsAnsweredMeanwhile() throws {
      let (hung, plain) = (try Desk(), try Desk())
      let partners = try [HangingPartner(), HangingPartner()]
      for (place, partner) in partners.enumerated() {
        try hung.makePartner("hangs-\(place)", partner.url(), priority: place + 1)
      }
      let stopSign = StopSign()
      let (site, key) = (hung.site, hung.account.keys.secret)
      let load = Crowd(32) { number in
        let client = site.client()
        while !stopSign.isUp {
          let lead: JSONValue = [
            "source": "hung", "click_id": .string("hung-\(number)"), "form_data": Desk.contact(),
          ]
          _ = client.post("/api/v1/decision", lead, key: key)
        }
      }
      defer {
        stopSign.raise()
        _ = load.results()
      }
      func waiting() -> Int { partners.map(\.waiting).reduce(0, +) }
      #expect(Stopwatch.waits(seconds: 20) { waiting() == 32 }, "\(waiting()) hang")
      #expect(partners.map(\.waiting) == [16, 16], "a partner holds a quarter of the threads at most")

      // 60 rounds of about a tenth of a second: longer than one partner is waited for.
      var (waits, hanging): ([String: [Double]], [Int]) = ([:], [])
      for number in 0..<60 {
        hanging.append(waiting())
        for (name, call) in calls(number, plain, hung) {
          let watch = Stopwatch()
          let answer = plain.client.send(call)
          waits[name, default: []].append(watch.seconds)
          #expect(answer.status == 200, "\(name): \(answer.status) \(answer.failure ?? answer.text)")
        }
        usleep(50_000)
      }
      for (name, seconds) in waits.sorted(by: { $0.key < $1.key }) {
        let sorted = seconds.sorted()
        print("32 hang: \(name) median \(sorted[sorted.count / 2]) s, slowest \(sorted.last ?? 0) s")
        #expect(sorted.last ?? 0 < Self.longestWait, "\(name)")
      }
      let usual = hanging.sorted()[hanging.count / 2]
      #expect(usual >= 28, "\(usual) hung as a rule, so little was shown: \(hanging)")
    }

    /// What must not wait for a partner, each with its name.
    private func calls(_ number: Int, _ plain: Desk, _ hung: Desk) -> [(String, Call)] {
      let click = JSONValue.string("free-\(number)")
      let postback = "/api/postback?api_key=\(plain.account.keys.postback)&click_id=free-\(number)&status=sale&payout=1"
      return [
        ("decision", .post("/api/v1/decision", ["source": "a", "click_id": click], key: plain.account.keys.secret)),
        ("postback", .get(postback)),
        (
          "rejected lead",
          .post(
            "/api/v1/decision", ["source": "a", "signals": ["webdriver": true]], key: hung.account.keys.secret)
        ),
        ("report", .get("/api/v1/stats", key: hung.account.keys.secret)),
      ]
    }
  }
}
