import Foundation

/// `script/server` as a child: told to stop by SIGTERM, also where this process ends without a word.
final class ServerProcess: Sendable {
  private let process: Process
  /// Open as long as the server is to run.
  private let lifeline: FileHandle
  private let folder: TemporaryFolder

  /// - Parameter folder: gets the file of what it prints.
  init(settings: [String: String], folder: TemporaryFolder) throws {
    self.folder = folder
    let pipe = Pipe()
    lifeline = pipe.fileHandleForWriting
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    // The shell passes SIGTERM on once its standard input ends, and ends as the script does.
    process.arguments = [
      "-c",
      """
      exec 3<&0
      "$0" < /dev/null 3<&- & server=$!
      { read -r _ <&3 || true; kill -TERM "$server" 2> /dev/null; } &
      wait "$server"
      code=$?
      kill "$!" 2> /dev/null
      exit "$code"
      """, Site.repository + "/script/server",
    ]
    process.environment = Shell.environment(settings)
    process.standardInput = pipe.fileHandleForReading
    let output = try folder.file("said")
    process.standardOutput = output
    process.standardError = output
    try process.runUnmasked()
  }

  var said: String { folder.text("said") }

  func waitUntilReady(seconds: Double) -> Bool {
    Stopwatch.waits(seconds: seconds) { said.contains("Ctrl-C stops it.") || !process.isRunning } && process.isRunning
  }

  /// The exit code of a server that ends by itself; nil where it still runs after `seconds`.
  func waitUntilItEnds(seconds: Double) -> Int32? {
    Stopwatch.waits(seconds: seconds) { !process.isRunning } ? process.terminationStatus : nil
  }

  /// Returns the exit code.
  func stop() -> Int32 {
    try? lifeline.close()
    if let code = waitUntilItEnds(seconds: 30) { return code }
    kill(process.processIdentifier, SIGKILL)
    return -1
  }
}
