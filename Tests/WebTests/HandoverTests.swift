import Domain
import JSON
import Storage
import Synchronization
import TestReceiver
import Testing

/// A decision's lead on its way to partners, over real sockets: PRODUCT.md §4.
@Suite struct HandoverTests {
  let bench: Workbench
  let account: TestAccount
  private let lead = #""click_id":"c1","country":"US","form_data":{"name":"Jo Zqname","email":"zq@example.com"}"#

  init() throws {
    bench = try Workbench(allowing: "127.0.0.0/8", partnerMilliseconds: 400)
    account = try bench.account()
  }

  /// - Parameter url: of the partner; its priority is that of its making.
  private func makePartner(_ slug: String, _ url: String, _ members: String = "", of owner: TestAccount? = nil) {
    let account = owner ?? account
    let priority = account.get("/api/v1/partners").all("partners", "slug").count + 1
    let made = account.send(
      "POST", "/api/v1/partners",
      json: #"""
        {"slug":"\#(slug)","url":"\#(url)","fields":{"mail":"{email}","click":"{click_id}"},"priority":\#(priority),
         "lead_id_pointer":"/id","redirect_pointer":"/to","success":{"pointer":"/ok","equals":true}\#(members)}
        """#)
    #expect(made.status == 201, "\(made.text)")
  }

  private func event(_ answer: Answer) -> Answer { account.get("/api/v1/events/\(answer["event_id"] ?? "")") }

  private static let yes = answer("200 OK", body: #"{"ok":true,"id":"L7","to":"https://pp.example/thanks"}"#)
  private static let no = answer("200 OK", body: #"{"ok":false}"#)

  @Test func `without partners the route is null`() {
    let decided = account.decide(lead)
    #expect(decided["route"] == "null")
    #expect(event(decided)["route"] == "null")
  }

  @Test func `a partner gets the contact, and its answer comes back`() throws {
    let partner = try Recorder(answering: Self.yes)
    makePartner("pp-one", partner.url("/leads"))
    let decided = account.decide(lead)
    #expect(decided["route.partner"] == "pp-one" && decided["route.delivery"] == "accepted")
    #expect(decided["route.partner_lead_id"] == "L7" && decided["route.redirect_url"] == "https://pp.example/thanks")
    #expect(partner.requests.map(\.text) == [#"{"mail":"zq@example.com","click":"c1"}"#])
    let event = event(decided)
    #expect(
      event["route.cause"]?.hasPrefix("pp-one of 1") == true && event["route.propensity"].flatMap(Double.init) == 1)
    #expect(event.all("attempts", "outcome") == ["accepted"] && event.all("attempts", "status") == ["200"])
    #expect(event.all("timeline", "what") == ["decision", "attempt"])
    let stored = MarkerSearch(try bench.storedBytes())
    for text in ["zq@example.com", "Zqname", "pp.example/thanks"] { #expect(!stored.finds(text), "\(text)") }
    #expect(account.get("/api/v1/stats?group_by=partner")["rows.0.key"] == "pp-one")
    #expect(account.get("/api/v1/stats?group_by=partner")["rows.0.delivered"] == "1")
  }

  @Test func `a browser learns what it needs and nothing else`() throws {
    let partner = try Recorder(answering: Self.yes)
    makePartner("pp-one", partner.url())
    account.makeSource("s1")
    let decided = account.decideInBrowser(lead)
    #expect(decided.keys("route") == ["delivery", "redirect_url"])
    #expect(decided["route.redirect_url"] == "https://pp.example/thanks")
  }

  @Test func `who says no, or is not there, is passed over`() throws {
    let (sayer, last) = (try Recorder(answering: Self.no), try Recorder(answering: Self.yes))
    makePartner("no", sayer.url(), #","caps":{"day":1}"#)
    let gone = try Receiver { _ in }.url()
    makePartner("gone", gone, #","caps":{"day":1}"#)
    makePartner("yes", last.url())
    let decided = account.decide(lead)
    #expect(decided["route.partner"] == "yes" && decided["route.delivery"] == "accepted")
    let event = event(decided)
    #expect(event.all("attempts", "partner") == ["no", "gone", "yes"])
    #expect(event.all("attempts", "outcome") == ["declined", "not_sent", "accepted"])
    #expect(event.all("attempts", "cause") == ["refused_body", "connection_refused", "took_it"])
    for slug in ["no", "gone"] { #expect(account.get("/api/v1/partners/\(slug)")["caps_used.day"] == "0") }
    #expect(
      event["route.cause"]
        == "no was to be asked first and declined; gone could not be reached; yes was next by priority.")
  }

  @Test func `who may have the lead is the last to be asked`() throws {
    let silent = try Receiver { $0.hang() }
    let other = try Recorder(answering: Self.yes)
    makePartner("silent", silent.url(), #","caps":{"day":5}"#)
    makePartner("other", other.url())
    let decided = account.decide(lead)
    #expect(decided["route.partner"] == "silent" && decided["route.delivery"] == "unknown")
    #expect(other.requests.isEmpty)
    #expect(account.get("/api/v1/partners/silent")["caps_used.day"] == "1")
    #expect(account.get("/api/v1/stats?group_by=partner")["rows.0.delivered"] == "0")
  }

  @Test func `one that takes a lead twice for one is asked again`() throws {
    let calls = Mutex(0)
    let partner = try Receiver { connection in
      guard connection.exchange() != nil else { return }
      let number = calls.withLock { calls in
        calls += 1
        return calls
      }
      if number > 1 { connection.send(Self.yes) }
    }
    makePartner("twice", partner.url(), #","deduplicates":true,"caps":{"day":5}"#)
    let decided = account.decide(lead)
    #expect(decided["route.delivery"] == "accepted" && partner.requests == 2)
    #expect(event(decided).all("attempts", "outcome") == ["unknown", "accepted"])
    #expect(account.get("/api/v1/partners/twice")["caps_used.day"] == "1")
  }

  @Test func `a rejected lead goes to nobody`() throws {
    let partner = try Recorder(answering: Self.yes)
    makePartner("pp-one", partner.url())
    let decided = account.decide(lead + #","signals":{"webdriver":true}"#)
    #expect(decided["decision"] == "reject" && decided["route.delivery"] == "none")
    #expect(decided["route.partner"] == "null" && partner.requests.isEmpty)
    #expect(event(decided)["route.cause"] == "The lead was rejected: it goes to nobody.")
  }

  @Test func `where nobody took it, it says who was asked`() throws {
    let (first, second) = (try Recorder(answering: Self.no), try Recorder(answering: Self.no))
    makePartner("pp-one", first.url())
    makePartner("pp-two", second.url())
    #expect(event(account.decide(lead))["route.cause"] == "Nobody could have it: pp-one declined, pp-two declined.")
  }

  @Test func `a page hands the lead over itself`() {
    _ = account.send("POST", "/api/v1/partners", json: #"{"slug":"own","mode":"page","caps":{"day":1}}"#)
    account.makeSource("s1")
    let first = account.decideInBrowser(lead)
    #expect(first["route.partner"] == "own" && first["route.delivery"] == "page")
    #expect(account.decide(#""form_data":{"email":"other@example.com"}"#)["route.delivery"] == "none")
    #expect(event(first).all("attempts", "partner").isEmpty)
  }

  @Test func `a repeat tries again where nobody can have the lead, and only there`() throws {
    let answers = Mutex([Self.no, Self.yes])
    let partner = try Receiver { connection in
      guard connection.exchange() != nil else { return }
      connection.send(answers.withLock { $0.isEmpty ? Self.no : $0.removeFirst() })
    }
    makePartner("pp-one", partner.url())
    let keyed = lead + #","lead_id":"k1""#
    let (first, second, third) = (account.decide(keyed), account.decide(keyed), account.decide(keyed))
    #expect(first["route.delivery"] == "declined" && first["route.partner"] == "null")
    #expect(event(first)["route.cause"]?.hasPrefix("pp-one of 1") == true)
    #expect(second["route.delivery"] == "accepted" && third["route.delivery"] == "accepted")
    #expect(partner.requests == 2)
    #expect(Set([first, second, third].map { $0["event_id"] }).count == 1)
    #expect(third["usage.used"] == "1" && account.get("/api/v1/usage")["used"] == "1")
    #expect(event(first).all("attempts", "outcome") == ["declined", "accepted"])
  }

  @Test func `a repeat waits for the first call's end`() throws {
    let partner = try Receiver { connection in
      guard connection.exchange() != nil else { return }
      pause(250)
      connection.send(Self.yes)
    }
    makePartner("pp-one", partner.url())
    let deliveries = Mutex<[String?]>([])
    onThreads(4) { _ in
      let answer = account.decide(lead + #","lead_id":"k1""#)
      deliveries.withLock { $0.append(answer["route.delivery"]) }
    }
    #expect(deliveries.withLock { $0 } == Array(repeating: "accepted", count: 4))
    #expect(partner.requests == 1)
  }

  @Test func `a cap holds with 64 leads at once`() throws {
    let partner = try Recorder(answering: Self.yes)
    makePartner("capped", partner.url(), #","caps":{"day":10}"#)
    let accepted = Mutex(0)
    onThreads(64) { number in
      let answer = account.decide(#""form_data":{"email":"n\#(number)@example.com"}"#)
      if answer["route.delivery"] == "accepted" { accepted.withLock { $0 += 1 } }
    }
    #expect(accepted.withLock { $0 } == 10 && partner.requests.count == 10)
    #expect(account.get("/api/v1/partners/capped")["caps_used.day"] == "10")
  }

  @Test func `one partner holds a quarter of the threads and no more`() throws {
    // Patient enough that all have come before the first gives up, however busy the machine is.
    let patient = try Workbench(allowing: "127.0.0.0/8", partnerMilliseconds: 4_000)
    let account = try patient.account()
    let silent = try Receiver { $0.hang() }
    makePartner("silent", silent.url(), of: account)
    let causes = Mutex<[String]>([])
    onThreads(32) { number in
      let decided = account.decide(#""form_data":{"email":"n\#(number)@example.com"}"#)
      let cause = account.get("/api/v1/events/\(decided["event_id"] ?? "")").all("attempts", "cause")
      causes.withLock { $0 += cause }
    }
    let found = causes.withLock { $0 }
    #expect(found.count == 32 && Set(found) == ["timed_out", "busy"])
    #expect(found.count { $0 == "timed_out" } == 16)
  }

  @Test func `headers that cannot be opened send nothing`() throws {
    let partner = try Recorder(answering: Self.yes)
    makePartner("pp-one", partner.url(), #","headers":{"X-Token":"zqtoken"}"#)
    #expect(account.decide(lead)["route.delivery"] == "accepted")
    #expect(partner.requests.first?.values(of: "X-Token") == ["zqtoken"])
    _ = try bench.store.updatePartner("pp-one", of: account.id) { $0.sealedHeaders = [1, 2, 3] }
    let decided = account.decide(#""form_data":{"email":"other@example.com"}"#)
    #expect(decided["route.delivery"] == "not_sent")
    #expect(event(decided).all("attempts", "cause") == ["bad_settings"])
    #expect(partner.requests.count == 1)
  }

  @Test func `hashes are handed to nobody, and a repeat with the contact is`() throws {
    let partner = try Recorder(answering: Self.yes)
    makePartner("pp-one", partner.url())
    let mail = "48b4fbec321e8f5413f79ab519eec00a2d610641b5f23a290a0195a06076da41"
    let hashed = account.decide(#""form_data":{"email_sha256":"\#(mail)"},"lead_id":"k1""#)
    #expect(hashed["decision"] == "accept" && hashed["route.delivery"] == "none" && partner.requests.isEmpty)
    #expect(event(hashed)["route.considered.0.reason"] == "no_contact")
    let raw = account.decide(#""form_data":{"email":"jocanary@gmail.com"},"lead_id":"k1""#)
    #expect(raw["route.delivery"] == "accepted" && raw["event_id"] == hashed["event_id"])
    #expect(account.decide()["route.delivery"] == "none" && partner.requests.count == 1)
  }

  @Test func `a lead from before the first partner is handed over when it comes again`() throws {
    let first = account.decide(lead + #","lead_id":"k1""#)
    #expect(first["route"] == "null")
    let partner = try Recorder(answering: Self.yes)
    makePartner("pp-one", partner.url())
    let again = account.decide(lead + #","lead_id":"k1""#)
    #expect(again["route.delivery"] == "accepted" && again["event_id"] == first["event_id"])
    #expect(partner.requests.count == 1 && account.get("/api/v1/usage")["used"] == "1")
    #expect(account.get("/api/v1/stats?group_by=partner")["total.delivered"] == "1")
  }

  @Test func `a lead marked as a test is shown and counts nowhere`() throws {
    let partner = try Recorder(answering: Self.yes)
    makePartner("pp-one", partner.url())
    let decided = account.decide(lead + #","test":true"#)
    #expect(decided.status == 200 && decided["route"] == "null" && partner.requests.isEmpty)
    #expect(account.postback("click_id=c1&status=sale&payout=5")["result"] == "applied")
    let event = event(decided)
    #expect(event["test"] == "true" && event["revenue"] == "5" && event["references.email"] == "null")
    for group in ["day", "source", "partner", "country", "reason"] {
      let stats = account.get("/api/v1/stats?group_by=\(group)")
      #expect(stats["total.leads"] == "0" && stats["total.revenue"] == "0" && stats["rows"] == "0", "\(group)")
    }
    let real = account.decide(lead.replacing("c1", with: "c2"))
    #expect(real["duplicate"] == "false" && real["route.delivery"] == "accepted")
    #expect(account.decide(#""test":"yes""#).status == 422)
    #expect(try bench.store.verifyLedger(of: account.id).differences.isEmpty)
  }

  @Test func `a test lead is sent and counts nowhere`() throws {
    let partner = try Recorder(answering: Self.yes)
    makePartner("pp-one", partner.url(), #","caps":{"day":1},"active":false"#)
    let answer = account.send("POST", "/api/v1/partners/pp-one/test")
    #expect(answer.status == 200 && answer["delivery"] == "accepted" && answer["partner_lead_id"] == "L7")
    #expect(answer["answer"] == #"{"ok":true,"id":"L7","to":"https://pp.example/thanks"}"#)
    #expect(account.get("/api/v1/partners/pp-one")["caps_used.day"] == "0")
    #expect(account.get("/api/v1/events/recent")["events"] == "0")
    #expect(account.get("/api/v1/stats")["total.leads"] == "0")
  }

  /// A partner that takes no lead twice must not decline every later test.
  @Test func `each test lead is another one`() throws {
    let partner = try Recorder(answering: Self.no)
    let made = account.send(
      "POST", "/api/v1/partners",
      json: #"""
        {"slug":"pp-one","url":"\#(partner.url())",
         "fields":{"mail":"{email}","phone":"{phone}","click":"{click_id}","event":"{event_id}"},"success":{"contains":"yes"}}
        """#)
    #expect(made.status == 201)
    for _ in 0..<12 {
      let answer = account.send("POST", "/api/v1/partners/pp-one/test")
      #expect(answer["delivery"] == "declined" && answer["answer"] == #"{"ok":false}"#)
    }
    let sent = try partner.requests.map { try JSONDocument(Array($0.text.utf8)).root }
    for name in ["mail", "click", "event"] { #expect(Set(sent.compactMap { $0[name]?.string }).count == 12, "\(name)") }
    let phones = Set(sent.compactMap { $0["phone"]?.string })
    #expect(phones.count > 1 && phones.allSatisfy { $0.contains("20255501") && $0.filter(\.isNumber).count == 11 })
    #expect(sent.allSatisfy { $0["mail"]?.string?.hasSuffix("@example.com") == true })
    #expect(sent.allSatisfy { $0["click"]?.string?.hasPrefix("backnova-test-") == true })
    #expect(sent.allSatisfy { LeadID(eventID: $0["event"]?.string ?? "") != nil })
  }

  @Test func `what a partner answers a test is shown, plain and short, and kept nowhere`() throws {
    let long = "first\nline zqanswer \u{1B}[31m " + String(repeating: "é", count: 600)
    let partner = try Recorder(answering: TestReceiver.answer("400 Bad", body: long))
    makePartner("pp-one", partner.url())
    let text = account.send("POST", "/api/v1/partners/pp-one/test")["answer"] ?? ""
    #expect(text.hasPrefix("first line zqanswer  [31m é") && (511...512).contains(text.utf8.count))
    #expect(!MarkerSearch(try bench.storedBytes()).finds("zqanswer"))
    #expect(!MarkerSearch(Array(bench.log.text.utf8)).finds("zqanswer"))
    // Of a real lead it is not told.
    #expect(!account.decide(lead).text.contains("zqanswer"))
    let gone = try Receiver { _ in }.url()
    makePartner("gone", gone)
    #expect(account.send("POST", "/api/v1/partners/gone/test")["answer"] == "null")
    #expect(account.send("DELETE", "/api/v1/partners/gone").status == 200)
    #expect(account.send("POST", "/api/v1/partners/gone/test").isProblem(404, "not_found"))
  }
}
