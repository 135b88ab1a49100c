import Foundation
import HTTP

/// A cell of a CSV file on its way out.
enum CSVField {
  case text(String)
  /// Written as it is: numbers, and names of columns.
  case plain(String)

  /// Text is quoted, and never a formula when a spreadsheet opens it.
  fileprivate var encoded: String {
    switch self {
    case .plain(let text): return text
    case .text(let text):
      let safe = text.utf8.first.map("=+-@\t\r\n".utf8.contains) == true ? "'" + text : text
      return "\"" + safe.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
  }
}

extension Response {
  /// A file of rows, the first of which names the columns.
  static func csv(_ rows: [[CSVField]], named name: String) -> Response {
    .text(
      rows.map { $0.map(\.encoded).joined(separator: ",") + "\r\n" }.joined(), type: "text/csv",
      headers: [("Content-Disposition", "attachment; filename=\"\(name).csv\"")])
  }
}
