import Foundation
import JSON
import Testing

extension EndToEnd {
  /// What `script/server` leaves, prints, and does the second time.
  @Suite struct StartTests {
    @Test func aSecondStartFindsEverythingAgain() throws {
      let folder = try TemporaryFolder()
      let state = folder.path + "/s"
      let first = try Site(state: state)
      let (account, client) = (try first.demo(), first.client())
      let decision = client.post("/api/v1/decision", ["source": "a", "click_id": "kept"], key: account.keys.secret)
      #expect(decision.status == 200)
      try checkFiles(of: first)
      let printed = try #require(first.said.split(separator: "\n").first { $0.contains("curl ") })
      let answer = try Shell.bash(String(printed) + " -sS")
      #expect(answer.code == 0, "\(answer.errors)")
      let plain = try Shell.bash(String(printed))
      let root = try JSONDocument(Array(plain.output.utf8)).root
      #expect(root["event_id"]?.string?.hasPrefix("evt_") == true && root["decision"]?.string != nil, "\(plain.output)")
      #expect(
        first.said.contains(first.url) && first.said.contains(account.email) && first.said.contains(account.password))
      first.stop()

      let watch = Stopwatch()
      let second = try Site(state: state)
      defer { second.stop() }
      print("second start: \(watch.seconds) s")
      #expect(watch.seconds < 10)
      let again = try second.demo()
      #expect(again.keys.secret == account.keys.secret && again.password == account.password)
      #expect(try #require(JSONDocument(Array(readText(state + "/demo.json").utf8)).root["url"]?.string) == second.url)
      let found = second.client().get("/api/v1/events?click_id=kept", key: account.keys.secret)
      #expect(found["events.0.event_id"]?.string == decision["event_id"]?.string)
    }

    private func checkFiles(of site: Site) throws {
      let demo = try JSONDocument(Array(readText(site.state + "/demo.json").utf8)).root
      #expect(demo.memberKeys == ["url", "email", "password", "keys"] && demo["url"]?.string == site.url)
      #expect(demo["keys"]?.memberKeys == ["secret", "publishable", "postback"])
      let names = FileManager.default.enumerator(atPath: site.state)?.compactMap { $0 as? String } ?? []
      for name in ["demo.json", "backnova.db", "server.key", "backnova.pid", "run/decision.sock", "tls/key.pem"] {
        #expect(names.contains(name))
      }
      for name in names + [""] {
        var status = stat()
        guard stat(site.state + "/" + name, &status) == 0 else { continue }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        let isSocket = status.st_mode & S_IFMT == S_IFSOCK
        let mode = status.st_mode & 0o777
        #expect(
          isFolder ? mode == 0o700 : isSocket ? mode & 0o007 == 0 : mode == 0o600, "\(name): \(String(mode, radix: 8))")
      }
      let said = readText("/proc/\(try site.responder())/cmdline")
      #expect(said.contains("serve"), "backnova.pid names the responder itself")
    }
  }
}

extension EndToEnd.Shared {
  /// What the documents tell a reader to type works as it stands.
  @Suite struct DocumentTests {
    /// Runs the ```sh blocks that stand behind `<!-- run -->`, those of a file in one shell, in their order. URL and KEY
    /// are the server's; `.state`, the release's path and the standard address stand for what is running.
    @Test func blocksRunAsWritten() throws {
      let site = try sharedSite()
      let files = try documents()
      var count = 0
      for file in files {
        let blocks = Self.blocks(of: readText(file))
        guard !blocks.isEmpty else { continue }
        count += blocks.count
        let script = blocks.joined(separator: "\n")
          .replacingOccurrences(of: "https://127.0.0.1:8443", with: site.url)
          .replacingOccurrences(of: ".build/release/backnova", with: Site.binary)
          .replacingOccurrences(of: ".state", with: site.state)
        let settings = ["BACKNOVA_STATE": site.state, "URL": site.url, "KEY": try site.demo().keys.secret]
        let done = try Shell.bash(script, settings: settings, folder: Site.repository)
        #expect(done.code == 0, "\(file): \(done.output)\(done.errors)")
        #expect(
          !done.output.contains("\"type\":\"about:blank\""), "\(file) was answered with a problem: \(done.output)")
      }
      if FileManager.default.fileExists(atPath: Site.repository + "/README.md") {
        #expect(count > 0, "README.md has no block that is marked to be run")
      }
    }

    @Test func onlyMarkedBlocksAreTaken() {
      let text =
        "a\n```sh\nno\n```\n<!-- run -->\n```sh\none\ntwo\n```\n<!-- run -->\n\n```sh\nthree\n```\n```sh\nno\n```\n"
      #expect(Self.blocks(of: text) == ["one\ntwo", "three"])
    }

    private func documents() throws -> [String] {
      let docs = Site.repository + "/docs"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: docs)) ?? []
      return [Site.repository + "/README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { docs + "/" + $0 }
    }

    private static func blocks(of text: String) -> [String] {
      var blocks: [String] = []
      var (isMarked, block) = (false, [Substring]?.none)
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if let lines = block {
          block = line == "```" ? nil : lines + [line]
          if line == "```" { blocks.append(lines.joined(separator: "\n")) }
        } else if line == "<!-- run -->" {
          isMarked = true
        } else if line == "```sh", isMarked {
          (isMarked, block) = (false, [])
        } else if !line.isEmpty {
          isMarked = false
        }
      }
      return blocks
    }
  }
}
