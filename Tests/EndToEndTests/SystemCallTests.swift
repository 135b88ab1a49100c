import Foundation
import JSON
import TestReceiver
import Testing

extension EndToEnd.Handover {
  /// Which way a contact takes, seen from the kernel: from nginx into the responder's socket, from there to the partner.
  @Suite(.enabled(if: Strace.isPermitted, Strace.missing)) struct SystemCallTests {
    @Test func aContactLeavesOnItsPartnersSocketAlone() throws {
      let desk = try Desk()
      let takers = try ["one", "two"].map { slug in
        let taker = try Recorder(answering: answer("200 OK", body: #"{"ok":true}"#))
        try desk.makePartner(slug, taker.url(), source: slug, [.init("fields", MarkedLead.fields)])
        return (slug: slug, taker: taker)
      }
      let silent = try HangingPartner()
      try desk.makePartner("silent", silent.url(), source: "silent", [.init("fields", MarkedLead.fields)])
      // An optimised build would close them behind the last line that names them.
      defer { withExtendedLifetime((takers, silent)) {} }
      let ports = [takers[0].taker.port, takers[1].taker.port, silent.port]

      let calls = TracedWrites.calls + TracedWrites.unseen
      let responder = try Strace(calls, of: [desk.site.responder()], TracedWrites.options)
      let nginx = try Strace(calls, of: desk.site.nginx(), TracedWrites.options)
      let handed = try zip(["one", "two", "silent"], ["accepted", "accepted", "unknown"]).map { source, delivery in
        let lead = MarkedLead(source: source)
        let decided = desk.client.send(lead.call(key: desk.account.keys.secret))
        try #require(decided["route.delivery"]?.string == delivery, "\(desk.event(of: decided).text)")
        return lead
      }
      let refused = MarkedLead(source: "one")
      #expect(desk.client.send(refused.call(key: desk.account.keys.secret, [.init("cost", "none")])).status == 422)
      let browsers = MarkedLead(source: "one")
      #expect(desk.client.send(browsers.browserCall(key: desk.account.keys.publishable)).status == 200)
      usleep(500_000)
      for strace in [responder, nginx] { strace.end() }

      let leads = handed + [refused, browsers]
      try checkNginx(TracedWrites(nginx.record), leads)
      let partners = zip(ports, handed).map { (port: $0, texts: $1.handedOver) }
      // A browser speaks for itself: its partner gets the user agent that it sends.
      let own = (port: ports[0], texts: [browsers["mail"], browsers["zip"], browsers["useragent"]])
      try check(TracedWrites(responder.record), leads, partners + [nil, own], desk)
    }

    /// The way in, and no other.
    private func checkNginx(_ writes: TracedWrites, _ leads: [MarkedLead]) throws {
      #expect(writes.faults == [])
      for lead in leads {
        let search = StateSearch(lead.markers)
        let places = writes.bytes.filter { !search.findings(in: $0.value).isEmpty }
        #expect(places.count == 1, "\(lead.source): \(places.keys)")
        let path = places.keys.first.flatMap(writes.socketPath)
        #expect(path?.hasSuffix("/run/decision.sock") == true, "\(places.keys)")
        #expect(
          places.values.first.map { search.findings(in: $0).isSuperset(of: [lead["mail"], lead["cookie"]]) } == true)
      }
    }

    /// - Parameter partners: of each lead the port where it goes, and what of it; nil: nobody gets it.
    private func check(
      _ writes: TracedWrites, _ leads: [MarkedLead], _ partners: [(port: Int, texts: [String])?], _ desk: Desk
    ) throws {
      #expect(writes.faults == [])
      for (lead, partner) in zip(leads, partners) {
        let search = StateSearch(lead.markers, digests: try lead.digests())
        var sent: Set<String> = []
        for (place, bytes) in writes.bytes {
          let found = search.findings(in: bytes)
          #expect(found.isEmpty || TracedWrites.port(of: place) == partner?.port, "\(found) to \(place)")
          sent.formUnion(found)
        }
        #expect(sent.isSuperset(of: partner?.texts ?? []), "\(lead.source): \(sent)")
      }
      // What may be kept was seen on its way to disk, so the rest would have been.
      let control = StateSearch(leads.map(\.clickID))
      let places = writes.bytes.filter { !control.findings(in: $0.value).isEmpty }.map(\.key)
      #expect(places.contains { $0.hasPrefix(desk.site.state + "/backnova.db") }, "\(places)")
      #expect(places.contains { writes.socketPath(of: $0)?.hasSuffix("/run/decision.sock") == true }, "\(places)")
    }

    @Test func theRecordIsReadRight() {
      let text = #"""
        7 connect(4<UNIX-STREAM:[11]>, {sa_family=AF_UNIX, sun_path="\x2f\x61"}, 18) = 0
        7 writev(4<UNIX-STREAM:[11->12]>, [{iov_base="\x4d\x61\x72", iov_len=3}, {iov_base="\x6b\x22", iov_len=2}], 2) = 5
        8 pwrite64(8<\x2f\x64\x62>, "\x61\x62", 2, 0 <unfinished ...>
        8 <... pwrite64 resumed>) = 2
        9 sendto(7<TCP:[127.0.0.1:3->127.0.0.1:44]>, "\x63", 1, 0, NULL, 0) = 1
        9 write(9<UNIX-STREAM:[12->11,"\x2f\x61"]>, "\x64"..., 9) = 9
        9 sendfile(4<TCP:[127.0.0.1:3->127.0.0.1:44]>, 5<\x2f\x64\x62>, NULL, 9) = 9
        """#
      let writes = TracedWrites(text)
      #expect(writes.bytes["UNIX-STREAM:[11->12]"] == Array("Mark\"".utf8) && writes.bytes["/db"] == Array("ab".utf8))
      #expect(writes.socketPath(of: "UNIX-STREAM:[11->12]") == "/a" && writes.socketPath(of: "/db") == nil)
      #expect(writes.socketPath(of: #"UNIX-STREAM:[12->11,"/a"]"#) == "/a" && writes.faults.count == 2)
      #expect(writes.bytes.keys.compactMap(TracedWrites.port) == [44])
    }
  }
}
