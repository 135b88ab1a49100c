import ArgumentParser
import Foundation
import Privacy

/// `backnova export-key`: a copy of the server key, to be kept away from the server.
struct ExportKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-key", abstract: "Write a copy of the server key to a file, to be kept elsewhere.",
    discussion: "Without it a restored backup recognises no lead again and cannot open sealed keys.")
  @Argument(help: "The file to make (0600); it must not exist.") var path: String

  func run() throws {
    let folder = try StateFolder(Settings())
    do {
      let key = try ServerKey.load(path: folder.serverKey)
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw CommandFault("\(path) cannot be made: check its folder and owner.")
      }
      try Data((key.bytes.map { String(format: "%02x", $0) }.joined() + "\n").utf8).write(
        to: URL(fileURLWithPath: path))
      try Data().write(to: URL(fileURLWithPath: folder.exportMark))
    } catch let fault as ServerKeyFault {
      throw CommandFault(fault.text)
    }
    print("\(path) holds the server key. Move it off this machine.")
  }
}
