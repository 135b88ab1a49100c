import Foundation
import JSON
import Testing

extension EndToEnd {
  /// A disk without room: nothing is acknowledged that is not stored, and all goes on by itself once there is room.
  @Suite struct FullDiskTests {
    @Test func aFullDiskIsSaidAndOvercome() throws {
      let folder = try TemporaryFolder()
      let state = folder.path + "/s"
      let mount = try Shell.bash("mkdir -m 700 '\(state)' && mount -t tmpfs -o size=8m,mode=700 tmpfs '\(state)'")
      guard mount.code == 0 else {
        withKnownIssue("Not tested: a small file system needs root to mount one. Run the tests as root for it.") {
          Issue.record("mount: \(mount.errors)")
        }
        return
      }
      defer { _ = try? Shell.bash("umount '\(state)' || umount -l '\(state)'") }
      let site = try Site(state: state)
      defer { site.stop() }
      let account = try site.demo()
      let client = site.client()
      var leads: [String: String] = [:]
      func decide(_ click: String) -> Answer {
        let answer = client.post(
          "/api/v1/decision", ["source": "disk", "click_id": .string(click)], key: account.keys.secret)
        if answer.status == 200 { leads[click] = answer["event_id"]?.string ?? "" }
        return answer
      }
      func postback(_ click: String) -> Answer {
        client.get("/api/postback?api_key=\(account.keys.postback)&click_id=\(click)&status=sale&payout=1")
      }
      for number in 0..<20 { #expect(decide("before-\(number)").status == 200) }

      let filler = state + "/filler"
      _ = try Shell.bash("cat /dev/zero > '\(filler)' || true")
      // Room that SQLite has already may still take some.
      var answers = (0..<2_000).lazy.map { decide("during-\($0)") }.makeIterator()
      let isRefused = Stopwatch.waits(seconds: 20) { answers.next()?.status != 200 }
      #expect(isRefused)
      for number in 0..<10 {
        let decision = decide("full-\(number)")
        #expect(
          decision.status == 503 && decision.problem == "unavailable" && decision.headers["retry-after"] != nil,
          "\(decision.status) \(decision.text)")
        let message = postback("before-\(number)")
        #expect(
          message.status == 503 && message.problem == "unavailable" && message.headers["retry-after"] != nil,
          "\(message.status) \(message.text)")
      }
      for path in ["/api/v1/usage", "/api/v1/events/recent", "/api/v1/stats", "/api/v1/sources"] {
        #expect(client.get(path, key: account.keys.secret).status == 200, "\(path) must be readable")
      }
      // It looks once a second at most.
      let isSaid = Stopwatch.waits(seconds: 20) {
        let health = client.get("/healthz")
        return health.status == 503 && health["status"]?.string == "unavailable"
      }
      #expect(isSaid, "healthz does not say that nothing can be stored")

      try FileManager.default.removeItem(atPath: filler)
      let watch = Stopwatch()
      #expect(Stopwatch.waits(seconds: 10) { decide("after-\(watch.seconds)").status == 200 }, "no recovery by itself")
      print("full disk: \(leads.count) leads acknowledged, recovered after \(watch.seconds) s")
      #expect(postback("before-0")["result"]?.string == "applied")
      for (click, event) in leads {
        let found = client.get("/api/v1/events?click_id=\(click)", key: account.keys.secret)
        #expect(
          found["events"]?.elements.count == 1 && found["events.0.event_id"]?.string == event, "\(click) was lost")
      }
      #expect(client.get("/api/v1/usage", key: account.keys.secret)["used"]?.integer == Int64(leads.count))
      #expect(try site.sql("PRAGMA integrity_check") == "ok")
    }
  }
}
