import ArgumentParser
import Demo
import Domain
import Foundation
import JSON
import Privacy
import Storage
import Web

/// `backnova demo`: accounts with a made-up history, so that everything can be tried, shown and measured.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Make accounts with a made-up history of leads, partners' messages and sums.",
    discussion: """
      The accounts are demo-1@example.com and so on; other accounts stay as they are. Click ids are c000000001 and so on, \
      the oldest first, dealt to the accounts in turn. It may be made while the server runs, whose writes then never wait \
      long; it takes longer so. The accounts can be used once the command is done. A state folder takes one demo history: \
      one that was cut short cannot be gone on with, and needs a new folder.

      The same --leads, --accounts, --days, --seed and --until make the same history, down to the ids of leads and messages. \
      Passwords and keys are random, and the ids of accounts and keys follow those that are there.
      """)

  @Option(help: "How many leads.") var leads: Int
  @Option(help: "How many accounts.") var accounts: Int
  @Option(help: "Another number makes another history.") var seed: UInt64 = 1
  @Option(help: "How many days it goes back.") var days = 90
  @Option(help: "When it ends, in seconds since 1970 UTC or as 2026-11-22; by default the last full minute.")
  var until: DemoEnd = .lastMinute
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard (1...200).contains(accounts) else { throw ValidationError("--accounts must be 1 to 200.") }
    guard (1...730).contains(days) else { throw ValidationError("--days must be 1 to 730.") }
    guard (1...min(days * DemoHistory.Plan.mostLeadsPerDay, 999_999_999)).contains(leads) else {
      throw ValidationError("--leads must be 1 or more, and at most a million for each of --days.")
    }
    guard until.instant <= .now, until.instant >= Instant(seconds: 1_000_000_000) else {
      throw ValidationError("--until must not be in the future, nor before September 2001.")
    }
  }

  func run() throws {
    let folder = try StateFolder(Settings())
    let plan = DemoHistory.Plan(leads: leads, days: days, seed: seed, until: until.instant)
    let (store, keyring) = try folder.openOrMake()
    defer { store.close() }
    let made = try makeAccounts(plan, store, keyring)
    var history = DemoHistory(plan, accounts: made.map(\.demo))
    try describingFailure {
      for source in history.sources { try store.createSource(source) }
      try write(&history, to: store, plan, isShared: folder.isServed)
    }
    show(made, plan)
  }

  private func write(
    _ history: inout DemoHistory, to store: Store, _ plan: DemoHistory.Plan, isShared: Bool
  ) throws {
    let rows = HistoryImport(store, until: plan.until, isShared: isShared)
    var progress = Progress(of: plan.leads)
    while history.given < plan.leads {
      try rows.write(history.next(rows.leadsAtOnce))
      progress.report(history.given)
    }
    try rows.finish()
    progress.end()
  }

  // MARK: Accounts

  private struct Made {
    let demo: DemoAccount
    let email: String
    let password: String
    let secret: String
    let publishable: String
    /// A postback key for each partner.
    let postbacks: [String]
  }

  /// Each with a postback key for each of its partners.
  private func makeAccounts(_ plan: DemoHistory.Plan, _ store: Store, _ keyring: Keyring) throws -> [Made] {
    let emails = (1...accounts).map { "demo-\($0)@example.com" }
    try describingFailure {
      for email in emails where try store.credentials(email: email) != nil {
        throw CommandFault(
          "There is an account of \(email) already: a state folder takes one demo history. Name another by BACKNOVA_STATE."
        )
      }
    }
    return try emails.enumerated().map { number, email in
      let password = try Password.random()
      let secret = try NewKey.make(.secret, name: "server", keyring: keyring)
      let publishable = try NewKey.make(.publishable, name: "landing pages", keyring: keyring)
      let postbacks = try DemoAccount.partnerNames.map { try NewKey.make(.postback, name: $0, keyring: keyring) }
      let keys = [secret, publishable] + postbacks
      let home = DemoAccount.home(number)
      return try describingFailure {
        let account = try store.createAccount(
          plan: .unlimited, timezone: home.timezone, currency: home.currency, email: email,
          passwordHash: try Password.hash(password), keys: keys.map(\.key), at: plan.start)
        let stored = try store.keys(of: account.id).filter { $0.kind == .postback }
        return Made(
          demo: DemoAccount(account, partnerKeys: stored.map(\.id)), email: email, password: password,
          secret: secret.secret.text, publishable: publishable.secret.text, postbacks: postbacks.map(\.secret.text))
      }
    }
  }

  private func show(_ accounts: [Made], _ plan: DemoHistory.Plan) {
    guard json else {
      print("\(plan.leads) leads of \(plan.days) days to \(plan.until.rfc3339), seed \(plan.seed)")
      for made in accounts {
        print("Account \(made.demo.account.id.text) for \(made.email), \(made.demo.account.timezone)")
        print("  password         \(made.password)")
        print("  secret key       \(made.secret)")
        print("  publishable key  \(made.publishable)")
        for (name, key) in zip(DemoAccount.partnerNames, made.postbacks) {
          print("  postback key     \(key)  \(name)")
        }
      }
      print("The passwords and the secret keys are not shown again.")
      return
    }
    printJSON([
      "leads": .integer(Int64(plan.leads)), "days": .integer(Int64(plan.days)), "seed": .string(String(plan.seed)),
      "until": .string(plan.until.rfc3339),
      "accounts": .array(
        accounts.map { made in
          [
            "account_id": .string(made.demo.account.id.text), "email": .string(made.email),
            "password": .string(made.password), "timezone": .string(made.demo.account.timezone),
            "currency": .string(made.demo.account.currency),
            "keys": [
              "secret": .string(made.secret), "publishable": .string(made.publishable),
              "postback": .string(made.postbacks.first ?? ""),
            ],
            "partners": .array(
              zip(DemoAccount.partnerNames, made.postbacks).map { ["name": .string($0), "postback": .string($1)] }),
          ]
        }),
    ])
  }
}

/// When a history ends.
struct DemoEnd: ExpressibleByArgument {
  let instant: Instant

  static var lastMinute: DemoEnd { DemoEnd(instant: Instant(seconds: Instant.now.seconds / 60 * 60)) }

  init(instant: Instant) { self.instant = instant }

  init?(argument: String) {
    if let seconds = Int64(argument), (0...32_503_680_000).contains(seconds) {
      self.init(instant: Instant(seconds: seconds))
    } else if let day = Day(text: argument) {
      self.init(instant: Instant(seconds: Int64(day.number) * 86_400))
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { "now" }
}

/// How far a long command has come, on standard error, about once a second.
private struct Progress {
  private let total: Int
  private let clock = ContinuousClock()
  private let begun: ContinuousClock.Instant
  private var reported: ContinuousClock.Instant

  init(of total: Int) {
    self.total = total
    begun = clock.now
    reported = begun
  }

  mutating func report(_ done: Int) {
    let now = clock.now
    guard now - reported >= .seconds(1) else { return }
    reported = now
    let seconds = (now - begun) / .seconds(1)
    let rate = Double(done) / seconds
    let left = Int((Double(total - done) / rate).rounded(.up))
    say("\(done * 100 / total) %, \(done) leads, \(Int(rate)) a second, \(left) s left")
  }

  func end() {
    let seconds = (clock.now - begun) / .seconds(1)
    say("\(total) leads in \(Int(seconds.rounded(.up))) s")
  }

  private func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
