import Domain
import Outbound
import Storage

/// What is under way, and to whom.
struct ForwardingRound {
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
  private var urls: [ForwardID: ForwardURL] = [:]
  /// Hosts that delivered since the start.
  private var hostsMet: Set<String> = []
  /// Forwards whose host is back: how far what waited for it has been gone through. Each gets one more try at most; a
  /// host that goes away meanwhile finds the rest when it is back.
  private var returning: [ForwardID: WaitPosition] = [:]
  /// Which forward chooses first; goes round, so that none is always the last where seats are few.
  private var turn = 0
  private var deletedSeenAt: Instant?

  init(seats: Int) { self.seats = HostSeats(total: seats) }

  var isSending: Bool { !sending.isEmpty }
  var isIdle: Bool { sending.isEmpty && outcomes.isEmpty }
  /// Whether what waited for a host that is back is being gone through.
  var isReturning: Bool { returning.contains { !seats.isAway(urls[$0.key]?.host ?? "") } }

  /// Now and then gives up what waits for deleted forwards. - Returns: whether there is more of it.
  mutating func endDeleted(_ store: Store, at now: Instant) throws -> Bool {
    if let seen = deletedSeenAt, seen <= now, now < seen + 2 { return false }
    let isMore = try store.endDeliveriesOfDeletedForwards(at: now)
    deletedSeenAt = isMore ? nil : now
    return isMore
  }
}

// What is sent next.
extension ForwardingRound {
  /// Someone who wants seats: a forward, for what is due or for what waited for its host to come back.
  private struct Taker: Hashable {
    let forward: ForwardID
    let account: AccountID
    let host: String
    let isReturning: Bool
  }

  /// Who may send how many: one at a time in turn, as long as there are seats.
  mutating func plan(_ waiting: [WaitingForward], from store: Store, for guarding: AddressGuard, at now: Instant)
    throws -> [LeaseRequest]
  {
    read(waiting.map(\.forward), for: guarding)
    turn = waiting.isEmpty ? 0 : (turn + 1) % waiting.count
    let inTurn = waiting[turn...] + waiting[..<turn]
    var trial = seats
    var counts: [Taker: Int] = [:]
    var open = inTurn.flatMap { takers($0, at: now) }
    while !open.isEmpty {
      open = open.filter { taker in
        guard trial.hasRoom(for: taker.host, of: taker.account, at: now) else { return false }
        trial.take(for: taker.host, of: taker.account, at: now)
        counts[taker, default: 0] += 1
        return true
      }
    }
    let requests = try counts.compactMap { taker, count -> LeaseRequest? in
      guard taker.isReturning else { return LeaseRequest(forward: taker.forward, count: count) }
      let ids = try nextReturning(taker.forward, count, from: store)
      return ids.isEmpty ? nil : LeaseRequest(forward: taker.forward, early: ids)
    }
    return requests + probes(of: inTurn, &trial, at: now)
  }

  private mutating func read(_ waiting: [Forward], for guarding: AddressGuard) {
    let known = urls
    urls = waiting.reduce(into: [:]) { urls, forward in
      urls[forward.id] =
        known[forward.id].flatMap { $0.text == forward.url ? $0 : nil }
        ?? ForwardURL(forward.url, for: guarding)
    }
    returning = returning.filter { urls[$0.key] != nil }
    if hostsMet.count > urls.count { hostsMet.formIntersection(urls.values.map(\.host)) }
  }

  private func takers(_ waiting: WaitingForward, at now: Instant) -> [Taker] {
    let forward = waiting.forward
    guard let host = urls[forward.id]?.host else { return [] }
    let kinds =
      (waiting.nextAt <= now ? [false] : []) + (returning[forward.id] == nil || seats.isAway(host) ? [] : [true])
    return kinds.map { Taker(forward: forward.id, account: forward.accountID, host: host, isReturning: $0) }
  }

  private mutating func nextReturning(_ id: ForwardID, _ count: Int, from store: Store) throws -> [DeliveryID] {
    guard let position = returning[id] else { return [] }
    let (ids, next) = try store.waitsForHost(of: id, after: position, limit: count)
    returning[id] = next
    return ids
  }

  /// One each for the hosts that are away, where nothing is due that would show whether they are back.
  private func probes(of waiting: ArraySlice<WaitingForward>, _ trial: inout HostSeats, at now: Instant)
    -> [LeaseRequest]
  {
    waiting.filter { $0.nextAt > now }.compactMap { one in
      let forward = one.forward
      guard let host = urls[forward.id]?.host, trial.wantsProbe(of: host, at: now),
        trial.hasRoom(for: host, of: forward.accountID, at: now)
      else { return nil }
      trial.take(for: host, of: forward.accountID, at: now)
      return LeaseRequest(nextOf: forward.id)
    }
  }

  /// The calls for what was leased.
  mutating func begin(_ leased: [LeasedDelivery], for guarding: AddressGuard, at now: Instant) -> [Call] {
    leased.compactMap { leased in
      let (id, forward) = (leased.delivery.id.rawValue, leased.forward)
      // Its lease ended while its call or its settling took long: that still goes on.
      guard sending[id] == nil else { return nil }
      if urls[forward.id]?.text != forward.url { urls[forward.id] = ForwardURL(forward.url, for: guarding) }
      guard let url = urls[forward.id] else { return nil }
      seats.take(for: url.host, of: forward.accountID, at: now)
      sending[id] = Sending(leased: leased, host: url.host, isEarly: leased.dueAt > now)
      let values = ForwardValues(
        leased.delivery, statusMap: forward.statusMap, source: leased.source, partner: leased.partner,
        currency: leased.currency)
      // One that cannot be read cannot be called either: that is the attempt's outcome.
      return Call(id: id, url: url.template?.url(values) ?? "")
    }
  }
}

// What became of it.
extension ForwardingRound {
  mutating func take(_ results: [CallResult], at now: Instant) {
    for result in results {
      guard let sent = sending.removeValue(forKey: result.id) else { continue }
      let isBack = seats.giveBack(from: sent.host, of: sent.leased.forward.accountID, result.ending, at: now)
      outcomes.append(outcome(of: sent, result, at: now))
      guard result.isDelivered, hostsMet.insert(sent.host).inserted || isBack else { continue }
      // It may have been away before the start, too: what waits for it need wait no longer.
      for (forward, url) in urls where url.host == sent.host && returning[forward] == nil {
        returning[forward] = WaitPosition(at: now)
      }
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
struct ForwardURL {
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
