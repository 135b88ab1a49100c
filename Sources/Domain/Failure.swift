/// Why something asked for was not done: the whole set, mapped to a status and a problem in one place (Web).
package enum Failure: Error, Equatable, Sendable {
  /// The month's plan is used up; more from the given moment on.
  case quotaExceeded(resetsAt: Instant)
  /// A publishable key made its decisions of this UTC day; more from the given moment on.
  case dailyCapReached(resetsAt: Instant)
  /// An account has as many of these as it may have: `sources`, `keys`, `people`.
  case limitReached(what: String, limit: Int)
  /// A name that must be unique is taken; the field that names it.
  case taken(field: String)
  /// Nothing of this account has that name.
  case notFound
  /// Storage cannot take this now (disk full, locked, broken): nothing was done, try again later.
  case unavailable
}
