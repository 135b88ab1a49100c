import CCurl

/// Why a URL is not one that we call.
package enum URLFault: String, Error, CaseIterable, Sendable {
  case tooLong, malformed, scheme, userInfo, host, port, address

  /// What it must be instead.
  package var text: String {
    switch self {
    case .tooLong: "must have at most \(CallURL.longest) bytes"
    case .malformed: "must be an address such as https://tracker.example/postback"
    case .scheme: "must begin with https:// or http://"
    case .userInfo: "must not hold a user name or a password before the host"
    case .host: "must name a host"
    case .port: "must use port 80, 443, or one from 1024 on"
    case .address:
      "must not lead to a private or reserved address; who runs the server may allow networks (BACKNOVA_ALLOW_CIDR)"
    }
  }
}

/// A URL that may be called as far as can be told before its name is looked up. Read by libcurl itself, so that what is
/// judged here is what is dialled.
package struct CallURL: Equatable, Sendable {
  /// Bytes.
  package static let longest = 8_192

  /// As it was written.
  package let text: String
  /// In lower case, without a dot at its end; an IPv6 address without brackets.
  package let host: String
  package let port: Int

  package init(_ text: String, for guarding: AddressGuard) throws(URLFault) {
    guard text.utf8.count <= Self.longest else { throw .tooLong }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .malformed }
    let prefix = ["https://", "http://"].first { text.utf8.count > $0.utf8.count && text.lowercased().hasPrefix($0) }
    guard let prefix else { throw .scheme }
    // libcurl would take any number of slashes, and a backslash is one to some readers.
    guard let first = text.utf8.dropFirst(prefix.utf8.count).first, !"/\\?#".utf8.contains(first) else { throw .host }

    guard let parts = curl_url() else { throw .malformed }
    defer { curl_url_cleanup(parts) }
    let code = curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_DISALLOW_USER | CURLU_PATH_AS_IS))
    guard code == CURLUE_OK else { throw URLFault(code) }
    guard let host = Self.part(CURLUPART_HOST, of: parts),
      let port = Self.part(CURLUPART_PORT, of: parts).flatMap({ Int($0) })
    else { throw .host }
    self.text = text
    self.host = Self.plain(host)
    self.port = port
    guard !self.host.isEmpty else { throw .host }
    guard port == 80 || port == 443 || (1_024...65_535).contains(port) else { throw .port }
    if let address = NetworkAddress(oddlySpelt: self.host), !guarding.allows(address) { throw .address }
  }

  private static func plain(_ host: String) -> String {
    var host = Substring(host.lowercased())
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    while host.hasSuffix(".") { host.removeLast() }
    return String(host)
  }

  private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parts, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}

extension URLFault {
  fileprivate init(_ code: CURLUcode) {
    switch code {
    case CURLUE_USER_NOT_ALLOWED, CURLUE_BAD_USER, CURLUE_BAD_PASSWORD, CURLUE_BAD_LOGIN: self = .userInfo
    case CURLUE_UNSUPPORTED_SCHEME, CURLUE_BAD_SCHEME: self = .scheme
    case CURLUE_NO_HOST, CURLUE_BAD_HOSTNAME, CURLUE_BAD_IPV6: self = .host
    case CURLUE_BAD_PORT_NUMBER: self = .port
    default: self = .malformed
    }
  }
}
