import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  /// The command line beside a running server.
  @Suite struct CommandTests {
    @Test func aRevokedKeyStopsWithinASecond() throws {
      let site = try sharedSite()
      let account = try site.account()
      let client = site.client()
      let made = try site.backnova("key", "create", "--account", account.id, "--kind", "secret", "--json")
      let key = try JSONDocument(Array(made.output.utf8)).root
      let (id, text) = (try #require(key["id"]?.string), try #require(key["key"]?.string))
      #expect(
        Stopwatch.waits(seconds: 10) { client.get("/api/v1/usage", key: text).status == 200 },
        "a new key works within a second")
      let list = try site.backnova("key", "list", "--account", account.id)
      #expect(list.output.contains(id) && !list.output.contains(text))
      let revoked = try site.backnova("key", "revoke", "--account", account.id, id)
      #expect(revoked.code == 0)
      let watch = Stopwatch()
      #expect(Stopwatch.waits(seconds: 10) { client.get("/api/v1/usage", key: text).status == 401 })
      print("a revoked key stopped after \(watch.seconds) s")
      #expect(client.get("/api/v1/usage", key: account.keys.secret).status == 200)
      #expect(try site.backnova("key", "revoke", "--account", account.id, "key_none").code != 0)
    }

    @Test func aBackupUnderLoadIsSound() throws {
      let site = try sharedSite()
      let account = try site.account(plan: "unlimited")
      let folder = try TemporaryFolder()
      let load = Load(8, on: site, account)
      usleep(700_000)
      let number = account.id.dropFirst(4)
      let count = "SELECT count(*) FROM lead WHERE account_id = \(number)"
      let before = try #require(Int(try site.sql(count)))
      let done = try site.backnova("backup", folder.path + "/copy.db")
      #expect(done.code == 0, "\(done.errors)")
      let record = load.end()
      let copy = folder.path + "/copy.db"
      #expect(try site.sql("PRAGMA integrity_check", database: copy) == "ok")
      #expect(try site.sql("PRAGMA foreign_key_check", database: copy) == "")
      let copied = try #require(Int(try site.sql(count, database: copy)))
      #expect(before > 0 && copied >= before)
      #expect(try site.sql("SELECT used FROM usage WHERE account_id = \(number)", database: copy) == String(copied))
      let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(try site.backnova("backup", copy).code != 0, "an older backup is not overwritten")
      #expect(record.failures.isEmpty, "\(record.failures)")
    }

    @Test func peopleAreAddedAndGetNewPasswords() throws {
      let site = try sharedSite()
      let account = try site.account()
      let client = site.client()
      let email = "second-\(account.email)"
      func logIn(_ password: String) -> Int {
        client.post("/api/v1/session", ["email": .string(email), "password": .string(password)]).status
      }
      let added = try site.backnova("person", "add", "--account", account.id, "--email", email, "--json")
      let first = try #require(try JSONDocument(Array(added.output.utf8)).root["password"]?.string)
      #expect(logIn(first) == 200)
      let reset = try site.backnova(
        "person", "reset-password", "--email", email, "--password-stdin", input: "a-new-password-77\n")
      #expect(reset.code == 0 && !reset.output.contains("a-new-password-77"), "\(reset.errors)")
      #expect(logIn(first) == 401 && logIn("a-new-password-77") == 200)
      let list = try site.backnova("account", "list")
      #expect(list.output.contains(account.id) && list.output.contains(email))
      #expect(try site.backnova("person", "add", "--account", account.id, "--email", email).code != 0)
      #expect(
        try site.backnova(
          "person", "add", "--account", account.id, "--email", "x@example.org", "--password-stdin", input: "short\n"
        ).code != 0)
    }
  }
}

extension EndToEnd {
  /// The command line on a folder of its own.
  @Suite struct StateFolderTests {
    private let folder: TemporaryFolder
    private var state: String { folder.path + "/s" }

    init() throws { folder = try TemporaryFolder() }

    private func backnova(_ arguments: String...) throws -> Finished {
      try Shell.run(Site.binary, arguments, settings: ["BACKNOVA_STATE": state])
    }

