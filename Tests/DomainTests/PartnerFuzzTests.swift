import Domain
import Testing

/// What partners write into single values, made up: more than a million amounts, words and macros, the same in every
/// run.
@Suite struct PartnerFuzzTests {
  static let seeds: Range<UInt64> = 0..<8

  // MARK: Amounts

  /// An amount as a panel may print it, and what it must be read as.
  private struct Printed {
    var text: String
    var micros: Int64
    var currency: String?
    var thousands = false
  }

  @Test(arguments: seeds)
  func anAmountPrintedInAnyStyleReadsBackExactly(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<40_000 {
      let printed = Self.dressed(Self.number(&random), &random)
      let read = PartnerAmount(printed.text)
      guard read?.money.micros == printed.micros, read?.currency == printed.currency,
        read?.readAsThousands == printed.thousands
      else {
        Issue.record(
          "\(printed.text) must be \(printed.micros), \(printed.currency ?? "-"), \(printed.thousands)"
        )
        return
      }
    }
  }

  /// Digits and separators.
  private static func number(_ random: inout SeededRandom) -> Printed {
    let decimals = Int.random(in: 0...6, using: &random)
    let scale = (0..<6 - decimals).reduce(Int64(1)) { scale, _ in scale * 10 }
    let most = Money.limit.micros >> Int64.random(in: 0..<50, using: &random)
    let micros = Int64.random(in: 0...most, using: &random) / scale * scale
    let whole = String(micros / 1_000_000)
    let fraction = String(String(micros % 1_000_000 + 1_000_000).dropFirst().prefix(decimals))
    let point = Bool.random(using: &random)
    if Bool.random(using: &random), whole.count > 3 {
      let grouped = grouped(whole, by: point ? "," : ".")
      if !fraction.isEmpty {
        return Printed(text: grouped + (point ? "." : ",") + fraction, micros: micros)
      }
      // `1.234` is 1.234: points alone group only where there are several.
      if point || whole.count > 6 {
        return Printed(text: grouped, micros: micros, thousands: point && whole.count <= 6)
      }
    }
    guard !fraction.isEmpty else { return Printed(text: whole, micros: micros) }
    let text = whole + (point ? "." : ",") + fraction
    guard !point, fraction.count == 3, whole != "0", whole.count <= 3 else {
      return Printed(text: text, micros: micros)
    }
    return Printed(text: text, micros: micros * 1_000, thousands: true)
  }

