import Domain
import GRDB

// A delivery's `due_at` says all there is to say of its turn (docs/schema.sql): 0 since it was written, the end of its
// lease in flight, its next attempt after a failed one. Of one forward and click, those that were begun (`due_at` > 0)
// come before those that were not, and at most the first of them has a time: the others stand behind it.

extension Store {
  /// Not before an earlier one of its click is settled.
  static let behind = Int64.max

  /// The active forwards that have something to send, now or later.
  package func waitingForwards() throws(Failure) -> [WaitingForward] {
    try read { db in
      // From forward to forward by the index, however much waits for each.
      let find = try db.cachedStatement(
        sql: """
          WITH RECURSIVE waiting (id) AS (
            SELECT (SELECT forward_id FROM delivery WHERE state = 'due' ORDER BY forward_id LIMIT 1)
            UNION ALL
            SELECT (SELECT forward_id FROM delivery WHERE state = 'due' AND forward_id > waiting.id
              ORDER BY forward_id LIMIT 1)
            FROM waiting WHERE waiting.id IS NOT NULL)
          SELECT forward.*, (SELECT due_at FROM delivery WHERE state = 'due' AND forward_id = forward.id
            ORDER BY due_at LIMIT 1) AS next_at
          FROM waiting JOIN forward USING (id) WHERE active AND deleted_at IS NULL
          """)
      return try Row.fetchAll(find).map {
        WaitingForward(forward: Forward(row: $0), nextAt: Instant(microseconds: $0["next_at"]))
      }
    }
  }

  /// Settles deliveries, and leases others, in one transaction. A forward's come in the order in which they are due;
  /// none while an earlier one of its click waits, and none of a forward that was switched off or deleted meanwhile.
  /// - Parameter now: of the clock by which deliveries are due; what is logged has its attempt's time.
  package func exchangeDeliveries(
    settling outcomes: [DeliveryOutcome], leasing requests: [LeaseRequest], at now: Instant
  ) throws(Failure) -> [LeasedDelivery] {
    try write { transaction in
      var tallies: [Int64: ForwardTally] = [:]
      for outcome in outcomes { try Self.settle(outcome, at: now, &tallies, transaction.db) }
      for (forward, tally) in tallies { try tally.add(to: forward, transaction.db) }
      return try requests.flatMap { try Self.lease($0, at: now, transaction) }
    }
  }

