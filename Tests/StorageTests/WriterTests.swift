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
    bench.store.commitDecision(.of(account), decide: { _ in Workbench.verdict }) { result in
      guard case .success(.stored(let lead, _)) = result else { return { done.signal() } }
      seen.withLock { $0.append("made") }
      return { [store = bench.store] in
        let isThere = (try? store.event(lead.id, of: account.id)) != nil
        seen.withLock { $0.append(isThere ? "told, stored" : "told, not stored") }
        done.signal()
      }
    }
    #expect(done.wait(timeout: .now() + 10) == .success)
    #expect(seen.withLock { $0 } == ["made", "told, stored"])
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
