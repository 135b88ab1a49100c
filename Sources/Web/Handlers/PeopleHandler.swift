import Domain
import HTTP
import JSON
import Privacy
import Storage

/// `/api/v1/people`: who may log in to the account.
enum PeopleHandler {
  static func list(_ call: Call) throws -> Response {
    .json(["people": .array(try call.store.people(of: call.account.id).map { json($0) })])
  }

  /// Adds a person; without `password` one is made and shown in this answer only.
  static func add(_ call: Call) throws -> Response {
    var form = try JSONForm(call.request)
    let email = (form.text("email", maximumBytes: 254) ?? "").lowercased()
    if !ClickID.looksLikeEmail(email) { form.fail("email", "must be an e-mail address") }
    let chosen = newPassword(&form)
    try form.check()
    let password = try chosen ?? Password.random()
    let person = try call.store.addPerson(
      email: email, passwordHash: try Password.hash(password), to: call.account.id, at: call.now)
    var members = members(of: person)
    if chosen == nil { members.append(.init("password", .string(password))) }
    return .json(.object(members), status: 201)
  }

  /// Sets a new password and ends the person's sessions. With a session people change their own only, say the old one and
  /// go on with a new session; a secret key sets anybody's of the account.
  static func update(_ call: Call) throws -> Response {
    let person = try named(call)
    var form = try JSONForm(call.request)
    let password = newPassword(&form)
    if password == nil && form.errors.isEmpty { form.fail("password", "is missing") }
    var isOwn = false
    if case .person(let caller, _) = call.caller {
      guard caller.id == person.id else { throw Problem.notYourself }
      isOwn = true
      if form.node("old_password")?.string == nil { form.fail("old_password", "is missing") }
    }
    try form.check()
    guard let password else { throw Problem.internal }
    if isOwn {
      try call.service.gate.admitLogIn(of: call.request, email: person.email, at: call.now)
      let old = form.node("old_password")?.string ?? ""
      guard Password.verify(old, against: try call.store.credentials(email: person.email)?.passwordHash) else {
        throw Problem.badField("old_password", "is not right")
      }
    }
    try call.store.setPassword(ofEmail: person.email, hash: try Password.hash(password))
    return .json(
      json(person), headers: isOwn ? [try SessionHandler.begin(of: person, in: call.store, at: call.now)] : [])
  }

  static func remove(_ call: Call) throws -> Response {
    let person = try named(call)
    do throws(Failure) {
      try call.store.removePerson(person.id, from: call.account.id)
    } catch {
      guard case .limitReached = error else { throw error }
      throw Problem(
        status: 422, code: "last_person",
        detail: "Nobody else can log in to this account: add a person first, then remove this one.")
    }
    return Response(status: 204)
  }

  private static func named(_ call: Call) throws -> Person {
    guard let person = try call.store.people(of: call.account.id).first(where: { $0.id.text == call.parameters["id"] })
    else { throw Failure.notFound }
    return person
  }

  /// A password as it was typed, white space and all; nil where none is given.
  private static func newPassword(_ form: inout JSONForm) -> String? {
    let password = form.text("password", maximumBytes: Password.maximumBytes, trims: false)
    if let password, password.count < Password.minimumCharacters {
      form.fail("password", "must be at least \(Password.minimumCharacters) characters")
    }
    return password
  }

  static func json(_ person: Person) -> JSONValue { .object(members(of: person)) }

  private static func members(of person: Person) -> [JSONValue.Member] {
    [
      .init("id", .string(person.id.text)), .init("email", .string(person.email)),
      .init("created_at", .time(person.createdAt)),
    ]
  }
}
