import Domain
import GRDB

/// A word of a key's messages that stood in no map and no table when it came.
package struct UnmappedWord: Equatable, Sendable {
  package let keyID: KeyID
  /// Folded.
  package let word: String
  package let messages: Int
  package let firstAt: Instant
  package let lastAt: Instant

  /// Words that are listed for an account; for a further one the oldest that came only once goes.
  static let mostListed = 500

  /// Counts the word of a message.
  static func note(_ row: LoggedPostback, _ db: Database) throws {
    guard let word = row.rawStatus.map(StatusWords.fold) else { return }
    let (account, key, now) = (row.accountID.rawValue, row.keyID.rawValue, row.receivedAt.microseconds)
    try db.run(
      """
      UPDATE unmapped_word SET messages = messages + 1, first_at = min(first_at, ?), last_at = max(last_at, ?)
      WHERE account_id = ? AND key_id = ? AND word = ?
      """, now, now, account, key, word)
    guard db.changesCount == 0 else { return }
    let listed = try db.integer("SELECT count(*) FROM unmapped_word WHERE account_id = ?", account)
    if listed ?? 0 >= mostListed {
      try db.run(
        """
        DELETE FROM unmapped_word WHERE account_id = ?1 AND (key_id, word) = (
          SELECT key_id, word FROM unmapped_word WHERE account_id = ?1 AND messages = 1 ORDER BY last_at LIMIT 1)
        """, account)
      guard db.changesCount == 1 else { return }
    }
    try db.run(
      """
      INSERT INTO unmapped_word (account_id, key_id, word, messages, first_at, last_at) VALUES (?, ?, ?, 1, ?, ?)
      """, account, key, word, now, now)
  }
}

extension Store {
  /// The words of an account that nothing names now, most used first.
  package func unmappedWords(of account: AccountID) throws(Failure) -> [UnmappedWord] {
    let directory = try directory()
    return try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM unmapped_word WHERE account_id = ? ORDER BY messages DESC, word",
        arguments: [account.rawValue]
      )
      .map { row in
        UnmappedWord(
          keyID: KeyID(rawValue: row["key_id"]), word: row["word"], messages: row["messages"],
          firstAt: Instant(microseconds: row["first_at"]), lastAt: Instant(microseconds: row["last_at"]))
      }
      .filter { directory.statusWords(of: $0.keyID, in: account).status(ofFolded: $0.word) == nil }
    }
  }
}
