import Domain

/// A forward with deliveries that are not settled yet.
package struct WaitingForward: Sendable {
  package let forward: Forward
  /// When the next of them is sent; in the past: now.
  package let nextAt: Instant
}

/// Which deliveries of a forward are wanted.
package struct LeaseRequest: Sendable {
  package let forward: ForwardID
  let choice: Choice

  enum Choice: Sendable {
    case due(Int)
    case next(after: WaitPosition?)
    case early([DeliveryID])
  }

  /// Those whose time has come, so many at most.
  package init(forward: ForwardID, count: Int) { (self.forward, choice) = (forward, .due(count)) }

  /// The next one although its time has not come: to find out whether a host is back.
  /// - Parameter position: the next of those that are due later, and of all once there is none.
  package init(nextOf forward: ForwardID, after position: WaitPosition? = nil) {
    (self.forward, choice) = (forward, .next(after: position))
  }

  /// Those of these that still wait, although their time has not come: their host is back.
  package init(forward: ForwardID, early ids: [DeliveryID]) { (self.forward, choice) = (forward, .early(ids)) }
}

/// A delivery that is to be sent now, and is due again when its lease ends without a word.
package struct LeasedDelivery: Equatable, Sendable {
  /// Seconds. A call takes 15 at most; what was in flight at a crash is sent again within 30, a new start included.
  package static let leaseSeconds: Int64 = 25

  package let delivery: Delivery
  package let forward: Forward
  /// The slug of the lead's source.
  package let source: String
  /// The slug of the partner that got the lead, or may have got it; nil: none.
  package let partner: String?
  /// The account's.
  package let currency: String
  /// Attempts so far, all in vain.
  package let attempts: Int
  /// When it was due, or would be.
  package let dueAt: Instant
}

/// What became of a leased delivery.
package struct DeliveryOutcome: Equatable, Sendable {
  /// What follows.
  package enum Verdict: Equatable, Sendable {
    case delivered
    case retry(at: Instant)
    case dead
    /// It goes back to its time: its host is away, or this server could not send it, which costs no attempt. Of several
    /// such calls one after the other the last is logged.
    case back(dueAt: Instant)
  }

  package let id: DeliveryID
  package let verdict: Verdict
  package let attempt: DeliveryAttempt

  package init(id: DeliveryID, verdict: Verdict, attempt: DeliveryAttempt) {
    self.id = id
    self.verdict = verdict
    self.attempt = attempt
  }
}

/// One call of a delivery's URL, as the log holds it.
package struct DeliveryAttempt: Equatable, Sendable {
  /// When it ended, by the system's clock.
  package let at: Instant
  /// Of the answer; nil: there was none.
  package let status: Int?
  package let milliseconds: Int
  /// What went wrong, as a code; nil: nothing but the status.
  package let failure: String?
  /// Its first 512 bytes, fit to be shown.
  package let answer: String

  package init(at: Instant, status: Int?, milliseconds: Int, failure: String?, answer: String) {
    self.at = at
    self.status = status
    self.milliseconds = milliseconds
    self.failure = failure
    self.answer = answer
  }
}
