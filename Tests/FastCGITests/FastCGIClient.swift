import Glibc

/// A little FastCGI client: what nginx does, and what it never would.
final class FastCGIClient {
  private let descriptor: Int32
  /// Whether the server took all that was sent: nginx gives a request up where it does not.
  private(set) var couldSend = true

  /// What came back: everything on stdout, and whether the request was ended properly.
  struct Answer {
    var text = ""
    var isEnded = false
    var status: Int? { text.hasPrefix("Status: ") ? Int(text.dropFirst(8).prefix(3)) : nil }
    private var parts: [Substring] {
      text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    }
    var head: String { parts.first.map(String.init) ?? "" }
    var body: String { parts.count == 2 ? String(parts[1]) : "" }
  }

  init?(path: String, timeoutSeconds: Int = 20) {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafeBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { connect(descriptor, $0.baseAddress, size) }
    }
    guard result == 0 else { return nil }
    var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Sends a whole request.
  func send(_ parameters: [(String, String)], body: [UInt8] = []) {
    begin(parameters)
    input(body)
    endInput()
  }

  func begin(_ parameters: [(String, String)]) {
    record(type: 1, [0, 1, 0, 0, 0, 0, 0, 0])
    var pairs: [UInt8] = []
    for (name, value) in parameters {
      pairs += length(name.utf8.count) + length(value.utf8.count)
      pairs += Array(name.utf8) + Array(value.utf8)
    }
    stream(type: 4, pairs)
    record(type: 4, [])
  }

  func input(_ bytes: [UInt8]) { stream(type: 5, bytes) }
  func endInput() { record(type: 5, []) }
  func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

  func answer() -> Answer {
    var bytes: [UInt8] = []
    var answer = Answer()
    while let head = read(count: 8) {
      guard let content = read(count: Int(head[4]) << 8 | Int(head[5])), read(count: Int(head[6])) != nil else { break }
      if head[1] == 6 { bytes += content }
      if head[1] == 3 {
        answer.isEnded = true
        break
      }
    }
    answer.text = String(decoding: bytes, as: UTF8.self)
    return answer
  }

  private func read(count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
      let more = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: got), count - got, 0) }
      guard more > 0 else { return nil }
      got += more
    }
    return bytes
  }

  private func length(_ count: Int) -> [UInt8] {
    count < 128 ? [UInt8(count)] : (0..<4).reversed().map { UInt8(count >> (8 * $0) & 0xFF) | ($0 == 3 ? 0x80 : 0) }
  }

  private func stream(type: UInt8, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      record(type: type, Array(rest.prefix(32_000)))
      rest = rest.dropFirst(32_000)
    }
  }

  private func record(type: UInt8, _ content: [UInt8]) {
    let bytes = [1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 0xFF), 0, 0] + content
    var sent = 0
    while sent < bytes.count {
      let more = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard more > 0 else {
        couldSend = false
        return
      }
      sent += more
    }
  }
}
