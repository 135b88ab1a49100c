import Domain
import Testing

@Suite struct PostbackLintTests {
  @Test(arguments: [
    ("https://h.example/api/postback?a=1", "https", "h.example", "/api/postback", "a=1"),
    ("HTTPS://H.Example:443/api/postback?", "https", "h.example", "/api/postback", ""),
    ("http://h:8080/api%2Fpostback?a?b", "http", "h:8080", "/api/postback", "a?b"),
    ("h.example/api/postback?x=https://y", nil, "h.example", "/api/postback", "x=https://y"),
    ("/api/postback?click_id=#s2#&x", nil, nil, "/api/postback", "click_id=#s2#&x"),
    ("https://h.example", "https", "h.example", "", ""), ("https:///p?q", "https", nil, "/p", "q"),
    ("", nil, nil, "", ""),
    ("{host}/api/postback?click_id={c}", nil, "{host}", "/api/postback", "click_id={c}"),
  ])
  func theParts(_ text: String, _ scheme: String?, _ host: String?, _ path: String, _ query: String) {
    let url = PostbackURL(text)
    #expect(url.scheme == scheme && url.host == host && url.path == path)
    #expect(String(decoding: url.query, as: UTF8.self) == query)
  }

  @Test(arguments: [
    ("click_id", "clickid ClickID click-id CID subid sub_id sub1 sub_id_15 aff_sub aff_sub2 aff_click_id s2 clik_id"),
    ("payout", "sum amount revenue payot PAYOUT pauout payuot payoutt payment price profit"),
    ("txid", "tid transaction_id transactionid order_id lead_id txd xtid txId"),
    ("status", "goal event conv_status Status staus sttaus lead_status stage statuss"),
    ("currency", "curency Currency cur offer_currency"), ("api_key", "key apikey token api-key API_KEY ap_key"),
  ])
  func whatANameIsMeantToBe(ours: String, names: String) {
    #expect(PostbackLint.meaning(of: ours) == ours)
    for name in names.split(separator: " ") { #expect(PostbackLint.meaning(of: String(name)) == ours, "\(name)") }
  }

  @Test(arguments: ["", "1", "x", "_", "landing", "geo", "offer_id", "from", "statistics", "ip", "country", "émission"])
  func whatMeansNothing(_ name: String) { #expect(PostbackLint.meaning(of: name) == nil) }

  @Test func itsCodesAreItsOwn() {
    let codes = Set(LintWarning.allCases.map(\.rawValue))
    #expect(codes.isDisjoint(with: PostbackWarning.allCases.map(\.rawValue)))
    #expect(codes.allSatisfy { $0.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") } })
  }
}
