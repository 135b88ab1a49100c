import Domain
import JSON
import Storage

/// How a lead's way to its partner looks in answers: why this one, who else was eligible, what was tried.
extension JSONValue {
  /// Null where the lead's account had no partners.
  static func route(of event: Event) -> JSONValue {
    guard let route = event.route else { return .null }
    return [
      "partner": .text(route.partner), "delivery": .string(route.delivery.rawValue),
      "partner_lead_id": .text(route.partnerLeadID), "policy": .string(route.policy.rawValue),
      "propensity": .real(route.propensity), "cause": .string(route.cause(event.attempts, event.lead.verdict.decision)),
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

  /// The same in a word or two, behind the partner's name.
  fileprivate var became: String {
    switch end?.outcome {
    case .accepted: "took it"
    case .declined: "declined"
    case .notSent: "could not be reached"
    case .unknown: "did not answer clearly"
    case nil: "is being asked"
    }
  }
}

extension LeadRoute {
  /// Why the lead went where it is, for a person.
  fileprivate func cause(_ attempts: [LeadAttempt], _ decision: Decision) -> String {
    guard let partner else { return whyNobody(attempts, decision) }
    let others = Self.outcomes(attempts.filter { $0.partner != partner })
    if let first = others.first {
      let later = others.dropFirst().map { "; \($0.partner) \($0.outcome)" }.joined()
      return
        "\(first.partner) was to be asked first and \(first.outcome)\(later); \(partner) was next by \(policy.words)."
    }
    let eligible = considered.count { $0.obstacle == nil }
    let share = propensity.map { " (picked first with a probability of \(Self.percent($0)))" } ?? ""
    return "\(partner) of \(eligible) that could be asked, by \(policy.words)\(share)."
  }

  private func whyNobody(_ attempts: [LeadAttempt], _ decision: Decision) -> String {
    if decision == .reject { return "The lead was rejected: it goes to nobody." }
    let asked = Self.outcomes(attempts).map { "\($0.partner) \($0.outcome)" }
    if !asked.isEmpty { return "Nobody could have it: \(asked.joined(separator: ", "))." }
    return considered.contains { $0.obstacle == nil }
      ? "Those that could be asked were full or paused by then."
      : "No partner could take it: see what each of them lacked."
  }

  /// What became of asking each partner, in the order in which they were asked; of several times, the last.
  private static func outcomes(_ attempts: [LeadAttempt]) -> [(partner: String, outcome: String)] {
    var found: [(partner: String, outcome: String)] = []
    for attempt in attempts {
      if let place = found.firstIndex(where: { $0.partner == attempt.partner }) {
        found[place].outcome = attempt.became
      } else {
        found.append((attempt.partner, attempt.became))
      }
    }
    return found
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
