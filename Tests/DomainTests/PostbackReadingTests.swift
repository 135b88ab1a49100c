import Domain
import Testing

@Suite struct PostbackReadingTests {
  /// A message as `name=value&name=value`, already decoded.
  private func read(_ message: String, currency: String = "USD", wasHealed: Bool = false) -> PostbackReading {
    let parameters = message.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return PostbackParameter(name: parts[0], value: parts.count == 2 ? parts[1] : "")
    }
    return PostbackReading(parameters, currency: currency, wasHealed: wasHealed)
  }

  private func message(_ text: String) throws -> (postback: Postback, warnings: [PostbackWarning]) {
    guard case .message(let postback, let warnings) = read(text) else {
      throw Unexpected(text: text)
    }
    return (postback, warnings)
  }

  private struct Unexpected: Error { let text: String }

  @Test func aWholeMessageIsUnderstood() {
    let expected = Postback(
      clickID: "abc123", meaning: PostbackMeaning(status: .approved, payout: Money(micros: 15_500_000)),
      rawStatus: "FTD", amount: Money(micros: 15_500_000), currency: "USD", txid: "A-1")
    #expect(
      read("api_key=K&click_id=abc123&status= FTD &payout=15.50&currency=usd&txid=A-1&sub1=x")
        == .message(expected, warnings: []))
  }

  @Test func onlyTheClickIDIsRequired() throws {
    let (postback, warnings) = try message("click_id=C")
    #expect(postback.status == .pending)
    #expect(postback.rawStatus == nil && postback.payout == nil && postback.txid == nil && postback.currency == nil)
    #expect(warnings == [])
  }

  static let macros = [
    "{payout}", "%7Bpayout%7D", "%7bpayout%7d", "##PAYOUT##", "[PAYOUT]", "#price#", "${payout}", "REPLACE", "OPTIONAL",
    " {x} ",
    "{{payout}}",
  ]
  static let nothings = ["", " ", "null", "NULL", "undefined", "Undefined", " null "]

  @Test(arguments: macros)
  func aMacroCountsAsAbsentWithAWarning(_ macro: String) throws {
    let (postback, warnings) = try message("click_id=C&status=\(macro)&payout=\(macro)&txid=\(macro)&currency=\(macro)")
    #expect(postback.status == .pending)
    #expect(postback.rawStatus == nil && postback.payout == nil && postback.txid == nil && postback.currency == nil)
    #expect(warnings == [.unexpandedMacro])
  }

  @Test(arguments: nothings)
  func nothingCountsAsAbsentWithAWarning(_ nothing: String) throws {
    let (postback, warnings) = try message("click_id=C&status=\(nothing)&payout=\(nothing)&txid=\(nothing)")
    #expect(postback.status == .pending)
    #expect(postback.rawStatus == nil && postback.payout == nil && postback.txid == nil)
    #expect(warnings == [.emptyValue])
  }

  @Test(arguments: ["{", "}", "#", "##", "{a}b", "a#b#", "$x", "replaced", "nullable", "[a"])
  func whatOnlyLooksLikeAMacroIsAValue(_ value: String) throws {
    #expect(try message("click_id=C&txid=\(value)").postback.txid == value)
  }

  @Test func unknownWordsCountAsPendingAndSaySo() throws {
    let (postback, warnings) = try message("click_id=C&status=in_review&payout=5")
    #expect(postback.status == .pending)
    #expect(postback.rawStatus == "in_review")
    #expect(warnings == [.unknownStatus])
  }

  static let repeated: [(message: String, status: ConversionStatus, payout: String?)] = [
    ("click_id=C&status=pending&status=sale&payout=5&payout=6", .approved, "6"),
    ("click_id=C&status=sale&status=&payout=5&payout={payout}", .approved, "5"),
    ("click_id=C&status=sale&status=null&payout=5&payout=null", .approved, "5"),
    ("click_id=C&status=&status=sale&payout=&payout=7", .approved, "7"),
  ]

  @Test(arguments: repeated)
  func ofARepeatedParameterTheLastPresentValueCounts(
    _ sent: (message: String, status: ConversionStatus, payout: String?)
  ) throws {
    let (postback, warnings) = try message(sent.message)
    #expect(postback.status == sent.status)
    #expect(postback.payout?.text == sent.payout)
    #expect(warnings == [.repeatedParameter])
  }

  @Test func aRepeatedClickIDIsTheLastPresentOne() throws {
    #expect(try message("click_id=A&click_id=B&click_id={clickid}").postback.clickID == "B")
  }

  static let amounts:
    [(word: String, payout: String, status: ConversionStatus, read: String?, warnings: [PostbackWarning])] = [
      ("sale", "-5", .chargeback, "5", []),
      ("rebill", "-5", .chargeback, "5", []),
      ("refund", "-5", .chargeback, "5", []),
      ("refund", "5", .chargeback, "5", []),
      ("trash", "-5", .rejected, nil, [.negativePayout]),
      ("hold", "-5", .pending, nil, [.negativePayout]),
      ("whatever", "-5", .pending, nil, [.unknownStatus, .negativePayout]),
      ("sale", "0", .approved, "0", []),
      ("sale", "-0", .approved, "0", []),
      ("sale", "1,234", .approved, "1234", [.thousandsSeparator]),
      ("sale", "free", .approved, nil, [.badPayout]),
      ("sale", "1e3", .approved, nil, [.badPayout]),
      ("sale", "0.0000001", .approved, nil, [.badPayout]),
      ("sale", "7,20 EUR", .approved, "7.2", [.currencyMismatch]),
      ("sale", "7,20 USD", .approved, "7.2", []),
    ]

  @Test(arguments: amounts)
  func anAmountMeansWhatItsWordMakesOfIt(
    _ sent: (word: String, payout: String, status: ConversionStatus, read: String?, warnings: [PostbackWarning])
  ) throws {
    let (postback, warnings) = try message("click_id=C&status=\(sent.word)&payout=\(sent.payout)")
    #expect(postback.status == sent.status)
    #expect(postback.payout?.text == sent.read)
    #expect(warnings == sent.warnings)
    #expect(postback.payout.map { $0 >= .zero } ?? true)
    #expect(postback.amount == PartnerAmount(sent.payout)?.money)
  }

  /// Also one that is taken back: it must not take back a sale instead.
  @Test func theWordMakesARebill() throws {
    #expect(try message("click_id=C&status=Rebill&payout=5").postback.isRebill)
    #expect(try message("click_id=C&status=rebill&payout=-5").postback.isRebill)
    #expect(try !message("click_id=C&status=sale&payout=5").postback.isRebill)
  }

  static let currencies: [(message: String, currency: String?, warnings: [PostbackWarning])] = [
    ("payout=5&currency=USD", "USD", []), ("payout=5&currency= usd ", "USD", []), ("payout=5", nil, []),
    ("payout=5&currency=EUR", "EUR", [.currencyMismatch]), ("payout=$5&currency=EUR", "EUR", [.currencyMismatch]),
    ("payout=€5", "EUR", [.currencyMismatch]), ("payout=5 EUR&currency=USD", "USD", []),
    ("payout=5&currency=dollars", nil, []),
    ("payout=5&currency=U$D", nil, []),
  ]

  @Test(arguments: currencies)
  func aCurrencyIsKeptAndComparedWithTheAccounts(
    _ sent: (message: String, currency: String?, warnings: [PostbackWarning])
  ) throws {
    let (postback, warnings) = try message("click_id=C&status=sale&" + sent.message)
    #expect(postback.currency == sent.currency)
    #expect(postback.payout?.text == "5")
    #expect(warnings == sent.warnings)
  }

  static let unusable: [(clickID: String, reason: IgnoredPostback.Reason)] = [
    ("click_id=", .missingClickID), ("click_id=null", .missingClickID), ("click_id=undefined", .missingClickID),
    ("sub1=x", .missingClickID), ("click_id={click_id}", .unexpandedMacro), ("click_id=REPLACE", .unexpandedMacro),
    ("click_id=OPTIONAL", .unexpandedMacro), ("click_id=%7Bclick_id%7D", .unexpandedMacro),
    ("click_id=&click_id={clickid}", .unexpandedMacro), ("click_id=a\u{0}b", .badClickID),
    ("click_id=a\nb", .badClickID),
    ("click_id=" + String(repeating: "x", count: 257), .badClickID), ("click_id=a\u{2028}b", .badClickID),
  ]

  @Test(arguments: unusable)
  func aMessageWithoutAUsableClickIDIsIgnored(_ sent: (clickID: String, reason: IgnoredPostback.Reason)) {
    guard case .ignored(let ignored) = read("status=sale&payout=5&txid=9&" + sent.clickID) else {
      Issue.record("taken for a message")
      return
    }
    #expect(ignored.reason == sent.reason)
    #expect(ignored.status == .approved)
    #expect(ignored.rawStatus == "sale")
    #expect(ignored.amount?.text == "5")
    #expect(ignored.txid == "9")
  }

  @Test func aClickIDIsKeptByteForByte() throws {
    #expect(try message("click_id= Ab C/é+% ").postback.clickID == " Ab C/é+% ")
    #expect(try Array(message("click_id=e\u{301}").postback.clickID.utf8) == [0x65, 0xCC, 0x81])
  }

  @Test func aClickIDThatIsNotUTF8IsNoneOfOurs() {
    let bad = PostbackParameter(name: "click_id", value: "a\u{FFFD}", isValidUTF8: false)
    let good = PostbackParameter(name: "click_id", value: "C")
    guard case .ignored(let ignored) = PostbackReading([good, bad], currency: "USD", wasHealed: false) else {
      Issue.record("taken for a message")
      return
    }
    #expect(ignored.reason == .badClickID)
    guard case .message(let postback, _) = PostbackReading([bad, good], currency: "USD", wasHealed: false) else {
      Issue.record("the last present click id counts")
      return
    }
    #expect(postback.clickID == "C")
  }

  @Test func whatTheReaderFoundIsSaidOnce() {
    let parameters = [PostbackParameter(name: "click_id", value: "C")]
    let found: [PostbackWarning] = [.contactInTxid, .valueTooLong, .contactInTxid]
    guard case .message(_, let warnings) = PostbackReading(parameters, currency: "USD", wasHealed: true, found: found)
    else {
      Issue.record("not a message")
      return
    }
    #expect(warnings == [.healedQuery, .contactInTxid, .valueTooLong])
  }

  @Test(arguments: [
    ("sa\u{0}le", "sale"), ("\u{7}in\u{1B}[31m_review\u{7F}", "in[31m_review"), ("\u{85}a\u{9D}b", "ab"),
    ("a\tb", "ab"), (" \u{1} sale \u{1} ", "sale"),
  ])
  func aWordIsKeptWithoutControlCharacters(_ word: String, _ kept: String) throws {
    let (postback, _) = try message("click_id=C&status=" + word)
    #expect(postback.rawStatus == kept)
    // Read as it is kept, so that a replay of what is kept comes to the same.
    #expect(postback.status == (kept == "sale" ? .approved : .pending))
  }

  @Test func aWordOfControlCharactersIsNone() throws {
    let (postback, warnings) = try message("click_id=C&status=\u{1}\u{2}")
    #expect(postback.rawStatus == nil && postback.status == .pending)
    #expect(warnings == [.emptyValue])
  }

  @Test func aWordThatIsCutShowsItAndMeansNoOther() throws {
    let whole = String(repeating: "x", count: 64)
    #expect(try message("click_id=C&status=" + whole).postback.rawStatus == whole)
    for word in ["sale" + String(repeating: " ", count: 90) + "x", whole + "x", String(repeating: "é", count: 33)] {
      let (postback, warnings) = try message("click_id=C&status=" + word)
      let kept = try #require(postback.rawStatus)
      #expect(kept.utf8.count <= 64 && kept.hasSuffix("…") && word.hasPrefix(kept.dropLast()))
      #expect(postback.status == .pending)
      #expect(warnings == [.valueTooLong, .unknownStatus])
    }
  }

  @Test func aHealedQuerySaysSo() {
    guard case .message(_, let warnings) = read("click_id=C&status=sale", wasHealed: true) else {
      Issue.record("not a message")
      return
    }
    #expect(warnings == [.healedQuery])
  }

  @Test func longValuesAreCutOrDropped() throws {
    #expect(try message("click_id=C&txid=" + String(repeating: "x", count: 128)).postback.txid?.utf8.count == 128)
    let long = try message("click_id=C&txid=" + String(repeating: "x", count: 129))
    #expect(long.postback.txid == nil)
    #expect(long.warnings == [.valueTooLong])
    for word in [String(repeating: "é", count: 64), "e" + String(repeating: "\u{301}", count: 1_000)] {
      let (postback, _) = try message("click_id=C&status=" + word)
      #expect((postback.rawStatus ?? "").utf8.count <= 64)
      #expect(postback.status == .pending)
    }
  }
}
