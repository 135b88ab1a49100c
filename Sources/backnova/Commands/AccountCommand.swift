import ArgumentParser
import Domain
import Foundation
import JSON
import Privacy
import Storage
import Web

/// `backnova account`: accounts are made here, never over the network.
struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account", abstract: "Make and list accounts.", subcommands: [Create.self, List.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an account with one person and three keys; secrets are shown once, here.")

    @Option(help: "The e-mail address with which its first person logs in.") var email: String
    @Option(help: "solo (25,000 decisions a month) or unlimited.") var plan = Plan.solo
    @Option(help: "The time zone in which the account's days begin.") var timezone = "UTC"
    @Option(help: "The currency in which amounts count.") var currency = "USD"
    @Flag(help: "Read the password from standard input rather than making one.") var passwordStdin = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      guard ClickID.looksLikeEmail(email) else { throw ValidationError("--email must be an e-mail address.") }
      guard ZoneName.isKnown(timezone) else {
        throw ValidationError("--timezone must be a zone's name, such as Europe/Kyiv.")
      }
      guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (65...90).contains($0) }) else {
        throw ValidationError("--currency must be an ISO 4217 code, such as USD.")
      }
    }

    func run() throws {
      let password = try passwordStdin ? readPassword() : Password.random()
      let (store, keyring) = try StateFolder(Settings()).openOrMake()
      let keys = try KeyKind.allCases.map { try NewKey.make($0, name: "first", keyring: keyring) }
      let address = email.lowercased()
      let account = try describingFailure {
        try store.createAccount(
          plan: plan, timezone: timezone, currency: currency, email: address, passwordHash: try Password.hash(password),
          keys: keys.map(\.key), at: .now)
      }
      let texts = Dictionary(uniqueKeysWithValues: keys.map { ($0.key.kind, $0.secret.text) })
      if json {
        printJSON([
          "account_id": .string(account.id.text), "email": .string(address), "password": .string(password),
          "keys": .object(KeyKind.allCases.map { .init($0.rawValue, .string(texts[$0] ?? "")) }),
        ])
      } else {
        print("Account \(account.id.text) for \(address)")
        if !passwordStdin { print("  password         \(password)") }
        for kind in KeyKind.allCases { print("  \(kind.rawValue) key".padded(to: 19) + (texts[kind] ?? "")) }
        print("The password and the secret key are not shown again.")
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List accounts and their people.")
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let (store, _) = try StateFolder(Settings()).open()
      let accounts = try describingFailure { try store.accounts() }
      if json {
        printJSON([
          "accounts": .array(
            accounts.map {
              [
                "account_id": .string($0.account.id.text), "plan": .string($0.account.plan.rawValue),
                "timezone": .string($0.account.timezone), "currency": .string($0.account.currency),
                "created_at": .string($0.account.createdAt.rfc3339),
                "people": .array($0.people.map { .string($0.email) }),
              ]
            })
        ])
      } else {
        if accounts.isEmpty { print("There is no account yet: backnova account create --email you@example.com") }
        for (account, people) in accounts {
          print(
            account.id.text.padded(to: 10) + account.plan.rawValue.padded(to: 11)
              + people.map(\.email).joined(separator: " "))
        }
      }
    }
  }
}

extension Plan: ExpressibleByArgument {}
