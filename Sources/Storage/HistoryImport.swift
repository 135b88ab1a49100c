import Domain
import Foundation
import GRDB

/// Writes a made-up past into the database: every row that the leads and messages of a history would have left, by the
/// statements that write real ones, thousands of leads a transaction. No tracker is told of it.
///
/// Ids are made from when things came, as always, but with counts from 2^19 on, and messages' from there plus 2^18. A
/// server counts from 0 in each millisecond, so even one that runs meanwhile, or ran in those days, never makes the same.
package final class HistoryImport {
  /// A row of the contact table that is still to be written.
  private struct Contact: Comparable {
    let account: Int64
    let reference: [UInt8]
    let rejected: Bool
    let lead: Int64

    static func < (a: Self, b: Self) -> Bool {
      if a.account != b.account { return a.account < b.account }
      return a.reference.lexicographicallyPrecedes(b.reference)
    }
  }
  private let store: Store
  /// Messages without a lead that came before it are waited for no more.
  private let waitsSince: Instant
  private var contacts: [Contact] = []
  private var pace: HistoryPace

  /// Contacts that are gathered before they are written in the order of their table: they are spread evenly over all of
  /// it, and written one by one each would touch a page of its own.
  private static let contactsAtOnce = 500_000

  /// - Parameters:
  ///   - until: when the history ends.
  ///   - isShared: a server writes to the same database: it must never wait long.
  package init(_ store: Store, until: Instant, isShared: Bool) {
    self.store = store
    self.waitsSince = until - Store.leadKeyDays * 86_400
    self.pace = HistoryPace(isShared: isShared)
  }

  /// How many leads the next part should have.
  package var leadsAtOnce: Int { pace.rows }

  /// Writes a part, all or nothing. - Throws: `unavailable`.
  package func write(_ part: HistoryPart) throws(Failure) {
    let leads = part.leads.map(ImportedLead.init)
    let strays = part.strays.map { ImportedMessage($0) }
    let messages = (leads.flatMap(\.messages) + strays).sorted { $0.row.id < $1.row.id }
    let waitsSince = waitsSince
    try pace.run(part.leads.count, on: store) { transaction in
      for lead in leads { try lead.insert(transaction) }
      for message in messages { try message.insert(waitsSince: waitsSince, transaction.db) }
    }
    for lead in leads { note(lead) }
    if contacts.count >= Self.contactsAtOnce { try writeContacts() }
  }

  /// Writes what was gathered; to be called after the last part.
  package func finish() throws(Failure) { try writeContacts() }

  private func note(_ lead: ImportedLead) {
    let references = lead.past.draft.references
    for reference in [references.email, references.phone] {
      guard let reference else { continue }
      contacts.append(
        Contact(
          account: lead.past.draft.account.id.rawValue, reference: Array(reference.half),
          rejected: lead.past.verdict.decision == .reject, lead: lead.id.rawValue))
    }
  }

  private func writeContacts() throws(Failure) {
    contacts.sort()
    var rest = contacts[...]
    while !rest.isEmpty {
      let next = Array(rest.prefix(pace.rows))
      rest = rest.dropFirst(next.count)
      try pace.run(next.count, on: store) { transaction in
        for contact in next {
          try Store.insertContact(
            contact.account, contact.reference[...], rejected: contact.rejected, lead: contact.lead, transaction.db)
        }
      }
    }
    contacts.removeAll(keepingCapacity: true)
  }
}

/// A lead on its way in, with its id, its messages as the log keeps them, and what they have come to.
private struct ImportedLead: Sendable {
  let past: PastLead
  let id: LeadID
  let messages: [ImportedMessage]
  private let counted: CountedLead
  private let conversions: [Conversion]

  init(_ past: PastLead) {
    let draft = past.draft
    let id = LeadID(rawValue: IDSource.first(at: draft.receivedAt) + IDSource.firstOfHistory)
    let counted = CountedLead(draft.lead(id: id, facts: past.facts, verdict: past.verdict, used: 0))
    var messages = past.messages.map { ImportedMessage($0, lead: id) }
    self.conversions = ClickLedger.fold(
      messages.map(\.row), of: Click(draft.clickID ?? "", of: draft.account.id, lead: counted),
      changed: { row in
        guard let place = messages.firstIndex(where: { $0.row.id == row.id }) else { return }
        messages[place].row = row
      })
    self.past = past
    self.id = id
    self.messages = messages
    self.counted = counted
  }

  func insert(_ transaction: Transaction) throws {
    let (draft, db) = (past.draft, transaction.db)
    let used = try Store.count(draft, db).get()
    _ = try Store.countDomain(draft, db)
    let lead = draft.lead(id: id, facts: past.facts, verdict: past.verdict, used: used)
    try lead.insert(db)
    try transaction.count(lead.counts, of: counted, in: lead.accountID)
    guard let clickID = lead.clickID else { return }
    for conversion in conversions { try conversion.insert(click: clickID, lead.accountID, db) }
    try transaction.count(ConversionCounts(of: conversions), of: counted, in: lead.accountID)
  }
}

/// A message on its way into the log.
private struct ImportedMessage: Sendable {
  var row: LoggedPostback

  /// - Parameter lead: whom it is about; nil: nobody that is known.
  init(_ past: PastMessage, lead: LeadID? = nil) {
    let id = PostbackID(rawValue: IDSource.first(at: past.receivedAt) + IDSource.firstOfHistory + (1 << 18))
    let received = ReceivedPostback(
      account: past.account, keyID: past.keyID, receivedAt: past.receivedAt, reading: past.reading,
      otherNames: past.otherNames)
    switch past.reading {
    case .message(let message, let warnings): row = LoggedPostback(message, of: received, id: id, warnings: warnings)
    case .ignored(let ignored): row = LoggedPostback(ignored, of: received, id: id)
    }
    row.leadID = lead
  }

  func insert(waitsSince: Instant, _ db: Database) throws {
    if row.result != .ignored, row.warnings.contains(.unknownStatus) { try UnmappedWord.note(row, db) }
    if row.result == .unmatched, row.receivedAt >= waitsSince { try row.wait(db) }
    try row.insert(db)
  }
}

extension IDSource {
  /// Added to ids of a made-up past; see ``HistoryImport``.
  fileprivate static let firstOfHistory: Int64 = 1 << 19
}

/// How much of a history one transaction takes.
private struct HistoryPace {
  /// Rows that the next one should write.
  private(set) var rows: Int
  private let isShared: Bool
  /// How long a transaction may hold up the server's: a third of the 50 ms that nobody notices, since a guess can be
  /// wrong and whoever waits looks again only now and then.
  private static let most = Duration.milliseconds(15)

  init(isShared: Bool) {
    self.isShared = isShared
    self.rows = isShared ? 100 : 20_000
  }

  /// Runs `body` in a transaction, and again where the database could not be written then. Beside a server, what one
  /// took sets the size of the next, and as much time again is left to the server.
  mutating func run(
    _ count: Int, on store: Store, _ body: @escaping @Sendable (Transaction) throws -> Void
  ) throws(Failure) {
    let clock = ContinuousClock()
    var begun = clock.now
    for attempt in 1... {
      begun = clock.now
      do {
        try store.write(body)
        break
      } catch {
        guard error == .unavailable, attempt < 3 else { throw error }
      }
    }
    guard isShared else { return }
    let took = clock.now - begun
    rows = min(max(Int(Double(count) * min(Self.most / took, 2)), 20), 20_000)
    usleep(UInt32(min(took, .milliseconds(200)) / .microseconds(1)))
  }
}
