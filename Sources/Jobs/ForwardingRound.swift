import Domain
import Outbound
import Storage

/// What is under way, and to whom.
struct ForwardingRound {
  private struct Sending {
    let leased: LeasedDelivery
    let host: HostSeats.Host
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
  private var hostsMet: Set<HostSeats.Host> = []
  /// Forwards whose host is back: how far what waited for it has been gone through. Each gets one more try at most; a
  /// host that goes away meanwhile finds the rest when it is back.
  private var returning: [ForwardID: WaitPosition] = [:]
  /// What is planned: how far that has been gone through once it is leased; nil: to the end.
  private var goingOn: [ForwardID: WaitPosition?] = [:]
  /// Those that were sent last to find out whether their host is back: it is the turn of the next ones.
  private var probed: [ForwardID: WaitPosition] = [:]
  /// Which forward chooses first; goes round, so that none is always the last where seats are few.
  private var turn = 0
  private var deletedSeenAt: Instant?

  init(seats: Int) { self.seats = HostSeats(total: seats) }

  var isSending: Bool { !sending.isEmpty }
  var isIdle: Bool { sending.isEmpty && outcomes.isEmpty }
  /// Whether what waited for a host that is back is being gone through.
  var isReturning: Bool { returning.contains { id, _ in urls[id].map { !seats.isAway($0.host) } ?? false } }

  /// Now and then gives up what waits for deleted forwards, and forgets idle hosts. - Returns: whether there is more.
  mutating func tidy(_ store: Store, at now: Instant, clock: Instant) throws -> Bool {
    if let seen = deletedSeenAt, seen <= now, now < seen + 2 { return false }
    seats.forgetIdle(at: now)
    let isMore = try store.endDeliveriesOfDeletedForwards(at: clock)
    deletedSeenAt = isMore ? nil : now
    return isMore
  }
}

// What is sent next.
extension ForwardingRound {
  /// Someone who wants seats: a forward, for what is due or for what waited for its host to come back.
  private struct Taker: Hashable {
    let forward: ForwardID
    let host: HostSeats.Host
    let isReturning: Bool
  }

  /// Who may send how many: one at a time in turn, as long as there are seats.
  mutating func plan(_ waiting: [WaitingForward], from store: Store, at now: Instant)
    throws -> [LeaseRequest]
  {
    read(waiting.map(\.forward))
    turn = waiting.isEmpty ? 0 : (turn + 1) % waiting.count
    let inTurn = waiting[turn...] + waiting[..<turn]
    var trial = seats
    var counts: [Taker: Int] = [:]
    var open = inTurn.flatMap { takers($0, at: now) }
    while !open.isEmpty {
      open = open.filter { taker in
        guard trial.hasRoom(for: taker.host, at: now) else { return false }
        trial.take(for: taker.host, at: now)
        counts[taker, default: 0] += 1
        return true
      }
    }
    goingOn = [:]
    let requests = try counts.compactMap { taker, count -> LeaseRequest? in
      guard taker.isReturning else { return LeaseRequest(forward: taker.forward, count: count) }
      let ids = try nextReturning(taker.forward, count, from: store)
      return ids.isEmpty ? nil : LeaseRequest(forward: taker.forward, early: ids)
    }
    return try requests + probes(of: inTurn, &trial, from: store, at: now)
  }

  /// What was planned is leased.
  mutating func goOn() {
    for (forward, next) in goingOn { returning[forward] = next }
    goingOn = [:]
  }

  private mutating func read(_ waiting: [Forward]) {
    let known = urls
    urls = waiting.reduce(into: [:]) { urls, forward in
      urls[forward.id] =
        known[forward.id].flatMap { $0.text == forward.url ? $0 : nil }
        ?? ForwardURL(forward)
    }
    returning = returning.filter { urls[$0.key] != nil }
    probed = probed.filter { urls[$0.key] != nil }
    if hostsMet.count > urls.count { hostsMet.formIntersection(urls.values.map(\.host)) }
  }

