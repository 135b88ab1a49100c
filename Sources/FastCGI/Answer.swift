import HTTP

/// How a response stands on the wire: CGI's `Status:` line and headers, then the body.
package enum Answer {
  /// Status line and headers with the empty line that ends them.
  ///
  /// This is the one place where headers are written, and none can end early: a name that is not a token is left out
  /// with its value, and control characters (CR, LF and NUL among them) are left out of values.
  package static func head(of response: Response) -> [UInt8] {
    let status = (200...599).contains(response.status) ? response.status : 500
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    append("Status", String(status) + " " + StatusPhrase.of(status), to: &bytes)
    for header in response.headers where isAllowed(header.name) { append(header.name, header.value, to: &bytes) }
    if hasBody(response) { append("Content-Length", String(response.body.count), to: &bytes) }
    bytes.append(contentsOf: "\r\n".utf8)
    return bytes
  }

  /// Whether HTTP lets this status have a body.
  package static func hasBody(_ response: Response) -> Bool { response.status != 204 && response.status != 304 }

  private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: name.utf8)
    bytes.append(contentsOf: ": ".utf8)
    for byte in value.utf8 where byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") { bytes.append(byte) }
    bytes.append(contentsOf: "\r\n".utf8)
  }

  /// A token, and none of those that are ours to write or that would steer nginx (`X-Accel-…`).
  private static func isAllowed(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.allSatisfy(HeaderToken.contains) else { return false }
    switch name.utf8.count {
    case 6: return name.lowercased() != "status"
    case 14: return name.lowercased() != "content-length"
    case 17: return name.lowercased() != "transfer-encoding"
    default: return !name.lowercased().hasPrefix("x-accel-")
    }
  }
}
