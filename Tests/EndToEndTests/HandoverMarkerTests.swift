import Foundation
import JSON
import TestReceiver
import Testing

extension EndToEnd.Handover {
  /// What a lead hands to partners is kept nowhere, however the partner answers, and whatever breaks (PRODUCT.md §8).
  @Suite struct MarkerTests {
    /// Of what each source's partner makes of its leads.
    private static let deliveries = [
      "took": "accepted", "took-form": "accepted", "took-get": "accepted", "id-phone": "accepted",
      "id-name": "accepted", "id-first": "accepted", "id-zip": "accepted", "id-ip": "accepted", "id-agent": "accepted",
      "id-words": "accepted", "no": "declined", "failing": "declined", "gone": "not_sent", "silent": "unknown",
      "cut": "unknown", "garbage": "unknown",
    ]

    @Test func nothingOfAContactIsWrittenDown() throws {
      let desk = try Desk()
      let partners = try Partners(desk)
      var leads: [MarkedLead] = []
      for (source, delivery) in Self.deliveries.sorted(by: { $0.key < $1.key }) {
        let lead = MarkedLead(source: source)
        leads.append(lead)
        let decided = desk.client.send(lead.call(key: desk.account.keys.secret))
        #expect(decided["route.delivery"]?.string == delivery, "\(source): \(decided.text)")
        if delivery == "accepted" { try checkAnswer(decided, lead) }
      }
      leads.append(try sendFromBrowser(desk))
      leads += try sendRefused(desk)
      let (crashed, copies) = try crash(partners, desk)
      leads += crashed
      // Whatever waits in a buffer is written by now.
      usleep(500_000)
      try checkFiles(leads, desk, copies)
    }

    /// The partner echoes the contact: the visitor is sent where it says, and its id of the lead holds none of it.
    private func checkAnswer(_ decided: Answer, _ lead: MarkedLead) throws {
      let id = decided["route.partner_lead_id"]?.string ?? ""
      #expect(StateSearch(lead.markers).findings(in: Array(id.utf8)) == [], "\(lead.source)")
      if lead.source == "took" {
        #expect(decided["route.redirect_url"]?.string == "https://pp.example/?m=\(lead["mail"])&n=\(lead["name"])")
        #expect(id.utf8.count == 64, "its e-mail address, as a reference: \(decided.text)")
      }
    }

    private func sendFromBrowser(_ desk: Desk) throws -> MarkedLead {
      let lead = MarkedLead(source: "took")
      let decided = desk.client.send(lead.browserCall(key: desk.account.keys.publishable))
      #expect(decided["route.delivery"]?.string == "accepted", "\(decided.text)")
      return lead
    }

    /// What goes wrong before any partner is asked.
    private func sendRefused(_ desk: Desk) throws -> [MarkedLead] {
      let key = desk.account.keys.secret
      var leads: [MarkedLead] = []
      func send(_ status: Int, _ call: (MarkedLead) -> Call) {
        let lead = MarkedLead(source: "took")
        leads.append(lead)
        let answer = desk.client.send(call(lead))
        #expect(answer.status == status && answer.problem != nil, "\(status): \(answer.text)")
        #expect(StateSearch(lead.markers).findings(in: answer.body) == [], "\(status)")
      }
      func changed(_ lead: MarkedLead, _ change: (inout Call) -> Void) -> Call {
        var call = lead.call(key: key)
        change(&call)
        return call
      }
      send(422) { $0.call(key: key, [.init("cost", "none")]) }
      send(422) { $0.call(key: key, [.init("click_id", .string($0["mail"]))]) }
      send(422) { $0.call(key: key, [.init("source", .string($0["name"]))]) }
      send(415) { changed($0) { $0.headers[0] = "Content-Type: text/plain" } }
      send(400) { changed($0) { $0.body?.removeLast(3) } }
      send(413) { changed($0) { $0.body? += [UInt8](repeating: 0x20, count: 70_000) } }
      send(401) { $0.call(key: "bn_live_" + $0["name"]) }
      send(404) { lead in changed(lead) { $0.path = "/api/v1/decision/" + lead["mail"] } }
      let lead = MarkedLead(source: "took")
      let looked = desk.client.post("/api/v1/privacy/lookup", ["email": .string(lead["mail"])], key: key)
      #expect(looked.status == 200, "\(looked.text)")
      return leads + [lead]
    }

