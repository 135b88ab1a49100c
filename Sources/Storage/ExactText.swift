/// A text to look up by: compared byte for byte, as the database does, though Swift calls texts equal that Unicode does.
struct ExactText: Hashable, Sendable {
  let text: String
  init(_ text: String) { self.text = text }

  static func == (a: Self, b: Self) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
