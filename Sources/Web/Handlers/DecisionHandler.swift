import Domain
import Foundation
import HTTP
import JSON
import Outbound
import Scoring
import Storage

/// `POST /api/v1/decision`: scores one lead, says why, and hands it to a partner (PRODUCT.md §3, §4).
enum DecisionHandler {
  /// Where an account has no partners the thread is free once the lead waits for its commit: what is said then must not
  /// hold the call, whose body is wiped. A delivery waits for its partner, on the thread that holds the contact.
  static func decide(_ call: Call, answer: @escaping LateAnswer) throws {
    let submission = try LeadSubmission(call)
    let draft = submission.draft
    let rules = HardRules(draft.account)
    let (scoring, metrics) = (call.service.scoring, call.service.metrics)
    let verdict: @Sendable (LeadFacts) -> Verdict = { facts in
      let scored = scoring.score(LeadFeatures(draft, facts), rules: rules)
      return Verdict(
        decision: scored.decision(draft.account.thresholds), score: scored.score,
        approvalProbability: scored.approvalProbability, reasons: scored.reasons)
    }
    let words = DecisionAnswer(account: draft.account, isBrief: call.caller.publishableKey != nil)
    if try draft.isTest || call.store.directory().partners(of: call.account.id).isEmpty {
      call.store.commitDecision(
        draft, decide: verdict,
        preparing: { outcome in
          let answered = outcome.map { ($0, Response.json(words.json($0.lead))) }
          return {
            answer(
              answered.map { commit, response in
                commit.count(in: metrics)
                return response
              })
          }
        })
    } else {
      call.request.willWait()
      let routing = RoutingRules { scoring.belief(in: $0, $1) }
      let commit = try call.store.commitDecision(draft, decide: verdict, route: routing)
      commit.count(in: metrics)
      answer(.success(.json(words.json(commit.lead, try handOver(commit, submission, call)))))
    }
  }

  private static func handOver(
    _ commit: DecisionCommit, _ submission: borrowing LeadSubmission, _ call: Call
  ) throws -> LeadHandover.Result? {
    switch commit {
    case .stored(_, nil), .repeated(_, nil): return nil
    case .stored(let lead, let step?), .retried(let lead, let step):
      let handover = LeadHandover(lead, visitor: submission.visitor, service: call.service)
      return try handover.run(step, submission.contact)
    case .repeated(let lead, let route?):
      let settled = route.delivery == .open ? try wait(for: lead.id, call) : route
      return LeadHandover.Result(route: settled, redirectURL: nil)
    }
  }

  /// How long a repeat waits for the first call's end, in milliseconds.
  private static let patience = PartnerClient.wholeRoute + 1_000

  /// A repeat, while the call that brought the lead first is still handing it over. Looks now and then: that is rare, and
  /// the route on disk is the one truth, also where that call's process is gone.
  private static func wait(for lead: LeadID, _ call: Call) throws -> LeadRoute {
    guard call.service.repeatSeats.take(call.account.id) else { throw Failure.unavailable }
    defer { call.service.repeatSeats.leave(call.account.id) }
    let end = ContinuousClock.now + .milliseconds(patience)
    while ContinuousClock.now < end {
      Thread.sleep(forTimeInterval: 0.05)
      if let route = try call.store.route(of: lead), route.delivery != .open { return route }
    }
    throw Failure.unavailable
  }
}

extension DecisionCommit {
  fileprivate var lead: Lead {
    switch self {
    case .stored(let lead, _), .repeated(let lead, _), .retried(let lead, _): lead
    }
  }

  /// Only a new lead counts.
  fileprivate func count(in metrics: Metrics) {
    if case .stored(let lead, _) = self { metrics.count(lead.verdict.decision) }
  }
}

/// How a decision is answered.
private struct DecisionAnswer: Sendable {
  let account: Account
  let isBrief: Bool

  func json(_ lead: Lead, _ handover: LeadHandover.Result? = nil) -> JSONValue {
    isBrief ? brief(lead, handover) : full(lead, handover)
  }

  /// For a server that holds a secret key.
  private func full(_ lead: Lead, _ handover: LeadHandover.Result?) -> JSONValue {
    let usage = Usage(used: lead.used, limit: account.plan.monthlyLimit)
    return [
      "event_id": .string(lead.id.eventID),
      "decision": .string(lead.verdict.decision.rawValue),
      "score": .integer(Int64(lead.verdict.score)),
      "approval_probability": .number(lead.verdict.approvalProbability),
      "click_id": .text(lead.clickID),
      "duplicate": .bool(lead.isDuplicate),
      "reasons": .reasons(lead.verdict.reasons),
      "route": handover.map { handover in
        [
          "partner": .text(handover.route.partner), "delivery": .string(handover.route.delivery.rawValue),
          "partner_lead_id": .text(handover.route.partnerLeadID), "redirect_url": .text(handover.redirectURL),
        ]
      } ?? .null,
      "usage": .usage(usage),
    ]
  }

  /// For a browser: nothing from which it could learn who is a customer, or how to please the score.
  private func brief(_ lead: Lead, _ handover: LeadHandover.Result?) -> JSONValue {
    var route: [JSONValue.Member] = []
    if let handover {
      if handover.route.delivery == .page { route.append(.init("partner", .text(handover.route.partner))) }
      route.append(.init("delivery", .string(handover.route.delivery.rawValue)))
      route.append(.init("redirect_url", .text(handover.redirectURL)))
    }
    return [
      "event_id": .string(lead.id.eventID),
      "decision": .string(lead.verdict.decision.rawValue),
      "click_id": .text(lead.clickID),
      "route": handover == nil ? .null : .object(route),
    ]
  }
}
