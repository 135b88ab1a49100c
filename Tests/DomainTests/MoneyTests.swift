import Domain
import Testing

@Suite struct MoneyTests {
  static let decimals: [(text: String, micros: Int64)] = [
    ("0", 0), ("-0", 0), ("0.0", 0), ("12.50", 12_500_000), ("0.000001", 1), ("-3.000001", -3_000_001),
    ("007", 7_000_000),
    ("1000000000", 1_000_000_000_000_000), ("-1000000000", -1_000_000_000_000_000),
    ("999999999.999999", 999_999_999_999_999),
  ]

  @Test(arguments: decimals)
  func readsAPlainDecimal(_ decimal: (text: String, micros: Int64)) {
    #expect(Money(decimal: decimal.text)?.micros == decimal.micros)
  }

  @Test(arguments: [
    "", "-", ".", ".5", "5.", "1.0000000", "1e3", "1E3", "+1", " 1", "1 ", "1,5", "1.2.3", "--1", "0x10", "1_000", "∞",
    "nan",
    "1000000000.000001", "1000000001", "99999999999", "9223372036854775808", "١٢",
  ])
  func readsNothingElse(_ text: String) {
    #expect(Money(decimal: text) == nil)
  }

  static let texts: [(micros: Int64, text: String)] = [
    (0, "0"), (12_500_000, "12.5"), (15_000_000, "15"), (-3_000_001, "-3.000001"), (-1, "-0.000001"), (100_000, "0.1"),
    (1_000_000_000_000_000, "1000000000"), (.min, "-9223372036854.775808"), (.max, "9223372036854.775807"),
  ]

  @Test(arguments: texts)
  func isPrintedAsTheShortestDecimal(_ money: (micros: Int64, text: String)) {
    #expect(Money(micros: money.micros).text == money.text)
  }

  @Test func everyAmountComesBackFromItsText() {
    var random = SeededRandom(seed: 2)
    for _ in 0..<5_000 {
      let bits = Int64.random(in: 0..<50, using: &random)
      let money = Money(micros: Int64.random(in: -Money.limit.micros...Money.limit.micros, using: &random) >> bits)
      #expect(Money(decimal: money.text) == money)
    }
  }

  @Test func addsWithoutRounding() {
    let tenth = Money(micros: 100_000)
    #expect((0..<10).reduce(Money.zero) { sum, _ in sum + tenth } == Money(micros: 1_000_000))
    #expect(-tenth + tenth == .zero)
    #expect(Money(micros: 1) < Money(micros: 2))
  }
}

/// Every spelling that the contract names, and what stands beside them.
@Suite struct PartnerAmountTests {
  struct Spelling: Sendable, CustomTestStringConvertible {
    let text: String
    let amount: String
    var currency: String?
    var thousands = false
    var testDescription: String { text }

    init(_ text: String, _ amount: String, _ currency: String? = nil, thousands: Bool = false) {
      self.text = text
      self.amount = amount
      self.currency = currency
      self.thousands = thousands
    }
  }

  static let spellings = [
    Spelling("12.50", "12.5"), Spelling("12,50", "12.5"), Spelling("1,234.56", "1234.56"),
    Spelling("1.234,56", "1234.56"),
    Spelling("$15.00", "15", "USD"), Spelling(" 15 USD ", "15", "USD"), Spelling("7,20 EUR", "7.2", "EUR"),
    Spelling("0", "0"), Spelling("0.00", "0"), Spelling("600", "600"), Spelling(".5", "0.5"), Spelling(",5", "0.5"),
    // A lone comma before exactly three digits is thousands unless what stands before it is 0; a lone point never is.
    Spelling("1,234", "1234", thousands: true), Spelling("12,000", "12000", thousands: true),
    Spelling("999,999", "999999", thousands: true), Spelling("$1,234", "1234", "USD", thousands: true),
    Spelling("-1,234", "-1234", thousands: true), Spelling("0,123", "0.123"), Spelling("1.234", "1.234"),
    Spelling("12.000", "12"), Spelling("1,2345", "1.2345"), Spelling("1,23", "1.23"), Spelling("1,234567", "1.234567"),
    Spelling("1,234,567", "1234567"), Spelling("1.234.567", "1234567"), Spelling("1,234,567.89", "1234567.89"),
    Spelling("1.234.567,89", "1234567.89"), Spelling("1,234.567", "1234.567"),
    // Signs and currencies in any order.
    Spelling("-5", "-5"), Spelling("−5", "-5"), Spelling("-$5", "-5", "USD"), Spelling("$-5", "-5", "USD"),
    Spelling("$ 5", "5", "USD"), Spelling("USD -5.5", "-5.5", "USD"), Spelling("-5 usd", "-5", "USD"),
    Spelling("usd5", "5", "USD"), Spelling("5€", "5", "EUR"), Spelling("€5", "5", "EUR"),
    Spelling("£3.20", "3.2", "GBP"),
    Spelling("100 ₴", "100", "UAH"), Spelling("₽1.234,50", "1234.5", "RUB"),
    Spelling("5 Xyz", "5", "XYZ"), Spelling("\t5\n", "5"), Spelling("-0", "0"),
    // At the limits.
    Spelling("0.000001", "0.000001"), Spelling("1000000000", "1000000000"),
    Spelling("1,000,000,000.000000", "1000000000"),
    Spelling("-1000000000", "-1000000000"),
  ]

  @Test(arguments: spellings)
  func isRead(_ spelling: Spelling) throws {
    let amount = try #require(PartnerAmount(spelling.text))
    #expect(amount.money.text == spelling.amount)
    #expect(amount.currency == spelling.currency)
    #expect(amount.readAsThousands == spelling.thousands)
  }

  @Test(arguments: [
    "", " ", "abc", "free", "1e3", "1E3", "1.5e-2", "1.0000001", "0,1234567", "1000000000.01", "1000000001",
    "9999999999999",
    "1,23,4", "12,34.5", "1.2.3", "1,2.3,4", "1.234,567.8", ",", ".", "-", "--5", "+5", "5.", "5,", "$", "USD", "$5$",
    "5 USD EUR",
    "US 5", "USDT 5", "5 USDT", "0x10", "1 234", "12%", "5-", "(5)", "٥", "½", "5\u{0}", "{payout}", "1,,234",
    "1234,567.89",
    "₹1,00,000.00", String(repeating: "1", count: 65),
  ])
  func isNotGuessed(_ text: String) {
    #expect(PartnerAmount(text) == nil)
  }

  /// Whatever Money prints, a partner may send, and it means the same: with a sign or without, in any of three places.
  @Test func readsWhatMoneyPrints() throws {
    var random = SeededRandom(seed: 3)
    for _ in 0..<3_000 {
      let bits = Int64.random(in: 0..<50, using: &random)
      let money = Money(micros: Int64.random(in: -Money.limit.micros...Money.limit.micros, using: &random) >> bits)
      for text in [money.text, "EUR " + money.text, money.text + "EUR"] {
        try #require(PartnerAmount(text)?.money == money, "\(text)")
      }
    }
  }
}
