/// Lists of lists of texts as one text, for columns that are read whole or not at all: each line ends with a line break,
/// tabs stand between the parts of a line, and what a part itself holds of both is written with a backslash.
enum LineText {
  static func encode(_ lines: [[String]]) -> String {
    lines.map { $0.map(escape).joined(separator: "\t") + "\n" }.joined()
  }

  static func decode(_ text: String) -> [[String]] {
    // By bytes: a part may begin with a mark that makes one character with the tab before it.
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map { line in
      line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map(unescape)
    }
  }

  private static func escape(_ part: String) -> String {
    var bytes: [UInt8] = []
    for byte in part.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): bytes += Array(#"\\"#.utf8)
      case UInt8(ascii: "\t"): bytes += Array(#"\t"#.utf8)
      case UInt8(ascii: "\n"): bytes += Array(#"\n"#.utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func unescape(_ part: Substring.UTF8View) -> String {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in part {
      if isEscaped {
        bytes.append(byte == UInt8(ascii: "t") ? 9 : byte == UInt8(ascii: "n") ? 10 : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
