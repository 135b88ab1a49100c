/// What can be wrong that an account is told of without asking: the whole set.
///
/// A further cause is a case here, its words in `AlertWords.swift`, and a look at the tables that finds it
/// (`Jobs/AlertFindings.swift`). Causes are found by looking and never reported by the code where they happen, so that a
/// decision is not held up by them, a restart forgets none, and each ends by itself once it is over.
package enum AlertCode: String, CaseIterable, Sendable {
  /// Deliveries of a forward were given up. Subject: the forward's id.
  case deliveriesDead = "deliveries_dead"
  /// A tracker's host has taken nothing for an hour. Subject: the host and its port.
  case hostFailing = "host_failing"
  /// Little room is left where the database lies. No subject; of the whole server.
  case diskLow = "disk_low"
  /// A partner takes no more leads for now. Subject: the partner's slug.
  case capReached = "cap_reached"
  /// A partner does not take leads although it should. Subject: the partner's slug.
  case partnerFailing = "partner_failing"
  /// Status words came that nothing names. Subject: the id of the postback key that brought them.
  case unmappedWords = "unmapped_words"

  /// Whether it is a heap that grows, not a state that lasts: then more of it is news.
  package var grows: Bool { self == .deliveriesDead || self == .unmappedWords }

  /// Seconds for which nothing more is told of a cause once it was, whatever it does.
  package var quietSeconds: Int64 { grows ? 86_400 : 21_600 }
}

/// One thing that is wrong: however often it is found, it is one.
package struct AlertCause: Hashable, Sendable {
  package let code: AlertCode
  /// nil: the whole server's: every account sees it, the oldest one with a channel is told.
  package let accountID: AccountID?
  /// What it is about, as the API names it; empty where there is only one.
  package let subject: String

  package init(_ code: AlertCode, of account: AccountID?, subject: String = "") {
    self.code = code
    accountID = account
    self.subject = subject
  }
}

/// A cause as one look found it.
package struct AlertFinding: Equatable, Sendable {
  package let cause: AlertCause
  /// What its owner calls the subject, fit to be shown (``AlertText``); empty: nothing.
  package let label: String
  /// What else can be said of it, fit to be shown as well.
  package let detail: String
  package let count: Int

  package init(_ cause: AlertCause, label: String, detail: String = "", count: Int = 1) {
    self.cause = cause
    self.label = label
    self.detail = detail
    self.count = count
  }
}
