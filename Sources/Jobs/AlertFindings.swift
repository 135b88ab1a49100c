import Domain
import Outbound
import Storage

/// Looks for what is wrong. A further cause is one more list here; `judged` says what was looked for, and what is not
/// found any more is over.
struct AlertFindings {
  let store: Store
  let now: Instant

  /// Of all accounts.
  func all(diskWasLow: Bool) throws(Failure) -> [AlertFinding] {
    try forwards() + unmappedWords() + caps() + failingPartners()
      + Self.disk(free: store.freeBytes(), wasLow: diskWasLow)
  }

  /// Forwards whose deliveries were given up, and hosts that take nothing.
  private func forwards() throws(Failure) -> [AlertFinding] {
    let troubled = try store.troubledForwards(at: now)
    let dead = troubled.filter { $0.dead > 0 }.map { one in
      AlertFinding(
        AlertCause(.deliveriesDead, of: one.forward.accountID, subject: one.forward.id.text),
        label: AlertText.shown(one.forward.name),
        detail: one.words, count: one.dead)
    }
    return dead + (try hosts(troubled.filter(\.isFailing)))
  }

  /// One of a host, however many forwards it has; none of one that took something from another forward.
  private func hosts(_ failing: [TroubledForward]) throws(Failure) -> [AlertFinding] {
    var findings: [AlertCause: AlertFinding] = [:]
    for account in Set(failing.map(\.forward.accountID)) {
      let working = Set(try store.urlsDeliveredTo(of: account, at: now).map(host))
      for one in failing where one.forward.accountID == account {
        let host = host(one.forward.url)
        let cause = AlertCause(.hostFailing, of: account, subject: host.isEmpty ? one.forward.id.text : host)
        guard findings[cause] == nil, host.isEmpty || !working.contains(host) else { continue }
        findings[cause] = AlertFinding(
          cause, label: host.isEmpty ? AlertText.shown(one.forward.name) : host, detail: one.words)
      }
    }
    return findings.values.sorted { $0.cause.subject < $1.cause.subject }
  }

  /// Its name, with its port where that is not the usual one; empty: the URL names none.
  private func host(_ url: String) -> String { CallURL.hostName(of: url) ?? "" }

  /// One of a postback key, however many words it brings.
  private func unmappedWords() throws(Failure) -> [AlertFinding] {
    var findings: [AlertFinding] = []
    for account in try store.directory().accounts.keys.sorted() {
      let words = Dictionary(grouping: try store.unmappedWords(of: account), by: \.keyID)
      guard !words.isEmpty else { continue }
      let names = Dictionary(try store.keys(of: account).map { ($0.id, $0.name) }) { first, _ in first }
      findings += words.sorted { $0.key < $1.key }.map { key, words in
        AlertFinding(
          AlertCause(.unmappedWords, of: account, subject: key.text),
          label: AlertText.shown(key.rawValue == 0 ? "by hand" : names[key] ?? ""),
          detail: AlertText.list(words.sorted { $0.firstAt > $1.firstAt }.map(\.word)), count: words.count)
      }
    }
    return findings
  }

  /// Partners that would be asked, were it not for their caps.
  private func caps() throws(Failure) -> [AlertFinding] {
    let directory = try store.directory()
    var findings: [AlertFinding] = []
    for account in directory.accounts.keys.sorted() {
      for partner in directory.partners(of: account) where partner.isActive && partner.caps != Caps() {
        let used = try store.capUsage(of: partner, at: now)
        let reached = CapSpan.allCases.last { span in partner.caps[span].map { used[span] ?? 0 >= $0 } ?? false }
        guard let reached, let limit = partner.caps[reached] else { continue }
        findings.append(
          AlertFinding(
            AlertCause(.capReached, of: account, subject: partner.slug), label: AlertText.shown(partner.name),
            detail: reached == .total ? "\(limit) in all" : "\(limit) this \(reached.name)"))
      }
    }
    return findings
  }

  /// Attempts in vain, one after the other, after which a partner counts as failing: without a whole answer, and with one.
  static let unansweredPatience = 5
  static let refusedPatience = 20

  private func failingPartners() throws(Failure) -> [AlertFinding] {
    let directory = try store.directory()
    return try store.partnerStreaks(at: now).compactMap { streak in
      guard let partner = directory.partner(streak.partner, of: streak.accountID), partner.isActive,
        partner.archivedAt == nil,
        streak.unanswered >= Self.unansweredPatience || streak.failed >= Self.refusedPatience
      else { return nil }
      return AlertFinding(
        AlertCause(.partnerFailing, of: streak.accountID, subject: partner.slug), label: AlertText.shown(partner.name),
        detail: String(streak.cause.text.dropLast()), count: streak.failed)
    }
  }

  private static func disk(free: Int64?, wasLow: Bool) -> [AlertFinding] {
    guard let free, AlertJob.isDiskLow(free: free, wasLow: wasLow) else { return [] }
    return [AlertFinding(AlertCause(.diskLow, of: nil), label: "", detail: "\(free >> 20) MiB are free")]
  }
}

extension TroubledForward {
  /// The last error; empty: none is known.
  fileprivate var words: String {
    if let failedStatus { return "the tracker answered \(failedStatus)" }
    return failure.flatMap(CallFailure.init(rawValue:))?.text ?? ""
  }
}
