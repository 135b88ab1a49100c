import Domain
import Foundation
import GRDB

/// People an account may have.
package let peopleLimit = 50

extension Store {
  /// Makes an account with its first person and its first keys, all or nothing.
  /// - Throws: `taken` (email).
  package func createAccount(
    plan: Plan, timezone: String, currency: String, email: String, passwordHash: String, keys: [NewKey], at now: Instant
  ) throws(Failure) -> Account {
    defer { forgetDirectory() }
    return try write { transaction in
      let db = transaction.db
      let account = Account(
        id: AccountID(rawValue: (try Int64.fetchOne(db, sql: "SELECT max(id) FROM account") ?? 0) + 1), plan: plan,
        timezone: timezone, currency: currency, createdAt: now)
      try account.insert(db)
      _ = try Self.insertPerson(email: email, passwordHash: passwordHash, account.id, transaction, at: now)
      for key in keys { _ = try Self.insertKey(key, account.id, transaction, at: now) }
      return account
    }
  }

  /// Every account with the e-mail addresses of its people, oldest first.
  package func accounts() throws(Failure) -> [(account: Account, people: [Person])] {
    try read { db in
      let people = Dictionary(
        grouping: try Row.fetchAll(db, sql: "SELECT * FROM person ORDER BY id").map(Person.init(row:)), by: \.accountID)
      return try Row.fetchAll(db, sql: "SELECT * FROM account ORDER BY id").map(Account.init(row:))
        .map { ($0, people[$0.id] ?? []) }
    }
  }

  /// Changes an account's settings; its plan stays. - Returns: the account as it is then.
  /// - Parameters:
  ///   - timezone: begins the change to another one, which ``rebuildRollups(leads:)`` then works off; the account has
  ///     the old one until that is done.
  ///   - change: runs inside the transaction, so that two changes of different settings both stay.
  /// - Throws: `notFound`.
  package func updateAccount(
    _ id: AccountID, timezone: (name: String, at: Instant)? = nil,
    change: @escaping @Sendable (inout Account) -> Void = { _ in }
  ) throws(Failure) -> Account {
    defer { forgetDirectory() }
    return try write { transaction in
      let db = transaction.db
      let row = try Row.fetchOne(db, sql: "SELECT * FROM account WHERE id = ?", arguments: [id.rawValue])
      guard var account = row.map(Account.init(row:)) else { throw Failure.notFound }
      change(&account)
      try db.execute(
        sql: """
          UPDATE account SET currency = ?, accept_at = ?, reject_below = ?, routing_policy = ?, duplicate_window = ?,
            address_limit = ?, disabled_rules = ?, refuses_other_partner = ?
          WHERE id = ?
          """,
        arguments: [
          account.currency, account.thresholds.acceptAt, account.thresholds.rejectBelow, account.routingPolicy.rawValue,
          account.duplicateWindow, account.addressLimit, account.disabledRules.sorted().joined(separator: " "),
          account.refusesOtherPartner, id.rawValue,
        ])
      if let timezone { try RollupRebuild.begin(to: timezone.name, of: account, at: timezone.at, db) }
      return account
    }
  }

