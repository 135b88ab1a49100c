import Domain

/// An account that gets a history, with the postback keys of its partners.
package struct DemoAccount: Sendable {
  package let account: Account
  package let partnerKeys: [KeyID]

  /// What its partners are called.
  package static let partnerNames = DemoPartner.habits.map(\.name)

  /// - Parameter partnerKeys: one for each of ``partnerNames``.
  package init(_ account: Account, partnerKeys: [KeyID]) {
    self.account = account
    self.partnerKeys = partnerKeys
  }

  /// Where the accounts of a history live, in turn.
  package static func home(_ number: Int) -> (timezone: String, currency: String) {
    DemoCatalogue.homes[number % DemoCatalogue.homes.count]
  }
}

/// What an account buys and sells, and whom it has seen.
struct DemoBusiness: Sendable {
  struct Traffic: Sendable {
    let source: Source
    let platform: DemoPlatform
    let country: DemoCountry
    /// How good its visitors are, beside their platform.
    let quality: Double
  }
  struct Offer: Sendable {
    let landingPage: String
    /// In hundredths.
    let payout: Int
  }
  /// Someone who may come again.
  struct Visitor: Sendable {
    let references: ContactReferences
    let contact: ContactFacts
    var acceptedAt: Instant
  }

  let account: Account
  let traffic: [Traffic]
  let pickTraffic: Weighted<Traffic>
  let offers: Weighted<Offer>
  let partners: Weighted<DemoPartner>
  /// The caller keeps the contact to itself and sends hashes.
  let sendsHashes: Bool
  /// Each lead brings its own cost.
  let sendsCost: Bool

  private var visitors: [Visitor] = []
  private var oldestVisitor = 0
  private var domainCounts: [String: Int] = [:]
  private var ownDomains = (day: Day(number: 0), given: 0)

  init(_ demo: DemoAccount, number: Int, since start: Instant, _ random: inout DemoRandom) {
    account = demo.account
    sendsHashes = number % 5 == 4
    sendsCost = number % 3 == 1
    traffic = Self.traffic(of: demo.account.id, since: start, &random)
    pickTraffic = Weighted(longTail: traffic)
    let pages = DemoCatalogue.landingPages.prefix(random.within(5...DemoCatalogue.landingPages.count))
    offers = Weighted(
      longTail: pages.map {
        Offer(landingPage: $0, payout: random.one(of: [1_200, 1_800, 2_500, 3_200, 4_500, 6_000]))
      })
    partners = Weighted(
      longTail: zip(demo.partnerKeys, DemoPartner.habits).map { DemoPartner(keyID: $0, habits: $1) })
  }

  private static func traffic(of account: AccountID, since start: Instant, _ random: inout DemoRandom) -> [Traffic] {
    var found: [Traffic] = []
    let homes = (0..<random.within(2...5)).map { _ in DemoCatalogue.countries.pick(&random) }
    let platforms = Weighted(DemoPlatform.all.map { ($0, $0.weight) })
    for _ in 0..<random.within(8...20) {
      let platform = platforms.pick(&random)
      let country = random.one(of: homes)
      let slug = "\(platform.slug)_\(country.code.lowercased())"
      guard !found.contains(where: { $0.source.slug == slug }) else { continue }
      let source = Source(
        accountID: account, slug: slug, name: "\(platform.name) \(country.code)", trafficType: platform.trafficType,
        costPerLead: Money(micros: Int64(random.within(platform.cost)) * 10_000), createdAt: start)
      found.append(Traffic(source: source, platform: platform, country: country, quality: random.bell() * 0.5))
    }
    return found
  }

  /// Now and then one who was here before.
  func returningVisitor(_ random: inout DemoRandom) -> Int? {
    guard !visitors.isEmpty, random.chance(0.035) else { return nil }
    return random.within(0...visitors.count - 1)
  }

  subscript(visitor: Int) -> Visitor { visitors[visitor] }

  /// Whether a lead of that visitor is a duplicate, as the server looks for one.
  func isDuplicate(_ visitor: Int, at instant: Instant) -> Bool {
    let since = (instant - account.duplicateWindow).microseconds / 1_000
    return visitors[visitor].acceptedAt.microseconds / 1_000 >= since
  }

  /// A lead that was not rejected makes later ones of the same visitor duplicates.
  mutating func noteAccepted(_ visitor: Visitor, as known: Int?) {
    guard visitor.references.email != nil || visitor.references.phone != nil else { return }
    if let known {
      visitors[known].acceptedAt = visitor.acceptedAt
    } else if visitors.count < 64 {
      visitors.append(visitor)
    } else {
      visitors[oldestVisitor] = visitor
      oldestVisitor = (oldestVisitor + 1) % visitors.count
    }
  }

  /// Counts an e-mail domain. - Returns: whether fewer than 3 leads have it, this one counted.
  mutating func isRare(_ domain: String) -> Bool {
    domainCounts[domain, default: 0] += 1
    return domainCounts[domain, default: 0] < 3
  }

  /// A domain that nobody else has: at most 100 a day, so that a day's domains stay fewer than the roll-ups name.
  mutating func ownDomain(_ number: Int, at instant: Instant) -> String? {
    let day = Day(utc: instant)
    if day != ownDomains.day { ownDomains = (day, 0) }
    guard ownDomains.given < 100 else { return nil }
    ownDomains.given += 1
    return "own-\(number).example"
  }
}
