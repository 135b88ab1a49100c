import Domain
import Testing

/// The CSV file of a partner's panel.
@Suite struct PartnerReportTests {
  private func report(_ text: String) throws -> PartnerReport { try PartnerReport(Array(text.utf8)) }

  /// A row as `line click|ids name=value …`.
  private func shown(_ row: PartnerReport.Row) -> String {
    (["\(row.line)", row.clickIDs.joined(separator: "|")] + row.parameters.map { "\($0.name)=\($0.value)" })
      .joined(separator: " ")
  }

  private func fault(_ bytes: [UInt8]) -> PartnerReportFault? {
    do throws(PartnerReportFault) {
      _ = try PartnerReport(bytes)
      return nil
    } catch { return error }
  }

  static let files: [(file: String, rows: [String])] = [
    ("click_id,txid,status,payout\nc1,T1,sale,10\n", ["2 c1 txid=T1 status=sale payout=10"]),
    ("click_id;status;payout\nc1;sale;12,50", ["2 c1 status=sale payout=12,50"]),
    ("click_id\tstatus\tpayout\nc1\tsale\t1", ["2 c1 status=sale payout=1"]),
    ("click_id\r\nc1\r\nc2\r\n", ["2 c1", "3 c2"]), ("click_id\rc1\rc2", ["2 c1", "3 c2"]),
    ("\u{FEFF}click_id,status\nc1,sale", ["2 c1 status=sale"]),
    ("\u{FEFF}\"click_id\",\"status\"\n\"c1\",\"sale\"", ["2 c1 status=sale"]),
    (#"click_id,status"# + "\n" + #""c,""1""","a;b""#, [#"2 c,"1" status=a;b"#]),
    ("click_id,status\n\"c\r\n1\",x\nc2,y", ["2 c\r\n1 status=x", "4 c2 status=y"]),
    ("click_id,status\nc\"1\",x", ["2 c\"1\" status=x"]), ("click_id,status\n\"c\"1,x", ["2 c1 status=x"]),
    ("\n\nclick_id,status\n\n ,\nc1,x\n\n", ["6 c1 status=x"]),
    ("click_id,status,payout\nc1\nc2,x", ["2 c1", "3 c2 status=x"]),
    ("click_id,status\nc1,x,,\n", ["2 c1 status=x"]), ("click_id,payout\nc1,12,50\n", ["2 "]),
    ("email,click_id,phone,status\na@b.de,c1,+49,x", ["2 c1 status=x"]),
    ("click_id;name,first;status\nc1;a,b;x", ["2 c1 status=x"]),
    ("click_id,sub1\ntheirs,ours", ["2 ours|theirs"]), ("status,id\nx,7", ["2  txid=7 status=x"]),
    ("id,transaction_id\n7,T1", ["2  txid=T1"]), ("click_id,price,commission\nc1,99,5", ["2 c1 payout=5"]),
    ("click_id,status\n", []), ("click_id,status", []), ("click_id,\nc1,", ["2 c1"]),
  ]

  @Test(arguments: files)
  func `is read as it stands`(file: String, rows: [String]) throws {
    #expect(try report(file).rows.map(shown) == rows)
  }

  @Test(arguments: [
    (
      PartnerReport.Column.clickID,
      [
        "click_id", "clickid", "Click ID", "click-id", "clickId", "CLICKID", "subid", "sub_id", "Sub ID", "sub1",
        "Sub 1", "sub_id1", "aff_sub", "aff_sub1", "aff_click_id", "cid", "tid", " s1 ", "subacc",
      ]
    ),
    (
      .txid,
      [
        "txid", "transaction_id", "Transaction ID", "trans_id", "order_id", "Conversion ID", "lead_id", "action id",
        "ID",
      ]
    ),
    (.status, ["status", "Status", "conv_status", "lead status", "State"]),
    (
      .payout,
      [
        "payout", "Payout", "payout_amount", "sum", "amount", "revenue", "price", "commission", "payment", "reward",
      ]
    ), (.currency, ["currency", "Currency", "currency_code"]),
  ])
  func `knows the usual names`(column: PartnerReport.Column, names: [String]) throws {
    for name in names {
      let id = column == .txid ? "subid" : "txid"
      let report = try report("\(name),\(id)\nvalue,other")
      let row = try #require(report.rows.first)
      let parameter = row.parameters.first { $0.name == column.rawValue }?.value
      #expect((column == .clickID ? row.clickIDs.first : parameter) == "value", "\(name)")
    }
  }

  @Test(arguments: ["email", "name", "phone", "subject", "statuses", "", "сумма", "click", "ip"])
  func `drops what it does not know`(name: String) throws {
    let report = try report("\(name),click_id\nzqsecret,c1")
    #expect(report.columns == [.clickID: ["clickid"]])
    #expect(!"\(report)".contains("zqsecret"))
  }

  @Test func `fields beyond the first line are not read`() throws {
    let row = try report("click_id,payout\nc1,12,50\n").rows[0]
    #expect(row.hasExtraFields && row.parameters.isEmpty && row.clickIDs.isEmpty)
  }

  @Test(arguments: [
    ("", PartnerReportFault.empty), ("\n \n", .empty), ("\u{FEFF}", .empty), ("email,status\na,b", .noID),
    ("c1,T1,sale,10", .noID), ("click_id,status\n\"c1,x\n", .openQuote(line: 2)),
    ("click_id,status\nc1,x\nc2,\"\nc3,x", .openQuote(line: 3)),
  ])
  func `what cannot be read is named with its remedy`(file: String, expected: PartnerReportFault) {
    #expect(fault(Array(file.utf8)) == expected)
    #expect(expected.text.contains(". ") && !expected.text.contains("c1"))
  }

  @Test func `only UTF-8 is read`() {
    #expect(fault(Array("click_id\nc".utf8) + [0xFC]) == .notUTF8)
    #expect(fault([0xFF, 0xFE] + "click_id\nc1".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == .notUTF8)
  }

  @Test func `limits`() throws {
    let header = "click_id\n"
    func rows(_ count: Int) -> [UInt8] { Array((header + String(repeating: "c\n", count: count)).utf8) }
    #expect(try PartnerReport(rows(PartnerReport.mostRows)).rows.count == PartnerReport.mostRows)
    #expect(fault(rows(PartnerReport.mostRows + 1)) == .tooManyRows)
    let long =
      Array(header.utf8) + Array(repeating: UInt8(ascii: "c"), count: PartnerReport.longest - header.utf8.count)
    #expect(fault(long) == nil && fault(long + [0x63]) == .tooLong)
  }

  /// Many files that broken programs might write, the same in every run: no crash, and nothing but what stands there.
  @Test func `mutated files`() throws {
    let originals = [
      "click_id,txid,status,payout,currency\nc1,T1,sale,\"1,234.50\",USD\nc2,T2,trash,0,EUR\n",
      "\u{FEFF}Sub1;Email;Status;Sum\r\nc1;jo@example.com;1;12,5\r\n\"c\"\"2\";\"a\r\nb\";2;-3\r\n",
      "id\tstatus\n1\tpaid\n2\t\"hold\"\n",
    ].map { Array($0.utf8) }
    let pieces =
      [
        "\"", "\"\"", ",", ";", "\t", "\r", "\n", "\r\n", "\u{FEFF}", "é", "😀", "\u{0}", "click_id", "status", "",
      ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]
    var random = SeededRandom(seed: 7)
    var (read, faults) = (0, 0)
    for number in 0..<20_000 {
      var bytes = originals[number % originals.count]
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...9, using: &random))
        bytes.replaceSubrange(place..<end, with: pieces.randomElement(using: &random) ?? [])
        if place % 11 == 0 { bytes = Array(bytes[..<min(place + 30, bytes.count)]) }
      }
      guard let report = try? PartnerReport(bytes) else {
        faults += 1
        continue
      }
      read += 1
      let values = report.rows.flatMap { $0.clickIDs + $0.parameters.map(\.value) }
      try #require(values.reduce(0) { $0 + $1.utf8.count } <= bytes.count, "file \(number)")
      try #require(report.rows.allSatisfy { $0.line > 1 && $0.line <= bytes.count }, "file \(number)")
    }
    #expect(read > 5_000 && faults > 1_000)
  }
}