  package func people(of account: AccountID) throws(Failure) -> [Person] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM person WHERE account_id = ? ORDER BY id", arguments: [account.rawValue])
        .map(Person.init(row:))
    }
  }

  /// - Throws: `taken` (email), `limitReached` (people), `notFound` where there is no such account.
  package func addPerson(
    email: String, passwordHash: String, to account: AccountID, at now: Instant
  ) throws(Failure) -> Person {
    try write { transaction in
      let count = try Int.fetchOne(
        transaction.db, sql: "SELECT count(*) FROM person WHERE account_id = ?", arguments: [account.rawValue])
      guard (count ?? 0) < peopleLimit else { throw Failure.limitReached(what: "people", limit: peopleLimit) }
      guard try Account.exists(account, transaction.db) else { throw Failure.notFound }
      return try Self.insertPerson(email: email, passwordHash: passwordHash, account, transaction, at: now)
    }
  }

  /// Sets a new password and ends the person's sessions. - Throws: `notFound`.
  package func setPassword(ofEmail email: String, hash: String) throws(Failure) {
    try write { transaction in
      let db = transaction.db
      try db.execute(sql: "UPDATE person SET password = ? WHERE email = ?", arguments: [hash, email])
      guard db.changesCount == 1 else { throw Failure.notFound }
      try db.execute(
        sql: "DELETE FROM session WHERE person_id = (SELECT id FROM person WHERE email = ?)", arguments: [email])
    }
  }

  /// Removes a person with all sessions; the last one of an account stays.
  /// - Throws: `notFound`, `limitReached` (people) where nobody would be left.
  package func removePerson(_ person: PersonID, from account: AccountID) throws(Failure) {
    try write { transaction in
      let db = transaction.db
      let people = try Int64.fetchAll(
        db, sql: "SELECT id FROM person WHERE account_id = ?", arguments: [account.rawValue])
      guard people.contains(person.rawValue) else { throw Failure.notFound }
      guard people.count > 1 else { throw Failure.limitReached(what: "people", limit: 1) }
      try db.execute(sql: "DELETE FROM person WHERE id = ?", arguments: [person.rawValue])
    }
  }

  /// The person with that e-mail address and the hash of the password, for a log-in.
  package func credentials(email: String) throws(Failure) -> (person: Person, passwordHash: String)? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM person WHERE email = ?", arguments: [email])
        .map { (Person(row: $0), $0["password"]) }
    }
  }

  private static func insertPerson(
    email: String, passwordHash: String, _ account: AccountID, _ transaction: Transaction, at now: Instant
  ) throws -> Person {
    let db = transaction.db
    let person = Person(
      id: PersonID(rawValue: transaction.ids.next(at: now)), accountID: account, email: email, createdAt: now)
    guard try Row.fetchOne(db, sql: "SELECT 1 FROM person WHERE email = ?", arguments: [email]) == nil else {
      throw Failure.taken(field: "email")
    }
    try db.execute(
      sql: "INSERT INTO person (id, account_id, email, password, created_at) VALUES (?, ?, ?, ?, ?)",
      arguments: [person.id.rawValue, account.rawValue, email, passwordHash, now.microseconds])
    return person
  }
}

extension Account {
  init(row: Row) {
    self.init(
      id: AccountID(rawValue: row["id"]), plan: Plan(rawValue: row["plan"]) ?? .solo, timezone: row["timezone"],
      currency: row["currency"],
      thresholds: Thresholds(acceptAt: row["accept_at"], rejectBelow: row["reject_below"]) ?? .standard,
      routingPolicy: RoutingPolicy(rawValue: row["routing_policy"]) ?? .priority,
      duplicateWindow: row["duplicate_window"], addressLimit: row["address_limit"],
      disabledRules: Set((row["disabled_rules"] as String).split(separator: " ").map(String.init)),
      refusesOtherPartner: row["refuses_other_partner"], createdAt: Instant(microseconds: row["created_at"]))
  }

  static func exists(_ id: AccountID, _ db: Database) throws -> Bool {
    try Row.fetchOne(db, sql: "SELECT 1 FROM account WHERE id = ?", arguments: [id.rawValue]) != nil
  }

  fileprivate func insert(_ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO account (id, plan, timezone, rollup_generation, currency, accept_at, reject_below, routing_policy, duplicate_window,
          address_limit, disabled_rules, refuses_other_partner, created_at)
        VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id.rawValue, plan.rawValue, timezone, currency, thresholds.acceptAt, thresholds.rejectBelow,
        routingPolicy.rawValue, duplicateWindow, addressLimit, disabledRules.sorted().joined(separator: " "),
        refusesOtherPartner, createdAt.microseconds,
      ])
  }
}

extension Person {
  init(row: Row) {
    self.init(
      id: PersonID(rawValue: row["id"]), accountID: AccountID(rawValue: row["account_id"]), email: row["email"],
      createdAt: Instant(microseconds: row["created_at"]))
  }
}
