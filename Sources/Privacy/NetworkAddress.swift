import Foundation

/// An IP address in one spelling.
enum NetworkAddress {
  /// IPv4 in dotted decimals; IPv6 as RFC 5952 writes it, without a zone; an IPv4 address mapped into IPv6 as IPv4.
  /// Nil unless `text` is an address.
  static func normalised(_ text: String) -> String? {
    let trimmed = text.trimmed
    var four = in_addr()
    if inet_pton(AF_INET, trimmed, &four) == 1 { return trimmed }
    var six = in6_addr()
    guard inet_pton(AF_INET6, String(trimmed.prefix { $0 != "%" }), &six) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    if bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] {
      return bytes[12...].map(String.init).joined(separator: ".")
    }
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count)) != nil else { return nil }
    return String(zeroTerminated: buffer)
  }
}
