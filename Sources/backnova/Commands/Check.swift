import ArgumentParser
import Domain
import Foundation
import Privacy
import Storage

/// `backnova check`: whether all is well, a line a subject, each with its remedy.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Look at configuration, permissions, database, disk, clock and server key; say what is wrong and the remedy.",
    discussion: "Ends with 0 where nothing is wrong, with 1 otherwise.")

  func run() throws {
    var report = CheckReport()
    let settings: Settings
    do {
      settings = try Settings()
      report.good("configuration", "state folder \(settings.statePath)")
    } catch {
      report.bad("configuration", error.text)
      throw ExitCode(1)
    }
    let path = settings.statePath
    guard FileManager.default.fileExists(atPath: path) else {
      report.bad("state folder", "\(path) does not exist: set BACKNOVA_STATE, or start the server once")
      throw ExitCode(1)
    }
    let folder = StateFolder(settings)
    checkPermissions(folder, &report)
    checkKey(folder, &report)
    checkDatabase(folder, &report)
    checkDisk(folder, &report)
    if report.isBad { throw ExitCode(1) }
  }

  private func checkPermissions(_ folder: StateFolder, _ report: inout CheckReport) {
    let expected = [
      (folder.path, 0o700), (folder.serverKey, 0o600), (folder.database, 0o600), (folder.database + "-wal", 0o600),
    ]
    var exposed: [String] = []
    for (path, most) in expected {
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      if Int(status.st_mode) & 0o777 & ~most != 0 { exposed.append("chmod \(String(most, radix: 8)) \(path)") }
      if status.st_uid != geteuid() && geteuid() != 0 { exposed.append("chown \(geteuid()) \(path)") }
    }
    if exposed.isEmpty {
      report.good("permissions", "for the owner's eyes alone")
    } else {
      report.bad("permissions", "others may see the state; run: " + exposed.joined(separator: "; "))
    }
  }

  private func checkKey(_ folder: StateFolder, _ report: inout CheckReport) {
    do {
      _ = try ServerKey.load(path: folder.serverKey)
    } catch {
      return report.bad("server key", error.text)
    }
    if FileManager.default.fileExists(atPath: folder.exportMark) {
      report.good("server key", "present, and exported")
    } else {
      report.bad("server key", "never exported: run `backnova export-key FILE` and keep FILE away from this machine")
    }
  }

  private func checkDatabase(_ folder: StateFolder, _ report: inout CheckReport) {
    guard FileManager.default.fileExists(atPath: folder.database) else {
      return report.bad("database", "there is none yet: start the server, or make an account")
    }
    do {
      let store = try Store(path: folder.database, migrates: false)
      guard try store.isSound() else {
        return report.bad("database", "damaged: stop the server and restore the newest backup")
      }
      report.good("database", "sound, tables up to date")
      guard store.canWrite() else {
        return report.bad("writing", "the database cannot be written: is the disk full, or the file another user's?")
      }
      report.good("writing", "possible")
      let ahead = store.newestInstant.seconds - Instant.now.seconds
      if ahead > 60 {
        report.bad(
          "clock", "\(ahead) s behind the newest lead: set the clock (timedatectl), else days and caps are off")
      } else {
        report.good("clock", "at or after the newest lead")
      }
    } catch let fault as StoreFault {
      report.bad("database", fault.text)
    } catch {
      report.bad("database", "cannot be read")
    }
  }

  private func checkDisk(_ folder: StateFolder, _ report: inout CheckReport) {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0 else { return report.bad("disk", "its room cannot be read") }
    let free = Int64(status.f_bavail) * Int64(status.f_frsize) / 1_048_576
    if free < 500 {
      report.bad("disk", "\(free) MiB free: make room, at 0 leads are answered with 503")
    } else {
      report.good("disk", "\(free) MiB free")
    }
  }
}

/// The lines of a check, printed as they are found.
private struct CheckReport {
  private(set) var isBad = false

  func good(_ subject: String, _ text: String) { print("ok    " + subject.padded(to: 15) + text) }

  mutating func bad(_ subject: String, _ text: String) {
    isBad = true
    print("WRONG " + subject.padded(to: 15) + text)
  }
}
