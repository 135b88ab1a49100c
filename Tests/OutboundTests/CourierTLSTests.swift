import Outbound
import TestReceiver
import Testing

/// TLS and HTTP/2, told by nginx with a certificate made for the test.
@Suite(.serialized, .enabled(if: TLSReceiver.isPossible)) struct CourierTLSTests {
  private let receiver: TLSReceiver

  init() throws { receiver = try TLSReceiver() }

  @Test func aCertificateThatNobodySignedIsRefused() throws {
    let result = try Bench().call("https://localhost:\(receiver.port)/")
    #expect(result.status == nil && result.failure == .badCertificate && !result.isDelivered)
    let direct = DirectCaller.make(Call(id: 1, url: "https://localhost:\(receiver.port)/"), guarding: loopback)
    #expect(direct.failure == .badCertificate)
  }

  @Test func aCertificateForAnotherNameIsRefused() throws {
    let result = try Bench(certificates: receiver.certificate).call("https://127.0.0.1:\(receiver.port)/")
    #expect(result.status == nil && result.failure == .badCertificate)
  }

  @Test func aTrustedReceiverIsSpokenToInHTTP2() throws {
    let bench = try Bench(certificates: receiver.certificate)
    for _ in 0..<5 {
      let result = try bench.call("https://localhost:\(receiver.port)/postback?subid=1")
      #expect(
        result.status == 200 && result.httpVersion == 2 && result.text == "/postback?subid=1" && result.failure == nil)
    }
    let slow = try bench.call("https://localhost:\(receiver.port)/slow")
    #expect(slow.status == 429 && slow.retryAfter == 30)
  }

  @Test func manyCallsShareAConnection() throws {
    let courier = try Bench(limit: 200, certificates: receiver.certificate).courier
    var (submitted, delivered, connections) = (0, 0, Set<String>())
    // The first opens the connection that the rest find.
    for target in [1, 500] {
      while delivered < target {
        while submitted < target,
          courier.submit(Call(id: Int64(submitted), url: "https://localhost:\(receiver.port)/connection"))
        {
          submitted += 1
        }
        let results = courier.results(waitingMilliseconds: 10_000)
        try #require(!results.isEmpty)
        for result in results where result.httpVersion != 2 { Issue.record("\(result)") }
        delivered += results.count
        connections.formUnion(results.map(\.text))
      }
    }
    // nginx takes 128 calls at a time on one; each of the rest may open another.
    #expect(connections.count <= 150)
  }

  @Test func whatIsNotTLSFails() throws {
    let plain = try Receiver { $0.send(answer("400 Bad Request")) }
    #expect(try Bench().call("https://127.0.0.1:\(plain.port)/").failure == .tlsFailed)
  }
}
