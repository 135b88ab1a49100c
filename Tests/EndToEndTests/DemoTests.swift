import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  @Suite struct DemoBesideTheServerTests {
    @Test func theServerShowsAHistoryThatWasMadeWhileItRan() throws {
      let site = try sharedSite()
      let account = try site.account(plan: "unlimited")
      let load = Load(4, on: site, account)
      let done = try site.backnova("demo", "--leads", "3000", "--accounts", "2", "--days", "20", "--json")
      let record = load.end()
      #expect(done.code == 0, "\(done.errors)")
      #expect(record.failures.isEmpty, "\(record.failures)")
      let demo = try DemoAnswer(done.output)
      let client = site.client()
      let isKnown = Stopwatch.waits(seconds: 10) { client.get("/api/v1/usage", key: demo.secrets[1]).status == 200 }
      try #require(isKnown)
      let found = client.get("/api/v1/events?click_id=c000000001", key: demo.secrets[0])
      #expect(found["events.0.click_id"]?.string == "c000000001")
      #expect(client.get("/api/v1/events?click_id=c000000001", key: demo.secrets[1])["events"]?.elements.count == 0)
      #expect(client.get("/api/v1/stats", key: demo.secrets[1])["total.leads"]?.integer == 1_500)
      #expect(client.get("/api/v1/events/recent", key: demo.secrets[1])["events"]?.elements.count == 50)
    }
  }
}

extension EndToEnd {
  @Suite struct DemoTests {
    @Test func theSameNumbersMakeTheSameHistory() throws {
      let folder = try TemporaryFolder()
      func make(_ state: String) throws -> Finished {
        try Shell.run(
          Site.binary,
          ["demo", "--leads", "2000", "--accounts", "2", "--seed", "7", "--until", "1700000000", "--json"],
          settings: ["BACKNOVA_STATE": folder.path + "/" + state])
      }
      let first = try make("a")
      #expect(first.code == 0 && first.errors.contains("2000 leads in"), "\(first.errors)")
      let demo = try DemoAnswer(first.output)
      #expect(demo.emails == ["demo-1@example.com", "demo-2@example.com"])
      #expect(demo.until == "2023-11-14T22:13:20.000Z" && demo.secrets.allSatisfy { $0.hasPrefix("bn_live_") })
      let second = try make("b")
      #expect(try second.code == 0 && Set(DemoAnswer(second.output).secrets).isDisjoint(with: demo.secrets))
      for table in ["lead", "contact", "postback", "conversion", "unmapped_word", "usage", "lead_rollup", "source"] {
        let rows = try ["a", "b"].map {
          try Shell.run("/usr/bin/sqlite3", [folder.path + "/\($0)/backnova.db", "SELECT * FROM \(table)"]).output
        }
        #expect(rows[0].utf8.count > 100 && rows[0] == rows[1], "\(table)")
      }
      let again = try make("a")
      #expect(again.code != 0 && again.errors.contains("demo-1@example.com"), "\(again.errors)")
      let leads = try Shell.run("/usr/bin/sqlite3", [folder.path + "/a/backnova.db", "SELECT count(*) FROM lead"])
      #expect(leads.output == "2000\n")
    }

    @Test func numbersThatMakeNoHistoryAreRefused() throws {
      let folder = try TemporaryFolder()
      for wrong in [
        ["--leads", "0", "--accounts", "1"], ["--leads", "5", "--accounts", "0"], ["--leads", "5"],
        ["--leads", "5", "--accounts", "1", "--until", "9999-12-31"],
        ["--leads", "5", "--accounts", "1", "--days", "0"], ["--leads", "2000000", "--accounts", "1", "--days", "1"],
      ] {
        let done = try Shell.run(
          Site.binary, ["demo"] + wrong, settings: ["BACKNOVA_STATE": folder.path + "/s"])
        #expect(done.code == 64, "\(wrong): \(done.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/s"))
    }
  }
}

/// What `demo --json` prints.
private struct DemoAnswer {
  let until: String?
  let emails: [String]
  let secrets: [String]

  init(_ text: String) throws {
    let root = try JSONDocument(Array(text.utf8)).root
    until = root["until"]?.string
    let accounts = root["accounts"]?.elements ?? []
    emails = accounts.compactMap { $0["email"]?.string }
    secrets = accounts.compactMap { $0.at("keys.secret")?.string }
  }
}
