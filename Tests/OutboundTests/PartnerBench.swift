import Domain
import Foundation
import JSON
import Outbound
import Privacy
import Synchronization
import TestReceiver
import Testing

/// A client that hands one made-up lead to one partner.
struct PartnerBench {
  static let account = AccountID(rawValue: 42)
  static let form = #"{"name":"Jo Marie Canary","email":" jo@canary.example ","phone":"(212) 555-0123","zip":"10001"}"#
  static let keyring = Keyring(serverKey: [UInt8](repeating: 7, count: 32))

  let client: PartnerClient
  /// By limit: to read the system's certificates takes longer than most tests.
  private static let clients = Mutex<[Int: PartnerClient]>([:])

  init(whole: Int = 10_000) throws {
    client = try Self.clients.withLock { clients in
      let client = try clients[whole] ?? Self(whole: whole, certificates: nil, guarding: loopback).client
      clients[whole] = client
      return client
    }
  }

  init(whole: Int = 10_000, certificates: String?, guarding: AddressGuard = loopback) throws {
    signal(SIGPIPE, SIG_IGN)
    var limits = CallLimits.partner
    limits.whole = whole
    limits.certificates = certificates
    client = try PartnerClient(keyring: Self.keyring, guarding: guarding, limits: limits)
  }

  func hand(
    to partner: Partner, form: String = Self.form, lead: LeadValues = .made(), headers: [PartnerHeader] = [],
    millisecondsLeft: Int = 60_000
  ) throws -> PartnerAnswer {
    let contact = try RawContact(formData: JSONDocument(Array(form.utf8)).root)
    return client.hand(contact, lead, to: partner, headers: headers, millisecondsLeft: millisecondsLeft)
  }
}

extension LeadValues {
  static func made(
    clickID: String? = "abc 123", userAgent: String? = "Browser/1.0 (X; Y)", country: String? = "US"
  ) -> LeadValues {
    LeadValues(
      clickID: clickID, eventID: "evt_0123456789abc", ip: "203.0.113.7", userAgent: userAgent, country: country,
      source: "tiktok_us", landingPage: "offer-1")
  }
}

extension Partner {
  static func made(
    _ url: String, method: DeliveryMethod = .post, format: BodyFormat = .json,
    fields: [PartnerField] = [PartnerField(path: ["email"], value: .template("{email}"))],
    success: SuccessRule = SuccessRule(), leadID: String? = nil, redirect: String? = nil
  ) -> Partner {
    Partner(
      accountID: PartnerBench.account, slug: "pp-one", name: "PP one", url: url, method: method, format: format,
      fields: fields, success: success, leadIDPointer: leadID, redirectPointer: redirect,
      createdAt: Instant(seconds: 0))
  }
}

/// What a partner must say for the lead to be taken.
enum Wanted {
  static let status = SuccessRule(statuses: [200])
  static let json = SuccessRule(statuses: [200], pointer: "/ok", equals: "true")
  static let text = SuccessRule(statuses: [200], contains: "thank you")
}
