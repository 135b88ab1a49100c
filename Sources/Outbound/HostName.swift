extension CallURL {
  /// The host that a URL or a template names, which holds no token before its path: in lower case, without a dot at its
  /// end, and with its port where that is not the scheme's own; nothing else of the URL. nil: it names none.
  package static func hostName(of url: String) -> String? {
    guard let start = url.firstRange(of: "://") else { return nil }
    let scheme = url[..<start.lowerBound].lowercased()
    let authority = url[start.upperBound...].prefix { !"/?#\\".contains($0) }
    let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    // A colon within an IPv6 address begins no port.
    let colon = place.lastIndex(of: ":").flatMap { place[$0...].contains("]") ? nil : $0 }
    var host = (colon.map { place[..<$0] } ?? place).lowercased()[...]
    while host.hasSuffix(".") { host.removeLast() }
    guard !host.isEmpty else { return nil }
    let port = colon.map { place[place.index(after: $0)...] } ?? ""
    let own = ["http": "80", "https": "443"][scheme]
    return port.isEmpty || String(port) == own ? String(host) : "\(host):\(port)"
  }
}
