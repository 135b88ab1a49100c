import Domain
import Storage
import Testing

@Suite struct PartnerStoreTests {
  let bench: Workbench
  let store: Store
  let account: Account

  init() throws {
    bench = try Workbench()
    store = bench.store
    account = try bench.account()
  }

  @Test func everySettingComesBack() throws {
    let odd = "a\\t\tb\\\n\r\n\u{301}é"
    let partner = try bench.partner("pp-one", of: account) { partner in
      partner.name = odd
      partner.mode = .page
      partner.method = .put
      partner.format = .form
      partner.fields = [
        PartnerField(path: ["email"], value: .template("{email}")),
        PartnerField(path: ["a", "", odd], value: .literal("null")),
        PartnerField(path: ["empty"], value: .template("")),
      ]
      partner.sealedHeaders = [0, 255, 7]
      partner.headerNames = ["X-Token", "Authorization"]
      partner.success = SuccessRule(statuses: [200, 409], pointer: "/ok", equals: "true", contains: odd)
      partner.leadIDPointer = "/id"
      partner.redirectPointer = "/redirect"
      partner.payout = Money(micros: 30_500_001)
      partner.caps = Caps(hour: 5, total: 0)
      partner.timezone = "Europe/Kyiv"
      partner.schedule = WeekSchedule(windows: [
        WeekSchedule.Window(days: [.mon, .sun], from: 540, to: 1_080),
        WeekSchedule.Window(days: [.tue], from: 0, to: 0),
      ])
      partner.filters = PartnerFilters(
        countries: ["US", "DE"], sources: ["s"], trafficTypes: ["push up", "", odd], minimumScore: 40)
      partner.priority = -1
      partner.weight = 0
      partner.isDeduplicating = true
      partner.isActive = false
    }
    #expect(try store.partner("pp-one", of: account.id) == partner)
    let plain = try bench.partner("a", of: account)
    #expect(try store.partners(of: account.id) == [plain, partner])
    #expect(try store.directory().partners(of: account.id) == [plain, partner])
    let changed = try store.updatePartner("pp-one", of: account.id) {
      $0.name = "other"
      $0.payout = nil
      $0.fields = []
      $0.filters.trafficTypes = []
      $0.sealedHeaders = nil
    }
    #expect(changed.name == "other" && changed.fields.isEmpty && changed.caps == partner.caps)
    #expect(try store.partner("pp-one", of: account.id) == changed)
    #expect(try store.directory().partners(of: account.id).last == changed)
  }

  @Test func aSlugIsTakenForGood() throws {
    let partner = try bench.partner("pp-one", of: account)
    #expect(failure { try store.createPartner(partner) } == .taken(field: "slug"))
    try store.archivePartner("pp-one", of: account.id, at: Workbench.now + 1)
    try store.archivePartner("pp-one", of: account.id, at: Workbench.now + 2)
    #expect(try store.partner("pp-one", of: account.id).archivedAt == Workbench.now + 1)
    #expect(try store.directory().partners(of: account.id).isEmpty)
    #expect(failure { try store.createPartner(partner) } == .taken(field: "slug"))
    #expect(failure { _ = try store.updatePartner("pp-one", of: account.id) { $0.name = "x" } } == .notFound)
    #expect(failure { try store.archivePartner("pp-two", of: account.id, at: Workbench.now) } == .notFound)
    let other = try bench.account(email: "other@example.com")
    #expect(failure { _ = try store.partner("pp-one", of: other.id) } == .notFound)
    try bench.partner("pp-one", of: other)
    #expect(try store.partners(of: other.id).count == 1)
  }

  @Test func anAccountHasAHundred() throws {
    for number in 0..<Partner.limit { try bench.partner("p\(number)", of: account) }
    try store.archivePartner("p0", of: account.id, at: Workbench.now)
    #expect(failure { try bench.partner("more", of: account) } == .limitReached(what: "partners", limit: Partner.limit))
  }

  @Test func aKeyIsGivenToAPartner() throws {
    func key(_ number: UInt8, _ partner: String?) -> NewKey {
      NewKey(
        kind: .postback, name: "pp", digest: filled(number), masked: "bn_pb_000000…0000", sealed: [1], partner: partner)
    }
    #expect(failure { _ = try store.createKey(key(1, "pp-one"), for: account.id, at: Workbench.now) } == .notFound)
    try bench.partner("pp-one", of: account)
    let made = try store.createKey(key(1, "pp-one"), for: account.id, at: Workbench.now)
    #expect(made.partner == "pp-one")
    #expect(try store.createKey(key(2, nil), for: account.id, at: Workbench.now).partner == nil)
    #expect(try store.keys(of: account.id).map(\.partner) == ["pp-one", nil])
    #expect(try store.directory().key(digest: filled(1)) == made)
    #expect(!account.refusesOtherPartner)
    #expect(try store.updateAccount(account.id) { $0.refusesOtherPartner = true }.refusesOtherPartner)
    #expect(try store.directory().accounts[account.id]?.refusesOtherPartner == true)
  }
}
