import Domain
import Foundation
import Outbound
import TestReceiver
import Testing

/// What goes wrong before the first byte: nobody can have the lead, and nobody has.
@Suite struct PartnerConnectTests {
  private func end(
    _ url: String, whole: Int = 10_000, guarding: AddressGuard? = nil
  ) throws -> AttemptEnd {
    let bench =
      try guarding.map { try PartnerBench(whole: whole, certificates: nil, guarding: $0) } ?? PartnerBench(whole: whole)
    let end = try bench.hand(to: .made(url)).end
    #expect(end.outcome == .notSent && end.status == nil && end.partnerLeadID == nil)
    return end
  }

  @Test func aNameThatIsNone() throws {
    let cause = try end("http://no-such-host.invalid/", whole: 3_000).cause
    // Where there is no resolver to ask, the time runs out.
    #expect(cause == .nameNotFound || cause == .connectTimedOut)
  }

  @Test(arguments: ["127.0.0.1", "localhost", "127.1", "0x7f.1", "[::ffff:127.0.0.1]"])
  func refusedAddresses(_ host: String) throws {
    let receiver = try Receiver(answering: answer("200 OK"))
    #expect(try end(receiver.url(host: host), guarding: AddressGuard()).cause == .refusedAddress)
    #expect(receiver.connections == 0)
  }

  @Test func aClosedPort() throws {
    var receiver: Receiver? = try Receiver(answering: "")
    let url = try #require(receiver?.url())
    receiver = nil
    #expect(try end(url).cause == .connectionRefused)
  }

  @Test func noRoute() throws {
    let linkLocal = try AddressGuard(allowing: [#require(Network("fe80::/10"))])
    #expect(try end("http://[fe80::1]:8080/", guarding: linkLocal).cause == .unreachable)
  }

  @Test func aConnectionThatTakesTooLong() throws {
    let port = try DeafPort()
    let end = try end("http://127.0.0.1:\(port.port)/", whole: 400)
    #expect(end.cause == .connectTimedOut && (350..<3_000).contains(end.milliseconds))
  }

  @Test(arguments: [
    "ftp://127.0.0.1/", "127.0.0.1", "", "http://user@127.0.0.1/", "http://127.0.0.1:22/", "http://{source}.example/",
    "{landing_page}", "http://127.0.0.1:{phone}/", "http://127.0.0.1{click_id}/",
  ])
  func otherURLs(_ url: String) throws {
    #expect(try end(url).cause == .badURL)
  }

  @Test func noTimeLeft() throws {
    let partner = try Recorder()
    let bench = try PartnerBench()
    for left in [-5, 0, PartnerClient.leastMilliseconds - 1] {
      let end = try bench.hand(to: .made(partner.url()), millisecondsLeft: left).end
      #expect(end.outcome == .notSent && end.cause == .noTimeLeft)
    }
    #expect(partner.requests.isEmpty)
  }

  @Test func whatIsLeftOfTheRouteIsTheLimit() throws {
    let receiver = try Receiver { $0.hang() }
    let end = try PartnerBench().hand(to: .made(receiver.url()), millisecondsLeft: 400).end
    #expect(end.cause == .timedOut && (350..<3_000).contains(end.milliseconds))
  }

  @Test func theLimitsAreThoseOfTheContract() {
    let limits = CallLimits.partner
    #expect(limits.whole == 4_000 && limits.body == 65_536 && limits.header == 65_536)
    #expect(PartnerClient.wholeRoute == 8_000)
  }

  @Test func plainTextWhereTLSIsWanted() throws {
    let receiver = try Receiver { $0.send(answer("400 Bad Request")) }
    #expect(try end("https://127.0.0.1:\(receiver.port)/").cause == .tlsFailed)
  }

  @Test func aHandshakeThatHangs() throws {
    let receiver = try Receiver { $0.hang() }
    #expect(try end("https://127.0.0.1:\(receiver.port)/", whole: 500).cause == .connectTimedOut)
  }

  @Test func aHandshakeThatIsReset() throws {
    let receiver = try Receiver {
      pause(50)
      $0.reset()
    }
    #expect(try [.tlsFailed, .closedBefore].contains(end("https://127.0.0.1:\(receiver.port)/").cause))
  }

  /// Whichever comes first, the close or our request: what is called not sent has not come.
  @Test func aPartnerThatClosesAtOnce() throws {
    for isReset in [false, true] {
      for _ in 0..<20 {
        let receiver = try Receiver { if isReset { $0.reset() } }
        let end = try PartnerBench().hand(to: .made(receiver.url())).end
        #expect(
          end.outcome == .notSent && end.cause == .closedBefore || end.outcome == .unknown && end.cause == .reset,
          "\(end)")
      }
    }
  }

  @Test func noFileOfCertificatesIsNoClient() {
    #expect(throws: CallFailure.local) { _ = try PartnerBench(certificates: "/nowhere.pem") }
  }
}

/// The same over TLS, told by nginx.
@Suite(.serialized, .enabled(if: TLSReceiver.isPossible)) struct PartnerTLSTests {
  private func end(_ port: Int, host: String = "localhost", certificates: String? = nil) throws -> AttemptEnd {
    try PartnerBench(certificates: certificates).hand(to: .made("https://\(host):\(port)/")).end
  }

  @Test func aCertificateThatIsTrusted() throws {
    let receiver = try TLSReceiver()
    let bench = try PartnerBench(certificates: receiver.certificate)
    for _ in 0..<3 {
      let end = try bench.hand(to: .made("https://localhost:\(receiver.port)/")).end
      #expect(end.outcome == .accepted && end.status == 200)
    }
    // No connection is used again, and HTTP/2 is not spoken.
    var connections: Set<String> = []
    for _ in 0..<3 {
      let partner = Partner.made(
        "https://localhost:\(receiver.port)/json", leadID: "/connection", redirect: "/protocol")
      let answer = try bench.hand(to: partner)
      connections.insert(try #require(answer.end.partnerLeadID))
      #expect(answer.redirectURL == "https://partner.example/HTTP/1.1")
    }
    #expect(connections.count == 3)
  }

  @Test func aCertificateThatNobodySigned() throws {
    let receiver = try TLSReceiver()
    let end = try end(receiver.port)
    #expect(end.outcome == .notSent && end.cause == .badCertificate)
  }

  @Test func aCertificateForAnotherName() throws {
    let receiver = try TLSReceiver()
    let end = try end(receiver.port, host: "127.0.0.1", certificates: receiver.certificate)
    #expect(end.outcome == .notSent && end.cause == .badCertificate)
  }

  @Test func aCertificateThatHasExpired() throws {
    let receiver = try TLSReceiver(isExpired: true)
    let end = try end(receiver.port, certificates: receiver.certificate)
    #expect(end.outcome == .notSent && end.cause == .badCertificate)
  }

  /// The connection stood, and was over before the first byte.
  @Test func aCloseRightBehindTheHandshake() throws {
    let receiver = try TLSReceiver(protocols: "TLSv1.2")
    let cutter = try HandshakeCutter(before: receiver.port)
    let end = try end(cutter.port, certificates: receiver.certificate)
    #expect(end.outcome == .notSent && end.cause == .closedBefore)
    // It is counted behind the close, which the client may see first.
    for _ in 0..<2_000 where cutter.handshakes == 0 { pause(10) }
    #expect(cutter.handshakes == 1 && cutter.later == 0)
  }
}
