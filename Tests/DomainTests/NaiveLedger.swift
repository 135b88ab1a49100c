import Domain

/// What a partner, or someone of the account, sends: as plain as can be, so that the model reads it by itself.
struct Told: Equatable, Sendable {
  var word: String?
  /// In micro-units, with its sign.
  var amount: Int64?
  var txid: String?
  /// Of a correction by hand: the class is said and not read.
  var corrected: ConversionStatus?
}

/// The words in force: the key's, then the account's, then the table's.
struct Maps: Sendable {
  var key: StatusMap = [:]
  var account: StatusMap = [:]
  var words: StatusWords { StatusWords(key: key, account: account) }
}

/// The ledger once more, written naively from the contract (PRODUCT.md §5): one row a conversion, in the order in which
/// they were opened.
///
/// Where the contract is silent it reads as follows. A stale message has no effect at all: it brings neither a txid nor a
/// payout. A payout that a negative amount comes to counts as one above 0. The row of rebills is meant by `rebill` itself
/// and, where no txid is given, by what takes back; a sale without txid is another conversion. It has no txid, but a new
/// txid does not take it over.
struct NaiveLedger {
  struct Row: Equatable {
    var txid: String?
    var isOfRebills: Bool
    var status: ConversionStatus
    var payout: Int64?
    /// The first approval is still to come, and the expected payout may be used for it.
    var awaitsApproval: Bool
    /// A message on it brought a payout above 0.
    var hasBeenPaid: Bool
  }
  struct Verdict: Equatable {
    var result: ConversionOutcome.Result
    var warnings: Set<PostbackWarning>
  }

  static let table: [(ConversionStatus, String)] = [
    (.approved, "approved accepted converted confirmed sale paid qualified ftd first_deposit rebill"),
    (.pending, "pending lead deposit submitted new registered callback waiting hold"),
    (.rejected, "rejected declined trash junk duplicate failed cancelled no_answer unqualified"),
    (.chargeback, "chargeback refund reversed dispute"),
  ]

  private(set) var rows: [Row] = []
  let maps: Maps
  /// What the partner is to pay.
  let expected: Int64?

  init(maps: Maps, expected: Int64?) {
    self.maps = maps
    self.expected = expected
  }

  mutating func receive(_ told: Told) -> Verdict {
    let (status, payout, found) = meaning(of: told)
    var warnings = found
    let isRebill = told.word == "rebill"
    guard let place = place(of: told, status, isRebill) else {
      let takesBack = status == .rejected || status == .chargeback
      if takesBack && told.txid != nil && !rows.isEmpty { warnings.insert(.unknownTxid) }
      let isFurtherTxid = told.txid != nil && rows.contains { $0.txid != nil }
      var row = Row(
        txid: told.txid, isOfRebills: isRebill && told.txid == nil, status: status, payout: nil,
        awaitsApproval: !isRebill && !isFurtherTxid, hasBeenPaid: false)
      apply(status, payout, isRebill, to: &row)
      rows.append(row)
      return Verdict(result: .applied, warnings: warnings)
    }
    var row = rows[place]
    if status == row.status && (payout == nil || payout == row.payout) {
      rows[place].txid = told.txid ?? row.txid
      return Verdict(result: .duplicate, warnings: warnings)
    }
    let isOvertaken =
      (status == .pending && row.status != .pending) || (status == .rejected && row.status == .chargeback)
    if isOvertaken && told.corrected == nil { return Verdict(result: .stale, warnings: warnings) }
    if status == .approved && row.status == .chargeback { warnings.insert(.reapproved) }
    row.txid = told.txid ?? row.txid
    apply(status, payout, isRebill, to: &row)
    rows[place] = row
    return Verdict(result: .applied, warnings: warnings)
  }

  private func apply(_ status: ConversionStatus, _ payout: Int64?, _ isRebill: Bool, to row: inout Row) {
    row.status = status
    if let payout { row.payout = payout }
    if let payout, payout > 0 { row.hasBeenPaid = true }
    guard status == .approved else { return }
    let isFirstApproval = row.awaitsApproval
    row.awaitsApproval = false
    if let expected, isFirstApproval, !row.hasBeenPaid, payout == nil, !isRebill { row.payout = expected }
  }

  private func meaning(of told: Told) -> (ConversionStatus, Int64?, Set<PostbackWarning>) {
    if let status = told.corrected { return (status, told.amount, []) }
    var warnings: Set<PostbackWarning> = []
    var status = ConversionStatus.pending
    if let word = told.word {
      let inTable = Self.table.first { $0.1.split(separator: " ").contains { $0 == word } }?.0
      if let named = maps.key[word] ?? maps.account[word] ?? inTable {
        status = named
      } else {
        warnings.insert(.unknownStatus)
      }
    }
    guard let amount = told.amount, amount < 0 else { return (status, told.amount, warnings) }
    if status == .approved || status == .chargeback { return (.chargeback, -amount, warnings) }
    return (status, nil, warnings.union([.negativePayout]))
  }

  /// Which row a message means; nil: it opens one.
  private func place(of told: Told, _ status: ConversionStatus, _ isRebill: Bool) -> Int? {
    if let txid = told.txid {
      if let same = rows.firstIndex(where: { $0.txid == txid }) { return same }
      return isRebill ? nil : rows.firstIndex { $0.txid == nil && !$0.isOfRebills }
    }
    if isRebill { return rows.firstIndex { $0.isOfRebills } }
    let takesBack = status == .rejected || status == .chargeback
    let meant = rows.indices.filter { takesBack || !rows[$0].isOfRebills }
    return meant.last { rows[$0].status == .approved } ?? meant.last
  }

  /// Whether a message that was just applied may, sent again, mean another conversion. Only one that names none: where it
  /// took an approved one back, the approved ones that come first are others now.
  func mayMeanAnother(_ told: Told, asIn before: NaiveLedger) -> Bool {
    let (status, _, _) = meaning(of: told)
    return told.txid == nil && status != .approved && rows.count > 1
      && before.rows.contains { $0.status == .approved }
  }

  func sum(of status: ConversionStatus) -> Int64 {
    rows.filter { $0.status == status }.reduce(0) { $0 + ($1.payout ?? 0) }
  }

  var leadStatus: LeadStatus {
    let order: [(ConversionStatus, LeadStatus)] = [
      (.approved, .approved), (.pending, .pending), (.chargeback, .chargeback), (.rejected, .rejected),
    ]
    return order.first { status, _ in rows.contains { $0.status == status } }?.1 ?? .new
  }
}