  private static func grouped(_ digits: String, by separator: String) -> String {
    var rest = Substring(digits)
    var groups: [Substring] = []
    while !rest.isEmpty {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    return groups.joined(separator: separator)
  }

  /// With a sign, a currency and spaces.
  private static func dressed(_ number: Printed, _ random: inout SeededRandom) -> Printed {
    var dressed = number
    let space = ["", " "].randomElement(using: &random) ?? ""
    let currencies = [("$", "USD"), ("€", "EUR"), ("USD", "USD"), ("eur", "EUR"), ("Kzt", "KZT")]
    let (sign, code) = currencies.randomElement(using: &random) ?? ("$", "USD")
    let minus = ["", "", "-", "−"].randomElement(using: &random) ?? ""
    if !minus.isEmpty { dressed.micros = -number.micros }
    let place = Int.random(in: 0..<5, using: &random)
    dressed.currency = place < 3 ? code : nil
    dressed.text =
      switch place {
      case 0: minus + sign + space + number.text
      case 1: sign + space + minus + number.text
      case 2: minus + number.text + space + sign
      default: minus + number.text
      }
    let around = ["", "", " ", "\t", "\n "].randomElement(using: &random) ?? ""
    dressed.text = around + dressed.text + around
    return dressed
  }

  /// Garbage is refused, or it holds a number whose digits are all there: nothing is dropped, rounded or made up.
  @Test(arguments: seeds)
  func garbageIsNoAmountOrAnExactOne(_ seed: UInt64) throws {
    var random = SeededRandom(seed: 100 + seed)
    let pieces = [
      "0", "1", "7", "00", "000", "12", "999", "123456", "1000000000", ",", ".", ",", ".", "-", "−",
      "+", " ", "$", "€",
      "USD", "e", "E5", "x", "٣", "½", "\u{0}", "\u{301}", "\u{A0}", "{payout}", "%", "'", "(", ")",
      "¤", "K", "∞",
    ]
    var read = 0
    for _ in 0..<40_000 {
      let text = (0..<Int.random(in: 0..<8, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }
      .joined()
      guard let amount = PartnerAmount(text) else { continue }
      read += 1
      guard Self.isExact(amount.money, text) else {
        Issue.record("\(text) was read as \(amount.money.text)")
        return
      }
    }
    #expect(read > 300)
  }

  private static func isExact(_ money: Money, _ text: String) -> Bool {
    let digits = text.filter { "0123456789".contains($0) }
    guard let number = Int64(digits), money.micros.magnitude <= Money.limit.micros.magnitude else {
      return false
    }
    let afterSeparator =
      text.split(omittingEmptySubsequences: false) { ",.".contains($0) }.last ?? ""
    let decimals = afterSeparator.count { "0123456789".contains($0) }
    let isWhole = number.multipliedReportingOverflow(by: 1_000_000)
    let scale = (0..<max(0, 6 - decimals)).reduce(Int64(1)) { scale, _ in scale * 10 }
    let magnitude = Int64(money.micros.magnitude)
    let isNegative = text.contains { $0 == "-" || $0 == "−" }
    return (money.micros == 0 || isNegative == (money < .zero))
      && (!isWhole.overflow && magnitude == isWhole.partialValue
        || decimals <= 6 && magnitude == number * scale)
  }

  // MARK: Words

  @Test(arguments: seeds)
  func aFoldedWordStaysAsItIs(_ seed: UInt64) throws {
    var random = SeededRandom(seed: 200 + seed)
    let pieces = [
      "Sale", "FTD", " ", "-", "_", "\t", "\r\n", "\u{A0}", "\u{301}", "İ", "ß", "Σ", "ς", "K", "Å",
      "\u{200D}", "👨‍👩‍👧",
      "\u{600}", "\u{FEFF}", "\u{0}", "É", "ǅ", "a", "1", "…", "\u{2028}",
    ]
    for _ in 0..<15_000 {
      let word = (0..<Int.random(in: 0..<7, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }
      .joined()
      let folded = StatusWords.fold(word)
      guard Array(StatusWords.fold(folded).utf8) == Array(folded.utf8),
        !folded.contains(where: { " -".contains($0) }),
        folded.first?.isWhitespace != true, folded.last?.isWhitespace != true
      else {
        Issue.record("\(word.debugDescription) folds to \(folded.debugDescription)")
        return
      }
    }
  }

  // MARK: Macros

  private static func name(_ random: inout SeededRandom) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-: ")
    return "n"
      + String(
        (0..<Int.random(in: 0..<12, using: &random)).map { _ in
          letters.randomElement(using: &random) ?? "x"
        })
      + "m"
  }

  private static func txid(of value: String) -> (txid: String?, warnings: [PostbackWarning])? {
    let parameters = [
      PostbackParameter(name: "click_id", value: "C"),
      PostbackParameter(name: "txid", value: value),
    ]
    guard
      case .message(let message, let warnings) = PostbackReading(
        parameters, currency: "USD", wasHealed: false)
    else { return nil }
    return (message.txid, warnings)
  }

  @Test(arguments: seeds)
  func aMacroOfAnyStyleIsAbsentAndANearMissIsAValue(_ seed: UInt64) throws {
    var random = SeededRandom(seed: 300 + seed)
    for _ in 0..<2_000 {
      let name = Self.name(&random)
      let macros = [
        "{\(name)}", "%7B\(name)%7D", "%7b\(name)%7d", "##\(name)##", "[\(name)]", "#\(name)#",
        "${\(name)}",
        "{{\(name)}}", " {\(name)}\t", "REPLACE", "OPTIONAL",
      ]
      for macro in macros {
        let read = Self.txid(of: macro)
        try #require(read?.txid == nil && read?.warnings == [.unexpandedMacro], "\(macro)")
      }
      let values = [
        name, "{\(name)", "\(name)}", "%7B\(name)", "\(name)%7D", "#\(name)", "##\(name)",
        "\(name)##", "[\(name)",
        "\(name)]", "$\(name)", "$\(name)$", "${\(name)", "x{\(name)}", "{\(name)}x", "(\(name))",
        "<\(name)>",
        "replace", "REPLACE\(name)", "\(name)OPTIONAL", "null\(name)", "undefined\(name)",
      ]
      for value in values {
        let read = Self.txid(of: value)
        try #require(read?.txid == value && read?.warnings == [], "\(value)")
      }
    }
  }
}
