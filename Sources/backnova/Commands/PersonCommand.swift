import ArgumentParser
import Domain
import JSON
import Privacy
import Storage

/// `backnova person`: who may log in.
struct PersonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "person", abstract: "Add people and reset passwords.", subcommands: [Add.self, ResetPassword.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let another person log in to an account.")
    @Option(help: "The account, such as acc_1.") var account: String
    @Option(help: "The person's e-mail address.") var email: String
    @Flag(help: "Read the password from standard input rather than making one.") var passwordStdin = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      guard ClickID.looksLikeEmail(email) else { throw ValidationError("--email must be an e-mail address.") }
    }

    func run() throws {
      let id = try accountID(account)
      let password = try passwordStdin ? readPassword() : Password.random()
      let (store, _) = try StateFolder(Settings()).open()
      let person = try describingFailure {
        try store.addPerson(email: email.lowercased(), passwordHash: try Password.hash(password), to: id, at: .now)
      }
      PersonCommand.show(email: person.email, password: password, json: json, hidden: passwordStdin)
    }
  }

  struct ResetPassword: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reset-password", abstract: "Give a person a new password and end all their sessions.")
    @Option(help: "The person's e-mail address.") var email: String
    @Flag(help: "Read the password from standard input rather than making one.") var passwordStdin = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let password = try passwordStdin ? readPassword() : Password.random()
      let (store, _) = try StateFolder(Settings()).open()
      try describingFailure {
        try store.setPassword(ofEmail: email.lowercased(), hash: try Password.hash(password))
      }
      PersonCommand.show(email: email.lowercased(), password: password, json: json, hidden: passwordStdin)
    }
  }

  fileprivate static func show(email: String, password: String, json: Bool, hidden: Bool) {
    if json {
      printJSON(["email": .string(email), "password": .string(password)])
    } else {
      print(hidden ? "Done for \(email)." : "\(email) logs in with the password \(password), which is not shown again.")
    }
  }
}
