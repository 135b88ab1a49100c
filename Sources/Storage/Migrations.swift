import GRDB

extension Store {
  /// Brings the tables up to date, forward only, each step in a transaction of its own.
  /// - Throws: ``StoreFault/newerSchema`` where the file has seen a step that this version does not know,
  ///   ``StoreFault/olderSchema`` where it has not seen all and must not be changed.
  static func migrate(_ pool: DatabasePool, migrates: Bool) throws {
    guard try !pool.read(migrator.hasBeenSuperseded) else { throw StoreFault.newerSchema }
    guard try migrates || pool.read(migrator.hasCompletedMigrations) else { throw StoreFault.olderSchema }
    try migrator.migrate(pool)
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 leads, postbacks, roll-ups") { try $0.execute(sql: Schema.first) }
    migrator.registerMigration("2 visits in order of time") { try $0.execute(sql: Schema.visitsInOrderOfTime) }
    return migrator
  }
}

/// The tables, by subject.
///
/// Instants are microseconds since 1970 UTC, money is micro-units, ids are ours and ordered by time. Every key begins
/// with the account. What changes after a row was written (a conversion's class, a roll-up's sums) is in no index.
/// Comments stand inside the statements, so that the database carries them.
enum Schema {
  /// Those of the first migration.
  static let first = [accounts, leads, partners, ledger, outbox, alerts, rollups, directoryTriggers].joined(
    separator: "\n")
}
