import ArgumentParser
import Domain
import JSON
import Storage
import Web

/// `backnova key`: keys of an account.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Make, list and revoke keys.", subcommands: [Create.self, List.self, Revoke.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a key; it is shown once, here.")
    @Option(help: "The account, such as acc_1.") var account: String
    @Option(help: "secret, publishable or postback.") var kind: KeyKind
    @Option(help: "What you call it.") var name = ""
    @Option(help: "Decisions a UTC day, for a publishable key.") var dailyCap: Int?
    @Option(help: "An origin that may use a publishable key; may be repeated. None: any.") var origin: [String] = []
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      if kind != .publishable {
        guard dailyCap == nil else { throw ValidationError("--daily-cap is for publishable keys only.") }
        guard origin.isEmpty else { throw ValidationError("--origin is for publishable keys only.") }
      }
      if let dailyCap, !NewKey.dailyCaps.contains(dailyCap) {
        throw ValidationError(
          "--daily-cap must be a whole number from \(NewKey.dailyCaps.lowerBound) to \(NewKey.dailyCaps.upperBound).")
      }
      guard origin.count <= NewKey.mostOrigins, origin.allSatisfy(NewKey.isOrigin) else {
        throw ValidationError(
          "--origin must be an origin such as https://example.com: scheme, host and port, nothing behind; "
            + "at most \(NewKey.mostOrigins) of them.")
      }
      guard name.unicodeScalars.count <= 100, !name.hasControlCharacters else {
        throw ValidationError("--name must be at most 100 characters, without control characters.")
      }
    }

    func run() throws {
      let id = try accountID(account)
      let (store, keyring) = try StateFolder(Settings()).open()
      let made = try NewKey.make(kind, name: name, keyring: keyring, origins: origin, dailyCap: dailyCap)
      let key = try describingFailure { try store.createKey(made.key, for: id, at: .now) }
      if json {
        printJSON([
          "id": .string(key.id.text), "kind": .string(kind.rawValue), "key": .string(made.secret.text),
        ])
      } else {
        print(made.secret.text)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List an account's keys, masked.")
    @Option(help: "The account, such as acc_1.") var account: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let (store, _) = try StateFolder(Settings()).open()
      let id = try accountID(account, in: store)
      let keys = try describingFailure { try store.keys(of: id) }
      if json {
        printJSON([
          "keys": .array(
            keys.map {
              [
                "id": .string($0.id.text), "kind": .string($0.kind.rawValue), "name": .string($0.name),
                "masked": .string($0.masked), "created_at": .string($0.createdAt.rfc3339),
                "revoked_at": $0.revokedAt.map { .string($0.rfc3339) } ?? .null,
              ]
            })
        ])
      } else {
        for key in keys {
          let state = key.revokedAt == nil ? "" : "  revoked"
          print(key.id.text + "  " + key.kind.rawValue.padded(to: 13) + key.masked + "  " + key.name + state)
        }
      }
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a key for good; a running server knows within a second.")
    @Option(help: "The account, such as acc_1.") var account: String
    @Argument(help: "The key's id, as `key list` shows it.") var key: String

    func run() throws {
      let id = try accountID(account)
      let (store, _) = try StateFolder(Settings()).open()
      try describingFailure {
        guard let found = try store.keys(of: id).first(where: { $0.id.text == key }) else { throw Failure.notFound }
        try store.revokeKey(found.id, of: id, at: .now)
      }
      print("Revoked.")
    }
  }
}

extension KeyKind: ExpressibleByArgument {}
