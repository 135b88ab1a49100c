import Domain
import Testing

@Suite struct StatusWordsTests {
  /// As the contract lists them, spelled out again: the table must not lose or move a word unnoticed.
  static let contract: [(status: ConversionStatus, words: String)] = [
    (.approved, "approved accepted converted confirmed sale paid qualified ftd first_deposit rebill"),
    (.pending, "pending lead deposit submitted new registered callback waiting hold"),
    (.rejected, "rejected declined trash junk duplicate failed cancelled no_answer unqualified"),
    (.chargeback, "chargeback refund reversed dispute"),
  ]

  @Test(arguments: contract)
  func everyWordHasItsClass(_ group: (status: ConversionStatus, words: String)) {
    for word in group.words.split(separator: " ").map(String.init) {
      #expect(StatusWords.table.status(ofFolded: word) == group.status, "\(word)")
    }
  }

  @Test func thereAreNoOtherWords() {
    let shown = StatusWords.groups.flatMap { group in group.words.map { "\($0) \(group.status.rawValue)" } }
    let agreed = Self.contract.flatMap { group in
      group.words.split(separator: " ").map { "\($0) \(group.status.rawValue)" }
    }
    #expect(shown == agreed)
  }

  static let foldings: [(sent: String, folded: String)] = [
    (" Qualified", "qualified"), ("FTD\n", "ftd"), ("First Deposit", "first_deposit"),
    ("first-deposit", "first_deposit"),
    ("\tNo Answer ", "no_answer"), ("NO-ANSWER", "no_answer"), ("no_answer", "no_answer"), ("", ""), ("  ", ""),
    ("-", "_"),
    ("ÉTÉ", "été"), ("a  b", "a__b"),
  ]

  @Test(arguments: foldings)
  func wordsAreTrimmedLoweredAndFolded(_ word: (sent: String, folded: String)) {
    #expect(StatusWords.fold(word.sent) == word.folded)
    #expect(StatusWords.fold(word.folded) == word.folded)
  }

  @Test(arguments: ["approve", "1", "ok", "in_review", "", "sales", "approved!", "reject", "cancel"])
  func otherWordsAreInNoClass(_ word: String) {
    #expect(StatusWords.table.status(ofFolded: word) == nil)
  }
}
