import CCrypto
import JSON

/// Name, e-mail, phone and the other form fields of one lead, as they were sent. They live here, for the length of one
/// request, and nowhere else (PRODUCT.md §8).
///
/// The compiler refuses to copy it, and with that to print, dump, interpolate, encode or store it, to put it into an
/// array, an `Any` or an error, or to let an escaping closure keep it. It is borrowed by the ``Keyring``, which makes
/// references of it, and by the call to a partner. Its memory is wiped when it goes.
///
/// `@unchecked`: the memory has one owner, is written before the initialiser returns, and is only read afterwards.
package struct RawContact: ~Copyable, @unchecked Sendable {
  package static let maximumFields = 64
  package static let maximumNameBytes = 64
  package static let maximumValueBytes = 1_024

  private struct Field {
    var meaning: ContactField
    let foldedName: String
    let place: Range<Int>
  }

  /// A hidden form field, which people leave empty, had a value.
  package let honeypotFilled: Bool
  private let fields: [Field]
  /// The UTF-8 of all values, one after the other.
  private let values: UnsafeMutableBufferPointer<UInt8>

  /// Takes the fields of a form. The first field of a meaning that is not blank counts; a second one, say `mobile`
  /// behind `phone`, is kept among the others. Text and numbers are fields; null counts as not sent; what else there is
  /// (lists, objects, true and false) is a fault in a field that has a meaning, and passed over elsewhere.
  package init(formData: JSONNode?) throws(FormFault) {
    var reader = FormReader()
    if let formData, !formData.isNull { try reader.read(formData) }
    honeypotFilled = reader.honeypotFilled
    let values = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: reader.byteCount)
    var end = 0
    var fields: [Field] = []
    fields.reserveCapacity(reader.fields.count)
    for var field in reader.fields {
      let start = end
      end += field.value.withUTF8 { values.extracting(start...).update(fromContentsOf: $0) }
      fields.append(Field(meaning: field.meaning, foldedName: field.foldedName, place: start..<end))
    }
    self.values = values
    self.fields = fields
  }

  deinit {
    bn_wipe(values.baseAddress, values.count)
    values.deallocate()
  }

  /// Lends the UTF-8 of a field that is none of name, e-mail and phone; nil where there is none of that name. For what
  /// fills partners' templates: the span cannot leave the closure, and what is made of it must not outlive the call.
  package borrowing func withOtherField<Result>(
    named name: String, _ body: (borrowing Span<UInt8>) -> Result
  ) -> Result? {
    let foldedName = ContactField.folded(name)
    guard let field = fields.first(where: { $0.meaning == .other && $0.foldedName == foldedName }) else { return nil }
    return body(UnsafeBufferPointer(values.extracting(field.place)).span)
  }

  /// Whether a text that somebody else made tells something of it: the e-mail's local part, the phone's digits, a word of
  /// the name, another field. What is short counts only where it is the whole text, as it stands in many by chance. ASCII
  /// letters in either case.
  package borrowing func isTold(by text: String) -> Bool {
    let text = Self.asciiFolded(text.utf8)
    let digits = text.filter(Self.isDigit)
    func holds(_ piece: some Collection<UInt8>, least: Int) -> Bool {
      let piece = Self.asciiFolded(piece)
      return !piece.isEmpty && (text == piece || piece.count >= least && text.firstRange(of: piece) != nil)
    }
    return fields.contains { field in
      let value = values.extracting(field.place)
      switch field.meaning {
      case .email: return holds(value.prefix { $0 != UInt8(ascii: "@") }, least: 4)
      case .phone:
        let phone = value.filter(Self.isDigit)
        return phone.count >= 7 && digits.firstRange(of: phone) != nil
      case .name, .firstName, .lastName:
        return value.split(separator: UInt8(ascii: " ")).contains { holds($0, least: 4) }
      default: return holds(value, least: 8)
      }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private static func asciiFolded(_ bytes: some Collection<UInt8>) -> [UInt8] {
    bytes.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
  }

  /// The text of the field with that meaning, nil where it was not sent or is blank.
  borrowing func text(_ meaning: ContactField) -> String? {
    guard let field = fields.first(where: { $0.meaning == meaning }) else { return nil }
    return String(decoding: values.extracting(field.place), as: UTF8.self)
  }

  /// Its bytes where they lie: good while this is borrowed.
  borrowing func bytes(of meaning: ContactField) -> UnsafeBufferPointer<UInt8>? {
    fields.first { $0.meaning == meaning }.map { UnsafeBufferPointer(values.extracting($0.place)) }
  }

  /// The full name: the one field, or first and last name, as far as they were sent.
  borrowing func fullName() -> String? {
    if let name = text(.name) { return name }
    let first = text(.firstName)
    let last = text(.lastName)
    guard let first, let last else { return first ?? last }
    return first + " " + last
  }
}
