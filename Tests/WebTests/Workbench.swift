import Domain
import Foundation
import HTTP
import JSON
import Logging
import Outbound
import Privacy
import Scoring
import Storage
import Synchronization
import Web

/// A whole service on a database file of its own, spoken to as the FastCGI server speaks to it, without a socket.
final class Workbench: Sendable {
  let folder: URL
  let store: Store
  let keyring = Keyring(serverKey: Array(0..<32))
  let service: Service
  let clock = TestClock()
  let log = RecordedLog()

  /// - Parameters:
  ///   - networks: private ones that forwards and partners may lead to.
  ///   - partnerMilliseconds: that one partner has.
  init(
    allowing networks: String..., partnerMilliseconds: Int = 4_000, alertSender: AlertSender = AlertSender()
  ) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("backnova-web-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    store = try Store(path: folder.appendingPathComponent("backnova.db").path)
    let (clock, log) = (clock, log)
    let guarding = AddressGuard(allowing: networks.compactMap { Network($0) })
    var limits = CallLimits.partner
    limits.whole = partnerMilliseconds
    let outlets = Outlets(
      guarding: guarding, partners: try PartnerClient(keyring: keyring, guarding: guarding, limits: limits),
      alerts: alertSender)
    service = try Service(
      store: store, keyring: keyring, scoring: ExpertScoring(), outlets: outlets, version: "0.0.0-test",
      decisionThreads: 64,
      logger: Logger(label: "test", factory: { _ in RecordingHandler(log: log) }), now: { clock.now })
  }

  deinit {
    store.close()
    try? FileManager.default.removeItem(at: folder)
  }

  /// An account with one key of each kind. Without `password` nobody can log in, which saves the time to hash one.
  func account(
    plan: Plan = .unlimited, timezone: String = "UTC", email: String = "owner-\(UUID().uuidString)@example.com",
    password: String? = nil
  ) throws -> TestAccount {
    let keys = try KeyKind.allCases.map { try NewKey.make($0, name: "first", keyring: keyring) }
    let account = try store.createAccount(
      plan: plan, timezone: timezone, currency: "USD", email: email.lowercased(),
      passwordHash: try password.map { try Password.hash($0) } ?? "-", keys: keys.map(\.key), at: clock.now)
    func text(_ kind: KeyKind) -> String { keys.first { $0.key.kind == kind }?.secret.text ?? "" }
    return TestAccount(
      workbench: self, id: account.id, email: email, secret: text(.secret), publishable: text(.publishable),
      postback: text(.postback))
  }

  /// - Parameter target: path and, behind `?`, the query as it stands on the wire.
  func send(
    _ method: String, _ target: String, key: String? = nil, body: [UInt8] = [], type: String? = nil,
    headers: [String: String] = [:], address: String = "198.51.100.7", country: String? = nil
  ) -> Answer {
    var headers = headers
    if let key { headers["authorization"] = "Bearer " + key }
    if let type { headers["content-type"] = type }
    let target = Array(target.utf8)
    let path = target.prefix { $0 != UInt8(ascii: "?") }
    return Answer(
      service.respond(
        to: Request(
          method: method, path: String(decoding: path, as: UTF8.self), query: Array(target.dropFirst(path.count + 1)),
          headers: headers, body: body, remoteAddress: address, country: country)))
  }

  func get(_ target: String, key: String? = nil, headers: [String: String] = [:]) -> Answer {
    send("GET", target, key: key, headers: headers)
  }

  /// Sends JSON.
  func send(
    _ method: String, _ target: String, key: String? = nil, json: String, headers: [String: String] = [:],
    address: String = "198.51.100.7", country: String? = nil
  ) -> Answer {
    send(
      method, target, key: key, body: Array(json.utf8), type: "application/json", headers: headers, address: address,
      country: country)
  }

  /// The bytes of the database and of its write-ahead log.
  func storedBytes() throws -> [UInt8] {
    try ["backnova.db", "backnova.db-wal"].flatMap { name -> [UInt8] in
      let file = folder.appendingPathComponent(name)
      return FileManager.default.fileExists(atPath: file.path) ? Array(try Data(contentsOf: file)) : []
    }
  }
}

/// An account of a ``Workbench`` and what it is called with.
struct TestAccount: Sendable {
  let workbench: Workbench
  let id: AccountID
  let email: String
  let secret: String
  let publishable: String
  let postback: String

  /// A decision with the secret key. - Parameter json: the members of the body, without braces and `source`.
  func decide(_ members: String = "", source: String = "s1", headers: [String: String] = [:]) -> Answer {
    workbench.send("POST", "/api/v1/decision", key: secret, json: body(members, source), headers: headers)
  }

  /// A decision with the publishable key, as a browser sends it.
  func decideInBrowser(
    _ members: String = "", source: String = "s1", headers: [String: String] = [:], address: String = "198.51.100.7",
    country: String? = nil
  ) -> Answer {
    workbench.send(
      "POST", "/api/v1/decision", key: publishable, json: body(members, source), headers: headers, address: address,
      country: country)
  }

  func get(_ target: String) -> Answer { workbench.get(target, key: secret) }

  func send(_ method: String, _ target: String, json: String = "") -> Answer {
    workbench.send(method, target, key: secret, json: json)
  }

  /// A postback with the postback key. - Parameter query: what follows the key.
  func postback(_ query: String) -> Answer { workbench.get("/api/postback?api_key=\(postback)&\(query)") }

  func makeSource(_ slug: String = "s1", _ members: String = "") {
    _ = send("POST", "/api/v1/sources", json: #"{"slug":"\#(slug)"\#(members.isEmpty ? "" : "," + members)}"#)
  }

  private func body(_ members: String, _ source: String) -> String {
    #"{"source":"\#(source)"\#(members.isEmpty ? "" : "," + members)}"#
  }
}

/// A clock that stands still until it is moved; it begins at noon of 2026-11-22, UTC.
final class TestClock: Sendable {
  private let instant = Mutex(Instant(seconds: 1_795_348_800))
  var now: Instant { instant.withLock { $0 } }
  func advance(seconds: Int64) { instant.withLock { $0 = $0 + seconds } }
}

/// All that was logged.
final class RecordedLog: Sendable {
  private let lines = Mutex("")
  var text: String { lines.withLock { $0 } }
  func append(_ line: String) { lines.withLock { $0 += line + "\n" } }
}

private struct RecordingHandler: LogHandler {
  let log: RecordedLog
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  init(log: RecordedLog) { self.log = log }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    log.append("\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:])")
  }
}

/// Runs `body` on so many threads and waits for all of them.
func onThreads(_ count: Int, _ body: @escaping @Sendable (_ number: Int) -> Void) {
  let group = DispatchGroup()
  for number in 0..<count {
    group.enter()
    let thread = Thread {
      body(number)
      group.leave()
    }
    thread.stackSize = 2 << 20
    thread.start()
  }
  group.wait()
}

extension Service {
  /// The answer, for which the thread waits.
  func respond(to request: Request) -> Response {
    let answer = Mutex(Response(status: 599))
    let isThere = DispatchSemaphore(value: 0)
    respond(to: request) { response in
      answer.withLock { $0 = response }
      isThere.signal()
    }
    isThere.wait()
    return answer.withLock { $0 }
  }
}
