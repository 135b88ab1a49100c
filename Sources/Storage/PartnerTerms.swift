import Domain
import GRDB

/// What follows for a message from who got its lead and whose key brought it.
struct PartnerTerms {
  /// What that partner is to pay for the lead: the one that has it or may have it, else the one that the key was given
  /// to; nil: not known.
  ///
  /// While the route is under way a partner may overtake its own answer: the one that the key was given to is believed
  /// first, and else it is the one being asked.
  let expectedPayout: Money?
  /// The key was given to another partner than the one that got the lead; not before that is settled.
  let isFromOther: Bool

  /// - Parameter lead: that the message is about.
  init(_ lead: CountedLead?, by key: KeyID, in account: AccountID, _ directory: Directory) {
    let bound = directory.partner(of: key)
    let isOpen = lead?.isOpen == true
    let payer = isOpen ? bound ?? lead?.partner : lead?.partner ?? bound
    self.expectedPayout = payer.flatMap { directory.partner($0, of: account)?.payout }
    self.isFromOther = !isOpen && bound != nil && lead?.partner != nil && bound != lead?.partner
  }
}

extension Click {
  /// - Parameter key: that brought the message, or whose words a report's row is read by.
  /// - Parameter newLead: that takes what the message opens; nil: ``newestLead``.
  func terms(
    of message: Postback, by key: KeyID, newLead: LeadID? = nil, _ directory: Directory, _ db: Database
  ) throws -> PartnerTerms {
    // Mostly there is nothing to know.
    guard directory.hasPartners(account) else { return .none }
    let id = Conversion.lead(of: message, among: conversions, newLead: newLead ?? newestLead.id)
    return PartnerTerms(try lead(id, db), by: key, in: account, directory)
  }

  /// One of its leads; of very many not all are held.
  func lead(_ id: LeadID, _ db: Database) throws -> CountedLead? {
    try leads.first { $0.id == id } ?? CountedLead.one(id, account, db)
  }
}

extension PartnerTerms {
  fileprivate static let none = PartnerTerms(expectedPayout: nil, isFromOther: false)

  private init(expectedPayout: Money?, isFromOther: Bool) {
    self.expectedPayout = expectedPayout
    self.isFromOther = isFromOther
  }
}

extension LoggedPostback {
  /// Notes what the message was worth to its partner, and whether it came from another one.
  /// - Returns: false where it is refused for that: then it has no effect. Only what comes from outside is; what someone
  ///   of the account hands in is applied, with a warning.
  mutating func note(_ terms: PartnerTerms, _ directory: Directory) -> Bool {
    expectedPayout = terms.expectedPayout
    guard terms.isFromOther else { return true }
    if !warnings.contains(.otherPartner) { warnings.append(.otherPartner) }
    guard origin == .partner, directory.accounts[accountID]?.refusesOtherPartner == true else { return true }
    result = .ignored
    reason = .otherPartner
    return false
  }
}
