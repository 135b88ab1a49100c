import Domain

/// A partner's report in the hands of the ledger.
package struct ReportInHand: Sendable {
  package let account: Account
  /// Whose words the report uses; 0: the account's own.
  package let keyID: KeyID
  package let words: StatusWords
  package let receivedAt: Instant
  /// What the report covers, by when conversions were opened; nil: not said.
  package let span: Range<Instant>?
  /// A row under a txid of its own opens a further conversion also beside one of ours that the report does not name.
  package let takesUpsells: Bool
  /// With references in the place of e-mail addresses.
  package let rows: [PartnerReport.Row]

  package init(
    account: Account, keyID: KeyID, words: StatusWords, receivedAt: Instant, span: Range<Instant>?,
    takesUpsells: Bool = false, rows: [PartnerReport.Row]
  ) {
    self.account = account
    self.keyID = keyID
    self.words = words
    self.receivedAt = receivedAt
    self.span = span
    self.takesUpsells = takesUpsells
    self.rows = rows
  }

  /// What a row says as a message about a click; nil where no lead could have that click id.
  /// - Parameter status: stands in for the row's.
  func message(
    of row: PartnerReport.Row, click: String, status: ConversionStatus? = nil
  ) -> (Postback, [PostbackWarning])? {
    var parameters = row.parameters + [PostbackParameter(name: "click_id", value: click)]
    if let status {
      parameters.removeAll { $0.name == "status" }
      parameters.append(PostbackParameter(name: "status", value: status.rawValue))
    }
    let reading = PostbackReading(
      parameters, origin: .report, words: words, currency: account.currency, wasHealed: false, found: row.warnings)
    guard case .message(let message, let warnings) = reading else { return nil }
    return (message, warnings)
  }

  func received(_ message: Postback, _ warnings: [PostbackWarning]) -> ReceivedPostback {
    ReceivedPostback(
      account: account, keyID: keyID, receivedAt: receivedAt, reading: .message(message, warnings: warnings),
      words: words)
  }
}

/// A partner's report compared with the ledger: where they agree, where they do not, and what follows from taking the
/// report's word for it.
package struct Reconciliation: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// Both say the same.
    case unchanged
    /// The class differs.
    case changed
    /// The class is the same, the payout differs.
    case repriced
    /// The lead is there and its conversion is not: the message never came.
    case lost
    /// No lead has that click id, and no conversion that transaction id.
    case unknown
    /// The same conversion again, a row that may mean several, one that may be ours under another txid, or one of ours
    /// beside one that the report has: told, never changed.
    case doubled
    /// An approved conversion of ours that was opened in the report's span and is not in it: told, never changed.
    case missing
    /// A row that cannot be taken; see ``Fault``.
    case unreadable
  }

  /// Why a row cannot be taken, or is not.
  package enum Fault: String, Sendable {
    /// Neither a click id nor a transaction id that can be used.
    case missingID = "missing_id"
    case badClickID = "bad_click_id"
    case badPayout = "bad_payout"
    case valueTooLong = "value_too_long"
    case tooManyFields = "too_many_fields"
    /// It would open one more than ``Conversion/mostPerClick``.
    case tooManyConversions = "too_many_conversions"
    /// We do not have its txid, and a conversion of ours that counts is named by no row: it may be that one under an id of
    /// the partner's own, and money would count twice.
    case otherTxid = "other_txid"
  }

  /// A row of the report, one of our conversions, or both.
  package struct Row: Sendable {
    /// Of the file; nil: not in it.
    package internal(set) var line: Int?
    package internal(set) var clickID: String?
    package internal(set) var txid: String?
    /// The conversion as it was before the report; nil: there is none.
    package internal(set) var ours: Conversion?
    /// What the report says; nil: nothing.
    package internal(set) var reported: Postback?
    package internal(set) var warnings: [PostbackWarning] = []
    package internal(set) var fault: Fault?
    /// What it comes to as a message; nil: it is none.
    package internal(set) var result: PostbackResult?

    /// What the report says that the conversion is worth, as ``Conversion/worth`` has it for ours.
    var reportedWorth: Money {
      guard let reported, reported.status == .approved || reported.status == .pending else { return .zero }
      return reported.payout ?? ours?.payout ?? .zero
    }
  }

  /// How many of a kind there are, and what they are worth.
  package struct Tally: Sendable {
    package fileprivate(set) var rows = 0
    package fileprivate(set) var ours = Money.zero
    package fileprivate(set) var reported = Money.zero
  }

  /// Rows of one kind that are listed; all are counted.
  package static let mostListed = 500
  /// Messages that one write takes, so that no other write waits long.
  private static let changesPerWrite = 100

  private var tallies: [Kind: Tally] = [:]
  private var lists: [Kind: [Row]] = [:]
  /// What taking the report's word would do; once it was applied, what that did.
  package internal(set) var effect = LedgerEffect()
  /// The messages to write, and the rows that they are from.
  private var changes: [Change] = []

  private struct Change {
    let message: ReceivedPostback
    let kind: Kind
    /// In its list; nil: the list was full.
    let place: Int?
  }

  package func tally(_ kind: Kind) -> Tally { tallies[kind] ?? Tally() }
  package func list(_ kind: Kind) -> [Row] { lists[kind] ?? [] }

  /// - Parameter message: what to write for it; nil: nothing.
  mutating func add(_ row: Row, _ kind: Kind, message: ReceivedPostback? = nil) {
    tallies[kind, default: Tally()].rows += 1
    tallies[kind]?.ours += row.ours?.worth ?? .zero
    tallies[kind]?.reported += row.reportedWorth
    let place = list(kind).count < Self.mostListed ? list(kind).count : nil
    if place != nil { lists[kind, default: []].append(row) }
    if let message { changes.append(Change(message: message, kind: kind, place: place)) }
  }

  /// Writes what follows from the report, in the order of its rows.
  /// - Throws: `unavailable`; what was written until then stays, and comes to nothing when the report is handed in again.
  package mutating func apply(to store: Store) throws(Failure) {
    var done = DoneEffect()
    for start in stride(from: 0, to: changes.count, by: Self.changesPerWrite) {
      let some = Array(changes[start..<min(start + Self.changesPerWrite, changes.count)])
      let effects = try store.commitOwnPostbacks(some.map(\.message))
      for (change, effect) in zip(some, effects) {
        if let effect { done.add(effect) }
        if let place = change.place { lists[change.kind]?[place].result = effect?.result }
      }
    }
    changes = []
    effect = done.whole
  }
}
