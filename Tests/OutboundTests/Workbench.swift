import Outbound
import Testing

/// All of this machine may be called.
let loopback = AddressGuard(allowing: ["127.0.0.0/8", "::1/128"].compactMap { Network($0) })

/// A courier with one call at a time in its hands.
struct Bench {
  let courier: Courier

  init(
    whole: Int = 10_000, limit: Int = 8, certificates: String? = nil, guarding: AddressGuard = loopback
  ) throws {
    var limits = CallLimits()
    limits.connect = min(whole, 5_000)
    limits.whole = whole
    limits.certificates = certificates
    courier = try Courier(limit: limit, limits: limits, guarding: guarding)
  }

  func call(_ url: String) throws -> CallResult {
    #expect(courier.submit(Call(id: 1, url: url)))
    return try #require(courier.results(waitingMilliseconds: 30_000).first)
  }
}
