import Foundation

/// The Swift compiler, set up to see this package's modules as they were built for the tests that are running.
struct Compiler {
  struct Outcome {
    let isAccepted: Bool
    let messages: String
  }

  /// Why the compiler cannot be asked. A test that meets it fails: a border that nobody checks is none.
  enum Fault: Error {
    case modulesNotFound(beside: String)
    case compilerNotFound
  }

  private let executable: URL
  private let arguments: [String]

  init() throws {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let products = try Self.products(above: URL(filePath: tests))
    executable = try Self.compiler()
    // -emit-sil: the checks of ownership run on SIL, -typecheck alone would let a double use through.
    arguments =
      [
        "-emit-sil", "-o", "/dev/null", "-swift-version", "6", "-package-name", Self.packageName, "-module-name",
        "Attempt",
        "-I", products.appending(path: "Modules").path,
      ] + (try Self.moduleMaps(in: products))
  }

  func compile(_ source: String) throws -> Outcome {
    let file = FileManager.default.temporaryDirectory.appending(path: "attempt-\(UUID().uuidString).swift")
    try source.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments + [file.path]
    let pipe = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = pipe
    try process.run()
    let messages = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(isAccepted: process.terminationStatus == 0, messages: String(decoding: messages, as: UTF8.self))
  }

  /// What SwiftPM calls this package when it compiles it: by the folder it lies in, as an identifier in lower case.
  private static var packageName: String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return String(root.lastPathComponent.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  /// The folder of the build, which holds the tests themselves and the modules that they import.
  private static func products(above tests: URL) throws -> URL {
    var folder = tests.deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appending(path: "Modules/Privacy.swiftmodule").path) {
        return folder
      }
      folder.deleteLastPathComponent()
    }
    throw Fault.modulesNotFound(beside: tests.path)
  }

  /// The C targets' module maps, which the Swift modules refer to.
  private static func moduleMaps(in products: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: products.path)
      .filter { $0.hasSuffix(".build") }
      .map { products.appending(path: $0).appending(path: "module.modulemap").path }
      .filter { FileManager.default.fileExists(atPath: $0) }
      .flatMap { ["-Xcc", "-fmodule-map-file=" + $0] }
  }

  /// The one of the toolchain whose libraries this process runs with, else the one of PATH.
  private static func compiler() throws -> URL {
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    let library = maps.split(separator: "\n").first { $0.hasSuffix("/lib/swift/linux/libswiftCore.so") }
    let beside = library.flatMap { line in
      line.firstIndex(of: "/").map { String(line[$0...]).replacing("/lib/swift/linux/libswiftCore.so", with: "/bin") }
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = [beside].compactMap(\.self) + path.split(separator: ":").map(String.init)
    for folder in folders {
      let candidate = URL(filePath: folder).appending(path: "swiftc")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
    }
    throw Fault.compilerNotFound
  }
}
