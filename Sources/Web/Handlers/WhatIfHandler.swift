import Domain
import HTTP
import JSON

/// `GET /api/v1/score/whatif?accept_at=&reject_below=&from=&to=`: past leads under other thresholds.
enum WhatIfHandler {
  private static let parameters: Set = ["accept_at", "reject_below", "from", "to"]

  static func show(_ call: Call) throws -> Response {
    let pairs = FormPairs(call.request.query)
    try refuseOthers(pairs)
    let thresholds = try thresholds(pairs, call.account.thresholds)
    let (from, to) = try pairs.reportedDays(call)
    let report = try call.store.scoreReport(of: call.account.id, from: from, to: to)
    let whatIf = WhatIf(thresholds, report.tallies)
    return .json([
      "from": .string(from.text), "to": .string(to.text), "timezone": .string(call.account.timezone),
      "currency": .string(call.account.currency), "thresholds": .thresholds(thresholds),
      "current": .thresholds(call.account.thresholds), "leads": .count(whatIf.asDecided.leads),
      "rejected_by_rule": .count(whatIf.rejectedByRule), "unbanded": .count(report.unbanded.leads.leads),
      "as_decided": decisions(whatIf.asDecided), "what_if": decisions(whatIf.wouldBe),
      "sent": group(whatIf.sent), "still_sent": group(whatIf.stillSent), "no_longer_sent": group(whatIf.noLongerSent),
      "newly_sent": group(whatIf.newlySent),
    ])
  }

  /// What is not understood would be asked in vain: the answer would be to another question.
  private static func refuseOthers(_ pairs: FormPairs) throws {
    if pairs.first("policy") != nil {
      throw Problem.badField(
        "policy", "is not known: other thresholds can be tried over past events, other routing policies cannot yet")
    }
    guard pairs.pairs.allSatisfy({ parameters.contains($0.name) }), !pairs.isOverflowing else {
      throw Problem.badField(
        "query", "has a parameter that is not known; known are accept_at, reject_below, from and to")
    }
  }

  /// One of the two may be left out; it is the account's then.
  private static func thresholds(_ pairs: FormPairs, _ current: Thresholds) throws -> Thresholds {
    func score(_ name: String) throws -> Int? {
      try pairs.value(name, "must be a whole number from 0 to 100") {
        Int($0).flatMap { (0...100).contains($0) ? $0 : nil }
      }
    }
    let (acceptAt, rejectBelow) = (try score("accept_at"), try score("reject_below"))
    if let thresholds = Thresholds(
      acceptAt: acceptAt ?? current.acceptAt, rejectBelow: rejectBelow ?? current.rejectBelow)
    {
      return thresholds
    }
    if rejectBelow == nil {
      throw Problem.badField("accept_at", "must not be below \(current.rejectBelow), reject_below of today; send both")
    }
    throw Problem.badField(
      "reject_below",
      "must not be above accept_at, which is \(acceptAt ?? current.acceptAt)" + (acceptAt == nil ? " today" : ""))
  }

  private static func decisions(_ counts: LeadCounts) -> JSONValue {
    [
      "accepted": .count(counts.accepted), "reviewed": .count(counts.reviewed), "rejected": .count(counts.rejected),
    ]
  }

  private static func group(_ row: ReportRow) -> JSONValue { .object(ScoreHandler.members(of: row)) }
}
