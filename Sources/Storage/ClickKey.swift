/// A click id to look up by: compared byte for byte, as everywhere, though Swift calls texts equal that Unicode does.
struct ClickKey: Hashable, Sendable {
  let clickID: String
  init(_ clickID: String) { self.clickID = clickID }

  static func == (a: Self, b: Self) -> Bool { a.clickID.utf8.elementsEqual(b.clickID.utf8) }
  func hash(into hasher: inout Hasher) { for byte in clickID.utf8 { hasher.combine(byte) } }
}
