import Domain
import GRDB

extension Store {
  /// Ends an attempt, and has the next candidate asked where the partner cannot have the lead, in one transaction: its
  /// place in the caps is given back, and the next one's taken.
  ///
  /// A partner that takes the same lead twice for one may be asked again after `unknown`, once, where it is the first of
  /// `next`; it keeps its place in the caps. Only a yes settles it then: a no may mean that the first attempt arrived
  /// ("duplicate lead"), so nobody else gets it.
  /// - Parameters:
  ///   - next: who may be asked then, in this order; empty: nobody.
  ///   - now: when it ended.
  /// - Returns: what is to be done now. Of an attempt that had been ended before nothing is changed.
  /// - Throws: `notFound` where the lead has no such attempt; `unavailable`, where it stays open until the sweeper
  ///   ends it.
  package func settleAttempt(
    _ number: Int, of lead: LeadID, end: AttemptEnd, next: [Candidate], at now: Instant
  ) throws(Failure) -> RouteStep {
    try write { transaction in
      guard let route = try LeadRoute.one(of: lead, transaction.db) else { throw Failure.notFound }
      guard let attempt = try OpenLeadAttempt.one(number, of: lead, transaction.db) else {
        let known = try LeadAttempt.all(of: lead, transaction.db).contains { $0.number == number }
        guard known else { throw Failure.notFound }
        return RouteStep(route, wasEnded: true)
      }
      return try transaction.conclude(attempt, end, route, next: next, at: now)
    }
  }

  /// Ends attempts that a crash left open: their partner may have the lead. To be called with the moment of the start
  /// when the server begins, and with one that no delivery outlasts while it runs.
  /// - Returns: whether there may be more.
  package func sweepOpenAttempts(begunBefore moment: Instant, at now: Instant, limit: Int = 100) throws(Failure) -> Bool
  {
    // Looked for beside the writer: mostly there are none.
    let found = try read { try OpenLeadAttempt.begun(before: moment, limit: limit, $0).map { ($0.lead, $0.number) } }
    guard !found.isEmpty else { return false }
    try write { transaction in
      for (lead, number) in found {
        guard let attempt = try OpenLeadAttempt.one(number, of: lead, transaction.db),
          let route = try LeadRoute.one(of: lead, transaction.db)
        else { continue }
        let end = AttemptEnd(outcome: .unknown, cause: .crash, milliseconds: 0)
        _ = try transaction.conclude(attempt, end, route, next: [], at: now)
      }
    }
    return found.count == limit
  }
}

extension Transaction {
  /// Settles an attempt, and applies what waited for its lead's route where that is settled now.
  fileprivate func conclude(
    _ attempt: OpenLeadAttempt, _ end: AttemptEnd, _ route: LeadRoute, next: [Candidate], at now: Instant
  ) throws -> RouteStep {
    let step = try settle(attempt, attempt.kept(end, db), route, next: next, at: now)
    if step.route.delivery != .open { try applyUnmatched(toClickOf: attempt.lead, in: attempt.account, at: now) }
    return step
  }

  private func settle(
    _ attempt: OpenLeadAttempt, _ end: AttemptEnd, _ route: LeadRoute, next: [Candidate], at now: Instant
  ) throws -> RouteStep {
    try changingRoute(of: attempt.lead, in: attempt.account) {
      try PartnerStreak.count(end, of: attempt, at: now, db)
      let mayHaveArrived = try attempt.followsUnknown(db)
      if end.outcome == .unknown, !mayHaveArrived, let again = try sameAgain(attempt, next) {
        try attempt.write(end, keepsCounts: false, db)
        return try begin(
          again, route, of: attempt.lead, in: attempt.account, number: attempt.number + 1, attempt.counts,
          rest: Array(next.dropFirst()), at: now)
      }
      let cannotHaveIt = end.outcome.goesOn && !mayHaveArrived
      try attempt.write(end, keepsCounts: !cannotHaveIt, db)
      guard cannotHaveIt else { return try finish(attempt, end, route, at: now) }
      try attempt.counts.release(db)
      return try goOn(from: attempt, end, route, next, at: now)
    }
  }

  /// The partner of an attempt, where it is to be asked again.
  private func sameAgain(_ attempt: OpenLeadAttempt, _ next: [Candidate]) throws -> Candidate? {
    guard let again = next.first, again.partner.slug == attempt.partner,
      let partner = try directory().partner(attempt.partner, of: attempt.account), partner.isDeduplicating,
      partner.mode == .server
    else { return nil }
    return Candidate(partner: partner, propensity: again.propensity)
  }

  /// The partner has the lead, or may have it: nobody else gets it.
  private func finish(
    _ attempt: OpenLeadAttempt, _ end: AttemptEnd, _ route: LeadRoute, at now: Instant
  ) throws -> RouteStep {
    var route = route
    route.delivery = end.outcome == .accepted ? .accepted : .unknown
    route.partnerLeadID = end.partnerLeadID
    let acceptedID = route.delivery == .accepted ? ids.next(at: now) : nil
    try route.write(of: attempt.lead, in: attempt.account, acceptedID: acceptedID, db)
    return RouteStep(route)
  }

  /// The partner cannot have the lead: the next one is asked.
  private func goOn(
    from attempt: OpenLeadAttempt, _ end: AttemptEnd, _ route: LeadRoute, _ next: [Candidate], at now: Instant
  ) throws -> RouteStep {
    var nobody = route
    nobody.partner = nil
    nobody.propensity = nil
    nobody.delivery = end.outcome.delivery
    let others = next.filter { $0.partner.slug != attempt.partner }
    let number = attempt.number + 1
    if number <= LeadAttempt.mostPerLead,
      let step = try ask(others, nobody, of: attempt.lead, in: attempt.account, number: number, at: now)
    {
      return step
    }
    try nobody.write(of: attempt.lead, in: attempt.account, db)
    return RouteStep(nobody)
  }
}

extension OpenLeadAttempt {
  /// What may be kept of how it ended: where the lead was erased meanwhile, not the partner's own id of it.
  fileprivate func kept(_ end: AttemptEnd, _ db: Database) throws -> AttemptEnd {
    guard end.partnerLeadID != nil else { return end }
    let erased = try db.integer(
      "SELECT 1 FROM lead WHERE account_id = ? AND id = ? AND erased_at IS NOT NULL", account.rawValue, lead.rawValue)
    guard erased != nil else { return end }
    return AttemptEnd(outcome: end.outcome, cause: end.cause, status: end.status, milliseconds: end.milliseconds)
  }

  /// Whether it is one of asking again: an attempt before it may have arrived.
  fileprivate func followsUnknown(_ db: Database) throws -> Bool {
    try db.integer(
      "SELECT 1 FROM lead_attempt WHERE lead_id = ? AND number = ? AND partner = ? AND outcome = 'unknown'",
      lead.rawValue, number - 1, partner) != nil
  }
}
