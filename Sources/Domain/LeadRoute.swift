/// Where a lead went, and why: kept with it (PRODUCT.md §4).
package struct LeadRoute: Equatable, Sendable {
  package let policy: RoutingPolicy
  /// All of the account's partners of that moment.
  package let considered: [ConsideredPartner]
  /// The partner that has the lead or may have it; nil: none.
  package var partner: String?
  /// How likely the policy was to ask that partner first, 0 to 1; for one that was asked later: as it was first.
  package var propensity: Double?
  package var delivery: LeadDelivery
  /// The partner's own id of the lead, where its answer named one.
  package var partnerLeadID: String?

  package init(
    policy: RoutingPolicy, considered: [ConsideredPartner], partner: String?, propensity: Double?,
    delivery: LeadDelivery, partnerLeadID: String? = nil
  ) {
    self.policy = policy
    self.considered = considered
    self.partner = partner
    self.propensity = propensity
    self.delivery = delivery
    self.partnerLeadID = partnerLeadID
  }
}

/// What became of handing a lead over.
package enum LeadDelivery: String, CaseIterable, Sendable {
  /// Under way; what a crash leaves open becomes `unknown`.
  case open
  case accepted, declined
  case notSent = "not_sent"
  /// The partner may have it: no other one gets it.
  case unknown
  /// The landing page hands it over.
  case page
  /// Nobody wanted it, or it was rejected.
  case none

  /// Whether nobody can have the lead yet, so that a repeat may try again.
  package var mayBeTriedAgain: Bool { self == .none || self == .declined || self == .notSent }
}

/// How one attempt ended.
package enum AttemptOutcome: String, CaseIterable, Sendable {
  case accepted, declined
  case notSent = "not_sent"
  case unknown

  package var delivery: LeadDelivery {
    switch self {
    case .accepted: .accepted
    case .declined: .declined
    case .notSent: .notSent
    case .unknown: .unknown
    }
  }
  /// Whether the partner cannot have the lead: the next one may be asked, and the cap is given back.
  package var goesOn: Bool { self == .declined || self == .notSent }
}

/// One try to hand a lead to a partner. On disk before its first byte leaves.
package struct LeadAttempt: Equatable, Sendable {
  /// Attempts for one lead: one that comes again and again must not be offered without end.
  package static let mostPerLead = 50

  package let leadID: LeadID
  /// From 1.
  package let number: Int
  package let partner: String
  package let beganAt: Instant
  /// Nil: it is under way, or was when the server crashed.
  package var end: AttemptEnd?

  package init(leadID: LeadID, number: Int, partner: String, beganAt: Instant, end: AttemptEnd? = nil) {
    self.leadID = leadID
    self.number = number
    self.partner = partner
    self.beganAt = beganAt
    self.end = end
  }
}

/// How an attempt ended, without a word of what the partner answered.
package struct AttemptEnd: Equatable, Sendable {
  package let outcome: AttemptOutcome
  package let cause: AttemptCause
  /// Of the answer; nil: there was none, or not whole.
  package let status: Int?
  package let milliseconds: Int
  /// The partner's own id of the lead: up to 128 printable bytes, never an e-mail address or a phone number.
  package let partnerLeadID: String?

  package init(
    outcome: AttemptOutcome, cause: AttemptCause, status: Int? = nil, milliseconds: Int, partnerLeadID: String? = nil
  ) {
    self.outcome = outcome
    self.cause = cause
    self.status = status
    self.milliseconds = milliseconds
    self.partnerLeadID = partnerLeadID
  }
}

/// Why an attempt ended as it did: the whole set.
package enum AttemptCause: String, CaseIterable, Sendable {
  case tookIt = "took_it"
  // Whole answers that say no.
  case refusedStatus = "refused_status"
  case refusedBody = "refused_body"
  // Before the first byte.
  case badURL = "bad_url"
  case refusedAddress = "refused_address"
  case nameNotFound = "name_not_found"
  case connectionRefused = "connection_refused"
  case unreachable
  case connectTimedOut = "connect_timed_out"
  case badCertificate = "bad_certificate"
  case tlsFailed = "tls_failed"
  case closedBefore = "closed_before"
  /// As many of the server's threads wait for this partner as may.
  case busy
  /// The time for all partners was used up before this one's turn.
  case noTimeLeft = "no_time_left"
  /// Its settings cannot be used, such as headers sealed under another server key.
  case badSettings = "bad_settings"
  case local
  // After the first byte.
  case timedOut = "timed_out"
  case reset
  case cutShort = "cut_short"
  case tooLong = "too_long"
  case notHTTP = "not_http"
  case unreadable
  case crash

  /// For a person.
  package var text: String {
    switch self {
    case .tookIt: "The partner took the lead."
    case .refusedStatus: "The answer's status is not one that the success rule takes."
    case .refusedBody: "The answer does not hold what the success rule wants."
    case .badURL: "The partner's URL cannot be called."
    case .refusedAddress: "The host's address is private or reserved, and calls to it are refused."
    case .nameNotFound: "The host's name was not found."
    case .connectionRefused: "The host refused the connection."
    case .unreachable: "The host could not be reached."
    case .connectTimedOut: "The connection took too long."
    case .badCertificate: "The host's certificate could not be verified."
    case .tlsFailed: "The TLS handshake failed."
    case .closedBefore: "The host closed the connection before anything was sent."
    case .busy: "Too many leads were waiting for this partner's answer."
    case .noTimeLeft: "The time for all partners was used up."
    case .badSettings: "The partner's settings cannot be used: save them again."
    case .local: "This server could not make the call."
    case .timedOut: "The answer took too long; the partner may have the lead."
    case .reset: "The connection broke off; the partner may have the lead."
    case .cutShort: "The answer was not whole; the partner may have the lead."
    case .tooLong: "The answer was too long to be read; the partner may have the lead."
    case .notHTTP: "The answer was not HTTP; the partner may have the lead."
    case .unreadable: "The answer could not be read; the partner may have the lead."
    case .crash: "The server stopped before the answer came; the partner may have the lead."
    }
  }
}
