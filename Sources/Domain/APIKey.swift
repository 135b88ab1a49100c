/// What a key may do (PRODUCT.md §1).
package enum KeyKind: String, CaseIterable, Sendable {
  /// Everything.
  case secret
  /// Decisions for sources that exist, from a page that anyone can read.
  case publishable
  /// Postbacks only; reads nothing.
  case postback
}

/// A key as the server knows it: never the key itself.
package struct APIKey: Equatable, Sendable {
  /// Decisions a UTC day of a publishable key, unless it says otherwise.
  package static let standardDailyCap = 5_000
  /// Keys an account may have, revoked ones not counted.
  package static let limit = 100
  /// Revoked ones that are listed.
  package static let mostRevoked = 100

  package let id: KeyID
  package let accountID: AccountID
  package let kind: KeyKind
  /// What its owner calls it; up to 100 characters.
  package let name: String
  /// SHA-256 of the key.
  package let digest: [UInt8]
  /// The first 12 and last 4 characters.
  package let masked: String
  /// The key itself, for a publishable one: it stands in page source anyway.
  package let clear: String?
  /// The key under the server key, for a postback one: its owner may look at it again.
  package let sealed: [UInt8]?
  /// Origins that may use a publishable key; empty: any.
  package let origins: [String]
  /// Decisions a UTC day, of a publishable key.
  package let dailyCap: Int?
  /// The slug of the partner that a postback key was given to; nil: it may be anyone's.
  package let partner: String?
  package let createdAt: Instant
  package let revokedAt: Instant?

  package init(
    id: KeyID, accountID: AccountID, kind: KeyKind, name: String, digest: [UInt8], masked: String, clear: String? = nil,
    sealed: [UInt8]? = nil, origins: [String] = [], dailyCap: Int? = nil, partner: String? = nil, createdAt: Instant,
    revokedAt: Instant? = nil
  ) {
    self.id = id
    self.accountID = accountID
    self.kind = kind
    self.name = name
    self.digest = digest
    self.masked = masked
    self.clear = clear
    self.sealed = sealed
    self.origins = origins
    self.dailyCap = dailyCap
    self.partner = partner
    self.createdAt = createdAt
    self.revokedAt = revokedAt
  }
}
