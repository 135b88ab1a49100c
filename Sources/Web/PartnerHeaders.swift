import Domain
import Outbound
import Privacy

/// The headers sent to a partner with each lead. They hold its tokens, so they are sealed at rest and shown by name only.
struct PartnerHeaders: Sendable {
  private(set) var all: [PartnerHeader] = []

  init() {}

  /// What a partner has.
  /// - Throws: where it was sealed under another server key.
  init(of partner: Partner, _ keyring: Keyring) throws(SealFault) {
    guard let sealed = partner.sealedHeaders else { return }
    let text = String(decoding: try keyring.open(sealed, context: Self.context(partner)), as: UTF8.self)
    all = text.split(separator: "\n").compactMap { line in
      line.firstIndex(of: ":").map {
        PartnerHeader(name: String(line[..<$0]), value: String(line[line.index(after: $0)...]))
      }
    }
  }

  /// Sets those that are named, in order of name; nil takes one away.
  mutating func change(_ headers: [String: String?]) {
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
      all.removeAll { $0.name.lowercased() == name.lowercased() }
      if let value { all.append(PartnerHeader(name: name, value: value)) }
    }
  }

  /// Puts them into a partner.
  func seal(into partner: inout Partner, _ keyring: Keyring) throws(CryptoFault) {
    let text = all.map { $0.name + ":" + $0.value }.joined(separator: "\n")
    partner.sealedHeaders = all.isEmpty ? nil : try keyring.seal(Array(text.utf8), context: Self.context(partner))
    partner.headerNames = all.map(\.name)
  }

  /// No partner's headers can be put into another one's row.
  private static func context(_ partner: Partner) -> String {
    "partner_headers/\(partner.accountID.rawValue)/\(partner.slug)"
  }
}
