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
    conversions += 1
    self.forwards += forwards.count { $0.isTold(told.status, source: source) }
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
