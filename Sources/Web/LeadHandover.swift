import Domain
import Foundation
import Outbound
import Privacy
import Storage

/// Hands a lead to its partners, one after the other, while its caller waits (PRODUCT.md §4). The contact is lent to each
/// call and nothing else; what a call came to is on disk before the next one begins.
struct LeadHandover: Sendable {
  /// Where a lead ended up, and where its visitor is to be sent.
  struct Result: Sendable {
    let route: LeadRoute
    /// Of the partner that took it. Answered, never stored.
    let redirectURL: String?
  }

  let service: Service
  let lead: LeadID
  let values: LeadValues
  private let begun = ContinuousClock.now

  init(_ lead: Lead, visitor: LeadSubmission.Visitor, service: Service) {
    self.service = service
    self.lead = lead.id
    self.values = LeadValues(
      clickID: lead.clickID, eventID: lead.id.eventID, ip: visitor.address, userAgent: visitor.userAgent,
      country: lead.country, source: lead.source, landingPage: lead.landingPage)
  }

  /// Makes the attempt of a step, and those that follow from how it ends.
  /// - Throws: `unavailable` where an attempt's end cannot be stored and the lead is not known to be taken: it stays open,
  ///   and the sweeper ends it as unknown.
  func run(_ first: RouteStep, _ contact: borrowing RawContact) throws(Failure) -> Result {
    var step = first
    while let attempt = step.attempt {
      let answer = ask(attempt.candidate.partner, contact)
      let next = followers(of: attempt, answer.end, step.rest)
      let settled: RouteStep
      do throws(Failure) {
        settled = try settle(attempt, answer.end, next)
      } catch {
        guard answer.end.outcome == .accepted else { throw error }
        return Result(route: step.route.taken(answer.end), redirectURL: answer.redirectURL)
      }
      if answer.end.outcome == .accepted { return Result(route: settled.route, redirectURL: answer.redirectURL) }
      step = settled
    }
    return Result(route: step.route, redirectURL: nil)
  }

  /// How long a disk that is full or busy is waited for: what a partner said must not be lost to a moment's trouble.
  private static let settlePauses: [Duration] = [.milliseconds(100), .milliseconds(400), .seconds(1), .seconds(2)]

  private func settle(
    _ attempt: BegunAttempt, _ end: AttemptEnd, _ next: [Candidate]
  ) throws(Failure) -> RouteStep {
    var pauses = Self.settlePauses[...]
    while true {
      do throws(Failure) {
        return try service.store.settleAttempt(attempt.number, of: lead, end: end, next: next, at: service.now())
      } catch {
        guard error == .unavailable, let pause = pauses.popFirst() else { throw error }
        Thread.sleep(forTimeInterval: pause / .seconds(1))
      }
    }
  }

  private func ask(_ partner: Partner, _ contact: borrowing RawContact) -> PartnerAnswer {
    guard let headers = try? PartnerHeaders(of: partner, service.keyring) else { return .notAsked(.badSettings) }
    let name = PartnerName(partner)
    guard service.partnerSeats.take(name) else { return .notAsked(.busy) }
    defer { service.partnerSeats.leave(name) }
    return service.outlets.partners.hand(contact, values, to: partner, headers: headers.all, millisecondsLeft: timeLeft)
  }

  /// Who is asked where the partner cannot have the lead; where it may have it, only itself, if it takes a lead twice for
  /// one.
  private func followers(of attempt: BegunAttempt, _ end: AttemptEnd, _ rest: [Candidate]) -> [Candidate] {
    guard end.outcome == .unknown else { return rest }
    return attempt.candidate.partner.isDeduplicating && timeLeft >= PartnerClient.leastMilliseconds
      ? [attempt.candidate] : []
  }

  private var timeLeft: Int {
    let (seconds, attoseconds) = (ContinuousClock.now - begun).components
    return PartnerClient.wholeRoute - Int(seconds) * 1_000 - Int(attoseconds / 1_000_000_000_000_000)
  }
}

extension LeadRoute {
  /// As it is once its partner has said yes.
  fileprivate func taken(_ end: AttemptEnd) -> LeadRoute {
    var route = self
    route.delivery = .accepted
    route.partnerLeadID = end.partnerLeadID
    return route
  }
}

extension PartnerAnswer {
  /// Of a partner that was not even called.
  fileprivate static func notAsked(_ cause: AttemptCause) -> PartnerAnswer {
    PartnerAnswer(end: AttemptEnd(outcome: .notSent, cause: cause, milliseconds: 0))
  }
}
