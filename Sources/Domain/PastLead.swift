/// A message of the past, read as the server reads one.
package struct PastMessage: Sendable {
  package let account: Account
  /// The key that brought it.
  package let keyID: KeyID
  package let receivedAt: Instant
  package let reading: PostbackReading
  /// Names of parameters that mean nothing to us.
  package let otherNames: [String]

  package init(
    account: Account, keyID: KeyID, receivedAt: Instant, reading: PostbackReading, otherNames: [String] = []
  ) {
    self.account = account
    self.keyID = keyID
    self.receivedAt = receivedAt
    self.reading = reading
    self.otherNames = otherNames
  }
}

/// A lead of the past: as it came, how it was decided, and all that partners have said about it until today.
package struct PastLead: Sendable {
  package let draft: LeadDraft
  package let facts: LeadFacts
  package let verdict: Verdict
  /// In order of receipt; one may have come before the lead.
  package let messages: [PastMessage]

  package init(draft: LeadDraft, facts: LeadFacts, verdict: Verdict, messages: [PastMessage]) {
    self.draft = draft
    self.facts = facts
    self.verdict = verdict
    self.messages = messages
  }
}

/// A stretch of history: leads in order of receipt, and messages that are about none. No two leads, and no two messages,
/// of a whole history share a millisecond: that is what their ids are made from.
package struct HistoryPart: Sendable {
  package var leads: [PastLead]
  /// About clicks that nobody knows, or about none at all.
  package var strays: [PastMessage]

  package init(leads: [PastLead] = [], strays: [PastMessage] = []) {
    self.leads = leads
    self.strays = strays
  }
}
