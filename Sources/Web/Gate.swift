import Domain
import HTTP
import Privacy
import Storage

/// What a route asks of its caller.
enum Access: Sendable {
  /// A secret or publishable key.
  case decision
  /// A secret key, or a person who is logged in.
  case account
}

/// Who calls, once the gate let them in.
enum Caller: Sendable {
  case key(APIKey, Account)
  case person(Person, Account)

  var account: Account {
    switch self {
    case .key(_, let account), .person(_, let account): account
    }
  }

  /// The key that was used; 0 for a person.
  var keyID: KeyID {
    guard case .key(let key, _) = self else { return KeyID(rawValue: 0) }
    return key.id
  }

  /// The publishable key, where one was used: its callers are browsers and get less of an answer.
  var publishableKey: APIKey? {
    guard case .key(let key, _) = self, key.kind == .publishable else { return nil }
    return key
  }
}

/// Lets callers in by key or session, and slows down those who guess.
struct Gate: Sendable {
  private let store: Store
  /// Bad keys by address. A good key is never refused for others' bad ones: partners share addresses, and a key of 190
  /// bits is not guessed at any rate.
  private let badKeys: RateLimit
  private let logIns: RateLimit

  init(store: Store) throws(CryptoFault) {
    self.store = store
    self.badKeys = try RateLimit(count: 20, seconds: 60)
    self.logIns = try RateLimit(count: 10, seconds: 60)
  }

  func admit(_ request: Request, to access: Access, at now: Instant) throws -> Caller {
    if let text = Self.headerKey(request) {
      let (key, account) = try admit(key: text, of: request, at: now)
      try check(key, access, request)
      return .key(key, account)
    }
    if case .account = access, let person = try session(of: request, at: now) { return person }
    throw Problem.missingKey
  }

  /// The key's account, for a caller that sends its key where it belongs for that route.
  func admit(key text: String, of request: Request, at now: Instant) throws -> (key: APIKey, account: Account) {
    let directory = try store.directory()
    if let secret = APIKeySecret(text), let key = directory.key(digest: secret.digest),
      let account = directory.accounts[key.accountID]
    {
      return (key, account)
    }
    guard badKeys.admits(request.remoteAddress, at: now) else { throw Problem.tooManyBadKeys }
    throw Problem.badKey
  }

  /// Counts a log-in against its address and its e-mail. - Throws: 429 once either tried too often.
  func admitLogIn(of request: Request, email: String, at now: Instant) throws {
    let admitsAddress = logIns.admits(request.remoteAddress, at: now)
    let admitsEmail = logIns.admits(email, at: now)
    guard admitsAddress, admitsEmail else { throw Problem.tooManyLogIns }
  }

  /// The key of an `Authorization: Bearer` or `X-API-Key` header.
  static func headerKey(_ request: Request) -> String? {
    if let authorization = request.headers["authorization"] {
      if authorization.utf8.starts(with: "Bearer bn_".utf8) { return String(authorization.dropFirst(7)) }
      let parts = authorization.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "bearer" else { return "" }
      return parts[1].trimmed
    }
    return request.headers["x-api-key"].map(\.trimmed)
  }

  private func check(_ key: APIKey, _ access: Access, _ request: Request) throws {
    switch (access, key.kind) {
    case (_, .secret): return
    case (.decision, .publishable):
      guard key.origins.isEmpty || request.headers["origin"].map(key.origins.contains) == true else {
        throw Problem.originNotAllowed
      }
    default: throw Problem.keyNotAllowed(key.kind)
    }
  }

  private func session(of request: Request, at now: Instant) throws -> Caller? {
    guard let cookie = request.cookie(SessionCookie.name) else { return nil }
    guard let person = try store.person(inSession: Digest.sha256(cookie), at: now),
      let account = try store.directory().accounts[person.accountID]
    else { throw Problem.sessionEnded }
    // A page that one person opened must not write into the account of whoever logged in after them.
    if let meant = request.headers["x-person"], meant != person.id.text { throw Problem.otherPerson }
    if !["GET", "HEAD"].contains(request.method) { try Self.checkOrigin(request) }
    return .person(person, account)
  }

  /// SameSite=Strict keeps other sites' requests from having the cookie; this also stops a sibling subdomain's.
  /// - Throws: 403 unless the request comes from a page of this host.
  static func checkOrigin(_ request: Request) throws {
    guard let host = request.headers["host"], request.headers["origin"] == "https://" + host else {
      throw Problem.foreignOrigin
    }
  }
}
