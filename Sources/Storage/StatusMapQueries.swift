import Domain
import GRDB

/// Whose words a map holds.
package struct StatusMapOwner: Hashable, Sendable {
  package let account: AccountID
  /// Nil: the account's own, for every key.
  package let key: KeyID?

  package init(account: AccountID, key: KeyID?) {
    self.account = account
    self.key = key
  }

  /// The words of it, folded.
  func map(_ db: Database) throws -> StatusMap {
    try Row.fetchAll(
      db, sql: "SELECT word, status FROM status_word WHERE account_id = ? AND key_id = ?",
      arguments: [account.rawValue, key?.rawValue ?? 0]
    ).reduce(into: [:]) { $0[$1[0]] = ConversionStatus(rawValue: $1[1]) }
  }

  /// Every map there is.
  static func maps(_ db: Database) throws -> [StatusMapOwner: StatusMap] {
    try Row.fetchAll(db, sql: "SELECT account_id, key_id, word, status FROM status_word")
      .reduce(into: [:]) { maps, row in
        let key: Int64 = row[1]
        let owner = StatusMapOwner(account: AccountID(rawValue: row[0]), key: key == 0 ? nil : KeyID(rawValue: key))
        maps[owner, default: [:]][row[2]] = ConversionStatus(rawValue: row[3])
      }
  }
}

/// Words that are to get another class, or, with nil, none of their own.
package struct StatusMapChange: Sendable {
  package let owner: StatusMapOwner
  /// By folded word.
  package let words: [String: ConversionStatus?]

  package init(owner: StatusMapOwner, words: [String: ConversionStatus?]) {
    self.owner = owner
    self.words = words
  }

  /// A map with the change made. - Throws: `limitReached` (words).
  package func applied(to map: StatusMap) throws(Failure) -> StatusMap {
    let changed = words.reduce(into: map) { $0[$1.key] = $1.value }
    guard changed.count <= StatusWords.mostMapped else {
      throw .limitReached(what: "words", limit: StatusWords.mostMapped)
    }
    return changed
  }

  /// Whether the map would be another one. - Throws: `limitReached` (words).
  func changesAnything(_ db: Database) throws -> Bool {
    let map = try owner.map(db)
    return try applied(to: map) != map
  }

  func write(_ db: Database) throws {
    _ = try applied(to: owner.map(db))
    let (account, key) = (owner.account.rawValue, owner.key?.rawValue ?? 0)
    for (word, status) in words {
      if let status {
        try db.run(
          """
          INSERT INTO status_word (account_id, key_id, word, status) VALUES (?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET status = excluded.status
          """, account, key, word, status.rawValue)
      } else {
        try db.run("DELETE FROM status_word WHERE account_id = ? AND key_id = ? AND word = ?", account, key, word)
      }
    }
  }
}

/// What a change of words does to messages of the past.
package struct StatusMapEffect: Equatable, Sendable {
  /// Messages that are read otherwise.
  package internal(set) var messages = 0
  /// Clicks that have such messages.
  package internal(set) var clicks = 0
  /// What that comes to.
  package internal(set) var ledger = LedgerEffect()
  /// Clicks that stay as they are, since they have more messages than are replayed (``ClickLedger/mostReplayed``).
  package internal(set) var clicksLeftAlone = 0
}

extension Store {
  /// The words of a map, folded.
  package func statusMap(of owner: StatusMapOwner) throws(Failure) -> StatusMap {
    try read(owner.map)
  }

  /// What a change would do, without doing it. - Throws: `limitReached` (words).
  package func preview(_ change: StatusMapChange) throws(Failure) -> StatusMapEffect {
    try readLong(of: change.owner.account) { db in
      guard try change.changesAnything(db) else { return StatusMapEffect() }
      return try AffectedClicks(change, after: 0, db).effect(db)
    }
  }

