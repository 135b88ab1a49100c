import Foundation
import Privacy
import Storage

/// The folder that holds a server's whole state, and what stands where in it.
struct StateFolder {
  let path: String

  var database: String { path + "/backnova.db" }
  var serverKey: String { path + "/server.key" }
  /// Present once the server key was exported: without a copy elsewhere, losing the folder loses every reference.
  var exportMark: String { path + "/server.key.exported" }
  var processID: String { path + "/backnova.pid" }
  var sockets: String { path + "/run" }

  /// Whether a server works in it, as far as its process id tells.
  var isServed: Bool {
    guard let text = try? String(contentsOfFile: processID, encoding: .utf8),
      let id = pid_t(text.trimmingCharacters(in: .newlines)), id > 0
    else { return false }
    return kill(id, 0) == 0 || errno == EPERM
  }

  init(_ settings: Settings) { path = settings.statePath }

  /// Makes the folder where it is missing, for its owner's eyes alone.
  /// - Throws: ``CommandFault``.
  func make() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFault("The state folder \(path) cannot be made: check its parent's owner, or set BACKNOVA_STATE.")
    }
  }

  /// Opens the database that is there and loads the server key. Makes nothing: a folder named wrongly must not look like
  /// an empty one.
  func open() throws -> (store: Store, keyring: Keyring) {
    guard hasDatabase else {
      throw CommandFault(
        "There is no database at \(database): set BACKNOVA_STATE to the server's state folder; "
          + "in a new one `backnova account create` makes it.")
    }
    return try open(isNew: false, migrates: false)
  }

  /// Opens the database and loads the server key; on a folder that is missing or new, makes them.
  /// - Parameter migrates: whether tables of an older version are brought up to date: by the server alone.
  func openOrMake(migrates: Bool = false) throws -> (store: Store, keyring: Keyring) {
    try make()
    return try open(isNew: !hasDatabase, migrates: migrates)
  }

  private var hasDatabase: Bool { FileManager.default.fileExists(atPath: database) }

  private func open(isNew: Bool, migrates: Bool) throws -> (store: Store, keyring: Keyring) {
    // With another key no stored lead would be recognised: one is made only where there is nothing to recognise yet.
    do {
      let key = try isNew ? ServerKey.loadOrCreate(path: serverKey) : ServerKey.load(path: serverKey)
      return (try Store(path: database, migrates: migrates || isNew), Keyring(serverKey: key.bytes))
    } catch let fault as ServerKeyFault {
      throw CommandFault(fault.text)
    } catch let fault as StoreFault {
      throw CommandFault("The database \(database) cannot be used: \(fault.text).")
    }
  }
}

/// Why a command did not do its work, in words that name the remedy.
struct CommandFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
