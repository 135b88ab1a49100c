import Domain
import GRDB

extension Store {
  /// Compares a report with the ledger as it stands now, and changes nothing.
  package func reconcile(_ report: ReportInHand) throws(Failure) -> Reconciliation {
    let directory = try directory()
    return try readLong(of: report.account.id) { db in
      var reconciler = Reconciler(report, directory, db)
      return try reconciler.reconcile()
    }
  }
}

/// Goes through a report row by row, and does in memory what its rows would do to the ledger.
private struct Reconciler {
  /// A click that the report may be about.
  private struct ReportedClick {
    var click: Click
    let before: [Conversion]
    /// The first row that may be about it.
    let line: Int
    /// Whether a row is.
    var isReported = false
    /// Conversions that count and that no row names, by the messages that opened them.
    var unnamed: Set<PostbackID> = []
    /// Whether a row was held back since it may be one of those: then a row that names none may mean either.
    var holdsBack = false
    /// The conversions that a row was about, by the messages that opened them.
    var seen: Set<PostbackID> = []
    /// The transaction ids that rows named: one that was stale may not have come to a conversion of its own.
    var seenTxids: Set<String> = []
  }

  /// Clicks that are looked at for one transaction id.
  private static let mostClicksPerTxid = 10

  private let report: ReportInHand
  private let account: AccountID
  private let directory: Directory
  private let db: Database
  private var clicks: [ExactText: ReportedClick] = [:]
  /// The clicks of our conversions under the report's transaction ids.
  private var clicksByTxid: [String: [String]] = [:]
  /// Conversions of ours that the report has, or that are told as doubled.
  private var told: Set<PostbackID> = []
  private var result = Reconciliation()
  /// Stands in for the ids that messages would get: above all there are, and rising.
  private var nextID = Int64.max - Int64(PartnerReport.mostRows)

  init(_ report: ReportInHand, _ directory: Directory, _ db: Database) {
    self.report = report
    self.account = report.account.id
    self.directory = directory
    self.db = db
  }

  mutating func reconcile() throws -> Reconciliation {
    for row in report.rows {
      for clickID in row.clickIDs { try look(at: clickID, line: row.line) }
    }
    try findTxids()
    findUnnamed()
    // A row that names no conversion means the one that is there once all others are: so it means the same one when the
    // report is handed in again.
    for row in report.rows where namesConversion(row) { try compare(row) }
    for row in report.rows where !namesConversion(row) { try compare(row) }
    for known in clicks.values { result.effect.addClick(from: known.before, to: known.click.conversions) }
    addUnnamed()
    if let span = report.span { try addMissing(span) }
    return result
  }

  private mutating func look(at clickID: String, line: Int) throws {
    guard reported(clickID) == nil, ClickID.isValid(clickID), let click = try Click(clickID, of: account, db) else {
      return
    }
    clicks[ExactText(clickID)] = ReportedClick(click: click, before: click.conversions, line: line)
  }

  private func reported(_ clickID: String) -> ReportedClick? { clicks[ExactText(clickID)] }

  /// Looks up the transaction ids of rows whose click id says nothing. No index has them: the account's conversions are
  /// gone through once, and only what is wanted is kept.
  private mutating func findTxids() throws {
    let unplaced = report.rows.filter { row in row.clickIDs.allSatisfy { reported($0) == nil } }
    let wanted = Set(unplaced.compactMap { bare($0)?.message.txid })
    guard !wanted.isEmpty else { return }
    var found: [String: [String]] = [:]
    _ = try db.rows("SELECT txid, click_id FROM conversion WHERE account_id = ? AND txid <> ''", account.rawValue) {
      guard let txid = $0.text(0), wanted.contains(txid), let clickID = $0.text(1),
        found[txid, default: []].count < Self.mostClicksPerTxid
      else { return }
      found[txid, default: []].append(clickID)
    }
    clicksByTxid = found
    for row in unplaced {
      for clickID in bare(row)?.message.txid.flatMap({ found[$0] }) ?? [] { try look(at: clickID, line: row.line) }
    }
  }

