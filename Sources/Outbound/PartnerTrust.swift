import CCurl

/// The certificates that partners' hosts are judged by, read once and shared by all threads: to read them takes some
/// 25 ms of a processor, which each new connection would pay.
final class PartnerTrust: @unchecked Sendable {
  private let store: UnsafeMutableRawPointer

  init?(path: String) {
    guard let store = bn_trust_load(path) else { return nil }
    self.store = store
  }

  deinit { bn_trust_free(store) }

  func attach(to easy: UnsafeMutableRawPointer) -> CURLcode { bn_trust_attach(store, easy) }
}
