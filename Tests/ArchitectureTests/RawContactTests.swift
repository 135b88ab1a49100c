import Testing

/// The promise of PRODUCT.md §8 that the compiler keeps: each snippet here tries to let a contact out of the request, and
/// must not compile. The control is the same text without the attempt, and must: else the others would fail for a
/// reason of their own.
@Suite struct RawContactTests {
  struct Attempt: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// Stands in a function where `contact` is a parameter, with `ownership` before its type.
    let statement: String
    var ownership = "borrowing"
    /// Stands before the function.
    var declarations = ""
    /// What the compiler says of it, so that a mistake in the snippet is not taken for a refusal.
    var complaint = "Copyable"
  }

  private static let attempts = [
    Attempt(testDescription: "print", statement: "print(contact)"),
    Attempt(testDescription: "debugPrint", statement: "debugPrint(contact)"),
    Attempt(testDescription: "dump", statement: "dump(contact)"),
    Attempt(testDescription: "Mirror", statement: "_ = Mirror(reflecting: contact)"),
    Attempt(testDescription: "interpolation", statement: #"_ = "\(contact)""#),
    Attempt(testDescription: "String(describing:)", statement: "_ = String(describing: contact)"),
    Attempt(testDescription: "String(reflecting:)", statement: "_ = String(reflecting: contact)"),
    Attempt(testDescription: "array", statement: "_ = [contact]", ownership: "consuming"),
    Attempt(testDescription: "Any", statement: "let any: Any = contact; _ = any", ownership: "consuming"),
    Attempt(
      testDescription: "error", statement: "throw Carrier(contact: contact)", ownership: "consuming",
      declarations: "struct Carrier: Error { let contact: RawContact }"),
    Attempt(
      testDescription: "Encodable", statement: "",
      declarations: "extension RawContact: Encodable { package func encode(to encoder: any Encoder) throws {} }"),
    Attempt(
      testDescription: "CustomStringConvertible", statement: "",
      declarations: "extension RawContact: CustomStringConvertible { package var description: String { \"\" } }"),
    Attempt(testDescription: "JSON value", statement: "_ = JSONValue.string(contact)", complaint: "cannot convert"),
    Attempt(
      testDescription: "escaping closure", statement: "later { _ = contact.honeypotFilled }",
      declarations: "func later(_ work: @escaping () -> Void) {}", complaint: "capture"),
    Attempt(
      testDescription: "escaping closure of an owner", statement: "later { take(contact) }", ownership: "consuming",
      declarations: "func later(_ work: @escaping () -> Void) {}\nfunc take(_ contact: consuming RawContact) {}",
      complaint: "closure"),
    Attempt(
      testDescription: "write to the store", statement: "write { _ = contact.honeypotFilled }",
      declarations: "func write(_ work: @escaping @Sendable () throws -> Void) {}", complaint: "capture"),
    Attempt(
      testDescription: "argument of a statement", statement: #"execute("INSERT", [contact])"#, ownership: "consuming",
      declarations: "protocol Bindable {}\nfunc execute(_ sql: String, _ arguments: [any Bindable]) {}",
      complaint: "'RawContact'"),
    Attempt(
      testDescription: "two copies",
      statement: "let one = contact\n  let two = contact\n  _ = (one.honeypotFilled, two.honeypotFilled)",
      ownership: "consuming", complaint: "consumed more than once"),
    Attempt(testDescription: "copy", statement: "_ = copy contact", complaint: "noncopyable"),
    Attempt(
      testDescription: "keeping what is lent", statement: "let kept = contact\n  _ = kept.honeypotFilled",
      complaint: "cannot be consumed"),
    Attempt(
      testDescription: "bytes of its memory", statement: "_ = contact.values", complaint: "inaccessible"),
    Attempt(
      testDescription: "text of a field", statement: "_ = contact.text(.email)", complaint: "inaccessible"),
    Attempt(
      testDescription: "span as a result",
      statement: #"let span: Span<UInt8>? = contact.withOtherField(named: "zip") { $0 }; _ = span?.count"#,
      complaint: "Escapable"),
    Attempt(
      testDescription: "span out of its closure",
      statement: #"var kept: Span<UInt8>?; contact.withOtherField(named: "zip") { kept = $0 }; _ = kept?.count"#,
      complaint: "escapes its scope"),
    Attempt(
      testDescription: "a part out of its closure",
      statement: "var kept: Span<UInt8>?; contact.lend(.email, country: nil) { kept = $0 }; _ = kept?.count",
      complaint: "escapes its scope"),
    Attempt(
      testDescription: "memory of a field", statement: "_ = contact.bytes(of: .email)", complaint: "inaccessible"),
    Attempt(testDescription: "print what is on its way out", statement: "print(bytes)"),
    Attempt(testDescription: "interpolate it", statement: #"_ = "\(bytes)""#),
    Attempt(testDescription: "its memory", statement: "_ = bytes.memory", complaint: "inaccessible"),
    Attempt(
      testDescription: "keep it", statement: "later { _ = bytes.count }",
      declarations: "func later(_ work: @escaping () -> Void) {}", complaint: "capture"),
    Attempt(testDescription: "print a request", statement: "print(request)"),
    Attempt(testDescription: "dump a request", statement: "dump(request)"),
    Attempt(testDescription: "a request's body", statement: "_ = request.body", complaint: "inaccessible"),
    Attempt(testDescription: "a request's URL", statement: "_ = request.url", complaint: "inaccessible"),
    Attempt(
      testDescription: "keep a request", statement: "later { take(request) }",
      declarations: "func later(_ work: @escaping () -> Void) {}\nfunc take(_ request: borrowing PartnerRequest) {}",
      complaint: "capture"),
  ]

  private static func source(_ attempt: Attempt) -> String {
    """
    import JSON
    import Outbound
    import Privacy

    \(attempt.declarations)

    func attempt(
      _ contact: \(attempt.ownership) RawContact, _ bytes: borrowing WipedBytes, _ request: borrowing PartnerRequest
    ) throws {
      _ = contact.honeypotFilled
      \(attempt.statement)
    }
    """
  }

  @Test func whatMayBeDoneCompiles() throws {
    let compiler = try Compiler()
    for ownership in ["borrowing", "consuming"] {
      let lending =
        #"_ = contact.withOtherField(named: "zip") { $0.count }; contact.lend(.email, country: nil) { _ = $0.count }; _ = bytes.count"#
      let control = Attempt(testDescription: "control", statement: lending, ownership: ownership)
      let outcome = try compiler.compile(Self.source(control))
      #expect(outcome.isAccepted, "\(outcome.messages)")
    }
  }

  @Test(arguments: attempts)
  func whatWouldLetAContactOutDoesNotCompile(attempt: Attempt) throws {
    let outcome = try Compiler().compile(Self.source(attempt))
    #expect(!outcome.isAccepted)
    #expect(outcome.messages.contains("error:") && outcome.messages.contains(attempt.complaint), "\(outcome.messages)")
  }
}
