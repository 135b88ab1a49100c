import JSON

/// Reads `form_data` into fields, within ``RawContact``'s limits. Lives only while a ``RawContact`` is made.
struct FormReader: ~Copyable {
  struct Field {
    let meaning: ContactField
    let foldedName: String
    var value: String
  }

  private(set) var fields: [Field] = []
  private(set) var byteCount = 0
  private(set) var honeypotFilled = false
  private var count = 0

  mutating func read(_ form: JSONNode) throws(FormFault) {
    guard form.kind == .object else { throw FormFault(.notAnObject) }
    try form.forEachMember { (name, value) throws(FormFault) in try self.read(name: name, value) }
  }

  private mutating func read(name: String, _ node: JSONNode) throws(FormFault) {
    count += 1
    guard count <= RawContact.maximumFields else { throw FormFault(.tooManyFields) }
    guard name.utf8.count <= RawContact.maximumNameBytes else { throw FormFault(.nameTooLong) }
    let foldedName = ContactField.folded(name)
    let meaning = ContactField(foldedName: foldedName)
    if meaning == .honeypot {
      honeypotFilled = honeypotFilled || isFilled(node)
      return
    }
    guard !node.isNull else { return }
    guard let value = node.string ?? node.numberText else {
      guard meaning == .other else { throw FormFault(.notText, field: name) }
      return
    }
    guard value.utf8.count <= RawContact.maximumValueBytes else { throw FormFault(.valueTooLong, field: name) }
    try check(value, meaning, field: name)
    keep(value, meaning, foldedName)
  }

  private mutating func keep(_ value: String, _ meaning: ContactField, _ foldedName: String) {
    guard meaning == .other || !value.isBlank else { return }
    let isTaken = meaning != .other && fields.contains { $0.meaning == meaning }
    fields.append(Field(meaning: isTaken ? .other : meaning, foldedName: foldedName, value: value))
    byteCount += value.utf8.count
  }

  /// A caller that hashes by itself must hear of a mistake at once: nothing could be recognised later.
  private func check(_ value: String, _ meaning: ContactField, field: String) throws(FormFault) {
    guard !value.isBlank else { return }
    switch meaning {
    case .emailHash, .phoneHash, .nameHash:
      guard Keyring.digest(hex: value) != nil else { throw FormFault(.notSHA256, field: field) }
    case .emailDomain:
      guard Normaliser.emailDomain(value) != nil else { throw FormFault(.notADomain, field: field) }
    default: break
    }
  }

  /// Anything but nothing: programs tick boxes and fill in numbers, too.
  private func isFilled(_ node: JSONNode) -> Bool {
    switch node.kind {
    case .string: !(node.string ?? "").isEmpty
    case .null: false
    case .bool: node.bool == true
    case .number, .array, .object: true
    }
  }
}
