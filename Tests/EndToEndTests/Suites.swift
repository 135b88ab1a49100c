import Foundation
import Testing

/// Everything that is tested from outside: the built program behind a real nginx over TLS. One after the other, since
/// they measure and share two cores.
///
/// BACKNOVA_FAULTS=1 runs the long versions: more kills, longer drips.
@Suite(.serialized) struct EndToEnd {
  /// Tests that can live with one another on one server, each with an account of its own.
  @Suite(.site) struct Shared {}

  /// Leads on their way to partners, which listen on loopback.
  @Suite(.site(reaching: "127.0.0.0/8")) struct Handover {}

  /// Whether the long versions run.
  static let isThorough = ProcessInfo.processInfo.environment["BACKNOVA_FAULTS"] == "1"
}

/// Starts a server before a suite's tests and stops it after them.
struct SiteTrait: SuiteTrait, TestTrait, TestScoping {
  var settings: [String: String] = [:]

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let site = try Site(settings: settings)
    defer { site.stop() }
    try await Site.$current.withValue(site, operation: function)
  }
}

extension Trait where Self == SiteTrait {
  /// One server for all tests of the suite: ``Site/current``.
  static var site: Self { SiteTrait() }

  /// The same, where calls to private addresses of `network` are allowed.
  static func site(reaching network: String) -> Self { SiteTrait(settings: ["BACKNOVA_ALLOW_CIDR": network]) }
}

/// The suite's server.
func sharedSite() throws -> Site { try #require(Site.current, "this suite has no server") }
