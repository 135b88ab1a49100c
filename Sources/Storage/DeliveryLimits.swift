/// Limits of whatever writes, or looks at, many deliveries at once, in one place.
package enum DeliveryLimits {
  /// Deliveries of one transaction: others' writes wait for it.
  package static let perTransaction = 100
  /// Messages of one conversion that are followed back inside a transaction.
  static let messagesFollowed = 100
  /// Deliveries, whosoever they are, that one read goes through; where few are wanted, it ends there and says so.
  static let scanned = 20_000
}