  private func takers(_ waiting: WaitingForward, at now: Instant) -> [Taker] {
    let forward = waiting.forward
    guard let host = urls[forward.id]?.host else { return [] }
    let kinds =
      (waiting.nextAt <= now ? [false] : []) + (returning[forward.id] == nil || seats.isAway(host) ? [] : [true])
    return kinds.map { Taker(forward: forward.id, host: host, isReturning: $0) }
  }

  private mutating func nextReturning(_ id: ForwardID, _ count: Int, from store: Store) throws -> [DeliveryID] {
    guard let position = returning[id] else { return [] }
    let (ids, next) = try store.waitsForHost(of: id, after: position, limit: count)
    // Where none is to be sent there is nothing to lose.
    if ids.isEmpty { returning[id] = next } else { goingOn.updateValue(next, forKey: id) }
    return ids
  }

  /// One each for the hosts that are away, where nothing is due that would show whether they are back.
  private func probes(
    of waiting: ArraySlice<WaitingForward>, _ trial: inout HostSeats, from store: Store, at now: Instant
  ) throws -> [LeaseRequest] {
    try waiting.filter { $0.nextAt > now }.compactMap { one in
      let forward = one.forward
      guard let host = urls[forward.id]?.host, trial.wantsProbe(of: host, at: now),
        trial.hasRoom(for: host, at: now)
      else { return nil }
      trial.take(for: host, at: now)
      return try probe(of: forward.id, from: store, at: now)
    }
  }

  /// One that waits for its host, where there is one: those that wait for reasons of their own would spend attempts. One
  /// after the other, since it may be the delivery of which the host chokes.
  private func probe(of id: ForwardID, from store: Store, at now: Instant) throws -> LeaseRequest {
    let start = WaitPosition(at: now)
    let last = probed[id]
    for position in [last.map { max($0, start) }, start].compactMap(\.self) {
      let ids = try store.waitsForHost(of: id, after: position, limit: 1).ids
      if !ids.isEmpty { return LeaseRequest(forward: id, early: ids) }
    }
    return LeaseRequest(nextOf: id, after: last)
  }

  /// The calls for what was leased.
  mutating func begin(_ leased: [LeasedDelivery], at now: Instant) -> [Call] {
    leased.compactMap { leased in
      let (id, forward) = (leased.delivery.id.rawValue, leased.forward)
      // Its lease ended while its call or its settling took long: that still goes on.
      guard sending[id] == nil else { return nil }
      if urls[forward.id]?.text != forward.url { urls[forward.id] = ForwardURL(forward) }
      guard let url = urls[forward.id] else { return nil }
      let isEarly = leased.dueAt > now
      if isEarly, seats.isAway(url.host) { probed[forward.id] = WaitPosition(of: leased) }
      seats.take(for: url.host, at: now)
      sending[id] = Sending(leased: leased, host: url.host, isEarly: isEarly)
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
  /// - Parameter clock: the system's time, for what is logged.
  mutating func take(_ results: [CallResult], at now: Instant, clock: Instant) {
    for result in results {
      guard let sent = sending.removeValue(forKey: result.id) else { continue }
      let isBack = seats.giveBack(from: sent.host, result.ending, at: now)
      outcomes.append(DeliveryOutcome(of: sent.leased, result, isEarly: sent.isEarly, at: now, clock: clock))
      // It may have been away before the start, too: what waits for it need wait no longer.
      let isMet = result.isDelivered && hostsMet.insert(sent.host).inserted
      guard isBack || isMet else { continue }
      for (forward, url) in urls where url.host == sent.host && returning[forward] == nil {
        returning[forward] = WaitPosition(at: now)
      }
    }
  }
}

/// A forward's URL as it was read last.
struct ForwardURL {
  let text: String
  /// nil: it cannot be read.
  let template: ForwardTemplate?
  /// Whose calls share seats; all of an account that name none go as one.
  let host: HostSeats.Host

  init(_ forward: Forward) {
    text = forward.url
    template = try? ForwardTemplate(forward.url)
    host = HostSeats.Host(CallURL.hostName(of: forward.url) ?? "", of: forward.accountID)
  }
}
