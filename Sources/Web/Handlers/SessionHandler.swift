import Domain
import HTTP
import JSON
import Privacy
import Storage

/// The cookie of a session: only this host's pages send it, no script reads it, and it needs TLS.
enum SessionCookie {
  static let name = "__Host-backnova"
  static let seconds: Int64 = 14 * 86_400

  static func set(_ value: String, seconds: Int64) -> (name: String, value: String) {
    ("Set-Cookie", "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=\(seconds)")
  }
}

/// `/api/v1/session`: logging in and out of the dashboard.
enum SessionHandler {
  static func logIn(_ call: OpenCall) throws -> Response {
    var form = try JSONForm(call.request)
    let email = (form.text("email", maximumBytes: 254) ?? "").lowercased()
    let password = form.node("password")?.string ?? ""
    if email.isEmpty { form.fail("email", "is missing") }
    if password.isEmpty { form.fail("password", "is missing") }
    try form.check()
    try call.service.gate.admitLogIn(of: call.request, email: email, at: call.now)
    let credentials = try call.service.store.credentials(email: email)
    // An unknown address takes as long as a wrong password: nobody learns who has an account.
    guard Password.verify(password, against: credentials?.passwordHash), let person = credentials?.person else {
      throw Problem.badLogIn
    }
    return .json(
      ["person": PeopleHandler.json(person), "account_id": .string(person.accountID.text)],
      headers: [try begin(of: person, in: call.service.store, at: call.now)])
  }

  /// Begins a session. - Returns: the header that gives the browser its cookie.
  static func begin(of person: Person, in store: Store, at now: Instant) throws -> (name: String, value: String) {
    let token = try Digest.random(32).hex
    try store.beginSession(
      digest: Digest.sha256(token), of: person.id, at: now, until: now + SessionCookie.seconds)
    return SessionCookie.set(token, seconds: SessionCookie.seconds)
  }

  static func show(_ call: Call) throws -> Response {
    let person: JSONValue =
      switch call.caller {
      case .person(let person, _): PeopleHandler.json(person)
      case .key: .null
      }
    return .json(["person": person, "account_id": .string(call.account.id.text)])
  }

  /// Ends the session; without one there is nothing to do.
  static func logOut(_ call: OpenCall) throws -> Response {
    if let cookie = call.request.cookie(SessionCookie.name) {
      try Gate.checkOrigin(call.request)
      try call.service.store.endSession(digest: Digest.sha256(cookie))
    }
    return Response(status: 204, headers: [SessionCookie.set("", seconds: 0)])
  }
}
