import Glibc
import Outbound
import TestReceiver
import Testing

/// No call reaches an address that it must not, whatever name or spelling leads there.
@Suite(.serialized) struct CourierAddressTests {
  @Test(arguments: [
    "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.0.0.1.", "127.0.0.2", "0.0.0.0", "0", "[::1]",
    "[::ffff:127.0.0.1]", "[::127.0.0.1]", "localhost", "LOCALHOST", "localhost.", "%6cocalhost", "１２７.０.０.１",
    "①②⑦.0.0.1",
    "127。0。0。1", "ｌｏｃａｌｈｏｓｔ", "ip6-localhost",
  ])
  func loopbackIsRefused(_ host: String) throws {
    let receiver = try Receiver(answering: answer("200 OK"))
    let bench = try Bench(whole: 3_000, guarding: AddressGuard())
    let result = try bench.call(receiver.url(host: host))
    #expect(result.status == nil && !result.isDelivered && result.text.isEmpty)
    // Where the system knows no such name, it leads nowhere either.
    let expected: [CallFailure] = [.refusedAddress, .badURL, .nameNotFound, .connectTimedOut]
    #expect(result.failure.map(expected.contains) == true)
    #expect(receiver.connections == 0)
    let same = DirectCaller.make(Call(id: 2, url: receiver.url(host: host)), guarding: AddressGuard())
    #expect(same.failure.map(expected.contains) == true && receiver.connections == 0)
  }

  /// The name passes the first look, and is stopped where the socket is opened.
  @Test func aNameThatLeadsToLoopbackIsRefusedWhenItIsDialled() throws {
    let receiver = try Receiver(answering: answer("200 OK"))
    let url = receiver.url(host: "localhost")
    _ = try CallURL(url, for: AddressGuard())
    #expect(try Bench(guarding: AddressGuard()).call(url).failure == .refusedAddress)
    #expect(receiver.connections == 0)
    #expect(try Bench().call(url).status == 200)
    #expect(receiver.connections == 1)
  }

  @Test func onlyWhatIsNamedIsOpen() throws {
    let receiver = try Receiver(answering: answer("200 OK"))
    let other = AddressGuard(allowing: [try #require(Network("127.0.0.2/32"))])
    #expect(try Bench(guarding: other).call(receiver.url()).failure == .refusedAddress)
    #expect(receiver.connections == 0)
  }

  @Test(arguments: [
    "ftp://127.0.0.1/", "file:///etc/hostname", "127.0.0.1", "", "http://user@127.0.0.1/", "http://127.0.0.1:22/",
    "http://127.0.0.1:8080/\r\nX: y",
  ])
  func otherURLsAreNotCalled(_ url: String) throws {
    #expect(try Bench().call(url).failure == .badURL)
  }

  /// A proxy would be dialled in the place of the host. In a process of its own, since its environment is changed.
  @Test func proxiesOfTheEnvironmentAreNotUsed() async {
    await #expect(processExitsWith: .success) {
      let proxy = try Receiver(answering: answer("502 Bad Gateway"))
      for name in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        setenv(name, proxy.url(), 1)
      }
      let receiver = try Receiver(answering: answer("200 OK"))
      let result = try Bench().call(receiver.url())
      let direct = DirectCaller.make(Call(id: 2, url: receiver.url()), guarding: loopback)
      let isRight = result.status == 200 && direct.status == 200 && proxy.connections == 0 && receiver.connections == 2
      exit(isRight ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }

  @Test func aClosedPortRefuses() throws {
    var receiver: Receiver? = try Receiver(answering: "")
    let url = try #require(receiver?.url())
    receiver = nil
    #expect(try Bench().call(url).failure == .connectionRefused)
  }

  @Test func aNameThatIsNoneHoldsNobodyUp() throws {
    let receiver = try Receiver(answering: answer("200 OK"))
    let courier = try Bench(whole: 8_000).courier
    for id in 2...6 { #expect(courier.submit(Call(id: Int64(id), url: "http://host-\(id).invalid/"))) }
    #expect(courier.submit(Call(id: 1, url: receiver.url())))
    var found: [Int64: CallResult] = [:]
    while found.count < 6 {
      let results = courier.results(waitingMilliseconds: 20_000)
      try #require(!results.isEmpty)
      for result in results { found[result.id] = result }
    }
    #expect(found[1]?.status == 200)
    #expect(found.values.allSatisfy { $0.milliseconds < ($0.id == 1 ? 7_500 : 30_000) })
    for result in found.values where result.id != 1 {
      #expect(result.failure == .nameNotFound || result.failure == .connectTimedOut)
    }
  }

  @Test func wordsTellNothingOfTheURL() {
    #expect(Set(CallFailure.allCases.map(\.text)).count == CallFailure.allCases.count)
    for failure in CallFailure.allCases { #expect(!failure.text.lowercased().contains("curl")) }
  }
}
