/// How many decisions an account may make.
package enum Plan: String, CaseIterable, Sendable {
  case solo, unlimited

  /// Decisions a calendar month (UTC); nil: no limit.
  package var monthlyLimit: Int? {
    switch self {
    case .solo: 25_000
    case .unlimited: nil
    }
  }
}

/// How a partner is picked for a lead (PRODUCT.md §4).
package enum RoutingPolicy: String, CaseIterable, Sendable { case priority, weighted, learned }

/// An account and its settings.
package struct Account: Equatable, Sendable {
  package let id: AccountID
  package var plan: Plan
  /// An IANA name, `Europe/Kyiv`: the zone in which the account's days begin.
  package let timezone: String
  /// The days of that zone; of UTC where the system does not know it.
  package let calendar: AccountCalendar
  /// ISO 4217, `USD`: what amounts count as; never converted.
  package var currency: String
  package var thresholds: Thresholds
  package var routingPolicy: RoutingPolicy
  /// Seconds during which a second lead with the same e-mail or phone is a duplicate; 0 to 365 days.
  package var duplicateWindow: Int64
  /// Leads an hour from one address beyond which the flood rule rejects; 1 to 10,000.
  package var addressLimit: Int
  /// Hard rules switched off, by their reason codes.
  package var disabledRules: Set<String>
  /// A postback by a key that is bound to another partner than the one that got the lead is refused, not only warned of.
  package var refusesOtherPartner: Bool
  package let createdAt: Instant

  package init(
    id: AccountID, plan: Plan, timezone: String = "UTC", currency: String = "USD", thresholds: Thresholds = .standard,
    routingPolicy: RoutingPolicy = .priority, duplicateWindow: Int64 = 30 * 86_400, addressLimit: Int = 20,
    disabledRules: Set<String> = [], refusesOtherPartner: Bool = false, createdAt: Instant
  ) {
    self.id = id
    self.plan = plan
    self.timezone = timezone
    self.calendar = AccountCalendar(timezone: timezone) ?? .utc
    self.currency = currency
    self.thresholds = thresholds
    self.routingPolicy = routingPolicy
    self.duplicateWindow = duplicateWindow
    self.addressLimit = addressLimit
    self.disabledRules = disabledRules
    self.refusesOtherPartner = refusesOtherPartner
    self.createdAt = createdAt
  }
}

/// An account's change to another time zone, on its way: its sums are still those of the old zone's days.
package struct TimezoneChange: Equatable, Sendable {
  /// An IANA name.
  package let to: String
  /// How far the sums of the new zone's days have come, 0 to 1.
  package let progress: Double
  package let startedAt: Instant

  package init(to: String, progress: Double, startedAt: Instant) {
    self.to = to
    self.progress = progress
    self.startedAt = startedAt
  }
}

/// Someone who may log in to an account.
package struct Person: Equatable, Sendable {
  package let id: PersonID
  package let accountID: AccountID
  /// In lower case; unique on a server.
  package let email: String
  package let createdAt: Instant

  package init(id: PersonID, accountID: AccountID, email: String, createdAt: Instant) {
    self.id = id
    self.accountID = accountID
    self.email = email
    self.createdAt = createdAt
  }
}
