import CCurl
import Domain
import Glibc

/// What came of one request to a partner, before anybody asks whether it took the lead.
enum PartnerReply {
  /// Not one byte of the request has left.
  case notSent(AttemptCause)
  /// A whole answer.
  case whole(status: Int, body: [UInt8], isCoded: Bool)
  /// An answer whose body was cut at our limit.
  case long(status: Int)
  /// The request may have arrived, and there is no whole answer.
  case broken(AttemptCause)
}

/// One request in the hands of libcurl, on a connection of its own.
///
/// libcurl sends a request again by itself where a kept connection turns out to be dead, though the first one may have
/// arrived, and where HTTP/2 refuses a stream. A lead must not be sent twice, so every request has a new connection and
/// speaks HTTP/1.1: neither can happen then. It costs the round trips of TCP and TLS each time.
final class PartnerCall {
  private let easy: UnsafeMutableRawPointer
  private let handover: UnsafeMutablePointer<bn_handover>
  private let body: UnsafeMutablePointer<CChar>
  private let longestBody: Int
  private var headers: UnsafeMutablePointer<curl_slist>?

  /// - Parameters:
  ///   - guarding: must live as long as the call runs.
  ///   - trust: nil: what libcurl trusts by itself.
  init?(limits: CallLimits, milliseconds: Int, guarding: AddressGuard, trust: PartnerTrust?) {
    guard CurlLibrary.isReady, let easy = curl_easy_init() else { return nil }
    self.easy = easy
    longestBody = limits.body
    body = .allocate(capacity: max(longestBody, 1))
    handover = .allocate(capacity: 1)
    handover.initialize(to: bn_handover())
    handover.pointee.intake.guard = guarding.pointer
    handover.pointee.intake.longest_header = limits.header
    handover.pointee.intake.longest_body = longestBody
    handover.pointee.body = body
    var codes = [bn_handover_attach(handover, easy)] + setTransport() + setTime(milliseconds)
    if let trust { codes.append(trust.attach(to: easy)) }
    guard codes.allSatisfy({ $0 == CURLE_OK }) else { return nil }
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headers)
    // A partner may answer with what it was sent.
    explicit_bzero(body, max(longestBody, 1))
    explicit_bzero(handover, MemoryLayout<bn_handover>.size)
    body.deallocate()
    handover.deallocate()
  }

  private func setTransport() -> [CURLcode] {
    [
      bn_curl_set_long(easy, CURLOPT_FRESH_CONNECT, 1),
      bn_curl_set_long(easy, CURLOPT_FORBID_REUSE, 1),
      bn_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
      bn_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1),
      bn_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
      bn_curl_set_long(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
      bn_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
      // A proxy from the environment would be dialled in the place of the host, and the guard would see only that.
      bn_curl_set_text(easy, CURLOPT_PROXY, ""),
      bn_curl_set_text(easy, CURLOPT_USERAGENT, "BackNova"),
      bn_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1),
      bn_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2),
      bn_curl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
    ]
  }

  private func setTime(_ milliseconds: Int) -> [CURLcode] {
    [
      bn_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds),
      bn_curl_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds),
      bn_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
      // Without this a call whose look-up takes too long ends only when the resolver does.
      bn_curl_set_long(easy, CURLOPT_QUICK_EXIT, 1),
    ]
  }

  /// Makes the call, once. libcurl reads the body where it lies; of the URL and the header it has copies, which it
  /// frees.
  func perform(_ request: borrowing PartnerRequest) -> PartnerReply {
    for line in request.headers {
      guard let longer = curl_slist_append(headers, line) else { return .notSent(.local) }
      headers = longer
    }
    let method = request.method
    return request.url.withUnsafeBytes { url in
      request.body.withUnsafeBytes { body in
        let codes = [
          bn_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers),
          bn_curl_set_pointer(easy, CURLOPT_URL, url.baseAddress),
        ]
        guard (codes + set(method, body)).allSatisfy({ $0 == CURLE_OK }) else { return .notSent(.local) }
        return reply(curl_easy_perform(easy))
      }
    }
  }

  private func set(_ method: DeliveryMethod, _ body: UnsafeBufferPointer<UInt8>) -> [CURLcode] {
    guard method != .get else { return [bn_curl_set_long(easy, CURLOPT_HTTPGET, 1)] }
    return [
      bn_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)),
      bn_curl_set_pointer(easy, CURLOPT_POSTFIELDS, body.baseAddress),
      bn_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, method.rawValue),
    ]
  }

  private func reply(_ code: CURLcode) -> PartnerReply {
    guard handover.pointee.may_be_sent else { return .notSent(causeBefore(code)) }
    let status = Int(handover.pointee.intake.status)
    if handover.pointee.intake.is_too_long { return status == 0 ? .broken(.tooLong) : .long(status: status) }
    guard code == CURLE_OK else { return .broken(causeBehind(code)) }
    // It ended inside a header, which libcurl does not mind.
    guard status != 0 else { return .broken(.cutShort) }
    let bytes = UnsafeRawBufferPointer(start: body, count: handover.pointee.body_count)
    return .whole(status: status, body: Array(bytes), isCoded: handover.pointee.is_coded)
  }

  /// Why the request was not begun.
  private func causeBefore(_ code: CURLcode) -> AttemptCause {
    if handover.pointee.closed_before { return .closedBefore }
    switch code {
    case CURLE_URL_MALFORMAT: return .badURL
    case CURLE_COULDNT_RESOLVE_HOST: return .nameNotFound
    case CURLE_COULDNT_CONNECT: return connectCause
    case CURLE_OPERATION_TIMEDOUT: return .connectTimedOut
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS: return .badCertificate
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .tlsFailed
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING: return .closedBefore
    default: return .local
    }
  }

  private var connectCause: AttemptCause {
    if handover.pointee.intake.opened_sockets == 0 { return .refusedAddress }
    var error = 0
    bn_curl_get_long(easy, CURLINFO_OS_ERRNO, &error)
    switch Int32(error) {
    case ECONNREFUSED: return .connectionRefused
    case ECONNRESET: return .closedBefore
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .local
    default: return .unreachable
    }
  }

  /// Why there is no whole answer to a request that was begun.
  private func causeBehind(_ code: CURLcode) -> AttemptCause {
    switch code {
    case CURLE_OPERATION_TIMEDOUT: return .timedOut
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL: return .notHTTP
    case CURLE_BAD_CONTENT_ENCODING: return .unreadable
    // What libcurl calls a header line that outgrows its own limit.
    case CURLE_OUT_OF_MEMORY: return .tooLong
    default: return handover.pointee.intake.header_bytes == 0 ? .reset : .cutShort
    }
  }
}
