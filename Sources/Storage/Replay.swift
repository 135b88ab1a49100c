import Domain
import GRDB
import Synchronization

/// The accounts whose words are being changed. Their clicks are marked before the change and may be replayed only after it.
///
/// Held in memory: after a crash the change did not come about, and the marks that are left cost a replay without effect.
final class WordChanges: Sendable {
  private let seats = AccountSeats()
  private let waitSeconds: Int
  private let current = Mutex<Set<AccountID>>([])

  init(waitSeconds: Int) { self.waitSeconds = waitSeconds }

  /// One change of an account at a time: what it does is reckoned from the words that it finds.
  /// - Returns: false: another one took too long.
  func begin(of account: AccountID) -> Bool {
    guard seats.take(account, waitSeconds: waitSeconds) else { return false }
    current.withLock { _ = $0.insert(account) }
    return true
  }

  func end(of account: AccountID) {
    current.withLock { _ = $0.remove(account) }
    seats.leave(account)
  }

  var accounts: Set<AccountID> { current.withLock { $0 } }
}

extension Store {
  /// Clicks that one transaction replays: few, so that no other write waits long.
  private static let clicksPerReplay = 20
  /// Messages after which a transaction replays no further click, for the same reason.
  private static let messagesPerReplay = 500

  /// Replays some of the clicks whose words have changed; each ends with the conversions, roll-ups and deliveries that
  /// its messages come to by the words in force now.
  /// - Parameter account: only this one's; nil: anyone's.
  /// - Returns: whether there may be more.
  package func replayClicks(of account: AccountID? = nil, at now: Instant) throws(Failure) -> Bool {
    let waits = try read { [wordChanges] in try Self.clicksToReplay(of: account, but: wordChanges.accounts, $0) }
    guard !waits.isEmpty else { return false }
    return try write { [wordChanges] transaction in
      let db = transaction.db
      let directory = try transaction.directory()
      let clicks = try Self.clicksToReplay(of: account, but: wordChanges.accounts, db)
      var messages = 0
      for (account, click) in clicks {
        guard messages < Self.messagesPerReplay else { return true }
        let words = { directory.statusWords(of: $0, in: account) }
        if var ledger = try ClickLedger(click, of: account, transaction) {
          messages += try ledger.replay(words, at: now)
        } else {
          for var row in try LoggedPostback.waiting(forClick: click, account, db) {
            messages += 1
            _ = row.read(by: words(row.keyID), clickID: click)
            try row.update(db)
          }
        }
        try db.run("DELETE FROM replay WHERE account_id = ? AND click_id = ?", account.rawValue, click)
      }
      return clicks.count == Self.clicksPerReplay
    }
  }

  /// How many clicks of an account wait to be replayed.
  package func clicksToReplay(of account: AccountID) throws(Failure) -> Int {
    try read { try $0.integer("SELECT count(*) FROM replay WHERE account_id = ?", account.rawValue) ?? 0 }
  }

  private static func clicksToReplay(
    of account: AccountID?, but others: Set<AccountID>, _ db: Database
  ) throws -> [(AccountID, String)] {
    let excluded = others.map { String($0.rawValue) }.sorted().joined(separator: ", ")
    return try db.rows(
      "SELECT account_id, click_id FROM replay WHERE (?1 IS NULL OR account_id = ?1) AND account_id NOT IN (\(excluded)) "
        + "LIMIT ?2", account?.rawValue, clicksPerReplay
    ) { (AccountID(rawValue: Int64($0.integer(0) ?? 0)), $0.text(1) ?? "") }
  }
}
