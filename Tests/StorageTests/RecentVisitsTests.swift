import Domain
import Foundation
import Storage
import Testing

/// Visits are counted in memory, for the flood rule, and kept on the disk.
@Suite struct RecentVisitsTests {
  private let bench: Workbench
  private let account: Account
  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  /// The visits of the hour from that address, with one more.
  private func visit(
    _ store: Store, after seconds: Int64, from address: UInt8 = 1, of account: Account, email: UInt8? = nil
  ) throws -> Int? {
    let seen = Seen()
    let draft = LeadDraft.of(account, at: Workbench.now + seconds) { draft in
      draft.addressReference = .number(address)
      draft.references = ContactReferences(email: email.map(ContactReference.number))
    }
    _ = try store.commitDecision(draft) {
      seen.note($0)
      return Workbench.verdict
    }
    return seen.facts?.leadsFromAddress
  }

  @Test func theyAreCountedOverARestart() throws {
    #expect(try [0, 3_000].map { try visit(bench.store, after: $0, of: account) } == [1, 2])
    bench.store.close()
    let again = try Store(path: bench.path)
    defer { again.close() }
    #expect(try [3_500, 3_601, 6_601, 10_300].map { try visit(again, after: $0, of: account) } == [3, 3, 3, 1])
  }

  /// What a start found on the disk is no older than what was in memory before.
  @Test func theyAreNotForgottenAtAStart() throws {
    #expect(try visit(bench.store, after: 0, of: account) == 1)
    bench.store.close()
    let again = try Store(path: bench.path)
    defer { again.close() }
    _ = try again.dropExpired(at: Workbench.now + 10)
    #expect(try visit(again, after: 20, of: account) == 2)
  }

  @Test func ofManyOnlyTheNewestAreHeld() throws {
    var limits = StoreLimits()
    limits.recentVisits = 20
    let bench = try Workbench(limits: limits)
    let account = try bench.account()
    let counts = try (1...100).map { try visit(bench.store, after: $0, of: account) ?? 0 }
    #expect(counts.prefix(20).elementsEqual(1...20))
    #expect(counts.dropFirst(20).allSatisfy { (10...20).contains($0) })
    bench.store.close()
    let again = try Store(path: bench.path, limits: limits)
    defer { again.close() }
    #expect(try visit(again, after: 101, of: account) == 11)
  }

  @Test func accountsAreApart() throws {
    let other = try bench.account(email: "other@example.com")
    #expect(try visit(bench.store, after: 0, of: account) == 1)
    #expect(try visit(bench.store, after: 4_000, of: other) == 1)
    #expect(try visit(bench.store, after: 4_001, of: other) == 2)
    #expect(try visit(bench.store, after: 4_002, of: account) == 1)
  }

  /// A clock that was a year ahead for a moment must reject nobody for a year.
  @Test func aClockThatWasAheadIsForgotten() throws {
    #expect(try visit(bench.store, after: 365 * 86_400, of: account) == 1)
    let counts = try (0..<30).map { try visit(bench.store, after: Int64($0) * 3_601, of: account) }
    #expect(counts.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [10, 4_000]) func anErasedLeadsIsNotCounted(later: Int64) throws {
    #expect(try visit(bench.store, after: 0, of: account, email: 21) == 1)
    #expect(try visit(bench.store, after: 3_590, of: account, email: 22) == 2)
    // Where another table is being filled, too.
    #expect(try visit(bench.store, after: later, from: 2, of: account) == 1)
    let erased = try bench.store.erase(
      .number(22), in: account.id, by: .key(KeyID(rawValue: 7)), at: Workbench.now + later)
    #expect(erased.erasure.leads == 1)
    #expect(try visit(bench.store, after: 3_600, of: account) == 2)
  }

  @Test func aDayLaterNothingIsLeft() throws {
    #expect(try visit(bench.store, after: 0, of: account, email: 21) == 1)
    _ = try bench.store.dropExpired(at: Workbench.now + 90_000)
    #expect(try SQLiteFile.integers("SELECT count(*) FROM visit", on: bench.path) == [0])
    // The clock is right again: what was in memory does not count any more.
    #expect(try visit(bench.store, after: 1, of: account) == 1)
  }

  /// As it stood before they were in order of time.
  @Test func anOldTableIsBroughtUpToDate() throws {
    #expect(try visit(bench.store, after: 0, of: account) == 1)
    bench.store.close()
    try SQLiteFile.execute(
      """
      CREATE TABLE kept AS SELECT * FROM visit;
      DROP TABLE visit;
      CREATE TABLE visit (
        account_id INTEGER NOT NULL, hour INTEGER NOT NULL, address_ref BLOB NOT NULL, lead_id INTEGER NOT NULL,
        PRIMARY KEY (account_id, hour, address_ref, lead_id)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO visit SELECT account_id, 1, address_ref, lead_id FROM kept;
      DROP TABLE kept;
      DELETE FROM grdb_migrations WHERE identifier = '2 visits in order of time';
      """, on: bench.path)
    let again = try Store(path: bench.path)
    defer { again.close() }
    #expect(try visit(again, after: 10, of: account) == 2)
  }
}
