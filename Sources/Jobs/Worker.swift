import Dispatch
import Logging
import Synchronization

/// Work that is done again and again beside the requests.
package protocol Job: Sendable {
  /// As logs name it.
  var name: String { get }
  /// Seconds between two runs.
  var interval: Double { get }
  /// Does what is due. - Returns: whether there is more to do at once.
  func run() throws -> Bool
  /// Called after the last run.
  func end()
}

extension Job {
  package func end() {}
}

/// Runs one job on a thread of its own until it is stopped.
package final class Worker: Sendable {
  private let job: any Job
  private let logger: Logger
  private let stopping = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let isStopped = Atomic(false)

  package init(_ job: any Job, logger: Logger) {
    self.job = job
    self.logger = logger
  }

  /// Begins at once.
  package func start() {
    let queue = DispatchQueue(label: "job.\(job.name)", qos: .utility)
    queue.async { [self] in
      while !isStopped.load(ordering: .acquiring) {
        if !runOnce() { _ = stopping.wait(timeout: .now() + job.interval) }
      }
      job.end()
      ended.signal()
    }
  }

  /// Lets a run that is under way end, for up to 5 s.
  package func stop() {
    isStopped.store(true, ordering: .releasing)
    stopping.signal()
    _ = ended.wait(timeout: .now() + 5)
  }

  private func runOnce() -> Bool {
    do {
      return try job.run()
    } catch {
      // Never the error itself: a library's text can carry what must not be logged.
      logger.warning("job failed, will be tried again", metadata: ["job": "\(job.name)"])
      return false
    }
  }
}
