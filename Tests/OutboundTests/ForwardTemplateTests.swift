import Domain
import Outbound
import Testing

@Suite struct ForwardTemplateTests {
  private static func values(
    click: String = "click-1", txid: String? = "tx-1", status: ConversionStatus = .approved,
    payout: Money = Money(micros: 12_500_000), amount: Money? = Money(micros: 15_000_000), raw: String? = "Sale",
    currency: String? = nil, map: [ConversionStatus: String] = [:], source: String = "tiktok_us",
    partner: String? = "pp-one"
  ) -> ForwardValues {
    ForwardValues(
      Delivery(
        id: DeliveryID(rawValue: 5), accountID: AccountID(rawValue: 1), forwardID: ForwardID(rawValue: 2),
        clickID: click,
        leadID: LeadID(rawValue: 3), postbackID: PostbackID(rawValue: 4), openedBy: PostbackID(rawValue: 4), txid: txid,
        status: status, payout: payout,
        amount: amount, rawStatus: raw, currency: currency, createdAt: Instant(microseconds: 1_800_000_000_999_999)),
      statusMap: map, source: source, partner: partner, currency: "EUR")
  }

  private func expand(_ template: String, _ values: ForwardValues) throws -> String {
    try ForwardTemplate(template).url(values)
  }

  static let tokens: [(token: ForwardToken, text: String)] = [
    (.clickID, "click-1"), (.eventID, LeadID(rawValue: 3).eventID), (.status, "approved"), (.payout, "12.5"),
    (.txid, "tx-1"), (.rawStatus, "Sale"), (.amount, "15"), (.source, "tiktok_us"), (.partner, "pp-one"),
    (.currency, "EUR"), (.timestamp, "1800000000"), (.forwardID, DeliveryID(rawValue: 5).text),
  ]

  @Test func everyTokenIsInTheTable() {
    #expect(Set(Self.tokens.map(\.token)) == Set(ForwardToken.allCases))
  }

  @Test(arguments: tokens)
  func fillsIn(_ item: (token: ForwardToken, text: String)) throws {
    let url = try expand("https://t.example/p?x={\(item.token.rawValue)}&y=1", Self.values())
    #expect(url == "https://t.example/p?x=\(item.text)&y=1")
  }

  @Test func whatThereIsNotIsEmpty() throws {
    let url = try expand(
      "https://t.example/?a={txid}&b={raw_status}&c={amount}&d={partner}",
      Self.values(txid: nil, amount: nil, raw: nil, partner: nil))
    #expect(url == "https://t.example/?a=&b=&c=&d=")
  }

  @Test func translatesTheClass() throws {
    let map: [ConversionStatus: String] = [.approved: "sale & more", .chargeback: "rejected"]
    func status(_ status: ConversionStatus) throws -> String {
      try expand("https://t.example/?s={status}", Self.values(status: status, map: map))
    }
    #expect(try status(.approved) == "https://t.example/?s=sale%20%26%20more")
    #expect(try status(.chargeback) == "https://t.example/?s=rejected")
    #expect(try status(.pending) == "https://t.example/?s=pending")
  }

  @Test func aNamedCurrencyIsKept() throws {
    #expect(try expand("https://t.example/?c={currency}", Self.values(currency: "USD")) == "https://t.example/?c=USD")
  }

  static let encodings: [(value: String, text: String)] = [
    ("abc-123_x.y~z", "abc-123_x.y~z"), ("a b", "a%20b"), ("a+b", "a%2Bb"), ("a%20b", "a%2520b"), ("100%", "100%25"),
    ("a&b=c", "a%26b%3Dc"), ("a/b?c#d", "a%2Fb%3Fc%23d"), ("{click_id}", "%7Bclick_id%7D"),
    ("{payout}", "%7Bpayout%7D"),
    ("é", "%C3%A9"), ("日", "%E6%97%A5"), ("🙂", "%F0%9F%99%82"), ("\"<>\\^`|", "%22%3C%3E%5C%5E%60%7C"),
    ("!$'()*,;:@[]", "%21%24%27%28%29%2A%2C%3B%3A%40%5B%5D"), ("e\u{301}", "e%CC%81"), ("", ""), (" ", "%20"),
    ("..", ".."), ("\r\n", "%0D%0A"),
  ]

  @Test(arguments: encodings)
  func encodesOnce(_ item: (value: String, text: String)) throws {
    let values = Self.values(click: item.value)
    #expect(try expand("https://t.example/?x={click_id}", values) == "https://t.example/?x=\(item.text)")
    #expect(try expand("https://t.example/{click_id}/p", values) == "https://t.example/\(item.text)/p")
  }

  static let literals: [(template: String, url: String)] = [
    ("https://t.example/?a=b%20c+d&e=%7B", "https://t.example/?a=b%20c+d&e=%7B"),
    ("https://t.example/?a={click_id}{click_id}", "https://t.example/?a=click-1click-1"),
    ("https://t.example/{click_id}", "https://t.example/click-1"),
    ("https://t.example/?a={click_id", "https://t.example/?a=%7Bclick_id"),
    ("https://t.example/?a=}", "https://t.example/?a=%7D"),
    ("https://t.example/?a=click_id}", "https://t.example/?a=click_id%7D"),
    ("https://t.example/ü?a=\"", "https://t.example/%C3%BC?a=%22"),
    ("https://t.example", "https://t.example"), ("https://t.example?x={payout}", "https://t.example?x=12.5"),
    ("https://t.example/#{payout}", "https://t.example/#12.5"), ("", ""),
  ]

