/// What a partner reports about many conversions at once: the CSV file that its panel exports. Only the columns that are
/// known are read; all others may hold contacts, and are gone once this is made.
package struct PartnerReport: Equatable, Sendable {
  /// Rows of one report, without the header line; a longer one is handed in in parts.
  package static let mostRows = 2_000
  /// Bytes of one report; nginx lets no longer body through.
  package static let longest = 65_536
  /// Columns of one report that may hold our click id.
  private static let mostClickIDs = 4

  /// A column that means something.
  package enum Column: String, CaseIterable, Sendable {
    case clickID = "click_id"
    case txid, status, payout, currency

    /// How panels name it, see ``PartnerReport/fold(_:)``; where a report has several, the first one counts. In most
    /// panels `click_id` is the panel's own beside `sub1`, which holds what we sent.
    package var spellings: [String] {
      switch self {
      case .clickID:
        [
          "affclickid", "affsub", "affsub1", "subid", "sub1", "subid1", "subacc", "s1", "externalid", "clickid", "cid",
          "tid",
        ]
      case .txid:
        ["txid", "transactionid", "transid", "conversionid", "orderid", "leadid", "actionid", "id"]
      case .status: ["status", "conversionstatus", "convstatus", "leadstatus", "orderstatus", "state"]
      case .payout:
        ["payout", "payoutamount", "commission", "revenue", "reward", "payment", "amount", "sum", "price"]
      case .currency: ["currency", "currencycode", "payoutcurrency"]
      }
    }
  }

  package struct Row: Equatable, Sendable {
    /// Of the file, counted from 1.
    package let line: Int
    /// One for each column that may hold our click id, in the order of their spellings.
    package var clickIDs: [String]
    /// The other known columns, by the names that a postback has for them.
    package var parameters: [PostbackParameter]
    /// It has more fields than the header line names, so that nobody knows which is which.
    package let hasExtraFields: Bool
    /// What else is odd about it.
    package var warnings: [PostbackWarning] = []

    package init(line: Int, clickIDs: [String], parameters: [PostbackParameter], hasExtraFields: Bool = false) {
      self.line = line
      self.clickIDs = clickIDs
      self.parameters = parameters
      self.hasExtraFields = hasExtraFields
    }
  }

  /// Which columns were read, as they are named when folded.
  package let columns: [Column: [String]]
  package let rows: [Row]

  /// - Parameter bytes: UTF-8, a byte order mark before it or not; comma, semicolon or tab between fields.
  package init(_ bytes: [UInt8]) throws(PartnerReportFault) {
    guard bytes.count <= Self.longest else { throw .tooLong }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    guard let header = try Header(of: content) else { throw .empty }
    guard header.places[.clickID] != nil || header.places[.txid] != nil else { throw .noID }
    self.columns = header.columns
    self.rows = try Self.rows(content, header)
  }

  private static func rows(_ content: [UInt8], _ header: Header) throws(PartnerReportFault) -> [Row] {
    var reader = SeparatedValues(content)
    _ = try reader.next(separator: header.separator)
    var rows: [Row] = []
    while let record = try reader.next(separator: header.separator) {
      guard rows.count < mostRows else { throw .tooManyRows }
      rows.append(header.row(record))
    }
    return rows
  }

  /// In lower case, letters and digits alone: `Click ID`, `click_id` and `clickId` are one.
  fileprivate static func fold(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  /// The first line: which separator the file has, and where the known columns stand.
  private struct Header {
    let separator: UInt8
    let columns: [Column: [String]]
    let places: [Column: [Int]]
    let width: Int

    /// Read with each separator; the one that finds most columns is the file's. Nil where the file has no line.
    init?(of content: [UInt8]) throws(PartnerReportFault) {
      var best: Header?
      for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
        var reader = SeparatedValues(content)
        guard let record = try reader.next(separator: separator) else { return nil }
        let header = Header(record.fields.map(PartnerReport.fold), separator: separator)
        if best.map({ $0.places.count < header.places.count }) ?? true { best = header }
      }
      guard let best else { return nil }
      self = best
    }

    private init(_ names: [String], separator: UInt8) {
      var (columns, places): ([Column: [String]], [Column: [Int]]) = ([:], [:])
      for column in Column.allCases {
        let found = column.spellings.compactMap { spelling in names.firstIndex(of: spelling) }
          .prefix(column == .clickID ? PartnerReport.mostClickIDs : 1)
        guard !found.isEmpty else { continue }
        columns[column] = found.map { names[$0] }
        places[column] = Array(found)
      }
      self.separator = separator
      self.columns = columns
      self.places = places
      self.width = names.count
    }

    func row(_ record: SeparatedValues.Record) -> Row {
      func values(_ column: Column) -> [String] {
        (places[column] ?? []).filter(record.fields.indices.contains).map { record.fields[$0] }
      }
      // What stands in the wrong column may be a contact.
      guard record.fields.dropFirst(width).allSatisfy(\.isEmpty) else {
        return Row(line: record.line, clickIDs: [], parameters: [], hasExtraFields: true)
      }
      let others = Column.allCases.filter { $0 != .clickID }
      return Row(
        line: record.line, clickIDs: values(.clickID),
        parameters: others.flatMap { column in
          values(column).map { PostbackParameter(name: column.rawValue, value: $0) }
        })
    }
  }
}

/// Why a report cannot be read at all.
package enum PartnerReportFault: Error, Equatable, Sendable {
  /// More than ``PartnerReport/longest`` bytes.
  case tooLong
  case notUTF8
  /// Not a line in it.
  case empty
  /// No column for click ids, and none for transaction ids.
  case noID
  /// A quote begins in that line and never ends.
  case openQuote(line: Int)
  /// More than ``PartnerReport/mostRows``.
  case tooManyRows

  /// A part is compared as if it were all there is.
  private static let parts =
    "Hand it in in parts, with all rows of a click in one. What stands in another part would be told as missing: leave "
    + "from and to out, or split by day and name each part's own days."

  /// What is wrong, and the remedy.
  package var text: String {
    switch self {
    case .tooLong: "The report is longer than \(PartnerReport.longest) bytes. \(Self.parts)"
    case .notUTF8: "The report is not UTF-8. Save it as CSV UTF-8 and hand it in again."
    case .empty: "The report is empty. Its first line must name the columns, such as click_id,txid,status,payout."
    case .noID:
      "The first line names neither a column of click ids nor one of transaction ids. Name the column with our click ids "
        + "click_id, or the one with the partner's transaction ids txid."
    case .openQuote(let line): "A quote that begins in line \(line) never ends. Close it, or take it out."
    case .tooManyRows: "The report has more than \(PartnerReport.mostRows) rows. \(Self.parts)"
    }
  }
}
