import Domain
import Foundation
import Storage
import Synchronization
import Testing

@Suite struct WriterTests {
  private let bench: Workbench
  init() throws { bench = try Workbench() }

  /// Those that read requests step back (`nice`) behind the thread that commits; it must not begin as low as they stand.
  @Test func theWriterKeepsItsOwnPriority() throws {
    let account = try bench.account()
    let own = Mutex<Int32>(0)
    let before = priority()
    try onAThread {
      _ = nice(3)
      _ = try bench.store.commitDecision(.of(account)) { _ in
        own.withLock { $0 = priority() }
        return Workbench.verdict
      }
    }
    #expect(own.withLock { $0 } == before)
  }

  @Test func anAnswerIsToldOnceItIsOnDisk() throws {
    let account = try bench.account()
    let done = DispatchSemaphore(value: 0)
    let seen = Mutex<[String]>([])
    bench.store.commitDecision(
      .of(account), decide: { _ in Workbench.verdict },
      preparing: { result in
        guard case .success(.stored(let lead, _)) = result else { return { done.signal() } }
        seen.withLock { $0.append("made") }
        return { [store = bench.store] in
          let isThere = (try? store.event(lead.id, of: account.id)) != nil
          seen.withLock { $0.append(isThere ? "told, stored" : "told, not stored") }
          done.signal()
        }
      })
    #expect(done.wait(timeout: .now() + 10) == .success)
    #expect(seen.withLock { $0 } == ["made", "told, stored"])
  }

  /// What cannot be committed is told once, as what it is.
  @Test(arguments: ["too late", "too many"]) func whatIsNotCommittedIsToldOnce(reason: String) throws {
    let account = try bench.account()
    bench.store.close()
    var limits = StoreLimits()
    if reason == "too late" { limits.waitSeconds = 0 } else { limits.queue = 0 }
    let store = try Store(path: bench.path, limits: limits)
    defer { store.close() }
    let told = Mutex<[Failure?]>([])
    let done = DispatchSemaphore(value: 0)
    for _ in 0..<20 {
      store.commitDecision(
        .of(account), decide: { _ in Workbench.verdict },
        preparing: { result in
          var failure: Failure?
          if case .failure(let error) = result { failure = error }
          return { [failure] in
            told.withLock { $0.append(failure) }
            done.signal()
          }
        })
    }
    for _ in 0..<20 { #expect(done.wait(timeout: .now() + 10) == .success) }
    usleep(50_000)
    #expect(told.withLock { $0 } == Array(repeating: .unavailable, count: 20))
    #expect(try store.recentEvents(of: account.id, limit: 10).isEmpty)
  }

  /// What is handed from thread to thread is the lead that was stored, field by field.
  @Test func whatIsToldIsWhatIsStored() throws {
    let account = try bench.account()
    let leads = concurrently(16) { [bench] thread in
      (0..<25).compactMap { number -> Lead? in
        let draft = LeadDraft.of(account, click: "C\(number)") {
          $0.landingPage = String(repeating: "x", count: thread)
        }
        guard case .stored(let lead, _) = try? bench.store.commitDecision(draft, decide: { _ in Workbench.verdict })
        else { return nil }
        return lead
      }
    }
    .flatMap { $0 }
    #expect(leads.count == 400)
    for lead in leads { #expect(try bench.store.event(lead.id, of: account.id)?.event.lead == lead) }
  }

  private func priority() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

  private func onAThread(_ work: @escaping @Sendable () throws -> Void) throws {
    let outcome = Mutex<Result<Void, any Error>>(.success(()))
    let ended = DispatchSemaphore(value: 0)
    Thread {
      outcome.withLock { $0 = Result { try work() } }
      ended.signal()
    }.start()
    ended.wait()
    try outcome.withLock { try $0.get() }
  }
}
