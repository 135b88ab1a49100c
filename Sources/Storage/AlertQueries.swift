import Domain
import GRDB

extension Store {
  /// Alerts that one page shows.
  private static let mostShown = 200

  /// An account's alerts and the server's own: those that last first, the newest of them first.
  package func alerts(of account: AccountID) throws(Failure) -> [Alert] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM alert WHERE account_id IN (0, ?)
          ORDER BY resolved_at IS NOT NULL, last_at DESC, code, subject LIMIT \(Self.mostShown)
          """, arguments: [account.rawValue]
      ).compactMap(Alert.init(row:))
    }
  }

  /// Writes down what a look around found, and a message to each channel that is to be told of it, in one transaction:
  /// what was told once is known to have been, whatever happens next. An account without channels is told nothing, and
  /// the first channel that it makes hears of all that lasts.
  /// - Parameter judged: what was looked for (``Alert/changes(to:finding:judging:at:)``).
  /// - Returns: messages that were written.
  @discardableResult
  package func record(
    _ findings: [AlertFinding], judging judged: Set<AlertCode> = Set(AlertCode.allCases), at now: Instant
  ) throws(Failure) -> Int {
    // Looked at beside the writer: mostly nothing changes.
    let isNews = try read { db in try !Self.news(findings, judged, at: now, db).isEmpty }
    guard isNews else { return 0 }
    return try write { transaction in
      var messages = 0
      for (alert, channels) in try Self.news(findings, judged, at: now, transaction.db) {
        var alert = alert
        for channel in channels { try Self.insert(alert, channel, at: now, transaction) }
        if !channels.isEmpty { alert.tell(at: now) }
        try alert.save(transaction.db)
        messages += channels.count
      }
      return messages
    }
  }

  /// The alerts to be written, each with the channels to be told.
  private static func news(
    _ findings: [AlertFinding], _ judged: Set<AlertCode>, at now: Instant, _ db: Database
  ) throws -> [(alert: Alert, channels: [Int64])] {
    let known = try Row.fetchAll(db, sql: "SELECT * FROM alert").compactMap(Alert.init(row:))
    let changes = Alert.changes(to: known, finding: findings, judging: judged, at: now)
    let changed = Set(changes.map(\.cause))
    // One that did not change may have waited for its quiet time to pass, or for a channel.
    let current = changes + known.filter { !changed.contains($0.cause) && $0.resolvedAt == nil }
    return try current.compactMap { alert in
      let channels = alert.isToTell(at: now) ? try Self.channels(for: alert.cause, db) : []
      return channels.isEmpty && !changed.contains(alert.cause) ? nil : (alert, channels)
    }
  }

  private static func channels(for cause: AlertCause, _ db: Database) throws -> [Int64] {
    // Of the server hears who runs it, mostly the oldest account; where that has no channel, the oldest that has one:
    // somebody must.
    try Int64.fetchAll(
      db,
      sql: """
        SELECT id FROM alert_channel WHERE account_id = coalesce(?, (SELECT min(account_id) FROM alert_channel))
        """, arguments: [cause.accountID?.rawValue])
  }

  private static func insert(_ alert: Alert, _ channel: Int64, at now: Instant, _ transaction: Transaction) throws {
    try transaction.db.run(
      """
      INSERT INTO alert_message (id, channel_id, code, subject, count, text, created_at, attempts, due_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)
      """, transaction.ids.next(at: now), channel, alert.cause.code.rawValue, alert.cause.subject, alert.count,
      alert.text, now.microseconds, now.microseconds)
  }
}

extension Alert {
  /// nil: of a cause that this version does not know.
  fileprivate init?(row: Row) {
    guard let code = AlertCode(rawValue: row["code"]) else { return nil }
    func instant(_ column: String) -> Instant? { (row[column] as Int64?).map(Instant.init(microseconds:)) }
    let account: Int64 = row["account_id"]
    self.init(
      cause: AlertCause(code, of: account == 0 ? nil : AccountID(rawValue: account), subject: row["subject"]),
      label: row["label"], detail: row["detail"], count: row["count"],
      firstAt: Instant(microseconds: row["first_at"]), lastAt: Instant(microseconds: row["last_at"]),
      toldAt: instant("told_at"), resolvedAt: instant("resolved_at"))
  }

  fileprivate func save(_ db: Database) throws {
    try db.run(
      """
      INSERT INTO alert (account_id, code, subject, label, detail, count, first_at, last_at, told_at, resolved_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET label = excluded.label, detail = excluded.detail, count = excluded.count,
        first_at = excluded.first_at, last_at = excluded.last_at, told_at = excluded.told_at,
        resolved_at = excluded.resolved_at
      """, cause.accountID?.rawValue ?? 0, cause.code.rawValue, cause.subject, label, detail, count,
      firstAt.microseconds, lastAt.microseconds, toldAt?.microseconds, resolvedAt?.microseconds)
  }
}
