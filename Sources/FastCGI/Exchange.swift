import CFastCGI
import Glibc
import HTTP

/// One accepted FastCGI request, from its parameters to the end of its answer.
///
/// 1. A handler sees complete requests only: what is malformed, too long or cut off is answered here.
/// 2. No header of an answer can start another header or the body (``Answer``).
/// 3. The body is overwritten once the handler has returned.
struct Exchange: Sendable {
  let connection: Connection
  let limits: ServerLimits

  private var state: UnsafeMutablePointer<FCGX_Request> { connection.state }

  /// A request that no handler will see.
  fileprivate struct Refusal: Error {
    let problem: Problem
  }

  /// Reads the request, has it answered, sends the answer and ends the exchange, perhaps later and on another thread.
  /// - Parameters:
  ///   - willWait: called when the handler is about to wait.
  ///   - ended: called then, once, with what may be logged; the connection is free for the next.
  func run(
    _ handler: Server.Handler, willWait: @escaping @Sendable () -> Void,
    ended: @escaping @Sendable (_ id: String, _ method: String, _ status: Int) -> Void
  ) {
    backnova_fcgi_set_timeout(state, limits.socketSeconds)
    let parameters = Parameters(state.pointee.envp, limits: limits)
    let id = parameters.id ?? Request.makeID()
    do {
      var request = try request(id: id, parameters)
      request.willWait = willWait
      let method = request.method
      handler(request) { response in
        send(response, to: method)
        ended(id, method, response.status)
      }
      wipe(&request.body)
    } catch {
      discardBody()
      send(error.problem.response(requestID: id), to: parameters.method)
      ended(id, parameters.method ?? "-", error.problem.status)
    }
  }

  private func request(id: String, _ parameters: Parameters) throws(Refusal) -> Request {
    guard !parameters.hasTooManyHeaders else { throw .headersTooLarge }
    guard let method = parameters.method else { throw .bad("The request names no method.") }
    guard parameters.uri.count <= limits.uriBytes else { throw .uriTooLong }
    let (path, query) = try target(parameters.uri)
    return Request(
      id: id, method: method, path: path, query: query, headers: parameters.headers,
      body: try body(announced: parameters.contentLength), remoteAddress: parameters.remoteAddress,
      country: parameters.country, isSecure: parameters.isSecure)
  }

  /// Splits at the first `?`; only the path is decoded.
  private func target(_ uri: [UInt8]) throws(Refusal) -> (path: String, query: [UInt8]) {
    let raw = uri.prefix { $0 != UInt8(ascii: "?") }
    guard raw.first == UInt8(ascii: "/"), let decoded = PercentDecoding.strict(raw), !decoded.contains(0),
      let path = String(validating: decoded, as: UTF8.self)
    else { throw .bad("The path is not valid.") }
    return (path, Array(uri.dropFirst(raw.count + 1)))
  }

  private func body(announced: Int?) throws(Refusal) -> [UInt8] {
    guard let announced else { return try bodyToEnd() }
    guard announced >= 0 else { throw .bad("Content-Length is not a number.") }
    guard announced <= limits.bodyBytes else { throw .bodyTooLarge }
    guard announced > 0 else { return [] }
    var body = [UInt8](unsafeUninitializedCapacity: announced) { buffer, count in count = readBody(into: buffer) }
    guard body.count == announced else {
      wipe(&body)
      throw .bad("The body ended early.")
    }
    guard FCGX_GetChar(state.pointee.in) == EOF else {
      wipe(&body)
      throw .bad("The body is longer than Content-Length says.")
    }
    return body
  }

  /// A body whose length nobody announced; mostly there is none.
  private func bodyToEnd() throws(Refusal) -> [UInt8] {
    var body: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    defer { wipe(&chunk) }
    while body.count <= limits.bodyBytes {
      let count = chunk.withUnsafeMutableBufferPointer { readBody(into: $0) }
      body.append(contentsOf: chunk.prefix(count))
      if count < chunk.count { break }
    }
    let isCut = FCGX_GetError(state.pointee.in) != 0
    guard !isCut, body.count <= limits.bodyBytes else {
      wipe(&body)
      throw isCut ? .bad("The body ended early.") : .bodyTooLarge
    }
    return body
  }

  private func readBody(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    let count = buffer.withMemoryRebound(to: CChar.self) {
      FCGX_GetStr($0.baseAddress, Int32(clamping: $0.count), state.pointee.in)
    }
    backnova_fcgi_wipe_consumed(state.pointee.in)
    return max(0, Int(count))
  }

  /// nginx sends the whole body before it reads an answer, so what we refuse must still be taken in.
  private func discardBody() {
    var chunk = [UInt8](repeating: 0, count: 8192)
    var left = limits.drainedBytes
    while left > 0 {
      let count = chunk.withUnsafeMutableBufferPointer { readBody(into: $0) }
      if count < chunk.count { break }
      left -= count
    }
    wipe(&chunk)
  }

  private func send(_ response: Response, to method: String?) {
    put(Answer.head(of: response))
    if method != "HEAD", Answer.hasBody(response) { put(response.body) }
    FCGX_Finish_r(state)
  }

  /// A client that went away shows as an error of the stream, which ends with the exchange.
  private func put(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { raw in
      let text = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
      _ = FCGX_PutStr(text, Int32(clamping: raw.count), state.pointee.out)
    }
  }

  /// Reaches the one copy there is, unless a handler kept the array: then that copy is the handler's to answer for.
  private func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { backnova_wipe($0.baseAddress, $0.count) }
  }
}

extension Exchange.Refusal {
  static func bad(_ detail: String) -> Self {
    Self(problem: Problem(status: 400, code: "bad_request", detail: detail))
  }

  static var bodyTooLarge: Self {
    Self(problem: Problem(status: 413, code: "body_too_large", detail: "The body is longer than is allowed."))
  }

  static var uriTooLong: Self {
    Self(problem: Problem(status: 414, code: "uri_too_long", detail: "The path and query are too long."))
  }

  static var headersTooLarge: Self {
    Self(problem: Problem(status: 431, code: "headers_too_large", detail: "The headers are too many or too long."))
  }
}
