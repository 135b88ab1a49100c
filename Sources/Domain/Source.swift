/// Where an account buys traffic: the name under which leads are counted.
package struct Source: Equatable, Sendable {
  /// Sources an account may have, archived ones counted.
  package static let limit = 500

  package let accountID: AccountID
  /// `facebook_us`: see ``isValid(slug:)``. Never changes.
  package let slug: String
  package var name: String
  /// `push`, `social`, …: taken for leads that do not say their own.
  package var trafficType: String?
  /// What a lead costs where it does not say so itself.
  package var costPerLead: Money?
  package let createdAt: Instant
  package var archivedAt: Instant?

  package init(
    accountID: AccountID, slug: String, name: String, trafficType: String? = nil, costPerLead: Money? = nil,
    createdAt: Instant, archivedAt: Instant? = nil
  ) {
    self.accountID = accountID
    self.slug = slug
    self.name = name
    self.trafficType = trafficType
    self.costPerLead = costPerLead
    self.createdAt = createdAt
    self.archivedAt = archivedAt
  }

  /// `^[a-z0-9][a-z0-9_.-]{0,63}$`
  package static func isValid(slug: String) -> Bool {
    let bytes = slug.utf8
    guard let first = bytes.first, bytes.count <= 64, isLetterOrDigit(first) else { return false }
    return bytes.allSatisfy { isLetterOrDigit($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }
}
