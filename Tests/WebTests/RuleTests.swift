import Domain
import Testing

/// Thresholds, hard rules and the score: PRODUCT.md §1 and §3.
@Suite struct RuleTests {
  let bench: Workbench
  let account: TestAccount

  init() throws {
    bench = try Workbench()
    account = try bench.account()
  }

  @Test func `thresholds draw the lines`() {
    func decision(_ acceptAt: Int, _ rejectBelow: Int) -> String? {
      let json = #"{"thresholds":{"accept_at":\#(acceptAt),"reject_below":\#(rejectBelow)}}"#
      #expect(account.send("PATCH", "/api/v1/account", json: json).status == 200)
      return account.decide()["decision"]
    }
    #expect(decision(50, 15) == "accept")
    #expect(decision(51, 15) == "review")
    #expect(decision(60, 50) == "review")
    #expect(decision(60, 51) == "reject")
  }

  /// A lead that breaks a rule, by the rule's code.
  static let broken = [
    ("honeypot", #""form_data":{"bn_hp":"x"}"#), ("declared_bot", #""signals":{"webdriver":true}"#),
    ("declared_bot", #""user_agent":"Googlebot/2.1""#),
    ("impossible_contact", #""form_data":{"email":"no address","phone":"1"}"#),
    ("duplicate", #""form_data":{"email":"twice@example.com"}"#), ("flood", #""ip":"198.51.100.1""#),
  ]

  @Test(arguments: broken) func `a broken rule rejects and says so, unless switched off`(rule: String, members: String)
  {
    #expect(account.send("PATCH", "/api/v1/account", json: #"{"address_limit":1}"#).status == 200)
    if rule == "duplicate" || rule == "flood" { #expect(account.decide(members)["decision"] == "accept") }
    let rejected = account.decide(members)
    #expect(rejected["decision"] == "reject")
    #expect(rejected["score"] == "0")
    #expect(rejected["reasons.0.code"] == rule)
    #expect(account.send("PATCH", "/api/v1/account", json: #"{"disabled_rules":["\#(rule)"]}"#).status == 200)
    let kept = account.decide(members)
    #expect(!kept.all("reasons", "code").contains(rule))
    if rule != "impossible_contact" { #expect(kept["decision"] != "reject") }
  }

  @Test func `duplicate means not rejected, within the window, by e-mail or phone`() {
    let email = #""form_data":{"email":"one@example.com"}"#
    #expect(account.decide(#""form_data":{"email":"one@example.com","honeypot":"x"}"#)["decision"] == "reject")
    #expect(account.decide(email)["duplicate"] == "false")
    #expect(account.decide(email)["duplicate"] == "true")
    bench.clock.advance(seconds: 30 * 86_400 + 1)
    #expect(account.decide(email)["duplicate"] == "false")
    #expect(account.send("PATCH", "/api/v1/account", json: #"{"duplicate_window":60}"#).status == 200)
    bench.clock.advance(seconds: 61)
    #expect(account.decide(email)["duplicate"] == "false")
    let both = #""form_data":{"email":"two@example.com","phone":"+12125550123"}"#
    #expect(account.decide(both)["duplicate"] == "false")
    #expect(account.decide(#""form_data":{"phone":"+1-212-555-0123"}"#)["duplicate"] == "true")
    #expect(account.decide(#""form_data":{"name":"Ann Lee"}"#)["duplicate"] == "false")
    #expect(account.decide(#""form_data":{"name":"Ann Lee"}"#)["duplicate"] == "false")
  }

  @Test func `more than 20 leads an hour from one address are a flood`() {
    account.makeSource()
    for _ in 1...20 { #expect(account.decideInBrowser(address: "203.0.113.4")["decision"] == "accept") }
    #expect(account.decideInBrowser(address: "203.0.113.4")["decision"] == "reject")
    #expect(account.decideInBrowser(address: "::ffff:203.0.113.4")["decision"] == "reject")
    #expect(account.decideInBrowser(address: "203.0.113.5")["decision"] == "accept")
    #expect(account.decide()["decision"] == "accept")
    bench.clock.advance(seconds: 3_601)
    #expect(account.decideInBrowser(address: "203.0.113.4")["decision"] == "accept")
  }

  @Test func `without an address there is no flood`() {
    for _ in 1...30 { #expect(account.decide()["decision"] == "accept") }
  }

  @Test func `of 2,000 leads the points always add up`() {
    onThreads(16) { thread in
      var generator = SeededRandom(seed: UInt64(thread))
      for number in 0..<125 {
        let members = RandomLead.members(&generator, number: thread * 125 + number)
        let answer = account.decide(members)
        guard answer.status == 200, let score = answer.node("score")?.integer,
          let probability = answer.node("approval_probability")?.double
        else {
          Issue.record("no decision for lead \(number) of thread \(thread): \(answer)")
          return
        }
        let points = (answer.node("reasons")?.elements ?? []).compactMap { $0["points"]?.integer }
        #expect(points.reduce(0, +) == score - 50)
        #expect((0...100).contains(score) && (0...1).contains(probability))
        #expect(!answer.all("reasons", "text").contains(""))
        if number % 5 == 0 { #expect(account.decide(members).text == answer.text) }
      }
    }
    #expect(account.get("/api/v1/usage")["used"] == "2000")
  }

  @Test func `the same lead scores the same in another account`() throws {
    let second = try bench.account()
    var generator = SeededRandom(seed: 99)
    for number in 0..<20 {
      let members = RandomLead.members(&generator, number: number)
      let (one, two) = (account.decide(members), second.decide(members))
      #expect(one["score"] == two["score"] && one.all("reasons", "code") == two.all("reasons", "code"))
    }
  }
}

/// Leads of every kind, made up.
enum RandomLead {
  static func members(_ generator: inout SeededRandom, number: Int) -> String {
    func pick(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }
    func seconds() -> String { String(Int.random(in: 0...9_000, using: &generator)) + pick(["", ".5", ".25"]) }
    let domain = pick(["gmail.com", "web.de", "mailinator.com", "acme-\(number % 7).example", "bücher.example"])
    var members = [#""lead_id":"lead-\#(number)""#]
    let choices = [
      #""time_on_site":\#(seconds())"#, #""page_views":\#(Int.random(in: 0...30, using: &generator))"#,
      #""country":"\#(pick(["US", "DE", "BR", "XX"]))""#, #""click_id":"c\#(number)""#,
      #""ip":"198.51.100.\#(number % 250)""#,
      #""user_agent":"\#(pick(["Mozilla/5.0 (Windows NT 10.0) Firefox/130.0", "curl/8", "", "Ж"]))""#,
      #""signals":{"fill_seconds":\#(seconds()),"pasted":\#(pick(["true", "false"])),"timezone":"\#(pick(["Europe/Berlin", "America/New_York", "Mars/Base"]))"}"#,
      #""form_data":{"email":"\#(pick(["a\(number)@\(domain)", "nonsense"]))","phone":"\#(pick(["+1212555\(1_000 + number)", "7", ""]))","name":"\#(pick(["Ann Lee", "12", ""]))"}"#,
    ]
    for choice in choices where Bool.random(using: &generator) { members.append(choice) }
    return members.joined(separator: ",")
  }
}
