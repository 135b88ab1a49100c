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
    let chosen = form.text("password", maximumBytes: Password.maximumBytes)
    if let chosen, chosen.count < Password.minimumCharacters {
      form.fail("password", "must be at least \(Password.minimumCharacters) characters")
    }
    try form.check()
    let password = try chosen ?? Password.random()
    let person = try call.store.addPerson(
      email: email, passwordHash: try Password.hash(password), to: call.account.id, at: call.now)
    var members: [JSONValue.Member] = [
      .init("id", .string(person.id.text)), .init("email", .string(person.email)),
      .init("created_at", .time(person.createdAt)),
    ]
    if chosen == nil { members.append(.init("password", .string(password))) }
    return .json(.object(members), status: 201)
  }

  static func remove(_ call: Call) throws -> Response {
    guard let person = try call.store.people(of: call.account.id).first(where: { $0.id.text == call.parameters["id"] })
    else { throw Failure.notFound }
    try call.store.removePerson(person.id, from: call.account.id)
    return Response(status: 204)
  }

  static func json(_ person: Person) -> JSONValue {
    [
      "id": .string(person.id.text), "email": .string(person.email), "created_at": .time(person.createdAt),
    ]
  }
}