  /// Changes a map: from then on every message is read by the new words, and the clicks that it may read otherwise are
  /// marked for ``replayClicks(of:at:)``.
  ///
  /// The log is long, so it is looked through beside the writer, and what it finds is marked a few clicks at a time; the
  /// transaction that changes the words has to look only at what came meanwhile. Until then nothing of the account is
  /// replayed (``WordChanges``): marks of a change that does not come about cost a replay without effect.
  /// - Returns: what it will have done once those clicks are replayed.
  /// - Throws: `limitReached` (words).
  package func commit(_ change: StatusMapChange) throws(Failure) -> StatusMapEffect {
    let account = change.owner.account
    guard wordChanges.begin(of: account) else { throw .unavailable }
    defer { wordChanges.end(of: account) }
    let found: (affected: AffectedClicks, effect: StatusMapEffect)? = try readLong(of: account) { db in
      guard try change.changesAnything(db) else { return nil }
      let affected = try AffectedClicks(change, after: 0, db)
      return (affected, try affected.effect(db))
    }
    guard let (affected, effect) = found else { return StatusMapEffect() }
    // In order, so that each transaction writes to few pages.
    let clicks = affected.messages.keys.map(\.text).sorted()
    for start in stride(from: 0, to: clicks.count, by: Self.clicksPerMark) {
      let some = clicks[start..<min(start + Self.clicksPerMark, clicks.count)]
      try write { try Self.mark(some, of: account, $0.db) }
    }
    defer { forgetDirectory() }
    try write { transaction in
      let late = try AffectedClicks(change, after: affected.newestMessage, transaction.db)
      try change.write(transaction.db)
      try Self.mark(late.messages.keys.map(\.text), of: account, transaction.db)
    }
    return effect
  }

  /// Clicks that one transaction marks: few, so that no other write waits long.
  private static let clicksPerMark = 1_000

  private static func mark(_ clicks: some Sequence<String>, of account: AccountID, _ db: Database) throws {
    for click in clicks {
      try db.run(
        "INSERT INTO replay (account_id, click_id) VALUES (?, ?) ON CONFLICT DO NOTHING", account.rawValue, click)
    }
  }
}

/// The clicks with messages that a change of words reads otherwise.
private struct AffectedClicks: Sendable {
  /// How many of each click.
  private(set) var messages: [ExactText: Int] = [:]
  /// The newest message that was looked at.
  private(set) var newestMessage: Int64
  private let account: AccountID
  private let directory: Directory
  private let changed: Directory

  /// - Parameter after: only messages after this one.
  init(_ change: StatusMapChange, after: Int64, _ db: Database) throws {
    let directory = try Directory(db, version: try Directory.version(db))
    let changed = directory.changed(by: change)
    self.account = change.owner.account
    self.directory = directory
    self.changed = changed
    // The newest of all, so that messages that need no look are not gone through again.
    let newest = try db.integer("SELECT max(id) FROM postback WHERE account_id = ?", account.rawValue)
    self.newestMessage = max(after, Int64(newest ?? 0))
    var differing: [String: Bool] = [:]
    let found = try db.rows(
      """
      SELECT key_id, raw_status, click_id FROM postback
      WHERE account_id = ? AND id > ? AND origin <> 'correction' AND raw_status IS NOT NULL AND result <> 'ignored'
      """, account.rawValue, after
    ) { row -> String? in
      let (key, word) = (KeyID(rawValue: Int64(row.integer(0) ?? 0)), row.text(1) ?? "")
      let differs = differing["\(key.rawValue) \(word)"] ?? Self.differs(word, key, account, directory, changed)
      differing["\(key.rawValue) \(word)"] = differs
      return differs ? row.text(2) : nil
    }
    for case let click? in found { messages[ExactText(click), default: 0] += 1 }
  }

  private static func differs(
    _ word: String, _ key: KeyID, _ account: AccountID, _ old: Directory, _ new: Directory
  ) -> Bool {
    let folded = StatusWords.fold(word)
    func status(_ directory: Directory) -> ConversionStatus {
      directory.statusWords(of: key, in: account).status(ofFolded: folded) ?? .pending
    }
    return status(old) != status(new)
  }

  func effect(_ db: Database) throws -> StatusMapEffect {
    var effect = StatusMapEffect()
    effect.clicks = messages.count
    effect.messages = messages.values.reduce(0, +)
    let forwards = directory.activeForwards(of: account)
    for click in messages.keys {
      guard let click = try Click(click.text, of: account, db) else { continue }
      let before = click.conversions
      guard let log = try ClickLedger.messages(of: before, account, db) else {
        effect.clicksLeftAlone += 1
        continue
      }
      let after = try ClickLedger.fold(log, of: click, words: { changed.statusWords(of: $0, in: account) })
      for case let told? in ConversionChange.between(before, after).map(\.told) {
        let source = try CountedLead.one(told.leadID, account, db)?.source ?? ""
        effect.ledger.addConversion(told, source: source, forwards)
      }
      effect.ledger.addClick(from: before, to: after)
    }
    return effect
  }
}
