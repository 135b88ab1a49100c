import Domain
import GRDB

/// Makes an account's conversions anew from its message log.
struct ConversionVerifier {
  let account: AccountID
  let db: Database

  init(account: AccountID, db: Database) {
    self.account = account
    self.db = db
  }

  func run(
    _ sums: inout VerifiedSums, _ found: inout LedgerVerification, _ progress: (VerificationProgress) -> Void
  ) throws {
    var pages = ClickPages(account: account)
    while case let page = try pages.next(db), !page.isEmpty {
      for click in page { try verify(click, &sums, &found) }
      progress(VerificationProgress(account: account, what: "conversions", done: sums.conversions))
    }
    // Whoever reaches as many messages as there are has reached all: no list of them is needed.
    let logged = try db.integer(
      "SELECT count(*) FROM postback WHERE account_id = ? AND \(Self.counts)", account.rawValue)
    if logged ?? 0 != sums.messages { try nameUnreached(&found) }
  }

  /// Messages that the ledger took in.
  private static let counts = "result IN ('applied', 'duplicate', 'stale')"

  private func verify(_ click: String, _ sums: inout VerifiedSums, _ found: inout LedgerVerification) throws {
    let conversions = try Conversion.all(ofClick: click, account, db)
    let messages = try messages(of: conversions, click) { gone in
      found.note(
        LedgerDifference(
          kind: .message, account: account, clickID: click, place: gone.text, table: "gone",
          log: "named by what follows"))
    }
    sums.conversions += conversions.count
    sums.messages += messages.count { [.applied, .duplicate, .stale].contains($0.result) }
    for conversion in conversions {
      sums.revenue += conversion.revenue
      sums.heldRevenue += conversion.heldRevenue
    }
    // Without a lead of its click no message could have opened anything.
    let rebuilt = try Click(click, of: account, db).map { click in
      ClickLedger.fold(
        messages, of: click,
        changed: { now in
          let before = messages.first { $0.id == now.id }
          found.note(
            LedgerDifference(
              kind: .message, account: account, clickID: click.id, place: now.id.text, table: before?.outcome ?? "",
              log: now.outcome))
        })
    }
    for change in ConversionChange.between(conversions, rebuilt ?? []) {
      let (table, log) = Conversion.describe(change.before, change.after)
      found.note(
        LedgerDifference(
          kind: .conversion, account: account, clickID: click, place: (change.before ?? change.after)?.place ?? "",
          table: table, log: log))
    }
  }

  /// All messages about the conversions of a click in order of receipt, by following each to the one before.
  /// - Parameter gone: is given each that is named but is no message of this click.
  private func messages(
    of conversions: [Conversion], _ click: String, gone: (PostbackID) -> Void
  ) throws -> [LoggedPostback] {
    let find = try db.cachedStatement(sql: "SELECT * FROM postback WHERE account_id = ? AND id = ?")
    var (messages, seen): ([LoggedPostback], Set<PostbackID>) = ([], [])
    for conversion in conversions {
      var next: PostbackID? = conversion.lastPostbackID
      while let id = next, seen.insert(id).inserted {
        let row = try Row.fetchOne(find, arguments: [account.rawValue, id.rawValue])
        guard let message = row.map(LoggedPostback.init(row:)), message.clickID == click else {
          gone(id)
          break
        }
        messages.append(message)
        next = message.previousID
      }
    }
    return messages.sorted { $0.id < $1.id }
  }

  /// Looks at each message that should have been reached, until enough were found that were not.
  private func nameUnreached(_ found: inout LedgerVerification) throws {
    var last: Int64 = 0
    var (named, reached): (Int, [String: Set<PostbackID>]) = (0, [:])
    while named < LedgerVerification.mostNamed {
      let page = try db.rows(
        """
        SELECT id, click_id, result FROM postback WHERE account_id = ? AND id > ? AND \(Self.counts)
        ORDER BY id LIMIT 1000
        """, account.rawValue, last
      ) { (PostbackID(rawValue: Int64($0.integer(0) ?? 0)), $0.text(1) ?? "", $0.text(2) ?? "") }
      guard let end = page.last else { return }
      last = end.0.rawValue
      if reached.count > 5_000 { reached = [:] }
      for (id, click, result) in page {
        if reached[click] == nil {
          let conversions = try Conversion.all(ofClick: click, account, db)
          reached[click] = Set(try messages(of: conversions, click, gone: { _ in }).map(\.id))
        }
        guard reached[click]?.contains(id) == false else { continue }
        named += 1
        found.note(
          LedgerDifference(
            kind: .message, account: account, clickID: click, place: id.text, table: "reached by no conversion",
            log: result))
      }
    }
  }
}

extension LoggedPostback {
  /// What became of it, for comparison by eye.
  fileprivate var outcome: String {
    ([result.rawValue, leadID?.eventID, previousID.map { "after " + $0.text }] + warnings.map(\.rawValue))
      .compactMap { $0 }.joined(separator: " ")
  }
}

extension Conversion {
  /// Which of its click's it is.
  fileprivate var place: String { isRebill ? "rebill" : txid.map { "txid " + $0 } ?? "no txid" }

  /// Those columns of two states of a conversion that differ.
  fileprivate static func describe(_ table: Conversion?, _ log: Conversion?) -> (table: String, log: String) {
    guard let table, let log else {
      return (table?.summary ?? "no conversion", log?.summary ?? "no conversion")
    }
    let differing = zip(table.columns, log.columns).filter { $0 != $1 }
    return (
      differing.map { $0.0 }.joined(separator: ", "), differing.map { $0.1 }.joined(separator: ", ")
    )
  }

  private var summary: String { columns.prefix(3).joined(separator: ", ") }

  private var columns: [String] {
    [
      "status " + status.rawValue, "payout " + (payout?.text ?? "none"), "lead " + leadID.eventID,
      expectsPayout ? "expects payout" : "expects no payout", "currency " + (currency ?? "none"),
      "word " + (rawStatus ?? "none"), "opened by " + openedBy.text, "created " + createdAt.rfc3339,
      "changed " + changedAt.rfc3339, "last message " + lastPostbackID.text,
    ]
  }
}