  @Test(arguments: literals)
  func leavesTheRestAsItIs(_ item: (template: String, url: String)) throws {
    #expect(try expand(item.template, Self.values()) == item.url)
  }

  @Test func refusesTokensThatMeanNothing() {
    #expect(throws: ForwardTemplateFault.unknownTokens(["Click_ID", "", "sub 1"])) {
      try ForwardTemplate("https://t.example/?a={Click_ID}&b={}&c={sub 1}&d={payout}")
    }
  }

  @Test(arguments: [
    "https://{source}.t.example/", "{click_id}", "https://t.example:{payout}/", "{source}://t.example/",
  ])
  func refusesTokensBeforeThePath(_ template: String) {
    #expect(throws: ForwardTemplateFault.tokenBeforePath) { try ForwardTemplate(template) }
  }

  /// Whatever the values hold, a receiver that reads the query gets exactly them, and no further parameters.
  @Test func everyValueComesBackFromTheQuery() throws {
    var random = SeededRandom(seed: 7)
    let template = try ForwardTemplate(
      "https://t.example/p?a={click_id}&b={txid}&c={raw_status}&d={source}&e={partner}")
    for _ in 0..<1_000 {
      let texts = (0..<5).map { _ in Self.text(using: &random) }
      let values = Self.values(click: texts[0], txid: texts[1], raw: texts[2], source: texts[3], partner: texts[4])
      let url = template.url(values)
      #expect(url.utf8.allSatisfy { (0x21...0x7E).contains($0) })
      let query = try #require(url.split(separator: "?", omittingEmptySubsequences: false).dropFirst().first)
      let pairs = query.split(separator: "&", omittingEmptySubsequences: false).map {
        $0.split(separator: "=", omittingEmptySubsequences: false).map(Self.decoded)
      }
      #expect(pairs == zip(["a", "b", "c", "d", "e"], texts).map { [$0, $1] })
    }
  }

  /// Mostly characters that mean something in a URL or in a template.
  private static func text(using random: inout SeededRandom) -> String {
    let odd: [Unicode.Scalar] = [
      "%", "&", "=", "?", "#", "+", " ", "{", "}", "/", ";", "é", "日", "🙂", "\u{301}", "\n", "\0",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      let drawn = Unicode.Scalar(UInt32.random(in: 0...0x10_FFFF, using: &random)) ?? "x"
      let scalar = Bool.random(using: &random) ? odd[Int.random(in: 0..<odd.count, using: &random)] : drawn
      text.unicodeScalars.append(scalar)
    }
    return text
  }

  /// What a form reader makes of it: `+` is a space, each escape a byte, once.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let escaped = UInt8(Substring(rest.prefix(2)), radix: 16) {
        bytes.append(escaped)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: TrackerTemplate.all.map(\.slug))
  func readyTemplatesCanBeUsed(_ slug: String) throws {
    let tracker = try #require(TrackerTemplate.named(slug))
    let template = try ForwardTemplate(tracker.url)
    #expect(template.tokens.contains(.clickID) && template.tokens.contains(.payout))
    #expect(tracker.statuses.count == 1 || template.tokens.contains(.status))
    #expect(!tracker.sources.isEmpty && !tracker.note.isEmpty)
    for blank in tracker.blanks { #expect(tracker.url.contains(blank)) }
    for status in tracker.statusMap.keys { #expect(tracker.statuses.contains(status)) }
    for status in tracker.statuses {
      let url = template.url(Self.values(status: status, map: tracker.statusMap))
      _ = try CallURL(url, for: AddressGuard())
    }
  }

  static let ready: [(slug: String, url: String)] = [
    (
      "keitaro",
      "https://tracker.example/POSTBACK_KEY/postback?subid=click-1&status=sale&payout=12.5&tid=tx-1&currency=EUR"
    ),
    ("binom", "https://tracker.example/click.php?cnv_id=click-1&payout=12.5&cnv_status=approved&cnv_currency=EUR"),
    ("voluum", "https://tracker.example/postback?cid=click-1&payout=12.5&txid=tx-1&currency=EUR"),
    ("redtrack", "https://tracker.example/postback?clickid=click-1&sum=12.5&status=approved&rdtk_event_id=tx-1"),
    ("bemob", "https://tracker.example/postback?cid=click-1&payout=12.5&txid=tx-1&status=confirm"),
    ("clickflare", "https://tracker.example/cf/cv?click_id=click-1&payout=12.5&txid=tx-1"),
    ("peerclick", "https://pstb.peerclick.com/postback?cid=click-1&payout=12.5&status=Sale&txid=tx-1&currency=EUR"),
    ("funnelflux", "https://tracker.example/pb/?hit=click-1&rev=12.5&tx=tx-1"),
  ]

  @Test(arguments: ready)
  func readyTemplatesSayWhatTheTrackerReads(_ item: (slug: String, url: String)) throws {
    let tracker = try #require(TrackerTemplate.named(item.slug))
    #expect(try expand(tracker.url, Self.values(map: tracker.statusMap)) == item.url)
    #expect(Self.ready.map(\.slug) == TrackerTemplate.all.map(\.slug))
  }
}
