import Domain
import GRDB

/// Whose words a map holds.
struct StatusMapOwner: Hashable {
  let account: AccountID
  /// Nil: the account's own, for every key.
  let key: KeyID?

  /// Every map there is.
  static func maps(_ db: Database) throws -> [StatusMapOwner: StatusMap] {
    try Row.fetchAll(db, sql: "SELECT account_id, key_id, word, status FROM status_word")
      .reduce(into: [:]) { maps, row in
        let key: Int64 = row[1]
        let owner = StatusMapOwner(
          account: AccountID(rawValue: row[0]), key: key == 0 ? nil : KeyID(rawValue: key))
        maps[owner, default: [:]][row[2]] = ConversionStatus(rawValue: row[3])
      }
  }
}