  /// Gives up what waits for forwards that were deleted.
  /// - Parameter now: by the system's clock.
  /// - Returns: whether there may be more.
  package func endDeliveriesOfDeletedForwards(
    at now: Instant, limit: Int = DeliveryLimits.perTransaction
  ) throws(Failure) -> Bool {
    // Looked for beside the writer: mostly there are none.
    let found: [Int64] = try read { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT delivery.id FROM forward CROSS JOIN delivery ON delivery.forward_id = forward.id
          WHERE forward.deleted_at IS NOT NULL AND delivery.state = 'due' LIMIT \(limit)
          """)
    }
    guard !found.isEmpty else { return false }
    try write { transaction in
      let db = transaction.db
      var tallies: [Int64: ForwardTally] = [:]
      for id in found {
        let forward = try db.integer(
          "UPDATE delivery SET state = 'dead', settled_at = ? WHERE id = ? AND state = 'due' RETURNING forward_id",
          now.microseconds, id)
        if let forward { tallies[Int64(forward), default: ForwardTally()].dead += 1 }
      }
      for (forward, tally) in tallies { try tally.add(to: forward, db) }
    }
    return found.count == limit
  }
}

// Leasing.
extension Store {
  private static func lease(
    _ request: LeaseRequest, at now: Instant, _ transaction: Transaction
  ) throws -> [LeasedDelivery] {
    let db = transaction.db
    guard let forward = try forward(request.forward, transaction),
      let currency = try transaction.directory().accounts[forward.accountID]?.currency
    else { return [] }
    var leased: [LeasedDelivery] = []
    let (candidates, count) = try candidates(request, at: now, db)
    for row in candidates where leased.count < count {
      let delivery = Delivery(row: row)
      let isFirst = try isFirst(delivery, db)
      try db.run(
        "UPDATE delivery SET due_at = ? WHERE id = ?",
        isFirst ? endOfLease(at: now) : behind, delivery.id.rawValue)
      guard isFirst else { continue }
      leased.append(
        LeasedDelivery(
          delivery: delivery, forward: forward, source: row["source"], partner: row["partner"], currency: currency,
          attempts: row["attempts"],
          dueAt: Instant(microseconds: row["due_at"])))
    }
    return leased
  }

  private static func forward(_ id: ForwardID, _ transaction: Transaction) throws -> Forward? {
    let find = try transaction.db.cachedStatement(
      sql: "SELECT * FROM forward WHERE id = ? AND active AND deleted_at IS NULL")
    return try Row.fetchOne(find, arguments: [id.rawValue]).map(Forward.init(row:))
  }

  /// - Returns: in order, and how many of them are wanted.
  private static func candidates(
    _ request: LeaseRequest, at now: Instant, _ db: Database
  ) throws -> (rows: [Row], count: Int) {
    let forward = request.forward
    switch request.choice {
    case .due(let count):
      // Those that were begun go first: they are the older ones, and their clicks wait for them. Some more than are
      // wanted, since some may have to stand behind others.
      let begun = try waiting(for: forward, due: 1...max(now.microseconds, 1), most: count, db)
      guard begun.count < count else { return (begun, count) }
      return (begun + (try waiting(for: forward, due: 0...0, most: 4 * count, db)), count)
    case .next(let position):
      let first = position.map { max($0.dueAt, 0) + 1 } ?? 1
      let later = first < behind ? try waiting(for: forward, due: first...behind - 1, most: 1, db) : []
      return (later.isEmpty ? try waiting(for: forward, due: 1...behind - 1, most: 1, db) : later, 1)
    case .early(let ids):
      let find = try db.cachedStatement(
        sql: """
          SELECT delivery.*, lead.source AS source, route.partner AS partner
          FROM delivery JOIN lead ON lead.id = delivery.lead_id LEFT JOIN route ON route.lead_id = delivery.lead_id
          WHERE delivery.id = ? AND delivery.state = 'due' AND delivery.forward_id = ?
            AND delivery.due_at > ? AND delivery.due_at < \(behind)
          """)
      let rows = try ids.compactMap {
        try Row.fetchOne(find, arguments: [$0.rawValue, forward.rawValue, Self.endOfLease(at: now)])
      }
      return (rows, rows.count)
    }
  }

  private static func waiting(
    for forward: ForwardID, due: ClosedRange<Int64>, most: Int, _ db: Database
  ) throws -> [Row] {
    let find = try db.cachedStatement(
      sql: """
        SELECT delivery.*, lead.source AS source, route.partner AS partner
        FROM delivery JOIN lead ON lead.id = delivery.lead_id LEFT JOIN route ON route.lead_id = delivery.lead_id
        WHERE delivery.state = 'due' AND delivery.forward_id = ? AND delivery.due_at BETWEEN ? AND ?
        ORDER BY delivery.due_at, delivery.id LIMIT ?
        """)
    return try Row.fetchAll(find, arguments: [forward.rawValue, due.lowerBound, due.upperBound, most])
  }

  private static func isFirst(_ delivery: Delivery, _ db: Database) throws -> Bool {
    try db.integer(
      """
      SELECT 1 FROM delivery
      WHERE state = 'due' AND due_at > 0 AND forward_id = ? AND click_id = ? AND id < ? LIMIT 1
      """, delivery.forwardID.rawValue, delivery.clickID, delivery.id.rawValue) == nil
  }
}

// Settling.
extension Store {
  private static func settle(
    _ outcome: DeliveryOutcome, at now: Instant, _ tallies: inout [Int64: ForwardTally], _ db: Database
  ) throws {
    let id = outcome.id.rawValue
    let forward: Int?
    switch outcome.verdict {
    case .back(let dueAt):
      forward = try db.integer(
        "UPDATE delivery SET due_at = ? WHERE id = ? AND state = 'due' RETURNING forward_id", dueAt.microseconds, id)
    case .retry(let next):
      forward = try db.integer(
        """
        UPDATE delivery SET due_at = ?, attempts = attempts + 1 WHERE id = ? AND state = 'due' RETURNING forward_id
        """, next.microseconds, id)
    case .delivered, .dead:
      forward = try db.integer(
        """
        UPDATE delivery SET state = ?, attempts = attempts + 1, settled_at = ? WHERE id = ? AND state = 'due'
        RETURNING forward_id
        """, outcome.verdict == .delivered ? "delivered" : "dead", outcome.attempt.at.microseconds, id)
      try advance(past: id, at: now, db)
    }
    try log(outcome, db)
    // Whoever gave it up meanwhile has counted it.
    if let forward { tallies[Int64(forward), default: ForwardTally()].count(outcome) }
  }

  /// Gives the next one of the click its turn.
  private static func advance(past id: Int64, at now: Instant, _ db: Database) throws {
    let next = try db.integer(
      """
      SELECT next.id FROM delivery AS done JOIN delivery AS next
        ON next.forward_id = done.forward_id AND next.click_id = done.click_id AND next.id > done.id
      WHERE done.id = ? AND next.state = 'due' AND next.due_at > 0 ORDER BY next.id LIMIT 1
      """, id)
    guard let next else { return }
    try db.run(
      "UPDATE delivery SET due_at = ? WHERE id = ? AND due_at = \(behind)", max(now.microseconds, 1), next)
  }

  private static func log(_ outcome: DeliveryOutcome, _ db: Database) throws {
    let (id, attempt) = (outcome.id.rawValue, outcome.attempt)
    let counts = if case .back = outcome.verdict { false } else { true }
    // A host that is away for days is called thousands of times.
    if !counts {
      let last = try db.integer(
        """
        UPDATE delivery_attempt SET at = ?2, status = ?3, milliseconds = ?4, failure = ?5, answer = ?6
        WHERE delivery_id = ?1 AND NOT counted
          AND number = (SELECT max(number) FROM delivery_attempt WHERE delivery_id = ?1)
        RETURNING number
        """, id, attempt.at.microseconds, attempt.status, attempt.milliseconds, attempt.failure, attempt.answer)
      guard last == nil else { return }
    }
    try db.run(
      """
      INSERT INTO delivery_attempt (delivery_id, number, at, status, milliseconds, failure, answer, counted)
      VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM delivery_attempt WHERE delivery_id = ?1), ?2, ?3, ?4, ?5,
        ?6, ?7)
      """, id, attempt.at.microseconds, attempt.status, attempt.milliseconds, attempt.failure, attempt.answer, counts)
  }
}

/// What a transaction settles of one forward's deliveries.
private struct ForwardTally {
  var dead = 0
  private var delivered = 0
  private var deliveredAt: Instant?
  /// The last one in vain.
  private var failed: DeliveryAttempt?
  /// The first one in vain after the last delivery.
  private var failingSince: Instant?

  mutating func count(_ outcome: DeliveryOutcome) {
    switch outcome.verdict {
    case .delivered:
      delivered += 1
      deliveredAt = outcome.attempt.at
      failingSince = nil
      return
    case .dead: dead += 1
    case .retry, .back: break
    }
    failed = outcome.attempt
    failingSince = failingSince ?? outcome.attempt.at
  }

  func add(to forward: Int64, _ db: Database) throws {
    try db.run(
      """
      INSERT INTO forward_tally (forward_id, delivered, dead, delivered_at, failed_at, failed_status, failure,
        failing_since)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET delivered = delivered + excluded.delivered, dead = dead + excluded.dead,
        delivered_at = coalesce(excluded.delivered_at, delivered_at),
        failed_status = iif(excluded.failed_at IS NULL, failed_status, excluded.failed_status),
        failure = iif(excluded.failed_at IS NULL, failure, excluded.failure),
        failed_at = coalesce(excluded.failed_at, failed_at),
        failing_since = iif(excluded.delivered_at IS NULL, coalesce(failing_since, excluded.failing_since),
          excluded.failing_since)
      """, forward, delivered, dead, deliveredAt?.microseconds, failed?.at.microseconds, failed?.status,
      failed?.failure, failingSince?.microseconds)
    guard dead > 0 else { return }
    // Where nothing waits, nothing fails: what is sent next, be it an old one sent again, begins anew.
    try db.run(
      """
      UPDATE forward_tally SET failing_since = NULL WHERE forward_id = ?1 AND NOT EXISTS (
        SELECT 1 FROM delivery WHERE state = 'due' AND forward_id = ?1 AND due_at > 0)
      """, forward)
  }
}
