import FastCGI
import Glibc
import HTTP
import Logging
import Synchronization

/// A temporary folder, removed with its owner.
final class TemporaryFolder: Sendable {
  let path: String

  init?() {
    var template = Array("/tmp/backnova-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { return nil }
    path = String(cString: made)
  }

  deinit {
    for name in ["decision.sock", "postback.sock", "api.sock", "log", "mode", "runs"] { unlink(path + "/" + name) }
    rmdir(path)
  }
}

/// A listening unix socket at that path.
func openListener(_ path: String) throws -> Listener { try Listener(descriptor: listenOn(path)) }

/// The descriptor of a listening unix socket at that path.
func listenOn(_ path: String) -> Int32 {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  let size = socklen_t(MemoryLayout<sockaddr_un>.size)
  _ = withUnsafeBytes(of: &address) { bytes in
    bytes.withMemoryRebound(to: sockaddr.self) { bind(descriptor, $0.baseAddress, size) }
  }
  listen(descriptor, 512)
  return descriptor
}

/// A server behind one socket of a temporary folder; stopped with its owner.
final class RunningServer: Sendable {
  let folder: TemporaryFolder
  let path: String
  let server: Server

  /// Answers each request on the thread that read it.
  convenience init(
    limits: ServerLimits = ServerLimits(), handler: @escaping @Sendable (Request) -> Response
  ) throws {
    try self.init(limits: limits, lateHandler: { request, reply in reply(handler(request)) })
  }

  init(limits: ServerLimits = ServerLimits(), lateHandler handler: @escaping Server.Handler) throws {
    guard let folder = TemporaryFolder() else { throw WorkbenchFault.noFolder }
    self.folder = folder
    path = folder.path + "/decision.sock"
    server = try Server(listeners: [openListener(path)], limits: limits, logger: quiet, handler: handler)
    try server.start()
  }

  deinit {
    server.stop()
    _ = server.wait()
  }

  func connect() throws -> FastCGIClient {
    guard let client = FastCGIClient(path: path) else { throw WorkbenchFault.noConnection }
    return client
  }

  /// One request from beginning to end.
  func ask(_ parameters: [(String, String)], body: [UInt8] = []) throws -> FastCGIClient.Answer {
    let client = try connect()
    client.send(parameters, body: body)
    return client.answer()
  }
}

/// How many are inside at once, such as requests in a handler.
final class Headcount: Sendable {
  private let inside = Atomic(0)
  private let highest = Atomic(0)

  func enter() {
    let number = inside.add(1, ordering: .sequentiallyConsistent).newValue
    _ = highest.max(number, ordering: .sequentiallyConsistent)
  }

  func leave() { inside.subtract(1, ordering: .sequentiallyConsistent) }

  /// The most so far.
  var most: Int { highest.load(ordering: .sequentiallyConsistent) }
}

enum WorkbenchFault: Error { case noFolder, noConnection, noAnswer }

/// What a handler shows of the request, one line each, so that a test can see it from outside.
func describe(_ request: Request) -> Response {
  var lines = [
    "id=\(request.id)", "method=\(request.method)", "path=\(request.path)",
    "query=\(String(decoding: request.query, as: UTF8.self))", "address=\(request.remoteAddress)",
    "country=\(request.country ?? "-")", "secure=\(request.isSecure)", "body=\(request.body.count)",
  ]
  for (name, value) in request.headers.sorted(by: { $0.key < $1.key }) { lines.append("\(name): \(value)") }
  return .text(lines.joined(separator: "\n"))
}

/// Tests look at answers, not at logs.
private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
