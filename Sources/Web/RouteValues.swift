import Domain
import JSON

/// How a lead's way to its partner looks in answers: why this one, who else was eligible, what was tried.
extension JSONValue {
  static func route(_ route: LeadRoute) -> JSONValue {
    [
      "partner": .text(route.partner), "delivery": .string(route.delivery.rawValue),
      "partner_lead_id": .text(route.partnerLeadID), "policy": .string(route.policy.rawValue),
      "propensity": .real(route.propensity), "cause": .string(route.cause),
      "considered": .array(
        route.considered.map {
          [
            "partner": .string($0.slug), "eligible": .bool($0.obstacle == nil), "reason": .text($0.obstacle?.code),
            "text": .string($0.obstacle?.text ?? "It could be asked."), "propensity": .number($0.propensity),
          ]
        }),
    ]
  }

  static func attempt(_ attempt: LeadAttempt) -> JSONValue {
    [
      "number": .count(attempt.number), "partner": .string(attempt.partner), "began_at": .time(attempt.beganAt),
      "outcome": .text(attempt.end?.outcome.rawValue), "cause": .text(attempt.end?.cause.rawValue),
      "text": .string(attempt.said), "status": .count(attempt.end?.status),
      "milliseconds": .count(attempt.end?.milliseconds), "partner_lead_id": .text(attempt.end?.partnerLeadID),
    ]
  }
}

extension LeadAttempt {
  /// How it ended, for a person.
  var said: String { end?.cause.text ?? "It is under way." }
}

extension LeadRoute {
  /// Why the lead went where it is, for a person.
  var cause: String {
    let eligible = considered.count { $0.obstacle == nil }
    guard let partner else {
      if considered.isEmpty { return "The lead was rejected: it goes to nobody." }
      return eligible == 0
        ? "No partner could take it: see what each of them lacked." : "Those that were asked could not have it."
    }
    let share = propensity.map { " (picked first with a probability of \(Self.percent($0)))" } ?? ""
    return "\(partner) of \(eligible) that could be asked, by \(policy.words)\(share)."
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1_000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}

extension RoutingPolicy {
  fileprivate var words: String {
    switch self {
    case .priority: "priority"
    case .weighted: "weight"
    case .learned: "expected revenue"
    }
  }
}
