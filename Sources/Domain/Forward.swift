/// Where conversions are sent on: a tracker's URL and which changes it is told (PRODUCT.md §6).
package struct Forward: Equatable, Sendable {
  /// Forwards an account may have.
  package static let limit = 20
  /// Bytes of its URL.
  package static let longestURL = 2_048

  package let id: ForwardID
  package let accountID: AccountID
  package var name: String
  /// The template, with tokens such as `{click_id}`.
  package var url: String
  /// The classes it is told; never empty.
  package var statuses: Set<ConversionStatus>
  /// The tracker's own words for classes; a class without one goes by its name.
  package var statusMap: [ConversionStatus: String]
  /// The slug of the one source whose conversions it is told; nil: all.
  package var source: String?
  package var isActive: Bool
  package let createdAt: Instant

  package init(
    id: ForwardID, accountID: AccountID, name: String, url: String,
    statuses: Set<ConversionStatus> = Set(ConversionStatus.allCases), statusMap: [ConversionStatus: String] = [:],
    source: String? = nil, isActive: Bool = true, createdAt: Instant
  ) {
    self.id = id
    self.accountID = accountID
    self.name = name
    self.url = url
    self.statuses = statuses
    self.statusMap = statusMap
    self.source = source
    self.isActive = isActive
    self.createdAt = createdAt
  }

  /// Whether it is to be told, now or once it is on again, of a conversion of that class whose lead came from that source.
  package func wants(_ status: ConversionStatus, source: String) -> Bool {
    statuses.contains(status) && (self.source == nil || self.source == source)
  }

  /// Whether it is told of a conversion of that class whose lead came from that source.
  package func isTold(_ status: ConversionStatus, source: String) -> Bool {
    isActive && wants(status, source: source)
  }
}

/// One change of a conversion on its way to one tracker: written with the change, sent afterwards.
package struct Delivery: Equatable, Sendable {
  package let id: DeliveryID
  package let accountID: AccountID
  package let forwardID: ForwardID
  package let clickID: String
  package let leadID: LeadID
  /// The message that changed the conversion.
  package let postbackID: PostbackID
  /// The message that opened the conversion: names it, whatever it is like by now.
  package let openedBy: PostbackID
  package let txid: String?
  package let status: ConversionStatus
  /// What the conversion is worth with this change: 0 once rejected or charged back.
  package let payout: Money
  /// The sum as reported; nil: none.
  package let amount: Money?
  package let rawStatus: String?
  package let currency: String?
  package let createdAt: Instant

  package init(
    id: DeliveryID, accountID: AccountID, forwardID: ForwardID, clickID: String, leadID: LeadID, postbackID: PostbackID,
    openedBy: PostbackID, txid: String?, status: ConversionStatus, payout: Money, amount: Money?, rawStatus: String?,
    currency: String?,
    createdAt: Instant
  ) {
    self.id = id
    self.accountID = accountID
    self.forwardID = forwardID
    self.clickID = clickID
    self.leadID = leadID
    self.postbackID = postbackID
    self.openedBy = openedBy
    self.txid = txid
    self.status = status
    self.payout = payout
    self.amount = amount
    self.rawStatus = rawStatus
    self.currency = currency
    self.createdAt = createdAt
  }
}
