import ArgumentParser
import Foundation

/// The program. Each command is a file in Commands.
@main
struct Backnova: ParsableCommand {
  static let version = "3.0.0"

  static let configuration = CommandConfiguration(
    commandName: "backnova",
    abstract: "Scores leads, takes partners' postbacks, and keeps the sums right.",
    discussion: """
      The state folder holds everything: the database, the server key, sockets and logs. It is found by BACKNOVA_STATE, by \
      the same name in a configuration file (BACKNOVA_CONFIG, else /etc/backnova/backnova.conf), or is .state in the \
      current folder. Commands may be used while the server runs.

      Try:
        backnova check
        backnova account create --email you@example.com --json
        backnova key list --account acc_1
        backnova ledger verify
        backnova backup /var/backups/backnova.db
      """,
    version: version,
    subcommands: [
      Serve.self, Supervise.self, AccountCommand.self, PersonCommand.self, KeyCommand.self, LedgerCommand.self,
      DemoCommand.self, Backup.self, ExportKey.self, Check.self,
    ])

  static func main() {
    umask(0o077)
    // A crash would print memory, and memory may hold a contact.
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    main(nil)
  }
}
