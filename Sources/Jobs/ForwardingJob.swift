import Domain
import Outbound
import Storage
import Synchronization

/// Sends what is due to the trackers: claims it in the database, makes the calls, and settles what became of them. What
/// it holds in memory (calls under way, hosts' seats) may be lost at any moment: leases end by themselves.
///
/// Never logs anything of a call: URLs hold click ids and the trackers' keys.
package final class ForwardingJob: Job {
  package let name = "forwarding"
  package let interval = 0.25
  private let store: Store
  private let courier: Courier
  private let guarding: AddressGuard
  private let now: @Sendable () -> Instant
  /// Only ever used by the thread that runs the job.
  private let round: Mutex<ForwardingRound>

  /// - Parameters:
  ///   - seats: calls that may be under way at once.
  ///   - now: must not jump (``SteadyClock``); tests bring their own.
  /// - Throws: where libcurl or a thread is not to be had.
  package init(
    store: Store, seats: Int = 200, limits: CallLimits = CallLimits(), guarding: AddressGuard,
    now: @escaping @Sendable () -> Instant
  ) throws(CallFailure) {
    self.store = store
    self.guarding = guarding
    self.now = now
    courier = try Courier(limit: seats, limits: limits, guarding: guarding)
    round = Mutex(ForwardingRound(seats: seats))
  }

  /// One round. - Returns: whether calls are under way, or there is more to send.
  package func run() throws -> Bool {
    try round.withLock { round in
      if !round.hasBegun {
        try store.shortenWaits(at: now())
        round.hasBegun = true
      }
      round.take(courier.results(waitingMilliseconds: round.isIdle ? 0 : 50), at: now())
      let isMore = try round.endDeleted(store, at: now())
      let waiting = try store.waitingForwards()
      let requests = round.plan(waiting, for: guarding, at: now())
      guard !round.outcomes.isEmpty || !requests.isEmpty else { return isMore || !round.isIdle }
      let leased = try store.exchangeDeliveries(settling: round.outcomes, leasing: requests, at: now())
      // What was settled may have let others through.
      let isSettled = !round.outcomes.isEmpty
      round.outcomes = []
      for call in round.begin(leased, for: guarding, at: now()) where !courier.submit(call) {
        round.take([CallResult(id: call.id, failure: .local)], at: now())
      }
      return isMore || isSettled || !round.isIdle || !leased.isEmpty
    }
  }

  /// Gives calls under way a moment to end, and settles them; those that do not are due again once their lease ends.
  package func end() {
    let start = ContinuousClock.now
    round.withLock { round in
      while !round.isIdle, ContinuousClock.now - start < .seconds(3) {
        round.take(courier.results(waitingMilliseconds: 50), at: now())
      }
      courier.stop()
      // What cannot be settled now is sent again after the next start.
      _ = try? store.exchangeDeliveries(settling: round.outcomes, leasing: [], at: now())
      round.outcomes = []
    }
  }
}

/// What is under way, and to whom.
private struct ForwardingRound {
  private struct Sending {
    let leased: LeasedDelivery
    let host: String
    /// Sent before its time.
    let isEarly: Bool
  }

  var hasBegun = false
  /// What is to be settled.
  var outcomes: [DeliveryOutcome] = []
  private var seats: HostSeats
  private var sending: [Int64: Sending] = [:]
  private var early: Set<ForwardID> = []
  private var urls: [ForwardID: ForwardURL] = [:]
  /// Which forward chooses first; goes round, so that none is always the last where seats are few.
  private var turn = 0
  private var deletedSeenAt: Instant?

  init(seats: Int) { self.seats = HostSeats(total: seats) }

  var isIdle: Bool { sending.isEmpty && outcomes.isEmpty }

  /// Now and then gives up what waits for deleted forwards. - Returns: whether there is more of it.
  mutating func endDeleted(_ store: Store, at now: Instant) throws -> Bool {
    if let seen = deletedSeenAt, seen <= now, now < seen + 2 { return false }
    let isMore = try store.endDeliveriesOfDeletedForwards(at: now)
    deletedSeenAt = isMore ? nil : now
    return isMore
  }

