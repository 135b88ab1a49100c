/// What was done about a person who asked to be erased, as it stays on record: when, by whom, in how many leads. Nothing
/// of it tells who the person was.
package struct Erasure: Equatable, Sendable {
  /// Who had it done.
  package enum Author: Equatable, Sendable {
    case key(KeyID)
    case person(PersonID)
  }
  package let id: ErasureID
  package let accountID: AccountID
  package let at: Instant
  package let author: Author
  /// Leads that the person was taken out of; 0: nothing was held.
  package var leads: Int

  package init(id: ErasureID, accountID: AccountID, at: Instant, author: Author, leads: Int = 0) {
    self.id = id
    self.accountID = accountID
    self.at = at
    self.author = author
    self.leads = leads
  }
}
