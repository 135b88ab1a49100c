/// A visitor's declared behaviour, as it is kept and scored: numbers and codes, no contact data.
package struct Signals: Equatable, Sendable {
  /// Seconds on the page before submitting, 0 to 86,400.
  package var timeOnSite: Double?
  package var pageViews: Int?
  /// Seconds from the first key to submitting, 0 to 86,400.
  package var fillSeconds: Double?
  package var pasted: Bool?
  package var webdriver: Bool?
  /// An IANA name as the browser tells it, of a zone that exists (``ZoneName``).
  package var timezone: String?
  /// BCP 47 tags as the browser tells them; up to 8.
  package var languages: [String] = []
  package init() {}
}

/// A lead as it came, without its contact: everything a decision needs that is not looked up.
package struct LeadDraft: Sendable {
  package var account: Account
  package var receivedAt: Instant
  package var source: String
  package var trafficType: String?
  package var landingPage: String?
  package var clickID: String?
  package var country: String?
  package var cost: Money
  package var references: ContactReferences
  package var contact: ContactFacts
  package var signals: Signals
  /// Family and platform, `chrome/windows`; nil if no user agent was sent.
  package var userAgent: String?
  /// Nil where the caller did not say from which address the visitor came: no flood rule then.
  package var addressReference: ContactReference?
  /// The caller's own id of this lead, hashed.
  package var leadKeyDigest: [UInt8]?
  /// Whether a source that does not exist yet is made.
  package var createsSource: Bool
  /// The publishable key whose daily cap this lead counts against.
  package var cappedKey: (id: KeyID, dailyCap: Int)?
  /// Marked as a test: it counts in no stats, makes nothing a duplicate, and goes to no partner.
  package var isTest = false

  package init(
    account: Account, receivedAt: Instant, source: String, trafficType: String? = nil, landingPage: String? = nil,
    clickID: String? = nil, country: String? = nil, cost: Money = .zero, references: ContactReferences = .init(),
    contact: ContactFacts = .init(), signals: Signals = .init(), userAgent: String? = nil,
    addressReference: ContactReference? = nil, leadKeyDigest: [UInt8]? = nil, createsSource: Bool = false,
    cappedKey: (id: KeyID, dailyCap: Int)? = nil
  ) {
    self.account = account
    self.receivedAt = receivedAt
    self.source = source
    self.trafficType = trafficType
    self.landingPage = landingPage
    self.clickID = clickID
    self.country = country
    self.cost = cost
    self.references = references
    self.contact = contact
    self.signals = signals
    self.userAgent = userAgent
    self.addressReference = addressReference
    self.leadKeyDigest = leadKeyDigest
    self.createsSource = createsSource
    self.cappedKey = cappedKey
  }
}

/// What is looked up about a lead inside the transaction that stores it, so that it is exact under any concurrency.
package struct LeadFacts: Equatable, Sendable {
  /// A lead with the same e-mail or phone, not itself rejected, came within the account's duplicate window.
  package let isDuplicate: Bool
  /// Leads from the same address in the last hour, this one counted; nil where the address is not known.
  package let leadsFromAddress: Int?
  /// Fewer than 3 leads of this account, this one counted, have this e-mail domain: it must not be named.
  package let emailDomainIsRare: Bool
  package init(isDuplicate: Bool, leadsFromAddress: Int?, emailDomainIsRare: Bool) {
    self.isDuplicate = isDuplicate
    self.leadsFromAddress = leadsFromAddress
    self.emailDomainIsRare = emailDomainIsRare
  }
}

/// What was decided about a lead, as it is stored.
package struct Verdict: Equatable, Sendable {
  package let decision: Decision
  /// 0 to 100; 50 is this account's average lead.
  package let score: Int
  /// 0 to 1.
  package let approvalProbability: Double
  /// Why; their points add up to `score - 50`.
  package let reasons: [Reason]

  package init(decision: Decision, score: Int, approvalProbability: Double, reasons: [Reason]) {
    self.decision = decision
    self.score = score
    self.approvalProbability = approvalProbability
    self.reasons = reasons
  }
}

/// A lead as it stands in storage.
package struct Lead: Equatable, Sendable {
  package let id: LeadID
  package let accountID: AccountID
  package let receivedAt: Instant
  package let clickID: String?
  package let source: String
  package let trafficType: String?
  package let landingPage: String?
  package let country: String?
  package let emailDomain: String?
  package let references: ContactReferences
  package let userAgent: String?
  package let signals: Signals
  package let verdict: Verdict
  package let isDuplicate: Bool
  package let cost: Money
  /// The month's count with this lead.
  package let used: Int
  /// Marked as a test: it counts in no stats.
  package let isTest: Bool
  /// When what identified its person was erased; nil: it was not.
  package let erasedAt: Instant?

  package init(
    id: LeadID, accountID: AccountID, receivedAt: Instant, clickID: String?, source: String, trafficType: String?,
    landingPage: String?, country: String?, emailDomain: String?, references: ContactReferences, userAgent: String?,
    signals: Signals, verdict: Verdict, isDuplicate: Bool, cost: Money, used: Int, isTest: Bool = false,
    erasedAt: Instant? = nil
  ) {
    self.id = id
    self.accountID = accountID
    self.receivedAt = receivedAt
    self.clickID = clickID
    self.source = source
    self.trafficType = trafficType
    self.landingPage = landingPage
    self.country = country
    self.emailDomain = emailDomain
    self.references = references
    self.userAgent = userAgent
    self.signals = signals
    self.verdict = verdict
    self.isDuplicate = isDuplicate
    self.cost = cost
    self.used = used
    self.isTest = isTest
    self.erasedAt = erasedAt
  }
}

/// What its partner makes of a lead: the sum of its conversions.
package enum LeadStatus: String, CaseIterable, Sendable { case new, pending, approved, rejected, chargeback }
