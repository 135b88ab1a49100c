/// Who buys leads, and how one is handed over (PRODUCT.md §4).
package struct Partner: Equatable, Sendable {
  /// Partners an account may have, archived ones counted.
  package static let limit = 100
  /// Bytes of its URL.
  package static let longestURL = 2_048

  package let accountID: AccountID
  /// `pp-one`: as a source's (``Source/isValid(slug:)``). Never changes.
  package let slug: String
  package var name: String
  package var mode: DeliveryMode
  /// A template; of a partner that the landing page posts to, for whoever reads it.
  package var url: String
  package var method: DeliveryMethod
  package var format: BodyFormat
  /// What is sent, in order.
  package var fields: [PartnerField]
  /// Sent with each lead, sealed: they hold the partner's tokens. Nil: none.
  package var sealedHeaders: [UInt8]?
  /// Their names, which are no secret.
  package var headerNames: [String]
  package var success: SuccessRule
  /// Where the answer holds the partner's own id of the lead: an RFC 6901 pointer; nil: nowhere.
  package var leadIDPointer: String?
  /// Where the answer holds a URL to send the visitor to.
  package var redirectPointer: String?
  /// What it is expected to pay for an approved lead; nil: not known.
  package var payout: Money?
  package var caps: Caps
  /// An IANA name: whose hours and days caps and schedule mean.
  package var timezone: String {
    didSet { calendar = AccountCalendar(timezone: timezone) ?? .utc }
  }
  /// Of ``timezone``.
  package private(set) var calendar: AccountCalendar
  package var schedule: WeekSchedule
  package var filters: PartnerFilters
  /// 1 is asked first.
  package var priority: Int
  /// How often it is picked beside others, relative to theirs; 0: only where no other is left.
  package var weight: Int
  /// It takes the same lead twice for one: asked again where the first answer got lost.
  package var isDeduplicating: Bool
  package var isActive: Bool
  package let createdAt: Instant
  package var archivedAt: Instant?

  package init(
    accountID: AccountID, slug: String, name: String, mode: DeliveryMode = .server, url: String,
    method: DeliveryMethod = .post, format: BodyFormat = .json, fields: [PartnerField] = [],
    sealedHeaders: [UInt8]? = nil, headerNames: [String] = [], success: SuccessRule = SuccessRule(),
    leadIDPointer: String? = nil, redirectPointer: String? = nil, payout: Money? = nil, caps: Caps = Caps(),
    timezone: String = "UTC", schedule: WeekSchedule = WeekSchedule(), filters: PartnerFilters = PartnerFilters(),
    priority: Int = 1, weight: Int = 1, isDeduplicating: Bool = false, isActive: Bool = true, createdAt: Instant,
    archivedAt: Instant? = nil
  ) {
    self.accountID = accountID
    self.slug = slug
    self.name = name
    self.mode = mode
    self.url = url
    self.method = method
    self.format = format
    self.fields = fields
    self.sealedHeaders = sealedHeaders
    self.headerNames = headerNames
    self.success = success
    self.leadIDPointer = leadIDPointer
    self.redirectPointer = redirectPointer
    self.payout = payout
    self.caps = caps
    self.timezone = timezone
    self.calendar = AccountCalendar(timezone: timezone) ?? .utc
    self.schedule = schedule
    self.filters = filters
    self.priority = priority
    self.weight = weight
    self.isDeduplicating = isDeduplicating
    self.isActive = isActive
    self.createdAt = createdAt
    self.archivedAt = archivedAt
  }
}

/// Who posts the lead: we, or the landing page itself.
package enum DeliveryMode: String, CaseIterable, Sendable { case server, page }

package enum DeliveryMethod: String, CaseIterable, Sendable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
}

/// How fields are written into a body. With `GET` they stand in the query, whatever this says.
package enum BodyFormat: String, CaseIterable, Sendable { case form, json }

/// One value that is sent.
package struct PartnerField: Equatable, Sendable {
  /// Fields a partner may have.
  package static let limit = 64
  /// Bytes of a value, tokens not filled in.
  package static let longestValue = 1_024

  package enum Value: Equatable, Sendable {
    /// A text with tokens such as `{email}`.
    case template(String)
    /// A number, true, false or null, as JSON writes it.
    case literal(String)
  }

  /// Its name; in JSON the names of the objects that it stands in before it.
  package let path: [String]
  package let value: Value

  package init(path: [String], value: Value) {
    self.path = path
    self.value = value
  }
}

/// When an answer means that the lead was taken: all that is named must hold.
package struct SuccessRule: Equatable, Sendable {
  /// Of the answer; empty: any from 200 to 299.
  package var statuses: Set<Int>
  /// Where the answer's JSON must hold ``equals``: an RFC 6901 pointer.
  package var pointer: String?
  /// A JSON text, number, true, false or null, as JSON writes it; nil: whatever is there, but null and false.
  package var equals: String?
  /// A text that the answer must hold.
  package var contains: String?

  package init(statuses: Set<Int> = [], pointer: String? = nil, equals: String? = nil, contains: String? = nil) {
    self.statuses = statuses
    self.pointer = pointer
    self.equals = equals
    self.contains = contains
  }

  package func takes(status: Int) -> Bool {
    statuses.isEmpty ? (200..<300).contains(status) : statuses.contains(status)
  }
  /// Whether the status alone does not settle it.
  package var needsBody: Bool { pointer != nil || contains != nil }
}

/// Which leads a partner wants; an empty list: all.
package struct PartnerFilters: Equatable, Sendable {
  /// ISO 3166 codes.
  package var countries: Set<String>
  package var sources: Set<String>
  package var trafficTypes: Set<String>
  /// 0 to 100.
  package var minimumScore: Int

  package init(
    countries: Set<String> = [], sources: Set<String> = [], trafficTypes: Set<String> = [], minimumScore: Int = 0
  ) {
    self.countries = countries
    self.sources = sources
    self.trafficTypes = trafficTypes
    self.minimumScore = minimumScore
  }
}
