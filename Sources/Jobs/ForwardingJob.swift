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
  private let patience: Duration
  private let courier: Courier
  private let now: @Sendable () -> Instant
  private let clock: @Sendable () -> Instant
  /// Only ever used by the thread that runs the job.
  private let round: Mutex<ForwardingRound>

  /// - Parameters:
  ///   - seats: calls that may be under way at once; half of them for one account, so 200.
  ///   - patience: how long calls under way may take to end when the job does.
  ///   - now: when deliveries are due and leases end; must not jump (``SteadyClock``). Tests bring their own.
  ///   - clock: the system's time, for what is logged.
  /// - Throws: where libcurl or a thread is not to be had.
  package init(
    store: Store, seats: Int = 400, limits: CallLimits = CallLimits(), guarding: AddressGuard,
    patience: Duration = .seconds(2), now: @escaping @Sendable () -> Instant, clock: @escaping @Sendable () -> Instant
  ) throws(CallFailure) {
    self.store = store
    self.patience = patience
    self.now = now
    self.clock = clock
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
      round.take(courier.results(waitingMilliseconds: round.isIdle ? 0 : 50), at: now(), clock: clock())
      let isMore = try round.tidy(store, at: now(), clock: clock())
      let waiting = try store.waitingForwards()
      let requests = try round.plan(waiting, from: store, at: now())
      guard !round.outcomes.isEmpty || !requests.isEmpty else { return isMore || !round.isIdle || round.isReturning }
      let leased = try store.exchangeDeliveries(settling: round.outcomes, leasing: requests, at: now())
      round.goOn()
      // What was settled may have let others through.
      let isSettled = !round.outcomes.isEmpty
      round.outcomes = []
      for call in round.begin(leased, at: now()) where !courier.submit(call) {
        round.take([CallResult(id: call.id, failure: .local)], at: now(), clock: clock())
      }
      return isMore || isSettled || !round.isIdle || !leased.isEmpty
    }
  }

  /// Gives calls under way a moment to end, and settles them; those that do not are due again once their lease ends.
  package func end() {
    let start = ContinuousClock.now
    round.withLock { round in
      while round.isSending, ContinuousClock.now - start < patience {
        round.take(courier.results(waitingMilliseconds: 50), at: now(), clock: clock())
      }
      courier.stop()
      // What cannot be settled now is sent again after the next start.
      _ = try? store.exchangeDeliveries(settling: round.outcomes, leasing: [], at: now())
      round.outcomes = []
    }
  }
}
