import Glibc

/// A request as it came over the wire.
package struct SentRequest: Sendable {
  package let line: String
  package let headers: [String]
  package let body: [UInt8]

  package var target: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// The values of the headers of that name.
  package func values(of name: String) -> [String] {
    headers.compactMap { header in
      let parts = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { return nil }
      return String(parts[1].drop { $0 == " " })
    }
  }
}

extension Connection {
  /// The next request with its body, whose length it names; nil: there is none any more.
  package func exchange() -> SentRequest? {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    while bytes.firstRange(of: end) == nil { guard readMore(&bytes) else { return nil } }
    guard let gap = bytes.firstRange(of: end) else { return nil }
    counter.requests.add(1, ordering: .relaxed)
    let head = String(decoding: bytes[..<gap.lowerBound], as: UTF8.self).utf8.split(separator: UInt8(ascii: "\r"))
      .map { String(decoding: $0.drop { $0 == UInt8(ascii: "\n") }, as: UTF8.self) }
    let bare = SentRequest(line: head.first ?? "", headers: Array(head.dropFirst()), body: [])
    let length = bare.values(of: "Content-Length").first.flatMap { Int($0) } ?? 0
    while bytes.count < gap.upperBound + length { guard readMore(&bytes) else { return nil } }
    return SentRequest(line: bare.line, headers: bare.headers, body: Array(bytes[gap.upperBound...]))
  }

  private func readMore(_ bytes: inout [UInt8]) -> Bool {
    var piece = [UInt8](repeating: 0, count: 16_384)
    let count = recv(descriptor, &piece, piece.count, 0)
    guard count > 0 else { return false }
    bytes += piece.prefix(count)
    return true
  }
}
