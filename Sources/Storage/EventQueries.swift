import Domain
import Foundation
import GRDB

/// A lead with what its partner has made of it.
package struct Event: Equatable, Sendable {
  package let lead: Lead
  /// Fewer than 3 leads of its account have its e-mail domain: it is not shown.
  package let emailDomainIsRare: Bool
  package let conversions: [Conversion]
  /// Where it went; nil: its account had no partners.
  package let route: LeadRoute?
  /// To hand it to partners, in order.
  package let attempts: [LeadAttempt]
  package var status: LeadStatus { LeadStatus(of: conversions) }
  package var revenue: Money { conversions.reduce(.zero) { $0 + $1.revenue } }
  package var heldRevenue: Money { conversions.reduce(.zero) { $0 + $1.heldRevenue } }
}

extension Store {
  /// The newest leads of an account, newest first.
  /// - Parameter before: only those older than this one.
  package func recentEvents(
    of account: AccountID, limit: Int, before: LeadID? = nil
  ) throws(Failure) -> [Event] {
    try read { db in
      let find = try db.cachedStatement(
        sql: "SELECT * FROM lead WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?")
      return try Self.events(find, [account.rawValue, before?.rawValue ?? Int64.max, limit], db)
    }
  }

  /// The leads of a click id, newest first, at most ``CountedLead/mostPerClick``.
  package func events(ofClick clickID: String, of account: AccountID) throws(Failure) -> [Event] {
    try read { db in
      let find = try db.cachedStatement(
        sql: "SELECT * FROM lead WHERE account_id = ? AND click_id = ? ORDER BY id DESC LIMIT ?")
      return try Self.events(find, [account.rawValue, clickID, CountedLead.mostPerClick], db)
    }
  }

  /// Messages that are told with one lead.
  private static let mostMessages = 1_000

  /// One lead, the messages about its conversions, oldest first, at most 1,000 in all, and what trackers were told.
  /// Nil where there is no such lead.
  package func event(
    _ id: LeadID, of account: AccountID
  ) throws(Failure) -> (event: Event, postbacks: [LoggedPostback], deliveries: [LoggedDelivery])? {
    try read { db in
      let find = try db.cachedStatement(sql: "SELECT * FROM lead WHERE account_id = ? AND id = ?")
      guard let event = try Self.events(find, [account.rawValue, id.rawValue], db).first else { return nil }
      var postbacks: [LoggedPostback] = []
      for conversion in event.conversions where postbacks.count < Self.mostMessages {
        postbacks += try LoggedPostback.chain(
          endingIn: conversion.lastPostbackID, account, most: Self.mostMessages - postbacks.count, db)
      }
      let deliveries = try postbacks.flatMap { try LoggedDelivery.following($0.id, db) }
      return (event, postbacks.sorted { $0.id < $1.id }, deliveries.sorted { $0.delivery.id < $1.delivery.id })
    }
  }

  /// How many decisions an account has made in a month.
  package func usage(of account: Account, in period: UsagePeriod) throws(Failure) -> Usage {
    try read { db in
      let find = try db.cachedStatement(sql: "SELECT used FROM usage WHERE account_id = ? AND period = ?")
      let used = try Int.fetchOne(find, arguments: [account.id.rawValue, period.number]) ?? 0
      return Usage(used: used, limit: account.plan.monthlyLimit)
    }
  }

  static func events(
    _ statement: Statement, _ arguments: StatementArguments, _ db: Database
  ) throws -> [Event] {
    let rareDomain = try db.cachedStatement(
      sql: "SELECT leads < 3 FROM email_domain WHERE account_id = ? AND domain = ?")
    return try Row.fetchAll(statement, arguments: arguments).map { row in
      let lead = Lead(row: row)
      let conversions = try lead.clickID.map { try Conversion.all(ofClick: $0, lead.accountID, db) } ?? []
      let isRare = try lead.emailDomain.map {
        try Bool.fetchOne(rareDomain, arguments: [lead.accountID.rawValue, $0]) ?? true
      }
      let route = try LeadRoute.one(of: lead.id, db)
      return Event(
        lead: lead, emailDomainIsRare: isRare ?? false, conversions: conversions.filter { $0.leadID == lead.id },
        route: route, attempts: route == nil ? [] : try LeadAttempt.all(of: lead.id, db))
    }
  }
}

extension Lead {
  static func one(_ id: LeadID, of account: AccountID, _ db: Database) throws -> Lead? {
    let find = try db.cachedStatement(sql: "SELECT * FROM lead WHERE account_id = ? AND id = ?")
    return try Row.fetchOne(find, arguments: [account.rawValue, id.rawValue]).map(Lead.init(row:))
  }
}
