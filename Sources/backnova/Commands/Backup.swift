import ArgumentParser
import Foundation
import Storage

/// `backnova backup`: a whole copy of the database while the server runs.
struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy the database to a file of its own while the server runs, and check the copy.",
    discussion: "The server key is not in it: keep a copy of that elsewhere, by `backnova export-key`.")
  @Argument(help: "The file to make; it must not exist.") var path: String

  func run() throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CommandFault("\(path) exists: name a new file, so that no older backup is lost.")
    }
    let (store, _) = try StateFolder(Settings()).open()
    // Complete under its name or not there at all.
    let partial = path + ".partial"
    try? FileManager.default.removeItem(atPath: partial)
    let isSound: Bool
    do { isSound = try store.backup(to: partial) } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw CommandFault("The backup could not be written: check the folder, its owner, and the room on its disk.")
    }
    guard isSound else {
      throw CommandFault(
        "The copy is damaged (PRAGMA integrity_check); it is left at \(partial). Run `backnova check`.")
    }
    try FileManager.default.moveItem(atPath: partial, toPath: path)
    print("\(path) is complete and sound.")
  }
}
