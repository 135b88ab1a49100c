import Foundation
import Outbound
import TestReceiver

/// nginx in a folder of its own, with a certificate for `localhost` that it signed itself.
final class TLSReceiver {
  static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx")
  let port: Int
  var certificate: String { folder + "/certificate.pem" }
  private let folder: String
  private let server = Process()
  private let protocols: String

  /// - Parameters:
  ///   - isExpired: its certificate ended yesterday.
  ///   - protocols: as nginx names them.
  init(isExpired: Bool = false, protocols: String = "TLSv1.2 TLSv1.3") throws {
    self.protocols = protocols
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
    if isExpired {
      let files = ["-in", certificate, "-signkey", folder + "/key.pem", "-out", certificate]
      guard try Self.run("/usr/bin/openssl", ["x509", "-days", "-1"] + files) == 0 else { throw ReceiverFault() }
    }
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
        ssl_protocols \(protocols); ssl_certificate \(certificate); ssl_certificate_key \(folder)/key.pem;
        location / { return 200 $request_uri; }
        location /connection { return 200 $connection; }
        location /json {
          default_type application/json;
          return 200 '{"connection":$connection,"protocol":"https://partner.example/$server_protocol"}';
        }
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
