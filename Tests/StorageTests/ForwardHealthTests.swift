import Domain
import Storage
import Testing

/// How forwards do, told without looking at all that waits.
struct ForwardHealthTests {
  private let bench: Workbench
  private let account: Account
  private let forward: Forward

  init() throws {
    bench = try Workbench()
    let account = try bench.account()
    self.account = account
    forward = try bench.store.createForward(of: account.id, at: Workbench.now) { id in
      Forward(id: id, accountID: account.id, name: "n", url: "https://x", createdAt: Workbench.now)
    }
  }

  /// So many more than there are, each written a microsecond after the one before.
  private func fill(_ count: Int, dueAt: Int64) throws {
    try SQLiteFile.execute(
      """
      WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < \(count))
      INSERT INTO delivery (account_id, forward_id, click_id, lead_id, postback_id, opened_by, status, payout,
          created_at, state, due_at, attempts)
        SELECT account_id, forward_id, 'x', lead_id, postback_id, opened_by, 'approved', 0, created_at + n, 'due', \(dueAt), 0
        FROM (SELECT * FROM delivery ORDER BY id LIMIT 1), up
      """, on: bench.path)
  }

  @Test func countsEndAtALimit() throws {
    try bench.lead(.of(account, click: "A"))
    try bench.postback("sale 1", click: "A", of: account)
    func health() throws -> ForwardHealth? { try bench.store.forwardHealth(of: account.id).first }
    let most = ForwardHealth.mostCounted
    #expect(try health()?.due == 1)
    try fill(most - 1, dueAt: 0)
    #expect(try health()?.due == most && health()?.isMoreDue == false)
    try fill(1, dueAt: 7)
    #expect(try health()?.due == most && health()?.isMoreDue == true)
    #expect(try health()?.oldestDueAt == Workbench.now)
  }

  @Test func theOldestIsFoundAmongThoseThatWereTriedToo() throws {
    for click in ["A", "B", "C"] {
      try bench.lead(.of(account, click: click))
      try bench.postback("sale 1", click: click, of: account)
    }
    try SQLiteFile.execute(
      """
      UPDATE delivery SET created_at = 1000 + row FROM
        (SELECT id AS other, row_number() OVER (ORDER BY id) AS row FROM delivery) WHERE id = other;
      UPDATE delivery SET due_at = 5 WHERE created_at = 1001;
      UPDATE delivery SET due_at = 4 WHERE created_at = 1002
      """, on: bench.path)
    #expect(try bench.store.forwardHealth(of: account.id).map(\.oldestDueAt?.microseconds) == [1_001])
    try bench.store.deleteForward(forward.id, of: account.id, at: Workbench.now)
    #expect(try bench.store.forwardHealth(of: account.id).isEmpty && bench.store.forwardHealth(of: nil).isEmpty)
  }

  @Test func everybodysAreTheOperators() throws {
    let other = try bench.account(email: "other@example.com")
    _ = try bench.store.createForward(of: other.id, at: Workbench.now) { id in
      Forward(id: id, accountID: other.id, name: "m", url: "https://y", createdAt: Workbench.now)
    }
    #expect(try bench.store.forwardHealth(of: account.id).map(\.forward.name) == ["n"])
    #expect(try bench.store.forwardHealth(of: nil).map(\.forward.name) == ["n", "m"])
  }
}