  /// Finds the conversions that count and that no row names. It must not depend on the order of the rows, nor on what they
  /// have done: the report says the same when it is handed in again.
  private mutating func findUnnamed() {
    var named: [ExactText: [Postback]] = [:]
    for row in report.rows where namesConversion(row) {
      guard let message = bare(row)?.message, let click = click(of: row, message) else { continue }
      named[ExactText(click.click.id), default: []].append(message)
    }
    for (key, known) in clicks {
      let messages = named[key] ?? []
      let unnamed = known.before.filter { ours in
        ours.counts && !messages.contains { Self.names($0, ours, among: known.before) }
      }
      clicks[key]?.unnamed = Set(unnamed.map(\.openedBy))
    }
  }

  /// Whether a message is about a conversion by its txid, by the word for rebills, or since it takes it over.
  private static func names(_ message: Postback, _ ours: Conversion, among all: [Conversion]) -> Bool {
    guard ours.txid == nil else { return message.txid == ours.txid }
    guard let txid = message.txid else { return ours.isRebill && message.isRebill }
    return !ours.isRebill && !message.isRebill && !all.contains { $0.txid == txid }
  }

  /// The click that a row is about; nil: none that is known, or one of several.
  private func click(of row: PartnerReport.Row, _ message: Postback) -> ReportedClick? {
    if let click = row.clickIDs.lazy.compactMap(reported).first { return click }
    let places = message.txid.flatMap { clicksByTxid[$0] } ?? []
    return places.count == 1 ? places.first.flatMap(reported) : nil
  }

  /// What a row says, whichever click it is about.
  private func bare(_ row: PartnerReport.Row) -> (message: Postback, fault: Reconciliation.Fault?)? {
    report.message(of: row, click: "?").map { message, warnings in
      (message, warnings.contains(.valueTooLong) ? .valueTooLong : warnings.contains(.badPayout) ? .badPayout : nil)
    }
  }

  private func namesConversion(_ row: PartnerReport.Row) -> Bool {
    bare(row).map { $0.message.txid != nil || $0.message.isRebill } ?? false
  }

  private mutating func compare(_ row: PartnerReport.Row) throws {
    guard !row.hasExtraFields, let (message, fault) = bare(row) else {
      return result.add(Reconciliation.Row(line: row.line, fault: .tooManyFields), .unreadable)
    }
    if let click = click(of: row, message) { return try settle(row, fault, click) }
    if let places = message.txid.flatMap({ clicksByTxid[$0] }), places.count > 1 {
      return addAmbiguous(row, message, places)
    }
    addUnplaced(row, message, fault)
  }

  private mutating func settle(
    _ row: PartnerReport.Row, _ fault: Reconciliation.Fault?, _ known: ReportedClick
  ) throws {
    var known = known
    known.isReported = true
    defer { clicks[ExactText(known.click.id)] = known }
    guard let (message, warnings) = message(of: row, about: known.click) else { return }
    var entry = Reconciliation.Row(
      line: row.line, clickID: known.click.id, txid: message.txid, reported: message, warnings: warnings, fault: fault)
    let terms = try known.click.terms(of: message, by: report.keyID, directory, db)
    if terms.isFromOther { entry.warnings.append(.otherPartner) }
    guard let outcome = outcome(of: message, known.click, expecting: terms.expectedPayout) else {
      entry.fault = .tooManyConversions
      return result.add(entry, .unreadable)
    }
    let target = outcome.before
    let namesNone = message.txid == nil && !message.isRebill
    let isAmbiguous =
      Conversion.isAmbiguous(message, among: known.click.conversions) || (namesNone && known.holdsBack)
    entry.txid = message.txid ?? target?.txid
    entry.ours = known.before.first { $0.openedBy == target?.openedBy }
    entry.warnings += outcome.warnings
    told.insert(outcome.after.openedBy)
    if fault != nil { return result.add(entry, .unreadable) }
    let isNew = message.txid.map { known.seenTxids.insert($0).inserted } ?? true
    if isAmbiguous || !isNew || known.seen.contains(outcome.after.openedBy) { return result.add(entry, .doubled) }
    if target == nil && message.txid != nil && !known.unnamed.isEmpty && !report.takesUpsells {
      known.holdsBack = true
      return addHeldBack(entry, known)
    }
    known.seen.insert(outcome.after.openedBy)
    entry.result = PostbackResult(rawValue: outcome.result.rawValue)
    let learnsTxid = target != nil && target?.txid != outcome.after.txid
    guard outcome.result == .applied || learnsTxid else { return result.add(entry, kind(of: outcome, message)) }
    result.add(entry, kind(of: outcome, message), message: report.received(message, warnings))
    known.click.take(outcome)
    guard outcome.result == .applied else { return }
    let lead = outcome.after.leadID
    let source = try known.click.lead(lead, db)?.source
    result.effect.addConversion(outcome.after, source: source ?? "", directory.activeForwards(of: account))
  }

