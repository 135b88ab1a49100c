import ArgumentParser
import Domain
import Foundation
import JSON
import Privacy
import Storage

/// What the commands share in speaking to a person.

func printJSON(_ value: JSONValue) { print(String(decoding: value.encoded(), as: UTF8.self)) }

/// The first line of standard input.
func readPassword() throws -> String {
  guard let password = readLine(), password.count >= Password.minimumCharacters,
    password.utf8.count <= Password.maximumBytes
  else {
    throw ValidationError(
      "Give the password as one line on standard input, at least \(Password.minimumCharacters) characters.")
  }
  return password
}

func accountID(_ text: String) throws -> AccountID {
  guard let id = AccountID(text: text) else {
    throw ValidationError("--account must be an account's id, such as acc_1; `backnova account list` shows them.")
  }
  return id
}

/// The account of that id. - Throws: where there is none.
func accountID(_ text: String, in store: Store) throws -> AccountID {
  let id = try accountID(text)
  guard try describingFailure({ try store.accounts() }).contains(where: { $0.account.id == id }) else {
    throw CommandFault("There is no account \(id.text): `backnova account list` shows those that there are.")
  }
  return id
}

/// Runs `body` and says a failure in words that a person at a terminal can act on.
func describingFailure<T>(_ body: () throws -> T) throws -> T {
  do {
    return try body()
  } catch let failure as Failure {
    switch failure {
    case .taken(let field): throw CommandFault("That \(field) is taken: choose another one.")
    case .notFound: throw CommandFault("There is no such thing: look at what `list` shows.")
    case .limitReached(let what, let limit): throw CommandFault("An account has at most \(limit) \(what).")
    case .unavailable: throw CommandFault("The database cannot be written now: run `backnova check`.")
    case .quotaExceeded, .dailyCapReached: throw CommandFault("The plan's decisions are used up.")
    }
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
