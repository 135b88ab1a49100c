/// The leads of a range of days under other thresholds. What hard rules rejected stays rejected, and leads that are in no
/// band are left out.
package struct WhatIf: Equatable, Sendable {
  package let thresholds: Thresholds
  /// As was decided at the time, by the thresholds of then.
  package private(set) var asDecided = LeadCounts()
  /// By ``thresholds``; cost and delivered are those of ``asDecided``.
  package private(set) var wouldBe = LeadCounts()
  package private(set) var rejectedByRule = 0
  /// Accepted or reviewed then, and by these thresholds as well.
  package private(set) var stillSent = ReportRow(key: "still_sent")
  /// Accepted or reviewed then; these thresholds reject it.
  package private(set) var noLongerSent = ReportRow(key: "no_longer_sent")
  /// Rejected then; these thresholds do not. What partners would have made of it is not known.
  package private(set) var newlySent = ReportRow(key: "newly_sent")

  package init(_ thresholds: Thresholds, _ tallies: [ScoreTally]) {
    self.thresholds = thresholds
    for tally in tallies { add(tally) }
  }

  /// All that was accepted or reviewed.
  package var sent: ReportRow {
    var sent = ReportRow(key: "sent")
    sent.add(stillSent)
    sent.add(noLongerSent)
    return sent
  }

  private mutating func add(_ tally: ScoreTally) {
    let scored = tally.scored
    let decision = scored.isByRule ? .reject : thresholds.decision(score: scored.score)
    asDecided += tally.row.leads
    wouldBe += tally.row.leads.all(decision)
    if scored.isByRule { rejectedByRule += tally.row.leads.leads }
    switch (scored.decision == .reject, decision == .reject) {
    case (false, false): stillSent.add(tally.row)
    case (false, true): noLongerSent.add(tally.row)
    case (true, false): newlySent.add(tally.row)
    case (true, true): break
    }
  }
}

extension LeadCounts {
  /// As many leads, all decided so.
  fileprivate func all(_ decision: Decision) -> LeadCounts {
    var counts = self
    (counts.accepted, counts.reviewed, counts.rejected) = (0, 0, 0)
    switch decision {
    case .accept: counts.accepted = leads
    case .review: counts.reviewed = leads
    case .reject: counts.rejected = leads
    }
    return counts
  }
}
