import Domain
import GRDB

/// The roll-up changes of one batch, summed up so that each row is written once.
///
/// Only ever touched by the thread that leads the writer, inside its transaction.
final class RollupBatch {
  struct Key: Hashable {
    let account: AccountID
    let generation: Int
    let day: Day
    let dimension: ReportDimension
    private let exactValue: ExactText
    var value: String { exactValue.text }

    init(account: AccountID, generation: Int, day: Day, dimension: ReportDimension, value: String) {
      self.account = account
      self.generation = generation
      self.day = day
      self.dimension = dimension
      self.exactValue = ExactText(value)
    }

    /// The columns before the value: the rows of one day and dimension share them.
    var group: [Int64] { [account.rawValue, Int64(generation), Int64(day.number), Int64(dimension.rawValue)] }
  }
  private var leads: [Key: LeadCounts] = [:]
  /// As leads first named them: where a day runs out of room, the earlier value gets the row.
  private var leadKeys: [Key] = []
  private var conversions: [Key: ConversionCounts] = [:]

  func add(_ counts: LeadCounts, to keys: [Key]) {
    for key in keys { add(counts, to: key) }
  }

  private func add(_ counts: LeadCounts, to key: Key) {
    let known = leads.count
    leads[key, default: .zero] += counts
    if leads.count > known { leadKeys.append(key) }
  }

  func add(_ counts: ConversionCounts, to keys: [Key]) {
    guard counts != .zero else { return }
    for key in keys { conversions[key, default: .zero] += counts }
  }

  func add(_ other: RollupBatch) {
    for key in other.leadKeys { add(other.leads[key] ?? .zero, to: key) }
    conversions.merge(other.conversions, uniquingKeysWith: +)
  }

  /// Leads that are still to be added to a value's, all days together.
  func pendingLeads(of account: AccountID, _ generation: Int, _ dimension: ReportDimension, _ value: String) -> Int {
    leads.reduce(0) { sum, entry in
      let key = entry.key
      let isAsked =
        key.dimension == dimension && key.account == account && key.generation == generation
        && key.value.utf8.elementsEqual(value.utf8)
      return isAsked ? sum + entry.value.leads : sum
    }
  }

  func flush(_ db: Database) throws {
    var rows: [[Int64]: Int] = [:]
    var reduced: [Key] = []
    for key in leadKeys {
      // What came and went within the batch gets no row.
      guard let counts = leads[key], counts != .zero else { continue }
      try RollupTable.leads.add(counts.columns, to: key, db) {
        // Counted once a batch: a day of many values would be counted through for each new one.
        let count = try rows[key.group] ?? RollupTable.leads.rows(beside: key, db)
        rows[key.group] = count + 1
        return count < Report.valuesPerDay
      }
      if counts.leads < 0 { reduced.append(key) }
    }
    // A value that leads of that day are not counted under, for want of room, is (other) on this side too.
    for (key, counts) in conversions where counts != .zero {
      try RollupTable.conversions.add(counts.columns, to: key, db) { try RollupTable.leads.has(key, db) }
    }
    // A value that no lead has any more may have named a person: it is not kept.
    for key in reduced {
      try RollupTable.leads.dropEmpty(key, db)
      try RollupTable.conversions.dropEmpty(key, db)
    }
  }
}

/// One of the two tables of sums.
struct RollupTable {
  let name: String
  /// Those that hold sums.
  let columns: [String]
  private let update: String
  private let upsert: String

  static let leads = RollupTable(
    name: "lead_rollup", columns: ["leads", "accepted", "reviewed", "rejected", "delivered", "cost"])
  static let conversions = RollupTable(
    name: "conversion_rollup",
    columns: ["pending", "approved", "declined", "chargebacks", "conversions", "revenue", "held_revenue"])

  private init(name: String, columns: [String]) {
    self.name = name
    self.columns = columns
    // A sum beyond 64 bits becomes a REAL, which the table refuses; CAST stops it at the end of what they hold, as Money does.
    let key = ["account_id", "generation", "day", "dimension", "value"]
    self.update =
      "UPDATE \(name) SET " + columns.map { "\($0) = CAST(\($0) + ? AS INTEGER)" }.joined(separator: ", ")
      + " WHERE " + key.map { "\($0) = ?" }.joined(separator: " AND ")
    self.upsert =
      "INSERT INTO \(name) (" + (columns + key).joined(separator: ", ") + ") VALUES ("
      + (columns + key).map { _ in "?" }.joined(separator: ", ") + ") ON CONFLICT DO UPDATE SET "
      + columns.map { "\($0) = CAST(\($0) + excluded.\($0) AS INTEGER)" }.joined(separator: ", ")
  }

  /// Adds to the row of `key`; a row that does not exist yet is made where `mayHaveRow` says so, else `(other)` takes it.
  func add(_ sums: [Int64], to key: RollupBatch.Key, _ db: Database, mayHaveRow: () throws -> Bool) throws {
    try db.run(update, sums, key.group, key.value)
    guard db.changesCount == 0 else { return }
    try db.run(upsert, sums, key.group, try mayHaveRow() ? key.value : Report.other)
  }

  func has(_ key: RollupBatch.Key, _ db: Database) throws -> Bool {
    let sql =
      "SELECT 1 FROM \(name) WHERE account_id = ? AND generation = ? AND day = ? AND dimension = ? AND value = ?"
    return try db.integer(sql, key.group, key.value) != nil
  }

  /// How many rows the day and dimension of `key` have, or had once: where `(other)` has taken values in, no row that is
  /// dropped makes room, since a value must not stand in both.
  func rows(beside key: RollupBatch.Key, _ db: Database) throws -> Int {
    let sql = "SELECT count(*) FROM \(name) WHERE account_id = ? AND generation = ? AND day = ? AND dimension = ?"
    let count = try db.integer(sql, key.group) ?? 0
    let other = RollupBatch.Key(
      account: key.account, generation: key.generation, day: key.day, dimension: key.dimension, value: Report.other)
    return try has(other, db) ? max(count, Report.valuesPerDay) : count
  }

  /// Drops the row of `key` if all its sums are 0.
  func dropEmpty(_ key: RollupBatch.Key, _ db: Database) throws {
    let sql = "DELETE FROM \(name) WHERE account_id = ? AND generation = ? AND day = ? AND dimension = ? AND value = ?"
    try db.run(sql + columns.map { " AND \($0) = 0" }.joined(), key.group, key.value)
  }
}

/// Counts as a row of a roll-up table holds them.
protocol RollupCounts: AdditiveArithmetic {
  /// In the order of the table.
  var columns: [Int64] { get }
}

extension LeadCounts: RollupCounts {
  var columns: [Int64] {
    [Int64(leads), Int64(accepted), Int64(reviewed), Int64(rejected), Int64(delivered), cost.micros]
  }
}

extension ConversionCounts: RollupCounts {
  var columns: [Int64] {
    [
      Int64(pending), Int64(approved), Int64(declined), Int64(chargebacks), Int64(conversions), revenue.micros,
      heldRevenue.micros,
    ]
  }
}
