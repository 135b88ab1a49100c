import Domain
import JSON
import Storage

/// A lead's story in order of time: what happened, when, and why.
enum Timeline {
  static func entries(
    _ event: Event, _ postbacks: [LoggedPostback], _ deliveries: [LoggedDelivery], at now: Instant
  ) -> [JSONValue] {
    let lead = event.lead
    let decided = Entry(
      at: lead.receivedAt, number: lead.id.rawValue, what: "decision", id: lead.id.eventID,
      text: "Scored \(lead.verdict.score) and decided: \(lead.verdict.decision.rawValue).",
      cause: lead.verdict.reasons.max { abs($0.points) < abs($1.points) }?.text ?? "Nothing spoke for or against it.")
    // At one moment attempts come behind the decision and before messages: their numbers are small, the lead's is not theirs.
    let attempts = event.attempts.map { attempt in
      Entry(
        at: attempt.beganAt, number: lead.id.rawValue + Int64(attempt.number), what: "attempt",
        id: "\(lead.id.eventID)/\(attempt.number)",
        text: "Offered to \(attempt.partner): \(attempt.end?.outcome.rawValue ?? "under way").", cause: attempt.said)
    }
    let messages = postbacks.map { message in
      Entry(
        at: message.receivedAt, number: message.id.rawValue,
        what: message.origin == .partner ? "postback" : message.origin.rawValue, id: message.id.text,
        text: message.said, cause: message.cause(at: now))
    }
    let said = Dictionary(postbacks.map { ($0.id, $0.said) }) { first, _ in first }
    let told = deliveries.map { logged in
      let delivery = logged.delivery
      return Entry(
        at: delivery.createdAt, number: delivery.id.rawValue, what: "forward", id: delivery.id.text,
        text:
          "Forward \(logged.forwardName): \(delivery.status.rawValue), worth \(delivery.payout.text): \(logged.state.words).",
        cause: said[delivery.postbackID] ?? "A message that is no longer kept changed the conversion.")
    }
    let erased = lead.erasedAt.map { at in
      Entry(
        at: at, number: .max, what: "erasure", id: lead.id.eventID,
        text: "What identified the person was erased; what partners paid for the lead stays.",
        cause: "Somebody of the account had it erased, as its person may ask.")
    }
    return ([decided] + attempts + messages + told + [erased].compactMap(\.self)).sorted {
      ($0.at, $0.number) < ($1.at, $1.number)
    }.map(\.json)
  }

  private struct Entry {
    let at: Instant
    /// Its own, which rises with each thing that happens: tells apart what happened at one moment.
    let number: Int64
    let what: String
    let id: String
    let text: String
    let cause: String

    var json: JSONValue {
      ["at": .time(at), "what": .string(what), "id": .string(id), "text": .string(text), "cause": .string(cause)]
    }
  }
}

extension LoggedDelivery.State {
  fileprivate var words: String {
    switch self {
    case .due: "waits"
    case .delivered: "delivered"
    case .dead: "given up"
    case .dropped: "dropped, since a newer one tells it or it is not wanted any more"
    }
  }
}

extension LoggedPostback {
  /// What it said, and what became of it.
  fileprivate var said: String {
    let word = rawStatus.map { "“\($0)”" } ?? "no status word"
    let sum = amount.map { " and \($0.text)" } ?? ""
    return "\(word)\(sum) counted as \(status.rawValue): \(result.rawValue)."
  }
}
