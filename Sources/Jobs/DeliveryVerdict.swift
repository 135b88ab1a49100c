import Domain
import Outbound
import Storage

extension CallResult {
  /// What it says of the host. A fault of the tracker's own (500 and the like) says that the host is there: some
  /// answer so to clicks that they do not know.
  package var ending: HostSeats.Ending {
    guard let status else { return failure == .local || failure == .badURL ? .unmade : .failed }
    return isDelivered ? .delivered : [429, 502, 503, 504].contains(status) ? .failed : .refused
  }
}

extension DeliveryOutcome {
  /// Seconds until what this server could not send is tried again.
  private static let localPause: Int64 = 5

  /// What follows a call.
  /// - Parameters:
  ///   - isEarly: sent before its time: where its host is away, that costs no attempt.
  ///   - now: of the clock by which deliveries are due.
  ///   - clock: the system's time, for what is logged.
  package init(of leased: LeasedDelivery, _ result: CallResult, isEarly: Bool, at now: Instant, clock: Instant) {
    let attempt = DeliveryAttempt(
      at: clock, status: result.status, milliseconds: result.milliseconds, failure: result.failure?.rawValue,
      answer: result.text)
    self.init(
      id: leased.delivery.id, verdict: Self.verdict(leased, result, isEarly: isEarly, at: now), attempt: attempt)
  }

  private static func verdict(
    _ leased: LeasedDelivery, _ result: CallResult, isEarly: Bool, at now: Instant
  ) -> Verdict {
    if result.isDelivered { return .delivered }
    if result.status == nil, result.failure == .local { return .back(dueAt: max(leased.dueAt, now + localPause)) }
    if isEarly, result.ending != .refused { return .back(dueAt: leased.dueAt) }
    var random = SystemRandomNumberGenerator()
    let next = RetrySchedule.next(
      after: leased.attempts + 1, at: now, retryAfter: result.retryAfter, using: &random)
    return next.map { .retry(at: $0) } ?? .dead
  }
}
