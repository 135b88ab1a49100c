import HTTP

/// What lets the browser SDK on other people's pages call us and read the answer, errors included. No cookie travels:
/// the key is the whole permission, so any origin may ask and the key's own list decides.
enum CrossOrigin {
  static func preflight(_ methods: [String]) -> Response {
    Response(
      status: 204,
      headers: [
        ("Access-Control-Allow-Methods", methods.joined(separator: ", ")),
        ("Access-Control-Allow-Headers", "authorization, content-type, idempotency-key, x-api-key"),
        ("Access-Control-Max-Age", "86400"), ("Allow", methods.joined(separator: ", ")),
      ])
  }

  static func allow(route: Route?, in response: Response) -> Response {
    guard route?.allowsOtherOrigins == true else { return response }
    var response = response
    response.headers.append(("Access-Control-Allow-Origin", "*"))
    response.headers.append(("Access-Control-Expose-Headers", "Retry-After"))
    return response
  }
}
