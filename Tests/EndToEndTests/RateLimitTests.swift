import Foundation
import JSON
import Testing

extension EndToEnd {
  /// nginx's limits: 20/s with a burst of 60 by address for browsers, 200/s with a burst of 1,000 by key for servers.
  @Suite struct RateLimitTests {
    @Test func browsersAreSlowedDownAndServersAreNot() throws {
      let site = try Site(settings: ["BACKNOVA_RATE_LIMITS": "on"])
      defer { site.stop() }
      let account = try site.demo()
      let client = site.client()
      #expect(client.post("/api/v1/decision", ["source": "web"], key: account.keys.secret).status == 200)
      usleep(1_100_000)  // A source made by a lead may take a second to be known to publishable keys.

      let watch = Stopwatch()
      let browser = atOnce(4) { _ in
        let client = site.client()
        return (0..<50).map { _ in
          client.post(
            "/api/v1/decision", ["source": "web"], key: account.keys.publishable,
            headers: ["Origin: https://landing.test"])
        }
      }.flatMap { $0 }
      let most = 61 + Int(watch.seconds * 20) + 1
      let passed = browser.filter { $0.status == 200 }
      let refused = browser.filter { $0.status == 429 }
      #expect(passed.count >= 50 && passed.count <= most, "\(passed.count) of 200 passed, \(most) may")
      let others = browser.filter { $0.status != 200 && $0.status != 429 }
        .map { "\($0.status) \($0.failure ?? "") \($0.text)" }
      #expect(others.isEmpty && refused.count > 50, "\(Set(others))")
      #expect(passed.allSatisfy { $0.headers["access-control-allow-origin"] == "*" })
      #expect(
        refused.allSatisfy {
          $0.problem == "rate_limited" && Int($0.headers["retry-after"] ?? "") ?? 0 > 0
            && $0.headers["access-control-allow-origin"] == "*"
            && $0.headers["access-control-expose-headers"]?.contains("Retry-After") == true
        })

      // The address is used up; a key's own limit is another one.
      let server = (0..<100).map { _ in
        client.post("/api/v1/decision", ["source": "web"], key: account.keys.secret).status
      }
      #expect(server.allSatisfy { $0 == 200 }, "\(Set(server))")
      let path = "/api/postback?api_key=\(account.keys.postback)&click_id=x&status=sale"
      let postbacks = (0..<100).map { _ in client.get(path).status }
      #expect(postbacks.allSatisfy { $0 == 200 }, "\(Set(postbacks))")
      print("limits: of 200 browser calls in \(watch.seconds) s \(passed.count) passed")
    }
  }
}
