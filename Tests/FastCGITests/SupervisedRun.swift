import FastCGI
import Glibc
import Synchronization

/// A supervisor on a thread of its own with a shell line as its child, in a temporary folder.
final class SupervisedRun: Sendable {
  let folder: TemporaryFolder
  private let stopDescriptors: [Int32]
  private let supervisor: Supervisor
  private let said: Said
  private let outcome = Mutex<Result<Int32, SupervisorFault>?>(nil)

  /// The lines of a supervisor, gathered.
  private final class Said: Sendable {
    let lines = Mutex<[String]>([])
  }

  init(_ line: String, in given: TemporaryFolder? = nil, stopSeconds: Int = 12) throws {
    guard let folder = given ?? TemporaryFolder() else { throw WorkbenchFault.noFolder }
    let said = Said()
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    self.folder = folder
    self.said = said
    stopDescriptors = ends
    supervisor = Supervisor(
      directory: folder.path, command: ["/bin/sh", "-c", "cd \(folder.path); echo $$ > mode; " + line],
      stopSeconds: stopSeconds
    ) { text in said.lines.withLock { $0.append(text) } }
    var thread = pthread_t()
    pthread_create(&thread, nil, runSupervised, Unmanaged.passRetained(self).toOpaque())
    pthread_detach(thread)
  }

  deinit { for descriptor in stopDescriptors { close(descriptor) } }

  var lines: [String] { said.lines.withLock { $0 } }

  fileprivate func run() {
    let result: Result<Int32, SupervisorFault>
    do throws(SupervisorFault) {
      result = .success(try supervisor.run(stop: stopDescriptors[0]))
    } catch {
      result = .failure(error)
    }
    outcome.withLock { $0 = result }
  }

  func stop() { _ = write(stopDescriptors[1], "x", 1) }

  func result() throws -> Int32 {
    guard let result = waitFor({ outcome.withLock { $0 } }) else { throw WorkbenchFault.noAnswer }
    return try result.get()
  }

  /// Kills the child that wrote its process id last.
  func killChild() {
    if let text = waitForFile("mode"), let child = pid_t(text.prefix { $0 != "\n" }) { kill(child, SIGKILL) }
  }

  func mode(of name: String) -> mode_t? {
    var status = stat()
    return lstat(folder.path + "/\(name).sock", &status) == 0 ? status.st_mode & 0o777 : nil
  }

  func waitForRuns(_ count: Int) -> Bool {
    waitFor { (read("runs")?.split(separator: "\n").count ?? 0) >= count ? true : nil } ?? false
  }

  func waitForFile(_ name: String) -> String? { waitFor { read(name).flatMap { $0.hasSuffix("\n") ? $0 : nil } } }

  private func read(_ name: String) -> String? {
    let descriptor = open(folder.path + "/" + name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// Asks again and again, for 20 seconds at most.
  private func waitFor<Value>(_ ask: () -> Value?) -> Value? {
    for _ in 0..<2_000 {
      if let value = ask() { return value }
      usleep(10_000)
    }
    return nil
  }
}

private func runSupervised(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let box else { return nil }
  Unmanaged<SupervisedRun>.fromOpaque(box).takeRetainedValue().run()
  return nil
}
