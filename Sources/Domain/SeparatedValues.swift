/// Reads separated values record by record, as RFC 4180 has them: a field may stand in quotes, where a quote is doubled and
/// a line may end; a record ends with CR LF, LF or CR.
struct SeparatedValues {
  struct Record: Equatable {
    /// Where it begins, counted from 1.
    let line: Int
    let fields: [String]
    var isBlank: Bool { fields.allSatisfy { $0.allSatisfy(\.isWhitespace) } }
  }

  private static let (quote, lineFeed, carriageReturn) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1

  /// - Parameter bytes: UTF-8, without a byte order mark.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next record that is not blank; nil at the end.
  /// - Throws: `openQuote`.
  mutating func next(separator: UInt8) throws(PartnerReportFault) -> Record? {
    while place < bytes.count {
      let record = try read(separator)
      if !record.isBlank { return record }
    }
    return nil
  }

  private mutating func read(_ separator: UInt8) throws(PartnerReportFault) -> Record {
    let start = line
    var fields = [try field(separator)]
    while place < bytes.count && bytes[place] == separator {
      place += 1
      fields.append(try field(separator))
    }
    skipLineEnd()
    return Record(line: start, fields: fields)
  }

  private mutating func field(_ separator: UInt8) throws(PartnerReportFault) -> String {
    var content: [UInt8] = []
    if place < bytes.count && bytes[place] == Self.quote { content = try quoted() }
    // Behind a closing quote nothing should follow; what does belongs to the field all the same.
    let start = place
    while place < bytes.count && bytes[place] != separator && !isLineEnd { place += 1 }
    return String(decoding: content + bytes[start..<place], as: UTF8.self)
  }

  private mutating func quoted() throws(PartnerReportFault) -> [UInt8] {
    let start = line
    var content: [UInt8] = []
    place += 1
    while place < bytes.count {
      if bytes[place] == Self.quote {
        place += 1
        guard place < bytes.count && bytes[place] == Self.quote else { return content }
        content.append(Self.quote)
        place += 1
      } else if isLineEnd {
        let end = place
        skipLineEnd()
        content += bytes[end..<place]
      } else {
        content.append(bytes[place])
        place += 1
      }
    }
    throw .openQuote(line: start)
  }

  private var isLineEnd: Bool { bytes[place] == Self.lineFeed || bytes[place] == Self.carriageReturn }

  private mutating func skipLineEnd() {
    guard place < bytes.count && isLineEnd else { return }
    let isReturn = bytes[place] == Self.carriageReturn
    place += 1
    if isReturn && place < bytes.count && bytes[place] == Self.lineFeed { place += 1 }
    line += 1
  }
}
