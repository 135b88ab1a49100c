import Domain
import Testing

@Suite struct PostbackQueryTests {
  static let mangled: [(sent: String, meant: String)] = [
    ("api_key=K&amp;click_id=C&amp;status=sale&amp;payout=5", "api_key=K&click_id=C&status=sale&payout=5"),
    ("api_key=K&amp;amp;click_id=C", "api_key=K&click_id=C"),
    (
      "api_key=K?click_id=C?status=sale?payout=5?txid=1?currency=EUR",
      "api_key=K&click_id=C&status=sale&payout=5&txid=1&currency=EUR"
    ),
    ("click_id=1?api_key=K", "click_id=1&api_key=K"),
    ("payout=5¤cy=EUR", "payout=5&currency=EUR"),
    ("payout=5%C2%A4cy=EUR", "payout=5&currency=EUR"),
    ("payout=5%c2%a4cy=EUR", "payout=5&currency=EUR"),
    ("payout=5%A4cy=EUR&txid=1", "payout=5&currency=EUR&txid=1"),
  ]

  @Test(arguments: mangled)
  func isPutRight(_ query: (sent: String, meant: String)) {
    let healed = PostbackQuery.heal(Array(query.sent.utf8))
    #expect(String(decoding: healed.query, as: UTF8.self) == query.meant)
    #expect(healed.wasHealed)
  }

  @Test func theCurrencySignOfLatin1IsKnownToo() {
    let healed = PostbackQuery.heal(Array("payout=5".utf8) + [0xA4] + Array("cy=EUR".utf8))
    #expect(healed.query == Array("payout=5&currency=EUR".utf8))
  }

  @Test(arguments: [
    "", "click_id=C", "click_id=C&status=sale&payout=5&currency=EUR&txid=1", "click_id=C?", "click_id=a?b=c",
    "click_id=a?status",
    "click_id=a%3Fstatus=b", "note=fish&amp", "note=%26amp%3B", "a=¤cy", "a=%C2%A4", "a=5 ¤ cy=1", "?", "&", "&&", "=",
    "%",
    "click_id=a?statuses=1", "click_id=a?xstatus=1",
  ])
  func anIntactQueryIsNotTouched(_ query: String) {
    let healed = PostbackQuery.heal(Array(query.utf8))
    #expect(String(decoding: healed.query, as: UTF8.self) == query)
    #expect(!healed.wasHealed)
  }

  /// Healing what was healed changes nothing, whatever was sent; and it says so exactly when it changes something.
  @Test func healingIsDoneInOnePass() throws {
    let pieces = [
      "&", "amp;", "&amp;", "?", "status=", "click_id=", "¤cy=", "%C2%A4cy=", "cy=", "currency=", "%", "C2", "x", "=",
    ]
    var random = SeededRandom(seed: 4)
    for _ in 0..<5_000 {
      let query = (0..<Int.random(in: 0..<9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let once = PostbackQuery.heal(Array(query.utf8))
      let twice = PostbackQuery.heal(once.query)
      try #require(twice.query == once.query && !twice.wasHealed, "\(query)")
      try #require(once.wasHealed == (once.query != Array(query.utf8)), "\(query)")
    }
  }
}
