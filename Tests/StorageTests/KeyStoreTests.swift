import Domain
import Foundation
import Storage
import Testing

@Suite struct KeyStoreTests {
  let bench: Workbench
  let store: Store
  let account: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  @Test func aKeyComesBackAsItWasStored() throws {
    let made = try [
      store.createKey(.secret(1), for: account.id, at: Workbench.now),
      store.createKey(
        .publishable(2, dailyCap: 7, origins: ["https://a.example", "https://b.example"]), for: account.id,
        at: Workbench.now),
      store.createKey(.postback(3), for: account.id, at: Workbench.now),
    ]
    #expect(try store.keys(of: account.id) == made)
    #expect(made.map(\.accountID) == [account.id, account.id, account.id])
    #expect(made[1].origins == ["https://a.example", "https://b.example"] && made[1].dailyCap == 7)
    for key in made { #expect(try store.directory().key(digest: key.digest) == key) }
  }

  @Test func aRevokedKeyIsGoneAtOnce() throws {
    let key = try store.createKey(.secret(1), for: account.id, at: Workbench.now)
    #expect(try store.directory().key(digest: filled(1)) == key)
    try store.revokeKey(key.id, of: account.id, at: Workbench.now + 5)
    #expect(try store.directory().key(digest: filled(1)) == nil)
    try store.revokeKey(key.id, of: account.id, at: Workbench.now + 9)
    #expect(try store.keys(of: account.id).map(\.revokedAt) == [Workbench.now + 5])
    #expect(failure { try store.revokeKey(KeyID(rawValue: 1), of: account.id, at: Workbench.now) } == .notFound)
  }

  @Test func ofRevokedKeysTheNewestAreListed() throws {
    let living = try store.createKey(.secret(1), for: account.id, at: Workbench.now)
    let revoked = try (2..<104).map { number in
      let key = try store.createKey(.secret(UInt8(number)), for: account.id, at: Workbench.now)
      try store.revokeKey(key.id, of: account.id, at: Workbench.now)
      return key.id
    }
    #expect(try store.keys(of: account.id).map(\.id) == [living.id] + revoked.suffix(APIKey.mostRevoked))
  }

  @Test func aKeyThatAnotherProcessRevokedIsSoonGone() throws {
    let key = try store.createKey(.secret(1), for: account.id, at: Workbench.now)
    #expect(try store.directory().key(digest: filled(1)) == key)
    let other = try Store(path: bench.path)
    try other.revokeKey(key.id, of: account.id, at: Workbench.now)
    other.close()
    let end = ContinuousClock.now + .seconds(10)
    while try store.directory().key(digest: filled(1)) != nil, ContinuousClock.now < end { usleep(10_000) }
    #expect(try store.directory().key(digest: filled(1)) == nil)
  }

  @Test func nobodyRevokesAKeyOfAnotherAccount() throws {
    let other = try bench.account(email: "other@example.com")
    let key = try store.createKey(.secret(1), for: other.id, at: Workbench.now)
    #expect(failure { try store.revokeKey(key.id, of: account.id, at: Workbench.now) } == .notFound)
    #expect(try store.directory().key(digest: filled(1)) == key)
    #expect(try store.keys(of: account.id) == [])
  }

  @Test func anAccountHasRoomForAHundredLivingKeys() throws {
    let failures = concurrently(110) { [store, account] number in
      failure { _ = try store.createKey(.secret(UInt8(number)), for: account.id, at: Workbench.now) }
    }
    #expect(failures.count { $0 == nil } == APIKey.limit)
    #expect(failures.count { $0 == .limitReached(what: "keys", limit: APIKey.limit) } == 10)
    let first = try #require(try store.keys(of: account.id).first)
    try store.revokeKey(first.id, of: account.id, at: Workbench.now)
    #expect(failure { _ = try store.createKey(.secret(200), for: account.id, at: Workbench.now) } == nil)
  }
}

@Suite struct SourceStoreTests {
  let bench: Workbench
  let store: Store
  let account: Account
  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  private func source(_ slug: String, of account: Account) -> Source {
    Source(
      accountID: account.id, slug: slug, name: "Name of \(slug)", trafficType: "push",
      costPerLead: Money(micros: 350_000),
      createdAt: Workbench.now)
  }

  @Test func aSourceComesBackAsItWasStored() throws {
    var tiktok = source("tiktok_us", of: account)
    try store.createSource(tiktok)
    try store.createSource(source("adwords", of: account))
    #expect(try store.sources(of: account.id) == [source("adwords", of: account), tiktok])
    (tiktok.name, tiktok.trafficType, tiktok.costPerLead, tiktok.archivedAt) = ("T", nil, nil, Workbench.now + 1)
    let wanted = tiktok
    #expect(try store.updateSource("tiktok_us", of: account.id) { $0 = wanted } == wanted)
    #expect(try store.sources(of: account.id).last == tiktok)
    #expect(try store.directory().source("tiktok_us", of: account.id) == tiktok)
  }

  @Test func aSlugIsOneAccountsOwn() throws {
    let other = try bench.account(email: "other@example.com")
    try store.createSource(source("s", of: account))
    #expect(failure { try store.createSource(source("s", of: account)) } == .taken(field: "slug"))
    #expect(failure { _ = try store.updateSource("s", of: other.id) { $0.name = "mine" } } == .notFound)
    try store.createSource(source("s", of: other))
    #expect(try store.sources(of: other.id).count == 1)
    #expect(try store.directory().source("nowhere", of: account.id) == nil)
  }

  @Test func aSecretKeysLeadMakesItsSourceOnce() throws {
    let leads = concurrently(16) { [bench, account] _ in
      try? bench.lead(.of(account, source: "new") { $0.createsSource = true })
    }
    #expect(leads.count { $0 != nil } == 16)
    #expect(try store.sources(of: account.id).map(\.slug) == ["new"])
  }

  /// Some of a batch fail: they lose their own changes, all of them, and nobody else does.
  @Test func whoFindsNoRoomForASourceLosesItsOwnLeadAlone() throws {
    for start in stride(from: 0, to: Source.limit - 10, by: 70) {
      _ = concurrently(70) { [store, account] number in
        failure {
          try store.createSource(
            Source(accountID: account.id, slug: "s\(start + number)", name: "", createdAt: Workbench.now))
        }
      }
    }
    try #require(try store.sources(of: account.id).count == Source.limit - 10)
    let outcomes = concurrently(64) { [bench, account] number in
      let isNew = number.isMultiple(of: 2)
      return failure {
        try bench.lead(.of(account, source: isNew ? "new\(number)" : "s\(number)") { $0.createsSource = true })
      }
    }
    #expect(outcomes.count { $0 == nil } == 32 + 10)
    #expect(outcomes.count { $0 == .limitReached(what: "sources", limit: Source.limit) } == 22)
    #expect(try store.sources(of: account.id).count == Source.limit)
    #expect(try store.recentEvents(of: account.id, limit: 1_000).count == 42)
    #expect(try store.usage(of: account, in: UsagePeriod(holding: Workbench.now)).used == 42)
    #expect(try bench.report(.source, account).total.leads.leads == 42)
  }
}
