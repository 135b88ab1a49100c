import Domain
import Privacy

/// Fields as a query or a form writes them: `name=value`, in order. A name of several parts is written as forms write
/// nested ones: `lead[email]`.
struct PartnerFields {
  private let fields: [(name: String, value: PartnerField.Value)]

  init(_ fields: [PartnerField]) {
    self.fields = fields.map { field in
      ((field.path.first ?? "") + field.path.dropFirst().map { "[\($0)]" }.joined(), field.value)
    }
  }

  func write(to bytes: inout WipedBytes, _ contact: borrowing RawContact, _ lead: LeadValues) {
    for (place, field) in fields.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: "&")) }
      bytes.append(field.name, as: .percent)
      bytes.append(UInt8(ascii: "="))
      switch field.value {
      case .template(let text): bytes.append(PartnerTemplate(text), of: contact, lead, as: .percent)
      case .literal(let text): bytes.append(text == "null" ? "" : text, as: .percent)
      }
    }
  }
}

/// Fields as one JSON object, nested by their paths, in order.
struct PartnerObject {
  private indirect enum Member {
    case value(PartnerField.Value)
    case object(PartnerObject)
  }

  private var members: [(name: String, value: Member)] = []

  /// - Throws: `path` or `samePlace`.
  init(_ fields: [PartnerField]) throws(PartnerRequestFault) {
    for field in fields {
      guard (1...PartnerRequest.deepestObject).contains(field.path.count) else { throw .path }
      try insert(field.value, at: field.path[...])
    }
  }

  private init() {}

  private mutating func insert(
    _ value: PartnerField.Value, at path: ArraySlice<String>
  ) throws(PartnerRequestFault) {
    guard let name = path.first else { throw .path }
    let place = members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    if path.count == 1 {
      guard place == nil else { throw .samePlace }
      return members.append((name, .value(value)))
    }
    var inner = PartnerObject()
    if let place {
      guard case .object(let known) = members[place].value else { throw .samePlace }
      inner = known
    }
    try inner.insert(value, at: path.dropFirst())
    if let place { members[place].value = .object(inner) } else { members.append((name, .object(inner))) }
  }

  func write(to bytes: inout WipedBytes, _ contact: borrowing RawContact, _ lead: LeadValues) {
    bytes.append(UInt8(ascii: "{"))
    for (place, member) in members.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      bytes.append(member.name, as: .json)
      bytes.append("\":")
      switch member.value {
      case .object(let object): object.write(to: &bytes, contact, lead)
      case .value(.literal(let text)): bytes.append(text)
      case .value(.template(let text)):
        bytes.append(UInt8(ascii: "\""))
        bytes.append(PartnerTemplate(text), of: contact, lead, as: .json)
        bytes.append(UInt8(ascii: "\""))
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }
}
