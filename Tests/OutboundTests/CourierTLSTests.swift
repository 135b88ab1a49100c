import Foundation
import Outbound
import TestReceiver
import Testing

/// TLS and HTTP/2, told by nginx with a certificate made for the test.
@Suite(.serialized, .enabled(if: TLSReceiver.isPossible)) struct CourierTLSTests {
  private let receiver: TLSReceiver

  init() throws { receiver = try TLSReceiver() }

  @Test func aCertificateThatNobodySignedIsRefused() throws {
    let result = try Bench().call("https://localhost:\(receiver.port)/")
    #expect(result.status == nil && result.failure == .badCertificate && !result.isDelivered)
    let direct = DirectCaller.make(Call(id: 1, url: "https://localhost:\(receiver.port)/"), guarding: loopback)
    #expect(direct.failure == .badCertificate)
  }

  @Test func aCertificateForAnotherNameIsRefused() throws {
    let result = try Bench(certificates: receiver.certificate).call("https://127.0.0.1:\(receiver.port)/")
    #expect(result.status == nil && result.failure == .badCertificate)
  }

  @Test func aTrustedReceiverIsSpokenToInHTTP2() throws {
    let bench = try Bench(certificates: receiver.certificate)
    for _ in 0..<5 {
      let result = try bench.call("https://localhost:\(receiver.port)/postback?subid=1")
      #expect(
        result.status == 200 && result.httpVersion == 2 && result.text == "/postback?subid=1" && result.failure == nil)
    }
    let slow = try bench.call("https://localhost:\(receiver.port)/slow")
    #expect(slow.status == 429 && slow.retryAfter == 30)
  }

  @Test func manyCallsShareAConnection() throws {
    let courier = try Bench(limit: 200, certificates: receiver.certificate).courier
    var (submitted, delivered, connections) = (0, 0, Set<String>())
    // The first opens the connection that the rest find.
    for target in [1, 500] {
      while delivered < target {
        while submitted < target,
          courier.submit(Call(id: Int64(submitted), url: "https://localhost:\(receiver.port)/connection"))
        {
          submitted += 1
        }
        let results = courier.results(waitingMilliseconds: 10_000)
        try #require(!results.isEmpty)
        for result in results where result.httpVersion != 2 { Issue.record("\(result)") }
        delivered += results.count
        connections.formUnion(results.map(\.text))
      }
    }
    // nginx takes 128 calls at a time on one; each of the rest may open another.
    #expect(connections.count <= 150)
  }

  @Test func whatIsNotTLSFails() throws {
    let plain = try Receiver { $0.send(answer("400 Bad Request")) }
    #expect(try Bench().call("https://127.0.0.1:\(plain.port)/").failure == .tlsFailed)
  }
}

/// nginx in a folder of its own, with a certificate for `localhost` that it signed itself.
final class TLSReceiver {
  static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx")
  let port: Int
  var certificate: String { folder + "/certificate.pem" }
  private let folder: String
  private let server = Process()

  init() throws {
    folder = NSTemporaryDirectory() + "backnova-tls-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // A port that was free a moment ago.
    port = try Receiver(answering: "").port
    let make = try Self.run(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder + "/key.pem", "-out", certificate,
      ])
    guard make == 0 else { throw ReceiverFault() }
    try configuration.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
    server.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
    server.arguments = ["-c", folder + "/nginx.conf", "-p", folder, "-e", folder + "/error.log"]
    server.standardError = FileHandle.nullDevice
    try server.run()
    let probe = AddressGuard(allowing: ["127.0.0.0/8"].compactMap { Network($0) })
    for _ in 0..<100 {
      let result = DirectCaller.make(Call(id: 0, url: "https://127.0.0.1:\(port)/"), guarding: probe)
      if result.failure == .badCertificate { return }
      pause(50)
    }
    throw ReceiverFault()
  }

  deinit {
    // It inherits a mask that blocks the gentler signals.
    kill(server.processIdentifier, SIGKILL)
    server.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private var configuration: String {
    """
    daemon off; master_process off; pid \(folder)/pid; error_log \(folder)/error.log;
    events { worker_connections 1024; }
    http {
      access_log off; client_body_temp_path \(folder)/body; proxy_temp_path \(folder)/proxy;
      fastcgi_temp_path \(folder)/fastcgi; uwsgi_temp_path \(folder)/uwsgi; scgi_temp_path \(folder)/scgi;
      server {
        listen 127.0.0.1:\(port) ssl http2;
        ssl_certificate \(certificate); ssl_certificate_key \(folder)/key.pem;
        location / { return 200 $request_uri; }
        location /connection { return 200 $connection; }
        location /slow { add_header Retry-After 30 always; return 429 slow; }
      }
    }
    """
  }

  private static func run(_ path: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
