import Domain
import Storage
import Testing

@Suite struct AccountStoreTests {
  let bench: Workbench
  let store: Store
  init() throws {
    bench = try Workbench()
    store = bench.store
  }

  @Test func anAccountIsMadeWithItsPersonAndKeys() throws {
    let account = try bench.account(
      plan: .solo, timezone: "Europe/Kyiv", keys: [.secret(1), .publishable(2), .postback(3)])
    let stored = try store.accounts()
    #expect(stored.map(\.account) == [account])
    #expect(stored.first?.people.map(\.email) == ["jo@example.com"])
    #expect(account.plan == .solo && account.timezone == "Europe/Kyiv" && account.currency == "USD")
    #expect(account.thresholds == .standard && account.duplicateWindow == 30 * 86_400 && account.addressLimit == 20)
    #expect(try store.keys(of: account.id).map(\.kind) == [.secret, .publishable, .postback])
  }

  @Test func anAddressHasOneAccountAllOrNothing() throws {
    _ = try bench.account(keys: [.secret(1)])
    #expect(failure { _ = try bench.account(keys: [.secret(2)]) } == .taken(field: "email"))
    #expect(try store.accounts().count == 1)
    #expect(try store.directory().key(digest: filled(2)) == nil)
  }

  @Test func settingsAreReplaced() throws {
    var account = try bench.account()
    let other = try bench.account(email: "other@example.com")
    account.currency = "EUR"
    account.thresholds = try #require(Thresholds(acceptAt: 70, rejectBelow: 30))
    account.routingPolicy = .weighted
    account.duplicateWindow = 0
    account.addressLimit = 5
    account.disabledRules = ["flood", "duplicate"]
    let wanted = account
    #expect(try store.updateAccount(account.id) { $0 = wanted } == wanted)
    #expect(try store.accounts().map(\.account) == [account, other])
    #expect(try store.directory().accounts == [account.id: account, other.id: other])
  }

  @Test func changesOfDifferentSettingsAtOnceBothStay() throws {
    let id = try bench.account().id
    for round in 1...20 {
      _ = concurrently(2) { [store] thread in
        try? store.updateAccount(id) { account in
          if thread == 0 { account.addressLimit = round } else { account.duplicateWindow = Int64(round) }
        }
      }
      let account = try #require(try store.accounts().first?.account)
      #expect(account.addressLimit == round && account.duplicateWindow == Int64(round))
    }
  }

  @Test func peopleComeAndGo() throws {
    let account = try bench.account()
    let second = try store.addPerson(email: "al@example.com", passwordHash: "h2", to: account.id, at: Workbench.now)
    #expect(try store.people(of: account.id).map(\.email) == ["jo@example.com", "al@example.com"])
    #expect(
      try store.credentials(email: "al@example.com").map { ($0.person == second, $0.passwordHash) } ?? (false, "") == (
        true, "h2"
      ))
    #expect(try store.credentials(email: "nobody@example.com") == nil)
    let again = failure {
      _ = try store.addPerson(email: "al@example.com", passwordHash: "h", to: account.id, at: Workbench.now)
    }
    #expect(again == .taken(field: "email"))
    let nowhere = AccountID(rawValue: 99)
    #expect(
      failure { _ = try store.addPerson(email: "x@y.zz", passwordHash: "h", to: nowhere, at: Workbench.now) }
        == .notFound)

    try store.removePerson(second.id, from: account.id)
    #expect(failure { try store.removePerson(second.id, from: account.id) } == .notFound)
    let last = try #require(try store.people(of: account.id).first)
    #expect(failure { try store.removePerson(last.id, from: account.id) } == .limitReached(what: "people", limit: 1))
  }

  @Test func anAccountHasRoomForFiftyPeople() throws {
    let account = try bench.account()
    let failures = concurrently(60) { [store] number in
      failure {
        _ = try store.addPerson(email: "p\(number)@example.com", passwordHash: "h", to: account.id, at: Workbench.now)
      }
    }
    #expect(failures.count { $0 == nil } == peopleLimit - 1)
    #expect(failures.count { $0 == .limitReached(what: "people", limit: peopleLimit) } == 11)
    #expect(try store.people(of: account.id).count == peopleLimit)
  }

  @Test func nobodyTouchesPeopleOfAnotherAccount() throws {
    let (mine, theirs) = (try bench.account(), try bench.account(email: "other@example.com"))
    _ = try store.addPerson(email: "al@example.com", passwordHash: "h", to: theirs.id, at: Workbench.now)
    let person = try #require(try store.people(of: theirs.id).first)
    #expect(failure { try store.removePerson(person.id, from: mine.id) } == .notFound)
    #expect(try store.people(of: theirs.id).count == 2)
    #expect(try store.people(of: mine.id).count == 1)
  }

  @Test func sessionsLastUntilTheirEnd() throws {
    let account = try bench.account()
    let person = try #require(try store.people(of: account.id).first)
    try store.beginSession(digest: filled(1), of: person.id, at: Workbench.now, until: Workbench.now + 60)
    try store.beginSession(digest: filled(2), of: person.id, at: Workbench.now, until: Workbench.now + 600)
    #expect(try store.person(inSession: filled(1), at: Workbench.now + 59) == person)
    #expect(try store.person(inSession: filled(1), at: Workbench.now + 60) == nil)
    #expect(try store.person(inSession: filled(3), at: Workbench.now) == nil)
    try store.endSession(digest: filled(2))
    try store.endSession(digest: filled(2))
    #expect(try store.person(inSession: filled(2), at: Workbench.now) == nil)
  }

  @Test func aNewPasswordEndsThePersonsSessions() throws {
    let (mine, theirs) = (try bench.account(), try bench.account(email: "other@example.com"))
    let me = try #require(try store.people(of: mine.id).first)
    let they = try #require(try store.people(of: theirs.id).first)
    try store.beginSession(digest: filled(1), of: me.id, at: Workbench.now, until: Workbench.now + 60)
    try store.beginSession(digest: filled(2), of: they.id, at: Workbench.now, until: Workbench.now + 60)
    try store.setPassword(ofEmail: "jo@example.com", hash: "new")
    #expect(try store.credentials(email: "jo@example.com")?.passwordHash == "new")
    #expect(try store.person(inSession: filled(1), at: Workbench.now) == nil)
    #expect(try store.person(inSession: filled(2), at: Workbench.now) == they)
    #expect(failure { try store.setPassword(ofEmail: "nobody@example.com", hash: "new") } == .notFound)
  }

  @Test func whoIsRemovedIsLoggedOut() throws {
    let account = try bench.account()
    let second = try store.addPerson(email: "al@example.com", passwordHash: "h", to: account.id, at: Workbench.now)
    try store.beginSession(digest: filled(1), of: second.id, at: Workbench.now, until: Workbench.now + 60)
    try store.removePerson(second.id, from: account.id)
    #expect(try store.person(inSession: filled(1), at: Workbench.now) == nil)
  }
}
