import Domain
import Outbound
import Storage
import Synchronization

/// Tells accounts what is wrong: looks for it, writes down what is new together with the messages about it, and sends
/// those that are due. All it knows stands in the database, so that a new start repeats nothing and loses nothing.
///
/// One message after the other, on the job's thread, from channel to channel, so that those that fail or hang hold up
/// the others for one call each: they are left alone for the rest of the round, and the next one begins behind them.
package final class AlertJob: Job {
  package let name = "alerts"
  package let interval = 30.0
  /// Seconds after the start in which no host is judged: what failed last, failed before.
  package static let patience: Int64 = 120
  /// Seconds after which a round sends no further message: there is something to look for again. A call that was begun
  /// then may take 15 more.
  private static let sendingSeconds: Int64 = 30

  private let store: Store
  private let sender: AlertSender
  private let opening: @Sendable (AlertChannel) -> AlertTarget?
  private let now: @Sendable () -> Instant
  private let started: Instant
  /// Only ever used by the thread that runs the job.
  private let memory = Mutex(Memory())

  private struct Memory {
    var diskWasLow = false
    /// The channel that was called last.
    var channel = AlertChannelID(rawValue: 0)
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
      return try sendDue(&memory)
    }
  }

  /// Whether too little is free where the database lies: less than 512 MiB; and once it is, less than 640, so that it
  /// does not come and go.
  /// - Parameter free: bytes; nil: not known.
  package static func isDiskLow(free: Int64?, wasLow: Bool) -> Bool {
    free.map { $0 < (wasLow ? 640 : 512) << 20 } ?? false
  }

  private func look(_ memory: inout Memory) throws {
    let now = now()
    var findings = try AlertFindings(store: store, now: now)
      .all(diskWasLow: memory.diskWasLow)
    memory.diskWasLow = findings.contains { $0.cause.code == .diskLow }
    var judged = Set(AlertCode.allCases)
    if now < started + Self.patience {
      findings.removeAll { $0.cause.code == .hostFailing }
      judged.remove(.hostFailing)
    }
    try store.record(findings, judging: judged, at: now)
  }

  /// One message of each channel in turn, and the next ones of those that took theirs.
  /// - Returns: whether the time was up before all had their turn.
  private func sendDue(_ memory: inout Memory) throws -> Bool {
    let end = now() + Self.sendingSeconds
    var failing: Set<AlertChannelID> = []
    while true {
      let due = try store.dueAlertMessages(after: memory.channel, at: now()).filter { !failing.contains($0.channel.id) }
      if due.isEmpty { return false }
      for one in due {
        guard now() < end else { return true }
        memory.channel = one.channel.id
        if try !settle(one, &memory) { failing.insert(one.channel.id) }
      }
    }
  }

  /// - Returns: whether it arrived.
  private func settle(_ due: DueAlertMessage, _ memory: inout Memory) throws -> Bool {
    let outcome = memory.unsettled[due.message.id] ?? send(due)
    memory.unsettled[due.message.id] = outcome
    try store.settle(due, outcome, at: now())
    memory.unsettled[due.message.id] = nil
    if case .sent = outcome { return true }
    return false
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
