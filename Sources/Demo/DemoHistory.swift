import Domain
import Scoring

/// A made-up history of some accounts: the same for the same numbers, seed and end. Nothing in it is of anybody, and
/// nothing is read or written: it is handed out part by part, in order of time.
package struct DemoHistory: Sendable {
  package struct Plan: Sendable {
    package let leads: Int
    package let days: Int
    package let seed: UInt64
    /// The last lead came just before it, and nothing was said after it.
    package let until: Instant

    package init(leads: Int, days: Int = 90, seed: UInt64 = 1, until: Instant) {
      self.leads = leads
      self.days = days
      self.seed = seed
      self.until = until
    }

    package var start: Instant { until - Int64(days) * 86_400 }
    /// Leads that a day can take: two never share a millisecond.
    package static let mostLeadsPerDay = 1_000_000
  }

  private let plan: Plan
  private let scoring = ExpertScoring()
  private var random: DemoRandom
  private var rhythm: DemoRhythm
  private var businesses: [DemoBusiness]
  /// Leads handed out so far.
  package private(set) var given = 0
  /// Milliseconds in which a message comes, of those that are still ahead or just past.
  private var taken: Set<Int64> = []

  /// - Parameter accounts: leads are dealt to them in turn.
  package init(_ plan: Plan, accounts: [DemoAccount]) {
    self.plan = plan
    var random = DemoRandom(seed: plan.seed)
    businesses = accounts.enumerated().map {
      DemoBusiness($1, number: $0, since: plan.start, &random)
    }
    self.random = random
    rhythm = DemoRhythm(leads: plan.leads, days: plan.days, until: plan.until)
  }

  /// What the accounts buy their traffic from; to be there before the first lead.
  package var sources: [Source] { businesses.flatMap { $0.traffic.map(\.source) } }

  /// The next leads with all that follows from each; empty at the end.
  package mutating func next(_ count: Int) -> HistoryPart {
    var part = HistoryPart()
    let end = min(plan.leads, given + count)
    part.leads.reserveCapacity(end - given)
    while given < end {
      let place = given % businesses.count
      given += 1
      let instant = rhythm.next(&random)
      if given % 8_192 == 0 { forgetMessages(before: instant - 3_600) }
      part.leads.append(lead(of: place, at: instant))
      if random.chance(0.003) { part.strays.append(stray(of: place, at: instant)) }
    }
    return part
  }

  private mutating func lead(of place: Int, at instant: Instant) -> PastLead {
    let (draft, facts, verdict, offer) = businesses[place].lead(
      number: given, at: instant, scoring: scoring, &random)
    var messages: [PastMessage] = []
    // Partners answer for the better leads more often, and take more of them.
    if verdict.decision != .reject, random.chance(0.07 + 0.5 * verdict.approvalProbability) {
      let partner = businesses[place].partners.pick(&random)
      let approval = min(0.3 + verdict.approvalProbability, 0.9)
      let tale = DemoTale(partner.habits, payout: offer.payout, approval: approval, &random)
      for line in tale.lines {
        let told = partner.message(
          line, click: DemoBusiness.clickID(given), at: freeInstant(instant + Int64(line.delay)),
          account: draft.account, &random)
        if told.receivedAt < plan.until { messages.append(told) }
      }
      messages.sort { $0.receivedAt < $1.receivedAt }
    }
    return PastLead(draft: draft, facts: facts, verdict: verdict, messages: messages)
  }

  /// A message about a click that nobody knows, or with a macro that nobody filled in.
  private mutating func stray(of place: Int, at instant: Instant) -> PastMessage {
    let partner = businesses[place].partners.pick(&random)
    let clickID = random.chance(0.6) ? "x" + String(random.next() & 0xFFFF_FFFF, radix: 36) : "{clickid}"
    let line = DemoTale.Line(
      delay: 0, word: partner.habits.approve, payout: random.within(5...40) * 100,
      txid: partner.habits.sendsTxid ? DemoTale.txid(&random) : nil)
    return partner.message(
      line, click: clickID, at: freeInstant(instant), account: businesses[place].account, &random)
  }

  /// That moment, or the next one in whose millisecond no other message comes.
  private mutating func freeInstant(_ wanted: Instant) -> Instant {
    var millisecond = wanted.microseconds / 1_000
    while !taken.insert(millisecond).inserted { millisecond += 1 }
    return Instant(microseconds: millisecond * 1_000 + wanted.microseconds % 1_000)
  }

  /// No message is to come any more in those milliseconds.
  private mutating func forgetMessages(before instant: Instant) {
    taken = taken.filter { $0 >= instant.microseconds / 1_000 }
  }
}
