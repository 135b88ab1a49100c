/// What is wrong with `form_data`. Names the field and holds nothing of its value: safe to answer with.
package struct FormFault: Error, Equatable {
  package enum Reason: Equatable, Sendable {
    case notAnObject
    case tooManyFields
    case nameTooLong
    case valueTooLong
    case notText
    case notSHA256
    case notADomain
  }
  /// As a caller knows it: `form_data.email`; `form_data` alone where the field's own name could be somebody's data.
  package let field: String
  package let reason: Reason

  init(_ reason: Reason, field name: String? = nil) {
    self.reason = reason
    self.field = "form_data" + (name.flatMap { FormFault.isPlain($0) ? "." + $0 : nil } ?? "")
  }

  /// What to tell the caller.
  package var message: String {
    switch reason {
    case .notAnObject: "must be an object of form fields"
    case .tooManyFields: "must have at most \(RawContact.maximumFields) fields"
    case .nameTooLong: "has a field whose name is longer than \(RawContact.maximumNameBytes) bytes"
    case .valueTooLong: "must be at most \(RawContact.maximumValueBytes) bytes long"
    case .notText: "must be text"
    case .notSHA256: "must be a SHA-256 as 64 hexadecimal digits"
    case .notADomain: "must be the name of a mail domain"
    }
  }

  /// A name that a programmer gave: begins with a letter or "_", goes on with those, digits, "-", "." and spaces.
  private static func isPlain(_ name: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 }
    func isInner(_ byte: UInt8) -> Bool { (48...57).contains(byte) || [32, 45, 46].contains(byte) }
    guard let first = name.utf8.first, isLetter(first), name.utf8.count <= RawContact.maximumNameBytes else {
      return false
    }
    return name.utf8.allSatisfy { isLetter($0) || isInner($0) }
  }
}
