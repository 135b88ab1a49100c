import Foundation
import Testing

/// strace on running processes: what they ask of the kernel, as a text.
final class Strace {
  private static let program = "/usr/bin/strace"
  private let process = Process()
  private let folder: TemporaryFolder

  /// Whether it is there and may look at processes that are not its children.
  static let isPermitted: Bool = {
    let tried = try? Shell.bash("sleep 5 & timeout 2 \(program) -o /dev/null -p $! || true; kill $!")
    return tried?.errors.contains("attached") == true
  }()
  static let missing: Comment = "strace is missing (script/bootstrap installs it), or may not look at other processes"

  /// Looks from now on.
  /// - Parameters:
  ///   - calls: by their names.
  ///   - processes: with all their threads.
  init(_ calls: [String], of processes: [pid_t], _ options: [String] = []) throws {
    try #require(FileManager.default.isExecutableFile(atPath: Self.program), Self.missing)
    folder = try TemporaryFolder()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments =
      ["-f", "-e", "trace=" + calls.joined(separator: ","), "-e", "signal=none", "-o", folder.path + "/trace"] + options
      + processes.flatMap { ["-p", String($0)] }
    process.standardInput = FileHandle.nullDevice
    process.standardError = try folder.file("said")
    try process.runUnmasked()
    let isAttached = Stopwatch.waits(seconds: 15) {
      let said = folder.text("said")
      return processes.allSatisfy { said.contains("Process \($0) attached") } || !process.isRunning
    }
    try #require(isAttached && process.isRunning, "strace may not watch: \(folder.text("said"))")
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGTERM) } }

  /// What was seen so far, a line a call.
  var record: String { folder.text("trace") }

  /// Stops looking; the record is whole then.
  func end() {
    kill(process.processIdentifier, SIGTERM)
    _ = Stopwatch.waits(seconds: 15) { !process.isRunning }
  }
}
