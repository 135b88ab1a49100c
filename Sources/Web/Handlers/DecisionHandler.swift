import Domain
import HTTP
import JSON
import Scoring
import Storage

/// `POST /api/v1/decision`: scores one lead and says why (PRODUCT.md §3).
enum DecisionHandler {
  /// The thread is free once the lead waits for its commit. What is said then must not hold the call: its body is wiped.
  static func decide(_ call: Call, answer: @escaping LateAnswer) throws {
    let draft = try LeadDraft(call)
    let rules = HardRules(draft.account)
    let (scoring, metrics) = (call.service.scoring, call.service.metrics)
    let isBrief = call.caller.publishableKey != nil
    call.store.commitDecision(draft) { facts in
      let scored = scoring.score(LeadFeatures(draft, facts), rules: rules)
      return Verdict(
        decision: scored.decision(draft.account.thresholds), score: scored.score,
        approvalProbability: scored.approvalProbability, reasons: scored.reasons)
    } then: { result in
      answer(
        result.map { commit in
          let lead: Lead
          switch commit {
          case .stored(let stored):
            lead = stored
            metrics.count(lead.verdict.decision)
          case .repeated(let first): lead = first
          }
          return .json(isBrief ? brief(lead) : full(lead, draft.account))
        })
    }
  }

  /// For a server that holds a secret key.
  private static func full(_ lead: Lead, _ account: Account) -> JSONValue {
    let usage = Usage(used: lead.used, limit: account.plan.monthlyLimit)
    return [
      "event_id": .string(lead.id.eventID),
      "decision": .string(lead.verdict.decision.rawValue),
      "score": .integer(Int64(lead.verdict.score)),
      "approval_probability": .number(lead.verdict.approvalProbability),
      "click_id": .text(lead.clickID),
      "duplicate": .bool(lead.isDuplicate),
      "reasons": .reasons(lead.verdict.reasons),
      "route": .null,
      "usage": .usage(usage),
    ]
  }

  /// For a browser: nothing from which it could learn who is a customer, or how to please the score.
  private static func brief(_ lead: Lead) -> JSONValue {
    [
      "event_id": .string(lead.id.eventID),
      "decision": .string(lead.verdict.decision.rawValue),
      "click_id": .text(lead.clickID),
      "route": .null,
    ]
  }
}
