import Domain
import Outbound
import Storage
import Synchronization

/// Tells accounts what is wrong: looks for it, writes down what is new together with the messages about it, and sends
/// those that are due. All it knows stands in the database, so that a new start repeats nothing and loses nothing.
///
/// One message after the other, on the job's thread: a channel that hangs holds up the others for one call, since it is
/// left alone for the rest of the round.
package final class AlertJob: Job {
  package let name = "alerts"
  package let interval = 30.0
  /// Seconds after the start in which no host is judged: what failed last, failed before.
  package static let patience: Int64 = 120

  private let store: Store
  private let sender: AlertSender
  private let opening: @Sendable (AlertChannel) -> AlertTarget?
  private let now: @Sendable () -> Instant
  private let started: Instant
  /// Only ever used by the thread that runs the job.
  private let memory = Mutex(Memory())

  private struct Memory {
    var diskWasLow = false
    /// What became of messages where that could not be written down: on a full disk none is sent again and again.
    var unsettled: [AlertMessageID: AlertMessageOutcome] = [:]
  }

  /// - Parameters:
  ///   - opening: a channel's target; nil: it cannot be opened.
  ///   - now: must not jump (``SteadyClock``); tests bring their own.
  package init(
    store: Store, sender: AlertSender, opening: @escaping @Sendable (AlertChannel) -> AlertTarget?,
    now: @escaping @Sendable () -> Instant
  ) {
    self.store = store
    self.sender = sender
    self.opening = opening
    self.now = now
    started = now()
  }

  package func run() throws -> Bool {
    try memory.withLock { memory in
      try look(&memory)
      try sendDue(&memory)
    }
    return false
  }

  /// Whether too little is free where the database lies: less than 512 MiB; and once it is, less than 640, so that it
  /// does not come and go.
  /// - Parameter free: bytes; nil: not known.
  package static func isDiskLow(free: Int64?, wasLow: Bool) -> Bool {
    free.map { $0 < (wasLow ? 640 : 512) << 20 } ?? false
  }

  private func look(_ memory: inout Memory) throws {
    let now = now()
    var findings = try AlertFindings(store: store, guarding: sender.guarding, now: now)
      .all(diskWasLow: memory.diskWasLow)
    memory.diskWasLow = findings.contains { $0.cause.code == .diskLow }
    var judged = Set(AlertCode.allCases)
    if now < started + Self.patience {
      findings.removeAll { $0.cause.code == .hostFailing }
      judged.remove(.hostFailing)
    }
    try store.record(findings, judging: judged, at: now)
  }

  private func sendDue(_ memory: inout Memory) throws {
    var failing: Set<AlertChannelID> = []
    for due in try store.dueAlertMessages(at: now()) where !failing.contains(due.channel.id) {
      let outcome = memory.unsettled[due.message.id] ?? send(due)
      memory.unsettled[due.message.id] = outcome
      if case .failed = outcome { failing.insert(due.channel.id) }
      try store.settle(due, outcome, at: now())
      memory.unsettled[due.message.id] = nil
    }
  }

  private func send(_ due: DueAlertMessage) -> AlertMessageOutcome {
    let result =
      opening(due.channel).map { sender.send(due.message, to: $0) } ?? AlertResult(unsent: AlertChannel.unreadable)
    guard let why = result.failure else { return .sent }
    var random = SystemRandomNumberGenerator()
    let next = RetrySchedule.next(after: due.attempts + 1, at: now(), retryAfter: result.retryAfter, using: &random)
    return .failed(why: why, next: next)
  }
}
