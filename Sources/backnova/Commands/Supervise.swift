import ArgumentParser
import FastCGI
import Foundation

/// `backnova supervise`: holds the sockets and keeps `backnova serve` running behind them, where systemd does not.
struct Supervise: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the sockets in the state folder and keep `backnova serve` running behind them.")

  func run() throws {
    Signals.prepare()
    let folder = try StateFolder(Settings())
    try folder.make()
    try FileManager.default.createDirectory(
      atPath: folder.sockets, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    do {
      let status = try Supervisor(directory: folder.sockets, command: [program, "serve"]).run()
      throw ExitCode(status)
    } catch let fault as SupervisorFault {
      throw CommandFault("The supervisor did not start: \(fault.text).")
    }
  }
}