  private func outcome(
    of message: Postback, _ click: Click, expecting expectedPayout: Money? = nil
  ) -> ConversionOutcome? {
    click.outcome(
      of: message, id: PostbackID(rawValue: nextID), at: report.receivedAt, expectedPayout: expectedPayout)
  }

  /// A row as a message about its click. One that names no status says nothing of the class: it stays what it is.
  private mutating func message(of row: PartnerReport.Row, about click: Click) -> (Postback, [PostbackWarning])? {
    nextID += 1
    guard let read = report.message(of: row, click: click.id) else { return nil }
    guard read.0.rawStatus == nil, let status = outcome(of: read.0, click)?.before?.status,
      report.words.status(ofFolded: status.rawValue) == status
    else { return read }
    return report.message(of: row, click: click.id, status: status)
  }

  private func kind(of outcome: ConversionOutcome, _ message: Postback) -> Reconciliation.Kind {
    guard let target = outcome.before else { return .lost }
    if outcome.result == .duplicate { return .unchanged }
    return target.status == message.status ? .repriced : .changed
  }

  /// A row that would open a further conversion, told beside one of ours that it may be.
  private mutating func addHeldBack(_ entry: Reconciliation.Row, _ known: ReportedClick) {
    var entry = entry
    entry.fault = .otherTxid
    entry.ours = known.before.first { known.unnamed.contains($0.openedBy) && !told.contains($0.openedBy) }
    if let ours = entry.ours { told.insert(ours.openedBy) }
    result.add(entry, .doubled)
  }

  /// Several clicks have a conversion under the row's transaction id: nobody knows which one it means.
  private mutating func addAmbiguous(_ row: PartnerReport.Row, _ message: Postback, _ places: [String]) {
    for clickID in places {
      let ours = reported(clickID)?.before.first { $0.txid == message.txid }
      if let ours { told.insert(ours.openedBy) }
      result.add(
        Reconciliation.Row(line: row.line, clickID: clickID, txid: message.txid, ours: ours, reported: message),
        .doubled)
    }
  }

  private mutating func addUnplaced(_ row: PartnerReport.Row, _ message: Postback, _ fault: Reconciliation.Fault?) {
    let named = row.clickIDs.compactMap { report.message(of: row, click: $0)?.0.clickID }.first
    var entry = Reconciliation.Row(line: row.line, clickID: named, txid: message.txid, reported: message, fault: fault)
    if fault == nil && named == nil && message.txid == nil {
      let isBad = row.clickIDs.contains { !$0.isEmpty && !ClickID.isValid($0) }
      entry.fault = isBad ? .badClickID : .missingID
    }
    result.add(entry, entry.fault == nil ? .unknown : .unreadable)
  }

  /// Conversions that count and that no row is about, of clicks that have one in the report.
  private mutating func addUnnamed() {
    for known in clicks.values.sorted(by: { $0.line < $1.line }) where known.isReported {
      for ours in known.before.sorted(by: { $0.id < $1.id }) where !told.contains(ours.openedBy) {
        guard ours.counts, report.span?.contains(ours.createdAt) ?? true else { continue }
        told.insert(ours.openedBy)
        result.add(
          Reconciliation.Row(line: known.line, clickID: known.click.id, txid: ours.txid, ours: ours), .doubled)
      }
    }
  }

  private mutating func addMissing(_ span: Range<Instant>) throws {
    try Conversion.eachApproved(openedIn: span, by: report.keyID, account, db) { clickID, ours in
      guard !told.contains(ours.openedBy) else { return }
      result.add(Reconciliation.Row(clickID: clickID, txid: ours.txid, ours: ours), .missing)
    }
  }
}

extension Conversion {
  /// Whether it brings money, or may.
  fileprivate var counts: Bool { status == .approved || status == .pending }
}
