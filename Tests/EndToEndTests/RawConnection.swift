import CCurl
import Foundation

/// A TLS connection on which a test writes what no HTTP client would.
final class RawConnection {
  private let handle: UnsafeMutableRawPointer

  /// Nil where the handshake fails.
  init?(url: String, certificate: String) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    bn_curl_set_text(handle, CURLOPT_URL, url)
    bn_curl_set_text(handle, CURLOPT_PROXY, "")
    bn_curl_set_text(handle, CURLOPT_CAINFO, certificate)
    bn_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    bn_curl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
    bn_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    guard curl_easy_perform(handle) == CURLE_OK else { return nil }
  }

  deinit { curl_easy_cleanup(handle) }

  /// False where the server takes no more.
  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      var sent = 0
      let code = rest.withUnsafeBytes { curl_easy_send(handle, $0.baseAddress, $0.count, &sent) }
      if code == CURLE_AGAIN {
        guard wait(for: Int16(POLLOUT), seconds: 10) else { return false }
      } else if code != CURLE_OK {
        return false
      }
      rest = rest.dropFirst(sent)
    }
    return true
  }

  /// All that comes until the server closes, or until `seconds` went by without a byte; `hasClosed` tells which.
  func receive(seconds: Int) -> (text: String, hasClosed: Bool) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      var count = 0
      let code = buffer.withUnsafeMutableBytes { curl_easy_recv(handle, $0.baseAddress, $0.count, &count) }
      if code == CURLE_AGAIN {
        guard wait(for: Int16(POLLIN), seconds: seconds) else { return (String(decoding: bytes, as: UTF8.self), false) }
      } else if code != CURLE_OK || count == 0 {
        return (String(decoding: bytes, as: UTF8.self), true)
      } else {
        bytes += buffer[..<count]
      }
    }
  }

  /// Reads one answer of a server that closes after it; nil where it says nothing.
  func answer(seconds: Int = 10) -> Answer? {
    let text = receive(seconds: seconds).text
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count > 1, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else { return nil }
    var answer = Answer(status: status, httpVersion: 1, body: Array(text[end.upperBound...].utf8))
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { answer.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return answer
  }

  private func wait(for events: Int16, seconds: Int) -> Bool {
    var socket: curl_socket_t = -1
    bn_curl_get_socket(handle, CURLINFO_ACTIVESOCKET, &socket)
    var entry = pollfd(fd: socket, events: events, revents: 0)
    return poll(&entry, 1, Int32(seconds * 1_000)) > 0
  }
}
