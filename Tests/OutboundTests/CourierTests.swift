import Glibc
import Outbound
import TestReceiver
import Testing

/// Many calls together.
@Suite(.serialized) struct CourierTests {
  @Test func connectionsAreUsedAgain() throws {
    let receiver = try Receiver(answering: answer("200 OK"))
    let bench = try Bench()
    for _ in 0..<50 { #expect(try bench.call(receiver.url()).status == 200) }
    #expect(receiver.connections == 1 && receiver.requests == 50)
  }

  @Test func aKeptConnectionThatWasClosedIsReplaced() throws {
    let receiver = try Receiver { connection in
      _ = connection.request()
      connection.send(answer("200 OK"))
    }
    let bench = try Bench()
    for _ in 0..<10 { #expect(try bench.call(receiver.url()).status == 200) }
    #expect(receiver.connections == 10)
  }

  @Test func takesNoMoreThanItsLimit() throws {
    let receiver = try Receiver(answering: answer("200 OK"))
    let courier = try Bench(limit: 3).courier
    for id in 1...3 { #expect(courier.submit(Call(id: Int64(id), url: receiver.url()))) }
    #expect(!courier.submit(Call(id: 4, url: receiver.url())))
    var count = 0
    while count < 3 {
      let results = courier.results(waitingMilliseconds: 10_000)
      try #require(!results.isEmpty)
      count += results.count
    }
    #expect(courier.submit(Call(id: 4, url: receiver.url())))
    #expect(courier.results(waitingMilliseconds: 10_000).map(\.id) == [4])
  }

  @Test func waitingEndsWithoutResults() throws {
    let courier = try Bench().courier
    let start = ContinuousClock.now
    #expect(courier.results(waitingMilliseconds: 200).isEmpty)
    let waited = ContinuousClock.now - start
    #expect(waited >= .milliseconds(190) && waited < .seconds(20))
    #expect(courier.results(waitingMilliseconds: 0).isEmpty)
  }

  @Test func stopsAtOnceWhateverIsUnderWay() throws {
    let receiver = try Receiver { $0.hang() }
    let courier = try Bench(limit: 20).courier
    for id in 1...20 { #expect(courier.submit(Call(id: Int64(id), url: receiver.url()))) }
    pause(100)
    let start = ContinuousClock.now
    courier.stop()
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(!courier.submit(Call(id: 21, url: receiver.url())))
    #expect(courier.results(waitingMilliseconds: 10_000).isEmpty)
    courier.stop()
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func couriersComeAndGo() throws {
    let receiver = try Receiver(answering: answer("200 OK"))
    for _ in 0..<30 { #expect(try Bench().call(receiver.url()).status == 200) }
    #expect(receiver.connections == 30)
  }

  @Test func deadReceiversDelayNobodyElse() throws {
    let dead = try Receiver { $0.hang() }
    let alive = try Receiver(answering: answer("200 OK"))
    let courier = try Bench(whole: 8_000, limit: 150).courier
    for id in 1...100 { #expect(courier.submit(Call(id: Int64(id), url: dead.url()))) }
    for id in 101...150 { #expect(courier.submit(Call(id: Int64(id), url: alive.url()))) }
    var results: [CallResult] = []
    while results.count < 150 {
      let new = courier.results(waitingMilliseconds: 10_000)
      try #require(!new.isEmpty)
      results += new
    }
    #expect(results.prefix(50).allSatisfy { $0.id > 100 && $0.status == 200 && $0.milliseconds < 7_500 })
    #expect(results.suffix(100).allSatisfy { $0.id <= 100 && $0.failure == .timedOut && $0.milliseconds < 30_000 })
  }

  /// Prints what it measured.
  @Test func twoHundredCallsAtOnceAreFast() throws {
    let receiver = try Receiver { connection in
      while connection.request() != nil {
        pause(50)
        guard connection.send(answer("200 OK", body: "ok")) else { return }
      }
    }
    let courier = try Bench(limit: 200).courier
    let total = 6_000
    var (submitted, delivered) = (0, 0)
    let start = ContinuousClock.now
    while delivered < total {
      while submitted < total, courier.submit(Call(id: Int64(submitted), url: receiver.url("/?n=\(submitted)"))) {
        submitted += 1
      }
      let results = courier.results(waitingMilliseconds: 10_000)
      try #require(!results.isEmpty)
      delivered += results.count { $0.isDelivered }
      try #require(results.allSatisfy { $0.isDelivered })
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("courier: \(Int(Double(total) / seconds)) calls/s over \(receiver.connections) connections")
    #expect(receiver.requests == total && receiver.connections <= 200)
  }

  @Test func theDirectCallIsTheSame() throws {
    let receiver = try Receiver(answering: answer("429 Slow", "Retry-After: 9\r\n", body: "later"))
    let result = DirectCaller.make(Call(id: 7, url: receiver.url()), guarding: loopback)
    #expect(result.id == 7 && result.status == 429 && result.retryAfter == 9 && result.text == "later")
  }
}
