import Domain
import Foundation

/// The 32 random bytes that every reference and every sealed secret hangs on, in a file of their own: 64 hexadecimal
/// digits and a newline, for its owner's eyes alone. Whoever loses it recognises no lead again and cannot open what was
/// sealed; whoever leaks it lets others test guesses against the references.
package struct ServerKey: Sendable {
  package let bytes: [UInt8]

  private static let count = 32

  /// Reads the key from the file at `path`.
  package static func load(path: String) throws(ServerKeyFault) -> ServerKey {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, errno: errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .unreadable(path: path, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    guard status.st_mode & 0o077 == 0 else { throw .exposed(path: path) }
    var text = [UInt8](repeating: 0, count: 2 * count + 3)
    let length = read(file, &text, text.count)
    guard length >= 0 else { throw .unreadable(path: path, errno: errno) }
    let digits = String(decoding: text.prefix(length), as: UTF8.self).trimmed
    guard length < text.count, let bytes = [UInt8](hex: digits), bytes.count == count else {
      throw .malformed(path: path)
    }
    return ServerKey(bytes: bytes)
  }

  /// Makes a key and the file for it, which must not exist. The file appears whole and on disk, or not at all.
  package static func create(path: String) throws(ServerKeyFault) -> ServerKey {
    let bytes: [UInt8]
    let mark: [UInt8]
    do {
      bytes = try Digest.random(count)
      mark = try Digest.random(8)
    } catch { throw .noRandomness }
    let temporary = path + "." + mark.hex
    try write(Array((bytes.hex + "\n").utf8), to: temporary)
    defer { unlink(temporary) }
    // Unlike a rename, a link never takes the place of a key that somebody else made meanwhile.
    guard link(temporary, path) == 0 else {
      throw errno == EEXIST ? .exists(path: path) : .unwritable(path: path, errno: errno)
    }
    try syncFolder(of: path)
    return ServerKey(bytes: bytes)
  }

  /// The key of the file at `path`, which is made where there is none yet.
  package static func loadOrCreate(path: String) throws(ServerKeyFault) -> ServerKey {
    do {
      return try load(path: path)
    } catch .missing {
      do { return try create(path: path) } catch .exists { return try load(path: path) }
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(ServerKeyFault) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .unwritable(path: path, errno: errno) }
    let written =
      Foundation.write(file, bytes, bytes.count) == bytes.count && fchmod(file, 0o600) == 0 && fsync(file) == 0
    let reason = errno
    close(file)
    guard written else {
      unlink(path)
      throw .unwritable(path: path, errno: reason)
    }
  }

  private static func syncFolder(of path: String) throws(ServerKeyFault) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(path: path, errno: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .unwritable(path: path, errno: errno) }
  }
}

extension ServerKey: CustomStringConvertible, CustomReflectable {
  /// Never the key.
  package var description: String { "ServerKey" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why there is no server key. `path` is what the operator configured; `errno` the system's word for it.
package enum ServerKeyFault: Error, Equatable {
  case missing(path: String)
  case unreadable(path: String, errno: Int32)
  case notAFile(path: String)
  /// Its group or everybody may read or change it.
  case exposed(path: String)
  case malformed(path: String)
  case exists(path: String)
  case unwritable(path: String, errno: Int32)
  case noRandomness

  /// What is wrong and the remedy, for the operator.
  package var text: String {
    switch self {
    case .missing(let path):
      "There is no server key at \(path). Restore it from where you keep it: with another key no stored lead is recognised."
    case .unreadable(let path, let errno):
      "The server key at \(path) cannot be read (\(String(cString: strerror(errno)))). Let this user own it: chown."
    case .notAFile(let path): "The server key at \(path) is not a regular file. Put the file itself there."
    case .exposed(let path): "Others than its owner may use the server key at \(path). Run: chmod 600 \(path)"
    case .malformed(let path):
      "The server key at \(path) is not 64 hexadecimal digits. Restore it from where you keep it."
    case .exists(let path): "There is a server key at \(path) already. It is not replaced."
    case .unwritable(let path, let errno):
      "The server key cannot be written to \(path) (\(String(cString: strerror(errno)))). Check the folder, its owner, the disk."
    case .noRandomness: "The system gave no random bytes. Try again."
    }
  }
}
