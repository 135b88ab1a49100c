/// The parts of a postback URL as someone typed or pasted it. No URL is refused: macros (`{sub1}`, `#s2#`) stand in most
/// of them, and no strict parser takes those.
package struct PostbackURL: Equatable, Sendable {
  /// What stands before `://`, in lower case; nil: nothing.
  package let scheme: String?
  /// In lower case, with its port unless that is the scheme's own; nil: none.
  package let host: String?
  /// Percent-escapes removed.
  package let path: String
  /// All behind the first `?`: a `#` begins macros more often than it ends the query.
  package let query: [UInt8]

  /// Where postbacks go.
  package static let rightPath = "/api/postback"

  package init(_ text: String) {
    let front = text.prefix { $0 != "?" }
    query = Array(text.dropFirst(front.count + 1).utf8)
    let (scheme, rest) = Self.cutScheme(front)
    self.scheme = scheme
    guard scheme != nil || !rest.hasPrefix("/") else {
      host = nil
      path = String(rest).withoutPercentEscapes
      return
    }
    let authority = rest.prefix { $0 != "/" }
    host = authority.isEmpty ? nil : Self.normalHost(String(authority))
    path = String(rest.dropFirst(authority.count)).withoutPercentEscapes
  }

  private static func cutScheme(_ text: Substring) -> (scheme: String?, rest: Substring) {
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return (nil, text) }
    return (text[..<colon].lowercased(), text[colon...].dropFirst(3))
  }

  /// A host as it can be compared: in lower case, without the ports that need not be written.
  package static func normalHost(_ text: String) -> String {
    let host = text.lowercased()
    for port in [":443", ":80"] where host.hasSuffix(port) { return String(host.dropLast(port.count)) }
    return host
  }
}
