import Domain
import Storage

/// A lead as storage takes it, for tests that need many without a request each.
func draft(of account: TestAccount, at now: Instant) throws -> LeadDraft {
  guard let found = try account.workbench.store.directory().accounts[account.id] else { throw Failure.notFound }
  return LeadDraft(account: found, receivedAt: now, source: "bulk", createsSource: true)
}

let plainVerdict = Verdict(decision: .accept, score: 50, approvalProbability: 0.2, reasons: [])
