/// What is known of a cause: since when, how much, and whether it was told. Kept over a restart, so that nothing is told
/// twice.
package struct Alert: Equatable, Sendable {
  /// Days for which one that is over is kept.
  package static let keptDays: Int64 = 30

  package let cause: AlertCause
  package private(set) var label: String
  package private(set) var detail: String
  package private(set) var count: Int
  /// When it began, this time.
  package private(set) var firstAt: Instant
  /// When it began or last grew.
  package private(set) var lastAt: Instant
  /// When it was last told; nil: never.
  package private(set) var toldAt: Instant?
  /// When it was over; nil: it lasts.
  package private(set) var resolvedAt: Instant?

  package init(_ finding: AlertFinding, at now: Instant) {
    self.init(
      cause: finding.cause, label: finding.label, detail: finding.detail, count: finding.count, firstAt: now,
      lastAt: now, toldAt: nil, resolvedAt: nil)
  }

  package init(
    cause: AlertCause, label: String, detail: String, count: Int, firstAt: Instant, lastAt: Instant, toldAt: Instant?,
    resolvedAt: Instant?
  ) {
    self.cause = cause
    self.label = label
    self.detail = detail
    self.count = count
    self.firstAt = firstAt
    self.lastAt = lastAt
    self.toldAt = toldAt
    self.resolvedAt = resolvedAt
  }

  /// It was found again: it lasts, grew, or began anew.
  package mutating func see(_ finding: AlertFinding, at now: Instant) {
    // What a clock that went back since has left in the future would silence it until then.
    toldAt = toldAt.map { min($0, now) }
    lastAt = min(lastAt, now)
    if resolvedAt != nil {
      (firstAt, lastAt, resolvedAt) = (now, now, nil)
    } else if cause.code.grows && finding.count > count {
      lastAt = now
    }
    label = finding.label
    count = finding.count
    // Of a state, what was found when it began: an error that changes its words is no change worth a write.
    if cause.code.grows || lastAt == now { detail = finding.detail }
  }

  /// It was not found any more.
  package mutating func end(at now: Instant) { resolvedAt = resolvedAt ?? now }

  /// Whether it is time to tell of it: when it begins, and again once it began anew or grew, but never twice within
  /// its quiet time.
  package func isToTell(at now: Instant) -> Bool {
    guard resolvedAt == nil else { return false }
    guard let toldAt else { return true }
    return lastAt > toldAt && now >= toldAt + cause.code.quietSeconds
  }

  package mutating func tell(at now: Instant) { toldAt = now }
}

extension Alert {
  /// What a look around changes.
  /// - Parameters:
  ///   - known: every alert there is.
  ///   - judged: what was looked for: of these, what was not found is over.
  /// - Returns: those that are new or changed, in the order of the findings, then those that are over.
  package static func changes(
    to known: [Alert], finding findings: [AlertFinding], judging judged: Set<AlertCode>, at now: Instant
  ) -> [Alert] {
    let known = Dictionary(known.map { ($0.cause, $0) }) { first, _ in first }
    let found = Set(findings.map(\.cause))
    let seen = findings.map { finding in
      guard var alert = known[finding.cause] else { return Alert(finding, at: now) }
      alert.see(finding, at: now)
      return alert
    }
    let over = known.values.filter {
      $0.resolvedAt == nil && judged.contains($0.cause.code) && !found.contains($0.cause)
    }
    return seen.filter { $0 != known[$0.cause] }
      + over.map { alert in
        var alert = alert
        alert.end(at: now)
        return alert
      }
  }
}
