import CCurl
import Glibc

/// One call in the hands of libcurl, with what it gathers. Made anew for each: `curl_easy_reset` would keep a buffer
/// that HTTP/2 left behind, and forget how long it is. Connections belong to the multi handle and outlive this.
final class CallHandle {
  let id: Int64
  let easy: UnsafeMutableRawPointer
  private let intake: UnsafeMutablePointer<bn_intake>
  /// Header lines of our own, which libcurl reads until the call ends.
  private var headers: UnsafeMutablePointer<curl_slist>?

  /// - Parameter guarding: must live as long as the call runs.
  init(_ call: Call, limits: CallLimits, guarding: AddressGuard) throws(CallFailure) {
    do throws(URLFault) {
      _ = try CallURL(call.url, for: guarding)
    } catch {
      throw error == .address ? .refusedAddress : .badURL
    }
    guard CurlLibrary.isReady, let easy = curl_easy_init() else { throw .local }
    id = call.id
    self.easy = easy
    intake = .allocate(capacity: 1)
    intake.initialize(to: bn_intake())
    intake.pointee.guard = guarding.pointer
    intake.pointee.longest_header = limits.header
    intake.pointee.longest_body = limits.body
    let codes =
      [bn_intake_attach(intake, easy), bn_curl_set_text(easy, CURLOPT_URL, call.url)] + setTransport()
      + setTime(limits) + setTrust(limits) + setBody(call.body)
    guard codes.allSatisfy({ $0 == CURLE_OK }) else { throw .local }
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headers)
    intake.deallocate()
  }

  private func setTransport() -> [CURLcode] {
    [
      bn_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1),
      bn_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
      bn_curl_set_long(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
      bn_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
      // A proxy from the environment would be dialled in the place of the host, and the guard would see only that.
      bn_curl_set_text(easy, CURLOPT_PROXY, ""),
      bn_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
      bn_curl_set_text(easy, CURLOPT_USERAGENT, "BackNova"),
      // Answers are short: 16 KiB, libcurl's own choice, would be held for each of many calls.
      bn_curl_set_long(easy, CURLOPT_BUFFERSIZE, 4_096),
    ]
  }

  private func setTime(_ limits: CallLimits) -> [CURLcode] {
    [
      bn_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, limits.connect),
      bn_curl_set_long(easy, CURLOPT_TIMEOUT_MS, limits.whole),
      bn_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
      // Without this a call whose look-up takes too long ends only when the resolver does, and all others wait for it.
      bn_curl_set_long(easy, CURLOPT_QUICK_EXIT, 1),
    ]
  }

  private func setTrust(_ limits: CallLimits) -> [CURLcode] {
    var codes = [bn_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1), bn_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)]
    if let path = limits.certificates ?? CurlLibrary.certificates {
      // libcurl reads the certificates once for all calls only where they come from one file and no folder.
      codes += [bn_curl_set_text(easy, CURLOPT_CAINFO, path), bn_curl_set_text(easy, CURLOPT_CAPATH, nil)]
    }
    return codes
  }

  private func setBody(_ body: CallBody?) -> [CURLcode] {
    guard let body else { return [] }
    // Without "Expect" a longer body is sent at once, not after a second in which old servers say nothing.
    for line in ["Content-Type: \(body.contentType)", "Expect:"] {
      guard let longer = curl_slist_append(headers, line) else { return [CURLE_OUT_OF_MEMORY] }
      headers = longer
    }
    return [
      bn_curl_set_long(easy, CURLOPT_POSTFIELDSIZE, body.text.utf8.count),
      bn_curl_set_text(easy, CURLOPT_COPYPOSTFIELDS, body.text),
      bn_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers),
    ]
  }

  /// How the call ended.
  func result(_ code: CURLcode) -> CallResult {
    let intake = intake.pointee
    let status = intake.status == 0 ? nil : Int(intake.status)
    return CallResult(
      id: id, status: status, failure: failure(code), milliseconds: Int(offset(CURLINFO_TOTAL_TIME_T) / 1_000),
      text: printable(), retryAfter: status == nil ? nil : retryAfter, httpVersion: status == nil ? nil : httpVersion)
  }

  private var retryAfter: Int64? {
    let seconds = Int64(offset(CURLINFO_RETRY_AFTER))
    return seconds > 0 ? seconds : nil
  }

  private var httpVersion: Int {
    var version = 0
    bn_curl_get_long(easy, CURLINFO_HTTP_VERSION, &version)
    return version == Int(CURL_HTTP_VERSION_2_0) ? 2 : 1
  }

  private func offset(_ info: CURLINFO) -> curl_off_t {
    var value: curl_off_t = 0
    return bn_curl_get_offset(easy, info, &value) == CURLE_OK ? value : 0
  }

  private func failure(_ code: CURLcode) -> CallFailure? {
    if intake.pointee.is_too_long { return .tooLong }
    switch code {
    case CURLE_OK: return nil
    case CURLE_URL_MALFORMAT: return .badURL
    case CURLE_COULDNT_RESOLVE_HOST: return .nameNotFound
    case CURLE_COULDNT_CONNECT: return connectFailure
    case CURLE_OPERATION_TIMEDOUT: return isConnected ? .timedOut : .connectTimedOut
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS: return .badCertificate
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .tlsFailed
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2_STREAM: return .reset
    // The scheme was looked at before: this is an answer without a status line.
    case CURLE_UNSUPPORTED_PROTOCOL: return .notHTTP
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2: return .notHTTP
    // What libcurl calls a header line that outgrows its own limit.
    case CURLE_OUT_OF_MEMORY where isConnected: return .tooLong
    default: return .local
    }
  }

  /// Whether name, connection and TLS were done.
  private var isConnected: Bool { offset(CURLINFO_PRETRANSFER_TIME_T) > 0 }

  private var connectFailure: CallFailure {
    if intake.pointee.opened_sockets == 0 { return .refusedAddress }
    var error = 0
    bn_curl_get_long(easy, CURLINFO_OS_ERRNO, &error)
    switch Int32(error) {
    case ECONNREFUSED: return .connectionRefused
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .local
    default: return .unreachable
    }
  }

  private func printable() -> String {
    let count = min(intake.pointee.body_bytes, Int(BN_KEPT_BYTES))
    return withUnsafeBytes(of: intake.pointee.body) { PrintableText.line($0.prefix(count), most: count) }
  }
}

/// What libcurl needs once in a process.
enum CurlLibrary {
  static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// The system's file of trusted certificates, where libcurl knows one.
  static let certificates: String? = bn_curl_certificates().map { String(cString: $0) }
}
