import Foundation
import Logging
import Outbound

/// What an operator sets, by environment variables or by the same names in one file; the environment goes first.
struct Settings {
  /// The folder that holds everything.
  let statePath: String
  let logLevel: Logger.Level
  /// Networks that outbound calls may reach although they are private.
  let allowedNetworks: [Network]
  /// The program that takes mails.
  let sendmail: String

  static let defaultFile = "/etc/backnova/backnova.conf"
  private static let names: Set<String> = [
    "BACKNOVA_STATE", "BACKNOVA_LOG_LEVEL", "BACKNOVA_ALLOW_CIDR", "BACKNOVA_SENDMAIL",
  ]

  /// - Throws: ``SettingsFault`` with the name of the setting and the remedy.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(SettingsFault) {
    var values = try Self.fileValues(environment)
    values.merge(environment.filter { Self.names.contains($0.key) && !$0.value.isEmpty }) { _, fromEnvironment in
      fromEnvironment
    }
    self.statePath = URL(fileURLWithPath: values["BACKNOVA_STATE"] ?? ".state").standardizedFileURL.path
    let level = values["BACKNOVA_LOG_LEVEL"] ?? "info"
    guard let logLevel = Logger.Level(rawValue: level) else {
      throw SettingsFault(
        text: "BACKNOVA_LOG_LEVEL is not a level: choose one of "
          + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.logLevel = logLevel
    let networks = (values["BACKNOVA_ALLOW_CIDR"] ?? "").split { $0 == "," || $0 == " " }
    self.allowedNetworks = networks.compactMap { Network(String($0)) }
    guard self.allowedNetworks.count == networks.count else {
      throw SettingsFault(text: "BACKNOVA_ALLOW_CIDR must hold networks such as 10.0.0.0/8 or fd00::/8, commas between")
    }
    self.sendmail = values["BACKNOVA_SENDMAIL"] ?? Sendmail.standardPath
    guard sendmail.hasPrefix("/") else {
      throw SettingsFault(text: "BACKNOVA_SENDMAIL must be a whole path such as \(Sendmail.standardPath)")
    }
  }

  /// Lines of `NAME=value`; empty ones and those that begin with `#` say nothing.
  private static func fileValues(_ environment: [String: String]) throws(SettingsFault) -> [String: String] {
    let named = environment["BACKNOVA_CONFIG"]
    let path = named ?? defaultFile
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      guard named == nil else {
        throw SettingsFault(text: "BACKNOVA_CONFIG names a file that cannot be read: check its path and its owner")
      }
      return [:]
    }
    var values: [String: String] = [:]
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.isEmpty || line.hasPrefix("#") { continue }
      let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else {
        throw SettingsFault(text: "\(path), line \(number + 1): write NAME=value, or # before a remark")
      }
      let value = pair[1].trimmingCharacters(in: .whitespaces).trimmingCharacters(in: ["\""])
      values[pair[0].trimmingCharacters(in: .whitespaces)] = value
    }
    return values
  }
}

/// A setting that cannot be used.
struct SettingsFault: Error, CustomStringConvertible {
  /// Which, and the remedy.
  let text: String
  var description: String { text }
}
