import Dispatch
import Domain
import Synchronization

/// One seat an account, for what may happen only once at a time to each.
final class AccountSeats: Sendable {
  private let seats = Mutex<[AccountID: DispatchSemaphore]>([:])

  /// - Returns: false: it was not free for so long.
  func take(_ account: AccountID, waitSeconds: Int) -> Bool {
    seat(of: account).wait(timeout: .now() + .seconds(waitSeconds)) == .success
  }

  func leave(_ account: AccountID) { seat(of: account).signal() }

  private func seat(of account: AccountID) -> DispatchSemaphore {
    seats.withLock { seats in
      let seat = seats[account] ?? DispatchSemaphore(value: 1)
      seats[account] = seat
      return seat
    }
  }
}

/// Seats for what goes through much of an account's history: a change of words, a partner's report. Few of them, one an
/// account, and none of the seats of stats, so that nobody's long history keeps others from their numbers.
final class LongReads: Sendable {
  private let accounts = AccountSeats()
  private let seats: DispatchSemaphore
  private let waitSeconds: Int

  init(seats: Int, waitSeconds: Int) {
    self.seats = DispatchSemaphore(value: seats)
    self.waitSeconds = waitSeconds
  }

  /// - Throws: `unavailable` where the account's own or others' took too long.
  func run<T>(for account: AccountID, _ body: () throws(Failure) -> T) throws(Failure) -> T {
    guard accounts.take(account, waitSeconds: waitSeconds) else { throw .unavailable }
    defer { accounts.leave(account) }
    guard seats.wait(timeout: .now() + .seconds(waitSeconds)) == .success else { throw .unavailable }
    defer { seats.signal() }
    return try body()
  }
}
