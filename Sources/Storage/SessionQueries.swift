import Domain
import Foundation
import GRDB

extension Store {
  /// Begins a session; ended ones of the same person are dropped.
  /// - Parameter digest: SHA-256 of the cookie's value.
  package func beginSession(
    digest: [UInt8], of person: PersonID, at now: Instant, until end: Instant
  ) throws(Failure) {
    try write { transaction in
      let db = transaction.db
      try db.execute(
        sql: "DELETE FROM session WHERE person_id = ? AND expires_at <= ?",
        arguments: [person.rawValue, now.microseconds])
      try db.execute(
        sql: "INSERT INTO session (digest, person_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
        arguments: [Data(digest), person.rawValue, now.microseconds, end.microseconds])
    }
  }

  /// Who is logged in by that cookie; nil where nobody is, or no longer.
  package func person(inSession digest: [UInt8], at now: Instant) throws(Failure) -> Person? {
    try read { db in
      let find = try db.cachedStatement(
        sql: """
          SELECT person.* FROM session JOIN person ON person.id = session.person_id
          WHERE session.digest = ? AND session.expires_at > ?
          """)
      return try Row.fetchOne(find, arguments: [Data(digest), now.microseconds]).map(Person.init(row:))
    }
  }

  /// Ends a session; one that is not there is no error.
  package func endSession(digest: [UInt8]) throws(Failure) {
    try write { transaction in
      try transaction.db.execute(sql: "DELETE FROM session WHERE digest = ?", arguments: [Data(digest)])
    }
  }
}
