import Foundation

/// How a program ended and what it said.
struct Finished {
  let code: Int32
  let output: String
  let errors: String
}

/// Runs other programs.
enum Shell {
  /// Runs `program` with `input` on its standard input until it ends.
  static func run(
    _ program: String, _ arguments: [String] = [], settings: [String: String] = [:], input: String = "",
    folder: String? = nil
  ) throws -> Finished {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = environment(settings)
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let scratch = try TemporaryFolder()
    let output = try scratch.file("output")
    let errors = try scratch.file("errors")
    try Data(input.utf8).write(to: URL(fileURLWithPath: scratch.path + "/input"))
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: scratch.path + "/input"))
    process.standardOutput = output
    process.standardError = errors
    try process.runUnmasked()
    guard Stopwatch.waits(seconds: 120, until: { !process.isRunning }) else {
      kill(process.processIdentifier, SIGKILL)
      throw SiteFault(description: "\(program) did not end")
    }
    return Finished(code: process.terminationStatus, output: scratch.text("output"), errors: scratch.text("errors"))
  }

  static func bash(_ script: String, settings: [String: String] = [:], folder: String? = nil) throws -> Finished {
    try run("/bin/bash", ["-euo", "pipefail", "-c", script], settings: settings, folder: folder)
  }

  /// This process's, without what would steer BackNova, and with `settings`.
  static func environment(_ settings: [String: String]) -> [String: String] {
    ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BACKNOVA_") }.merging(settings) { $1 }
  }
}

/// A folder that goes when its owner does. Its path is short, since socket paths are limited.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/bn.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
    path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A new file, open for writing.
  func file(_ name: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path + "/" + name, contents: nil)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path + "/" + name))
  }

  func text(_ name: String) -> String { readText(path + "/" + name) }
}

/// A file's text; empty where there is none.
func readText(_ path: String) -> String {
  FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
}

extension Process {
  /// As `run()`, but the child can be told to stop: Dispatch's threads, on which tests run, block all signals, and a
  /// child inherits that.
  func runUnmasked() throws {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try run()
  }
}
