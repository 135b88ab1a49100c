import CCurl
import Foundation
import JSON

/// One request, as the tests write it down.
struct Call {
  var method = "GET"
  /// With the query, as it goes over the wire.
  var path = "/"
  /// `Name: value`.
  var headers: [String] = []
  var body: [UInt8]?
  /// Longest wait for the whole answer.
  var seconds = 30

  /// As a JSON body with a key.
  static func post(_ path: String, _ json: JSONValue, key: String? = nil, headers: [String] = []) -> Call {
    Call(
      method: "POST", path: path,
      headers: ["Content-Type: application/json"] + authorization(key) + headers, body: json.encoded())
  }

  static func get(_ path: String, key: String? = nil, headers: [String] = []) -> Call {
    Call(path: path, headers: authorization(key) + headers)
  }

  private static func authorization(_ key: String?) -> [String] { key.map { ["Authorization: Bearer \($0)"] } ?? [] }
}

/// What came back.
struct Answer: Sendable {
  /// 0: no answer; ``failure`` says why.
  var status = 0
  /// 1 or 2.
  var httpVersion = 0
  /// By lower-case names; of a repeated one the last.
  var headers: [String: String] = [:]
  var body: [UInt8] = []
  /// libcurl's words where there is no whole answer.
  var failure: String?

  var text: String { String(decoding: body, as: UTF8.self) }

  /// The value at `path` in a JSON body, names and numbers with dots between.
  subscript(_ path: String) -> JSONNode? {
    guard let document = try? JSONDocument(body, limits: .answer) else { return nil }
    return document.root.at(path)
  }

  /// The code of an RFC 9457 problem that is whole: its type, its status, an id; nil of anything else.
  var problem: String? {
    guard headers["content-type"] == "application/problem+json", self["status"]?.integer == Int64(status),
      self["title"]?.string?.isEmpty == false, self["detail"]?.string?.isEmpty == false,
      self["type"]?.string != nil, self["request_id"]?.string?.utf8.count == 32
    else { return nil }
    return self["code"]?.string
  }
}

extension JSONLimits {
  /// What our own answers may hold.
  static let answer = JSONLimits(bytes: 1 << 26, depth: 32, values: 1_000_000, numberBytes: 64)
}

extension JSONNode {
  /// The value at `path`: names of members and places of elements, dots between.
  func at(_ path: String) -> JSONNode? {
    var node: JSONNode? = self
    for name in path.split(separator: ".") {
      node = node.flatMap { node in
        guard node.kind == .array else { return node[String(name)] }
        return Int(name).flatMap { node.elements.indices.contains($0) ? node.elements[$0] : nil }
      }
    }
    return node
  }
}

/// An HTTPS client for one thread at a time: its connection is kept and used again, HTTP/2 where the server offers it, the
/// server's certificate verified against the state folder's.
final class Client {
  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
  private let handle: UnsafeMutableRawPointer?
  private let url: String
  private let certificate: String
  /// Further options for every request, set last.
  private let options: (UnsafeMutableRawPointer) -> Void

  init(url: String, certificate: String, options: @escaping (UnsafeMutableRawPointer) -> Void = { _ in }) {
    self.handle = Self.isReady ? curl_easy_init() : nil
    self.url = url
    self.certificate = certificate
    self.options = options
  }

  deinit { curl_easy_cleanup(handle) }

  func send(_ call: Call) -> Answer {
    guard let handle else { return Answer(failure: "libcurl did not start") }
    curl_easy_reset(handle)
    let received = Received()
    return withExtendedLifetime(received) {
      let context = Unmanaged.passUnretained(received).toOpaque()
      var headers: UnsafeMutablePointer<curl_slist>?
      defer { curl_slist_free_all(headers) }
      for header in call.headers + ["Expect:"] { headers = curl_slist_append(headers, header) }
      bn_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
      bn_curl_set_text(handle, CURLOPT_URL, url + call.path)
      bn_curl_set_long(handle, CURLOPT_PATH_AS_IS, 1)
      setTransport(handle, seconds: call.seconds)
      bn_curl_on_body(handle, { Received.take($0, $1 * $2, $3) { $0.body += $1 } }, context)
      bn_curl_on_header(handle, { Received.take($0, $1 * $2, $3) { $0.takeHeader($1) } }, context)
      switch call.method {
      case "GET": break
      case "HEAD": bn_curl_set_long(handle, CURLOPT_NOBODY, 1)
      default:
        let body = call.body ?? []
        bn_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        body.withUnsafeBytes { _ = bn_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
        bn_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, call.method)
      }
      options(handle)
      return received.answer(after: curl_easy_perform(handle), of: handle)
    }
  }

  func get(_ path: String, key: String? = nil, headers: [String] = []) -> Answer {
    send(.get(path, key: key, headers: headers))
  }

  func post(_ path: String, _ json: JSONValue, key: String? = nil, headers: [String] = []) -> Answer {
    send(.post(path, json, key: key, headers: headers))
  }

  private func setTransport(_ handle: UnsafeMutableRawPointer, seconds: Int) {
    bn_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    bn_curl_set_text(handle, CURLOPT_PROXY, "")
    bn_curl_set_text(handle, CURLOPT_CAINFO, certificate)
    bn_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1)
    bn_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2)
    bn_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    bn_curl_set_long(handle, CURLOPT_TIMEOUT, seconds)
  }
}

/// What libcurl's callbacks have gathered of one answer.
private final class Received {
  var body: [UInt8] = []
  private var headers: [String: String] = [:]

  static func take(
    _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
    _ use: (Received, UnsafeRawBufferPointer) -> Void
  ) -> Int {
    guard let bytes, let context else { return count }
    use(
      Unmanaged<Received>.fromOpaque(context).takeUnretainedValue(), UnsafeRawBufferPointer(start: bytes, count: count))
    return count
  }

  func takeHeader(_ bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") { headers = [:] }
    guard let colon = line.firstIndex(of: ":") else { return }
    headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
      in: .whitespacesAndNewlines)
  }

  func answer(after code: CURLcode, of handle: UnsafeMutableRawPointer) -> Answer {
    var status = 0
    var version = 0
    bn_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    bn_curl_get_long(handle, CURLINFO_HTTP_VERSION, &version)
    return Answer(
      status: status, httpVersion: version == Int(CURL_HTTP_VERSION_2_0) ? 2 : 1, headers: headers, body: body,
      failure: code == CURLE_OK ? nil : "\(code.rawValue) " + String(cString: curl_easy_strerror(code)))
  }
}
