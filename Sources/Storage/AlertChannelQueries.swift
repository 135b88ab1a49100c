import Domain
import Foundation
import GRDB

/// An alert's message that is to be sent now.
package struct DueAlertMessage: Sendable {
  package let message: AlertMessage
  package let channel: AlertChannel
  /// Tries so far, all in vain.
  package let attempts: Int
}

/// What became of one.
package enum AlertMessageOutcome: Sendable {
  case sent
  /// - Parameters:
  ///   - why: in words, fit to be shown.
  ///   - next: when it is tried again; nil: it is given up.
  case failed(why: String, next: Instant?)
}

extension Store {
  /// An account's channels, oldest first.
  package func alertChannels(of account: AccountID) throws(Failure) -> [AlertChannel] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM alert_channel WHERE account_id = ? ORDER BY id", arguments: [account.rawValue]
      ).compactMap { AlertChannel(row: $0) }
    }
  }

  /// - Parameter sealed: the target under the server key.
  /// - Throws: `limitReached` (alert channels).
  package func createAlertChannel(
    _ kind: AlertChannel.Kind, sealed: [UInt8], of account: AccountID, at now: Instant
  ) throws(Failure) -> AlertChannel {
    try write { transaction in
      let count = try transaction.db.integer(
        "SELECT count(*) FROM alert_channel WHERE account_id = ?", account.rawValue)
      guard count ?? 0 < AlertChannel.limit else {
        throw Failure.limitReached(what: "alert channels", limit: AlertChannel.limit)
      }
      let id = AlertChannelID(rawValue: transaction.ids.next(at: now))
      try transaction.db.run(
        "INSERT INTO alert_channel (id, account_id, kind, sealed, created_at) VALUES (?, ?, ?, ?, ?)", id.rawValue,
        account.rawValue, kind.rawValue, sealed[...], now.microseconds)
      return AlertChannel(id: id, accountID: account, kind: kind, sealed: sealed, createdAt: now)
    }
  }

  /// Ends a channel, with what is on its way to it. - Throws: `notFound`.
  package func deleteAlertChannel(_ id: AlertChannelID, of account: AccountID) throws(Failure) {
    try write { transaction in
      try transaction.db.run(
        "DELETE FROM alert_channel WHERE id = ? AND account_id = ?", id.rawValue, account.rawValue)
      guard transaction.db.changesCount == 1 else { throw Failure.notFound }
    }
  }

  /// What is to be sent now: of each channel the message that has been due for longest, so that no channel's heap hides
  /// another's.
  /// - Parameters:
  ///   - channel: those behind it come first, in order of id, then the others.
  ///   - limit: channels at most.
  package func dueAlertMessages(
    after channel: AlertChannelID = AlertChannelID(rawValue: 0), at now: Instant, limit: Int = 100
  ) throws(Failure) -> [DueAlertMessage] {
    // No wait is longer than a day: a time beyond that is from a clock that went back since.
    let beyond = now + 2 * 86_400
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT alert_channel.*, message.id AS message_id, code, subject, count, text,
            message.created_at AS message_created_at, attempts
          FROM alert_channel JOIN alert_message AS message ON message.id = (
            SELECT id FROM alert_message WHERE channel_id = alert_channel.id AND (due_at <= ?1 OR due_at > ?2)
            ORDER BY due_at, id LIMIT 1)
          ORDER BY alert_channel.id <= ?3, alert_channel.id LIMIT ?4
          """, arguments: [now.microseconds, beyond.microseconds, channel.rawValue, limit]
      ).compactMap(DueAlertMessage.init(row:))
    }
  }

  package func settle(_ due: DueAlertMessage, _ outcome: AlertMessageOutcome, at now: Instant) throws(Failure) {
    let (message, channel) = (due.message.id.rawValue, due.channel.id.rawValue)
    try write { transaction in
      let db = transaction.db
      switch outcome {
      case .sent:
        try db.run("DELETE FROM alert_message WHERE id = ?", message)
        try db.run(
          "UPDATE alert_channel SET sent_at = ?, failed_at = NULL, failure = NULL WHERE id = ?", now.microseconds,
          channel)
      case .failed(let why, let next):
        if let next {
          try db.run(
            "UPDATE alert_message SET attempts = attempts + 1, due_at = ? WHERE id = ?", next.microseconds, message)
        } else {
          try db.run("DELETE FROM alert_message WHERE id = ?", message)
        }
        try db.run(
          "UPDATE alert_channel SET failed_at = ?, failure = ? WHERE id = ?", now.microseconds, why, channel)
      }
    }
  }
}

extension AlertChannel {
  /// nil: of a kind that this version does not know.
  fileprivate init?(row: Row) {
    guard let kind = Kind(rawValue: row["kind"]) else { return nil }
    func instant(_ column: String) -> Instant? { (row[column] as Int64?).map(Instant.init(microseconds:)) }
    self.init(
      id: AlertChannelID(rawValue: row["id"]), accountID: AccountID(rawValue: row["account_id"]), kind: kind,
      sealed: Array(row["sealed"] as Data), createdAt: Instant(microseconds: row["created_at"]),
      sentAt: instant("sent_at"), failedAt: instant("failed_at"), failure: row["failure"])
  }
}

extension DueAlertMessage {
  fileprivate init?(row: Row) {
    guard let channel = AlertChannel(row: row), let code = AlertCode(rawValue: row["code"]) else { return nil }
    self.init(
      message: AlertMessage(
        id: AlertMessageID(rawValue: row["message_id"]), code: code, subject: row["subject"], count: row["count"],
        text: row["text"], at: Instant(microseconds: row["message_created_at"])),
      channel: channel, attempts: row["attempts"])
  }
}
