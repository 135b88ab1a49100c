import Foundation

/// The forms of text that Unicode defines and the normaliser needs.
enum UnicodeForm {
  /// Lower case as Unicode's default algorithm has it. The standard library maps each character by itself and so misses
  /// the one rule that looks at its neighbours: Σ at the end of a word is ς. Other languages' libraries do not miss it,
  /// and a hash made with one of those must come out the same.
  static func lowercased(_ text: String) -> String {
    let lower = text.lowercased()
    guard text.unicodeScalars.contains(capitalSigma) else { return lower }
    var result = String.UnicodeScalarView()
    let scalars = Array(text.unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      if scalar == capitalSigma && endsWord(scalars, at: place) {
        result.append("ς")
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(result)
  }

  /// Normalisation form C.
  static func composed(_ text: String) -> String {
    isComposedForSure(text) ? text : text.precomposedStringWithCanonicalMapping
  }

  /// Normalisation form KC.
  static func compatiblyComposed(_ text: String) -> String { text.precomposedStringWithCompatibilityMapping }

  private static let capitalSigma: Unicode.Scalar = "Σ"

  /// No combining character stands below U+0300, and all that stands there is composed.
  private static func isComposedForSure(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 < 0x80 } || text.unicodeScalars.allSatisfy { $0.value < 0x300 }
  }

  /// Unicode's condition Final_Sigma: a letter with case before, none behind, case-ignorable characters not counted.
  private static func endsWord(_ scalars: [Unicode.Scalar], at place: Int) -> Bool {
    func isCased(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isCased ?? false }
    let before = scalars[..<place].last { !$0.properties.isCaseIgnorable }
    let behind = scalars[(place + 1)...].first { !$0.properties.isCaseIgnorable }
    return isCased(before) && !isCased(behind)
  }
}

extension Unicode.Scalar {
  /// Unicode's property White_Space.
  var isWhiteSpace: Bool { value < 0x80 ? value == 0x20 || (9...13).contains(value) : properties.isWhitespace }

  /// Unicode's category Cc.
  var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmed: String {
    let scalars = unicodeScalars
    // Nearly always there is none.
    if let first = scalars.first, let last = scalars.last, ("!"..."~").contains(first), ("!"..."~").contains(last) {
      return String(self)
    }
    guard let first = scalars.firstIndex(where: { !$0.isWhiteSpace }),
      let last = scalars.lastIndex(where: { !$0.isWhiteSpace })
    else { return "" }
    return String(String.UnicodeScalarView(scalars[first...last]))
  }

  /// Empty, or nothing but white space.
  var isBlank: Bool { unicodeScalars.allSatisfy(\.isWhiteSpace) }
}

extension String {
  /// What C wrote into a buffer, up to its closing zero.
  init(zeroTerminated characters: [CChar]) {
    self.init(decoding: characters.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
  }
}