    /// A backup in the middle of a delivery, then a kill in the middle of the same.
    private func crash(_ partners: Partners, _ desk: Desk) throws -> (leads: [MarkedLead], copies: TemporaryFolder) {
      let lead = MarkedLead(source: "silent")
      let (site, call) = (desk.site, lead.call(key: desk.account.keys.secret))
      let before = partners.silent.requests.count
      let caller = Crowd(1) { _ in site.client().send(call).status }
      try #require(Stopwatch.waits(seconds: 10) { partners.silent.requests.count > before })
      let copies = try TemporaryFolder()
      let backup = try site.backnova("backup", copies.path + "/copy.db")
      #expect(backup.code == 0, "\(backup.errors)")
      try site.killResponder()
      #expect(caller.results() == [502])
      #expect(desk.client.send(call)["route.delivery"]?.string == "unknown", "a repeat of what the crash cut short")
      return ([lead], copies)
    }

    private func checkFiles(_ leads: [MarkedLead], _ desk: Desk, _ copies: TemporaryFolder) throws {
      let search = StateSearch(leads.flatMap(\.markers), digests: try leads.flatMap { try $0.digests() })
      let state = desk.site.state
      #expect(search.findings(in: state) == [])
      #expect(search.findings(in: copies.path) == [])
      // Every file was read, and what may be kept was found in them, so the rest would have been.
      let names = Set(FileManager.default.enumerator(atPath: state)?.compactMap { $0 as? String } ?? [])
      let read = ["backnova.db", "backnova.db-wal", "backnova.db-shm", "log/access.log", "log/nginx-error.log"]
      #expect(names.isSuperset(of: read + ["log/responder.log", "run/nginx/body", "run/nginx/fastcgi"]), "\(names)")
      let control = StateSearch(leads.filter { Self.deliveries[$0.source] != nil }.map(\.clickID))
      #expect(control.findings(in: state).contains { $0.hasPrefix("backnova.db") })
      #expect(control.findings(in: copies.path).contains { $0.hasPrefix("copy.db: ") })
      let lead = try #require(leads.first)
      let planted = state + "/run/nginx/body/planted"
      try Data(lead["mail"].utf8.flatMap { Array(String(format: "%02x", $0).utf8) })
        .write(to: URL(fileURLWithPath: planted))
      #expect(search.findings(in: state).contains { $0.hasPrefix("run/nginx/body/planted: ") })
      try FileManager.default.removeItem(atPath: planted)
    }
  }
}

/// Partners for the leads of one source each, most of whom answer with what they were sent.
private struct Partners {
  let silent: HangingPartner
  private let receivers: [Receiver]

  init(_ desk: Desk) throws {
    silent = try HangingPartner()
    let echo = try Self.echo()
    func make(_ source: String, _ url: String, id: String = "/sent/click", _ more: [JSONValue.Member] = []) throws {
      try desk.makePartner(
        source, url, source: source,
        [
          .init("fields", MarkedLead.fields), .init("lead_id_pointer", .string(id)),
          .init("redirect_pointer", "/sent/back"),
        ] + more)
    }
    try make("took", echo.url(), id: "/sent/mail")
    for field in ["phone", "name", "first", "zip", "ip", "agent"] {
      try make("id-" + field, echo.url(), id: "/sent/" + field)
    }
    try make("id-words", echo.url(), id: "/words")
    try make("took-form", echo.url("/plain"), [.init("format", "form")])
    try make("took-get", echo.url("/plain/{email}?n={name}&z={form.zip}&i={ip}"), [.init("method", "GET")])
    try make("no", echo.url("/no"))
    try make("gone", "http://127.0.0.1:\(try Site.freePort())/{email}")
    try make("silent", silent.url())
    let failing = try Self.receiver { answer("500 Internal Server Error", body: $0) }
    let cut = try Self.receiver { answer("200 OK", body: $0 + "  ").dropLast(2).description }
    let garbage = try Self.receiver { $0 }
    try make("failing", failing.url())
    try make("cut", cut.url())
    try make("garbage", garbage.url())
    receivers = [echo, failing, cut, garbage]
  }

  /// Says yes or, on `/no`, no, and all that it was sent; on `/plain` as texts.
  private static func echo() throws -> Receiver {
    try Receiver { connection in
      while let request = connection.exchange() {
        let isTaken = !request.target.hasPrefix("/no")
        let name = (try? JSONDocument(request.body).root)?["name"]?.string ?? ""
        let said =
          request.target.hasPrefix("/plain")
          ? #"{"ok":true,"line":"\#(request.line)","text":"\#(request.text)"}"#
          : #"{"ok":\#(isTaken),"words":"L7 of \#(name)","sent":\#(request.text)}"#
        guard connection.send(answer("200 OK", body: said)) else { return }
      }
    }
  }

  /// Answers one request a connection with what is made of its body.
  private static func receiver(_ making: @escaping @Sendable (String) -> String) throws -> Receiver {
    try Receiver { connection in
      guard let request = connection.exchange() else { return }
      connection.send(making(request.text))
    }
  }
}