    @Test func checkNamesWhatIsWrongAndTheRemedy() throws {
      let none = try backnova("check")
      #expect(none.code == 1 && none.output.contains("WRONG state folder"))
      let made = try backnova("account", "create", "--email", "Me@Example.org", "--json")
      let root = try JSONDocument(Array(made.output.utf8)).root
      #expect(
        root.memberKeys == ["account_id", "email", "password", "keys"] && root["email"]?.string == "me@example.org")
      #expect(root["keys"]?.memberKeys == ["secret", "publishable", "postback"])
      for (kind, prefix) in [("secret", "bn_live_"), ("publishable", "bn_pub_"), ("postback", "bn_pb_")] {
        let key = try #require(root.at("keys." + kind)?.string)
        #expect(key.hasPrefix(prefix) && key.utf8.count == prefix.utf8.count + 32)
      }
      let unexported = try backnova("check")
      #expect(unexported.code == 1 && unexported.output.contains("never exported"))
      #expect(try backnova("export-key", folder.path + "/key").code == 0)
      let good = try backnova("check")
      #expect(good.code == 0 && !good.output.contains("WRONG"), "\(good.output)")
      for subject in ["configuration", "permissions", "server key", "database", "writing", "clock", "disk"] {
        #expect(good.output.contains("ok    " + subject))
      }
      chmod(state + "/backnova.db", 0o644)
      let open = try backnova("check")
      #expect(open.code == 1 && open.output.contains("chmod 600 \(state)/backnova.db"))
      #expect(try backnova("account", "create", "--email", "nobody").code != 0)
      #expect(try backnova("--help").output.contains("BACKNOVA_STATE"))
    }

    @Test func commandsThatOnlyReadMakeNothing() throws {
      for arguments in [
        ["ledger", "verify"], ["ledger", "verify", "--json"], ["account", "list"],
        ["backup", folder.path + "/copy.db"],
        ["key", "list", "--account", "acc_1"], ["key", "revoke", "--account", "acc_1", "key_1"], ["check"],
        ["person", "reset-password", "--email", "me@example.org"], ["export-key", folder.path + "/key"],
      ] {
        let done = try Shell.run(Site.binary, arguments, settings: ["BACKNOVA_STATE": state])
        #expect(done.code != 0, "\(arguments)")
        if !["check", "export-key"].contains(arguments[0]) {
          #expect(done.errors.contains("no database at \(state)/backnova.db"), "\(arguments): \(done.errors)")
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func whatIsNotThereIsNotVerified() throws {
      #expect(try backnova("account", "create", "--email", "me@example.org").code == 0)
      #expect(try backnova("ledger", "verify").code == 0)
      for command in [["ledger", "verify"], ["key", "list"]] {
        let unknown = try Shell.run(
          Site.binary, command + ["--account", "acc_99"], settings: ["BACKNOVA_STATE": state])
        #expect(unknown.code != 0 && unknown.errors.contains("no account acc_99"), "\(unknown.errors)")
      }
      let emptied = "PRAGMA foreign_keys = OFF; DELETE FROM account;"
      #expect(try Shell.run("/usr/bin/sqlite3", [state + "/backnova.db", emptied]).code == 0)
      let none = try backnova("ledger", "verify")
      #expect(none.code != 0 && none.errors.contains("There is no account") && !none.output.contains("equal"))
    }

    @Test func aNewerSchemaIsRefusedWithTheReason() throws {
      #expect(try backnova("account", "create", "--email", "me@example.org").code == 0)
      let done = try Shell.run(
        "/usr/bin/sqlite3", [state + "/backnova.db", "INSERT INTO grdb_migrations VALUES ('9999 of the future')"])
      #expect(done.code == 0)
      let list = try backnova("account", "list")
      #expect(list.code != 0 && list.errors.contains("newer version"), "\(list.errors)")
      let check = try backnova("check")
      #expect(check.code == 1 && check.output.contains("newer version"), "\(check.output)")
      let watch = Stopwatch()
      let (code, said) = try start(state: state)
      #expect(code != nil && code != 0 && said.contains("newer version"), "\(said)")
      print("a newer schema was refused after \(watch.seconds) s")
    }

    @Test func badPortsAreNamed() throws {
      for bad in ["abc", "0", "70000"] {
        let (code, said) = try start(state: state, port: bad)
        #expect(code == 1 && said.contains("BACKNOVA_HTTPS_PORT=\(bad)"), "\(said)")
      }
      try Site.withPortTaken { port in
        let (code, said) = try start(state: state, port: String(port))
        #expect(code == 1 && said.contains("port \(port)") && said.contains("in use"), "\(said)")
      }
      let (code, said) = try start(state: state + String(repeating: "/long", count: 30))
      #expect(code == 1 && said.contains("too long"), "\(said)")
    }

    /// A server that is not expected to start: how it ended and what it said.
    private func start(state: String, port: String? = nil) throws -> (code: Int32?, said: String) {
      let process = try ServerProcess(
        settings: [
          "BACKNOVA_STATE": state, "BACKNOVA_HTTPS_PORT": try port ?? String(Site.freePort()),
          "BACKNOVA_BINARY": Site.binary,
        ], folder: folder)
      let code = process.waitUntilItEnds(seconds: 45)
      if code == nil { _ = process.stop() }
      return (code, process.said)
    }
  }
}
