/// Makes text of whatever a stranger sent, fit for a log and a page.
enum PrintableText {
  /// One line without control characters, line ends, or marks that turn the direction of text; what is no UTF-8 becomes
  /// U+FFFD; at most so many bytes, cut between characters.
  static func line(_ bytes: some Sequence<UInt8>, most: Int) -> String {
    var line = ""
    var size = 0
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
      let shown = isShown(scalar) ? scalar : " "
      size += UTF8.width(shown)
      guard size <= most else { break }
      line.unicodeScalars.append(shown)
    }
    return line
  }

  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
