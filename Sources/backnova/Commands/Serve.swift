import ArgumentParser
import Domain
import FastCGI
import Foundation
import Jobs
import Logging
import Outbound
import Privacy
import Scoring
import Storage
import Web

/// `backnova serve`: the responder. Started by systemd or by `backnova supervise`, which hold its sockets.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer requests on the sockets handed over by systemd or by `backnova supervise`.")

  func run() throws {
    Signals.prepare()
    try ServerProcess().run()
  }
}

/// The wiring of a running server, from settings to a stop in good order.
struct ServerProcess {
  private let settings: Settings
  private let folder: StateFolder
  private let logger: Logger

  init() throws {
    self.settings = try Settings()
    self.folder = StateFolder(settings)
    var logger = Logger(label: "backnova", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = settings.logLevel
    self.logger = logger
  }

  func run() throws {
    Supervisor.endWithSupervisor()
    let listeners = try inheritedListeners()
    let (store, keyring) = try folder.openOrMake(migrates: true)
    let clock: @Sendable () -> Instant = { Instant.now }
    let guarding = AddressGuard(allowing: settings.allowedNetworks)
    let alertSender = AlertSender(guarding: guarding, sendmail: Sendmail(path: settings.sendmail))
    let outlets = Outlets(
      guarding: guarding, partners: try PartnerClient(keyring: keyring, guarding: guarding), alerts: alertSender)
    let limits = ServerLimits()
    let service = try Service(
      store: store, keyring: keyring, scoring: ExpertScoring(), outlets: outlets, version: Backnova.version,
      decisionThreads: limits.threads["decision"] ?? 1, logger: logger, now: clock)
    let jobs: [any Job] = [
      RetentionJob(store: store, now: clock), ReplayJob(store: store, now: clock), RollupJob(store: store),
      SweepingJob(store: store, now: clock), try forwarding(store, guarding),
      alerts(store, keyring, alertSender),
    ]
    sweep(store)
    let workers = jobs.map { Worker($0, logger: logger) }
    do {
      let server = try Server(listeners: listeners, limits: limits, logger: logger) {
        service.respond(to: $0, reply: $1)
      }
      try writeProcessID()
      try server.start()
      for worker in workers { worker.start() }
      logger.info("ready", metadata: ["version": "\(Backnova.version)"])
      _ = Signals.waitForStop()
      logger.info("stopping")
      server.stop()
      for worker in workers { worker.stop() }
      _ = server.wait()
      store.close()
    } catch let fault as ServerFault {
      throw CommandFault("The server did not start: \(fault.text).")
    }
  }

  /// Whatever attempts are open, a server that ended left them: there is one to a database.
  private func sweep(_ store: Store) {
    do {
      while try store.sweepOpenAttempts(begunBefore: Instant(microseconds: .max), at: .now) {}
    } catch {
      logger.warning("attempts that a crash left open could not be ended yet, will be tried again")
    }
  }

  private func forwarding(_ store: Store, _ guarding: AddressGuard) throws -> ForwardingJob {
    let steady = SteadyClock(start: .now)
    do throws(CallFailure) {
      return try ForwardingJob(store: store, guarding: guarding, now: { steady.now }, clock: { .now })
    } catch {
      throw CommandFault("The server did not start: no thread for calls to trackers is to be had; raise its limits.")
    }
  }

  private func alerts(_ store: Store, _ keyring: Keyring, _ sender: AlertSender) -> AlertJob {
    AlertJob(store: store, sender: sender, opening: { keyring.target(of: $0) }, now: { .now })
  }

  private func inheritedListeners() throws -> [Listener] {
    do { return try Listener.inherited() } catch {
      throw CommandFault(
        "No sockets were handed over (\(error.text)): start it by systemd, or by `backnova supervise`.")
    }
  }

  /// Whole or not at all: whoever finds the file finds a process that is about to accept.
  private func writeProcessID() throws {
    do {
      try Data("\(getpid())\n".utf8).write(to: URL(fileURLWithPath: folder.processID), options: .atomic)
    } catch {
      throw CommandFault("\(folder.processID) cannot be written: check the folder's owner and the disk.")
    }
  }
}

extension Instant {
  /// The system's clock.
  static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}