  /// How many each forward may send: one at a time in turn, as long as there are seats.
  mutating func plan(_ waiting: [WaitingForward], for guarding: AddressGuard, at now: Instant) -> [LeaseRequest] {
    urls = urls.filter { id, _ in waiting.contains { $0.forward.id == id } }
    for one in waiting where urls[one.forward.id]?.text != one.forward.url {
      urls[one.forward.id] = ForwardURL(one.forward.url, for: guarding)
    }
    turn = waiting.isEmpty ? 0 : (turn + 1) % waiting.count
    let inTurn = waiting[turn...] + waiting[..<turn]
    let due = inTurn.filter { $0.nextAt <= now }
    var trial = seats
    var counts: [ForwardID: Int] = [:]
    var open = due.map(\.forward.id)
    while !open.isEmpty {
      open = open.filter { id in
        guard let host = urls[id]?.host, trial.hasRoom(for: host, at: now) else { return false }
        trial.take(for: host, at: now)
        counts[id, default: 0] += 1
        return true
      }
    }
    early = []
    for one in inTurn where one.nextAt > now {
      guard let host = urls[one.forward.id]?.host, trial.wantsProbe(of: host, at: now),
        trial.hasRoom(for: host, at: now)
      else { continue }
      trial.take(for: host, at: now)
      early.insert(one.forward.id)
    }
    return counts.map { LeaseRequest(forward: $0, count: $1) }
      + early.map { LeaseRequest(forward: $0, count: 1, isEarly: true) }
  }

  /// The calls for what was leased.
  mutating func begin(_ leased: [LeasedDelivery], for guarding: AddressGuard, at now: Instant) -> [Call] {
    leased.compactMap { leased in
      let (id, forward) = (leased.delivery.id.rawValue, leased.forward)
      // Its lease ended while its call or its settling took long: that still goes on.
      guard sending[id] == nil else { return nil }
      if urls[forward.id]?.text != forward.url { urls[forward.id] = ForwardURL(forward.url, for: guarding) }
      guard let url = urls[forward.id] else { return nil }
      seats.take(for: url.host, at: now)
      sending[id] = Sending(leased: leased, host: url.host, isEarly: early.contains(forward.id))
      let values = ForwardValues(
        leased.delivery, statusMap: forward.statusMap, source: leased.source, partner: leased.partner,
        currency: leased.currency)
      // One that cannot be read cannot be called either: that is the attempt's outcome.
      return Call(id: id, url: url.template?.url(values) ?? "")
    }
  }

  mutating func take(_ results: [CallResult], at now: Instant) {
    for result in results {
      guard let sent = sending.removeValue(forKey: result.id) else { continue }
      seats.giveBack(from: sent.host, result.ending, at: now)
      outcomes.append(outcome(of: sent, result, at: now))
    }
  }

  private func outcome(of sent: Sending, _ result: CallResult, at now: Instant) -> DeliveryOutcome {
    var random = SystemRandomNumberGenerator()
    let next = RetrySchedule.next(
      after: sent.leased.attempts + 1, at: now, retryAfter: result.retryAfter, using: &random)
    let verdict: DeliveryOutcome.Verdict =
      if result.isDelivered { .delivered } else if sent.isEarly { .back(dueAt: sent.leased.dueAt) } else if let next {
        .retry(at: next)
      } else { .dead }
    return DeliveryOutcome(
      id: sent.leased.delivery.id, verdict: verdict,
      attempt: DeliveryAttempt(
        at: now, status: result.status, milliseconds: result.milliseconds, failure: result.failure?.rawValue,
        answer: result.text))
  }
}

/// A forward's URL as it was read last.
private struct ForwardURL {
  let text: String
  /// nil: it cannot be read.
  let template: ForwardTemplate?
  /// Host and port, whose calls share seats; all that cannot be read go as one host.
  let host: String

  init(_ text: String, for guarding: AddressGuard) {
    self.text = text
    template = try? ForwardTemplate(text)
    let url = template.flatMap { try? $0.destination(for: guarding) }
    host = url.map { "\($0.host):\($0.port)" } ?? ""
  }
}

extension CallResult {
  fileprivate var ending: HostSeats.Ending {
    guard let status else { return .failed }
    return isDelivered ? .delivered : status >= 500 || status == 429 ? .failed : .refused
  }
}
