import Foundation
import JSON
import Synchronization
import Testing

extension EndToEnd {
  /// Processes are killed, stopped and watched.
  @Suite(.site) struct CrashTests {
    @Test func killsUnderLoadLoseNothingAndDoubleNothing() throws {
      let site = try sharedSite()
      let account = try site.account(plan: "unlimited")
      let kills = EndToEnd.isThorough ? 20 : 3
      let watch = PIDWatch(site)
      let load = Load(64, on: site, account)
      usleep(1_000_000)
      var slowest = 0.0
      for _ in 0..<kills {
        let responder = try site.responder()
        kill(responder, SIGKILL)
        let down = Stopwatch()
        let client = site.client()
        let isBack = Stopwatch.waits(seconds: 10) {
          (try? site.responder()) ?? responder != responder && client.get("/healthz").status == 200
        }
        #expect(isBack)
        slowest = max(slowest, down.seconds)
        usleep(1_200_000)
      }
      let record = load.end()
      let torn = watch.end()
      print(
        "kills: \(kills), leads \(record.leads.count), conversions \(record.conversions.count), "
          + "calls that failed \(record.failures), slowest return \(slowest) s, pid files read \(torn.read)")
      #expect(record.leads.count > 100 && record.conversions.count > 100)
      #expect(torn.read > 100 && torn.bad.isEmpty, "pid file: \(torn.bad)")
      #expect(slowest < 5)
      try record.check(on: site, account)
    }

    @Test func aRestartUnderLoadFailsNoRequest() throws {
      let site = try sharedSite()
      let account = try site.account(plan: "unlimited")
      let load = Load(16, on: site, account, repeats: false)
      for _ in 0..<(EndToEnd.isThorough ? 10 : 2) {
        usleep(1_000_000)
        let responder = try site.responder()
        kill(responder, SIGTERM)
        #expect(Stopwatch.waits(seconds: 15) { (try? site.responder()) ?? responder != responder })
      }
      usleep(500_000)
      let record = load.end()
      print("restarts: leads \(record.leads.count), calls that failed \(record.failures)")
      #expect(
        record.failures.isEmpty, "of \(record.leads.count + record.conversions.count) calls failed: \(record.failures)")
      try record.check(on: site, account)
    }

    /// A kill cannot tell a durable commit from one that is still in the kernel's memory: this can.
    @Test func everyWriteIsOnDiskBeforeItsAnswer() throws {
      let site = try sharedSite()
      let account = try site.account()
      let strace = try Strace(["fdatasync", "fsync"], of: [site.responder()])
      defer { strace.end() }
      func syncs() -> Int {
        strace.record.split(separator: "\n").count {
          $0.contains("sync(") || $0.contains("sync resumed") && !$0.contains("<unf")
        }
      }
      let client = site.client()
      #expect(client.post("/api/v1/decision", ["source": "a"], key: account.keys.secret).status == 200)
      func syncs(of call: () -> Answer, _ status: Int) -> Int {
        let before = syncs()
        #expect(call().status == status)
        return syncs() - before
      }
      var decisions: [Int] = []
      var postbacks: [Int] = []
      for number in 0..<30 {
        let body: JSONValue = ["source": "a", "click_id": .string("sync-\(number)")]
        decisions.append(syncs(of: { client.post("/api/v1/decision", body, key: account.keys.secret) }, 200))
        let postback =
          "/api/postback?api_key=\(account.keys.postback)&click_id=sync-\(number)&status=sale&payout=1&txid=\(number)"
        postbacks.append(syncs(of: { client.get(postback) }, 200))
      }
      let key = syncs(of: { client.post("/api/v1/keys", ["kind": "secret"], key: account.keys.secret) }, 201)
      #expect(decisions.allSatisfy { $0 >= 1 }, "decisions answered without a sync before: \(decisions)")
      #expect(postbacks.allSatisfy { $0 >= 1 }, "postbacks answered without a sync before: \(postbacks)")
      #expect(key >= 1, "a key was shown before it was on disk")
      let before = syncs()
      for _ in 0..<30 { #expect(client.get("/api/v1/usage", key: account.keys.secret).status == 200) }
      #expect(syncs() - before < 10, "reads do not sync; if they do, the count above proves nothing")
    }
  }
}

/// Reads the pid file over and over: it must be whole each time.
private final class PIDWatch: Sendable {
  private let crowd: Crowd<(read: Int, bad: [String])>
  private let stopSign = StopSign()

  init(_ site: Site) {
    let path = site.state + "/backnova.pid"
    let stopSign = stopSign
    crowd = Crowd(1) { _ in
      var found: (read: Int, bad: [String]) = (0, [])
      while !stopSign.isUp {
        let text = readText(path)
        found.read += 1
        if !text.hasSuffix("\n") || pid_t(text.dropLast()) == nil { found.bad.append(text) }
        usleep(1_000)
      }
      return found
    }
  }

  func end() -> (read: Int, bad: [String]) {
    stopSign.raise()
    return crowd.results().first ?? (0, [])
  }
}
