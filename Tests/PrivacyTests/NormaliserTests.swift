import Domain
import Privacy
import Testing

@Suite struct NormaliserTests {
  @Test func exampleOfTheContractForEmail() throws {
    let email = try #require(Normaliser.email("Jo.Canary+ads@Googlemail.com"))
    #expect(email.text == "jocanary@gmail.com")
    #expect(email.domain == "gmail.com")
    #expect(Digest.sha256(email.text).hex == "48b4fbec321e8f5413f79ab519eec00a2d610641b5f23a290a0195a06076da41")
  }

  @Test func exampleOfTheContractForPhone() {
    #expect(Normaliser.phone("+1 (212) 555-0123", country: nil) == .number(digits: "12125550123", region: "US"))
    #expect(
      Digest.sha256("12125550123").hex == "53ed517fa8e01227bd3ebdc60c78b3f7a7f3a199decdf492af61584ed4ac608d")
  }

  @Test func exampleOfTheContractForName() {
    #expect(Normaliser.name("  Zoë   O'Hara ") == "zoë o'hara")
    #expect(
      Digest.sha256(Normaliser.name("  Zoe\u{308}   O'Hara ") ?? "").hex
        == "a1aec40273d45e4aaa8017f6445defd51d422f6de924ae2e1a83f6843a302ce1")
  }

  @Test(arguments: [
    ("a@b.co", "a@b.co"), ("  A@B.CO\n", "a@b.co"), ("\u{A0}a@b.co\u{3000}", "a@b.co"),
    ("first.last+tag@example.com", "first.last+tag@example.com"), ("j.o.e@gmail.com", "joe@gmail.com"),
    ("joe+x+y@GoogleMail.com", "joe@gmail.com"), ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"),
    ("o'brien!#$%&*/=?^_`{|}~-@example.org", "o'brien!#$%&*/=?^_`{|}~-@example.org"),
    ("ÄÖ@BÜCHER.example", "äö@xn--bcher-kva.example"), ("ΟΔΥΣΣΕΥΣ@example.gr", "οδυσσευς@example.gr"),
    ("\"a@b\"@example.com", "\"a@b\"@example.com"), ("x@sub.mail.example.co.uk", "x@sub.mail.example.co.uk"),
    ("a@gmail.com.example", "a@gmail.com.example"),
  ])
  func emailsThatCouldExist(raw: String, normalised: String) {
    #expect(Normaliser.email(raw)?.text == normalised)
    #expect(Normaliser.email(normalised)?.text == normalised, "normalising twice changes nothing")
  }

  @Test(arguments: [
    "", " ", "plain", "@", "a@", "@b.co", "a@b", "a@.co", "a@b.", "a@b..co", "a b@c.de", "a@b c.de", "a@@b.co",
    "a@b@c.de",
    "a\u{7}@b.co", "a@b.co\u{0}x", "a,b@c.de", "<a@b.co>", "a(b)@c.de", "a@-b.co", "a@b_c.de", "a@1.2.3.4", "a@b.123",
    "\"@b.co", "+tag@gmail.com", "...@gmail.com", "jo\u{A0}e@b.co", "a@b.co, c@d.ef",
    String(repeating: "a", count: 65) + "@b.co",
    "a@" + String(repeating: "abcdefg.", count: 32) + "com",
  ])
  func emailsThatCannotExist(raw: String) {
    #expect(Normaliser.email(raw) == nil)
  }

  @Test(
    arguments: [
      ("+44 20 7946 0958", nil, "442079460958", "GB"), ("0044 20 7946 0958", nil, "442079460958", "GB"),
      ("0044 20 7946 0958", "US", "442079460958", "GB"), ("00 55 11 91234-5678", "BR", "5511912345678", "BR"),
      ("020 7946 0958", "GB", "442079460958", "GB"), ("020 7946 0958", "gb", "442079460958", "GB"),
      ("(212) 555-0123", "US", "12125550123", "US"), ("1 212 555 0123", "US", "12125550123", "US"),
      ("+1 212 555 0123", "DE", "12125550123", "US"), ("050 123 4567", "UA", "380501234567", "UA"),
      ("+39 06 1234 5678", nil, "390612345678", "IT"), ("８００ ５５５ ０１００", "US", "18005550100", nil),
      ("＋380 (50) 123-45-67", nil, "380501234567", "UA"), ("+1 212 555 0123 ext. 7", nil, "12125550123", "US"),
    ] as [(String, String?, String, String?)])
  func numbers(raw: String, country: String?, digits: String, region: String?) {
    guard case .number(let found, let home) = Normaliser.phone(raw, country: country) else {
      Issue.record("not read as a number")
      return
    }
    #expect(found == digits)
    if let region { #expect(home == region) }
  }

  @Test(
    arguments: [
      ("2125550123", nil), ("020 7946 0958", nil), ("555-0123", "US"), ("2125550123", "XX"), ("2125550123", "USA"),
    ] as [(String, String?)])
  func numbersThatLackTheirCountryOrArea(raw: String, country: String?) {
    #expect(Normaliser.phone(raw, country: country) == .incomplete)
  }

  @Test(
    arguments: [
      ("", nil), ("n/a", "US"), ("12", "US"), ("+999 123456789", "US"), ("+1 212", nil), ("jo@example.com", "US"),
      ("123456789012345678901234567890", "US"), (String(repeating: "1", count: 1_024), "US"),
    ] as [(String, String?)])
  func numbersThatCannotExist(raw: String, country: String?) {
    #expect(Normaliser.phone(raw, country: country) == .impossible)
  }

  /// Written plainly they are not given to the library; with a space they are, and must mean the same.
  @Test func plainNumbersOfNorthAmericaAreReadAsByTheLibrary() {
    var random = SystemRandomNumberGenerator()
    for round in 0..<20_000 {
      let count = [10, 10, 10, 9, 11][round % 5]
      let digits = String((0..<count).map { _ in "0123456789".randomElement(using: &random) ?? "0" })
      let country = [nil, "US", "CA", "JM", "GB", "DE", "ZZ"][round % 7]
      #expect(Normaliser.phone("+1" + digits, country: country) == Normaliser.phone("+1 " + digits, country: country))
    }
  }

  @Test(arguments: [
    ("JO", "jo"), ("a\t\n b", "a b"), ("\u{2003}Jo\u{A0}\u{A0}Canary\u{3000}", "jo canary"), ("ΣΑΣ", "σας"),
    ("ΟΔΥΣΣΕΥΣ Σ", "οδυσσευς σ"), ("ΣΊΣΥΦΟΣ.", "σίσυφος."), ("İnci", "i\u{307}nci"), ("ｊｏ", "ｊｏ"), ("李 小龍", "李 小龍"),
    ("\u{212B}ke", "\u{E5}ke"),
  ])
  func names(raw: String, normalised: String) {
    let name = Normaliser.name(raw)
    #expect(name.map { Array($0.unicodeScalars) } == Array(normalised.unicodeScalars))
  }

  @Test(arguments: ["", " ", "\t\u{A0}\u{3000}"])
  func blankNamesAreNone(raw: String) {
    #expect(Normaliser.name(raw) == nil)
  }

  /// Whatever comes: no crash, and what is normalised stays as it is.
  @Test func anyTextIsTaken() {
    var random = SystemRandomNumberGenerator()
    let ranges: [ClosedRange<UInt32>] = [
      0...0x7F, 0x20...0x40, 0x80...0x2FF, 0x300...0x36F, 0x370...0x3FF, 0xFE00...0xFFFD,
    ]
    func text(_ count: Int) -> String {
      let scalars = (0..<count).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: ranges.randomElement(using: &random) ?? 0...0x10FFFF, using: &random))
      }
      return String(String.UnicodeScalarView(scalars))
    }
    for round in 0..<3_000 {
      let email = text(round % 5 + 1) + "@" + text(round % 9 + 1) + ".example"
      if let found = Normaliser.email(email) {
        #expect(Normaliser.email(found.text) == found)
        #expect(DomainName.normalised(found.domain) == found.domain)
      }
      if let name = Normaliser.name(text(round % 12)) { #expect(Normaliser.name(name) == name) }
      _ = Normaliser.phone(text(round % 20), country: text(2))
    }
  }
}
