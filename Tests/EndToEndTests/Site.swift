import Foundation
import JSON
import Testing

/// What a test calls with: an account's keys.
struct Keys: Sendable {
  let secret: String
  let publishable: String
  let postback: String
}

/// An account and the person who may log in.
struct TestAccount: Sendable {
  let id: String
  let email: String
  let password: String
  let keys: Keys

  /// As `account create --json` prints it, and as demo.json holds it but for the id.
  init(_ text: String) throws {
    let root = try JSONDocument(Array(text.utf8)).root
    func value(_ path: String) throws -> String { try #require(root.at(path)?.string, "\(path) is missing") }
    id = root.at("account_id")?.string ?? ""
    email = try value("email")
    password = try value("password")
    keys = Keys(
      secret: try value("keys.secret"), publishable: try value("keys.publishable"), postback: try value("keys.postback")
    )
  }
}

/// What is under test: nginx, supervisor and responder as `script/server` starts them, with a state folder of their own.
final class Site: Sendable {
  /// The one that the running suite shares (``SiteTrait``).
  @TaskLocal static var current: Site?

  static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The program as it was built together with these tests, or what BACKNOVA_BINARY names.
  static let binary: String = {
    if let named = ProcessInfo.processInfo.environment["BACKNOVA_BINARY"] { return named }
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent("backnova").path
  }()

  let state: String
  let port: Int
  private let folder: TemporaryFolder
  private let process: ServerProcess

  /// Starts and waits until it answers.
  /// - Parameters:
  ///   - state: a folder to be used again; a new one otherwise.
  ///   - settings: environment variables besides the state, the port, the program, and no rate limits.
  init(state: String? = nil, settings: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    self.state = state ?? folder.path + "/s"
    port = try Self.freePort()
    let own = [
      "BACKNOVA_STATE": self.state, "BACKNOVA_HTTPS_PORT": String(port), "BACKNOVA_BINARY": Self.binary,
      "BACKNOVA_RATE_LIMITS": "off",
    ]
    process = try ServerProcess(settings: own.merging(settings) { $1 }, folder: folder)
    guard process.waitUntilReady(seconds: 60) else {
      let said = process.said
      _ = process.stop()
      throw SiteFault(description: "script/server did not start: \(said)")
    }
  }

  /// Stops as Ctrl-C does, and records an issue where something is left behind.
  func stop(sourceLocation: SourceLocation = #_sourceLocation) {
    let code = process.stop()
    #expect(code == 0, "script/server ended with \(code): \(process.said)", sourceLocation: sourceLocation)
    let isClean = Stopwatch.waits(seconds: 20) { Self.processes(naming: state).isEmpty }
    #expect(isClean, "still running: \(Self.processes(naming: state))", sourceLocation: sourceLocation)
    #expect(Self.isFree(port), "port \(port) is still in use", sourceLocation: sourceLocation)
  }

  var url: String { "https://127.0.0.1:\(port)" }
  var certificate: String { state + "/tls/certificate.pem" }
  /// What script/server printed.
  var said: String { process.said }

  func demo() throws -> TestAccount { try TestAccount(readText(state + "/demo.json")) }

  func client() -> Client { Client(url: url, certificate: certificate) }

  func rawConnection() throws -> RawConnection {
    try #require(RawConnection(url: url, certificate: certificate), "no TLS connection")
  }

  /// The responder's process id, as its file tells it.
  func responder() throws -> pid_t {
    try #require(pid_t(readText(state + "/backnova.pid").trimmingCharacters(in: .newlines)))
  }

  /// The process ids of nginx: its master and all workers.
  func nginx() throws -> [pid_t] {
    let master = try #require(pid_t(readText(state + "/run/nginx.pid").trimmingCharacters(in: .newlines)))
    let workers = readText("/proc/\(master)/task/\(master)/children").split(separator: " ").compactMap { pid_t($0) }
    try #require(!workers.isEmpty, "nginx has no workers")
    return [master] + workers
  }

  /// Kills the responder outright, and waits until another one answers in its place.
  func killResponder(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let killed = try responder()
    kill(killed, SIGKILL)
    let client = client()
    let isBack = Stopwatch.waits(seconds: 20) {
      (try? responder()) ?? killed != killed && client.get("/healthz").status == 200
    }
    try #require(isBack, "no responder came back", sourceLocation: sourceLocation)
  }

  /// Runs the program beside the running server.
  func backnova(_ arguments: String..., input: String = "") throws -> Finished {
    try Shell.run(Self.binary, arguments, settings: ["BACKNOVA_STATE": state], input: input)
  }

  /// A new account, so that a test counts its own leads alone.
  func account(plan: String = "solo") throws -> TestAccount {
    let email = "buyer-\(UUID().uuidString.prefix(8).lowercased())@example.org"
    let made = try backnova("account", "create", "--email", email, "--plan", plan, "--json")
    try #require(made.code == 0, "\(made.errors)")
    let account = try TestAccount(made.output)
    // A running server sees what another process made after a moment.
    usleep(300_000)
    let isKnown = Stopwatch.waits(seconds: 10) { client().get("/api/v1/usage", key: account.keys.secret).status == 200 }
    try #require(isKnown, "the new account's key is not known after a second")
    return account
  }

  /// Runs SQL on the database from outside, while the server runs.
  @discardableResult
  func sql(_ text: String, database: String? = nil) throws -> String {
    let done = try Shell.run("/usr/bin/sqlite3", ["-cmd", ".timeout 5000", database ?? state + "/backnova.db", text])
    try #require(done.code == 0, "sqlite3: \(done.errors)")
    return done.output.trimmingCharacters(in: .newlines)
  }

  /// Ids and names of the processes whose command or environment names `path`.
  static func processes(naming path: String) -> [String] {
    let needle = Data(path.utf8)
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { Int32($0) }.filter { $0 != getpid() }.compactMap { id in
      let texts = ["cmdline", "environ"].compactMap { FileManager.default.contents(atPath: "/proc/\(id)/\($0)") }
      guard texts.contains(where: { $0.range(of: needle) != nil }) else { return nil }
      return "\(id) " + readText("/proc/\(id)/comm").trimmingCharacters(in: .newlines)
    }
  }

  private static func listeningSocket(_ port: Int) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeBytes(of: &address) {
      $0.withMemoryRebound(to: sockaddr.self) { bind(descriptor, $0.baseAddress, size) }
    }
    guard bound == 0, listen(descriptor, 128) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  static func isFree(_ port: Int) -> Bool {
    guard let descriptor = listeningSocket(port) else { return false }
    close(descriptor)
    return true
  }

  /// Runs `body` while another program, this one, listens on a port.
  static func withPortTaken(_ body: (Int) throws -> Void) throws {
    let port = try freePort()
    let descriptor = try #require(listeningSocket(port))
    defer { close(descriptor) }
    try body(port)
  }

  static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000..<32_000)
      if isFree(port) { return port }
    }
    throw SiteFault(description: "no free port")
  }
}

/// Why nothing could be tested.
struct SiteFault: Error, CustomStringConvertible { let description: String }
