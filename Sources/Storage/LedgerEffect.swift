import Domain

/// What changes of conversions come to: in leads, in money, and in what trackers are told.
package struct LedgerEffect: Equatable, Sendable {
  /// Leads whose status changes.
  package private(set) var leads = 0
  /// Conversions that are opened or end different.
  package private(set) var conversions = 0
  /// Deliveries to trackers that follow.
  package private(set) var forwards = 0
  /// How much revenue changes by.
  package private(set) var revenue = Money.zero
  /// How much held revenue changes by.
  package private(set) var heldRevenue = Money.zero

  /// Counts a conversion that changed, and the trackers that are told of it.
  /// - Parameters:
  ///   - told: what they are told.
  ///   - source: its lead's.
  mutating func addConversion(_ told: Conversion, source: String, _ forwards: [Forward]) {
    addConversion(forwards: forwards.count { $0.isTold(told.status, source: source) })
  }

  /// - Parameter forwards: deliveries that follow.
  mutating func addConversion(forwards: Int) {
    conversions += 1
    self.forwards += forwards
  }

  /// Counts what the leads of a click come to, from its conversions as they were and as they are then.
  mutating func addClick(from before: [Conversion], to after: [Conversion]) {
    for lead in Set((before + after).map(\.leadID)) {
      let (old, new) = (before.filter { $0.leadID == lead }, after.filter { $0.leadID == lead })
      leads += LeadStatus(of: old) == LeadStatus(of: new) ? 0 : 1
      let change = ConversionCounts(of: new) - ConversionCounts(of: old)
      revenue += change.revenue
      heldRevenue += change.heldRevenue
    }
  }
}

/// What one message did to a lead.
struct LeadChange: Equatable, Sendable {
  let lead: LeadID
  /// All conversions of the lead.
  let before: [Conversion]
  let after: [Conversion]
  /// Deliveries to trackers that followed.
  let forwards: Int
}

/// Reckons what messages came to, one after the other, where others may have come between them.
struct DoneEffect {
  private var effect = LedgerEffect()
  private var leads: [LeadID: LeadChange] = [:]

  mutating func add(_ message: PostbackEffect) {
    guard let change = message.change else { return }
    if message.result == .applied { effect.addConversion(forwards: change.forwards) }
    var former: LeadChange? = leads[change.lead]
    if let other = former, Self.inOrder(other.after) != Self.inOrder(change.before) {
      // What another message did in between is not ours.
      effect.addClick(from: other.before, to: other.after)
      former = nil
    }
    leads[change.lead] = LeadChange(
      lead: change.lead, before: former?.before ?? change.before, after: change.after, forwards: 0)
  }

  private static func inOrder(_ conversions: [Conversion]) -> [Conversion] {
    conversions.sorted { $0.openedBy < $1.openedBy }
  }

  /// A lead that changes several times counts once.
  var whole: LedgerEffect {
    var whole = effect
    for change in leads.values { whole.addClick(from: change.before, to: change.after) }
    return whole
  }
}
