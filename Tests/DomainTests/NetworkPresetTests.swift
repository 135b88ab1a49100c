import Domain
import Testing

@Suite struct NetworkPresetTests {
  /// What a preset's word means where no preset is chosen.
  private static let table: StatusMap = StatusWords.groups.reduce(into: [:]) { table, group in
    for word in group.words { table[word] = group.status }
  }

  @Test func thereAreAboutTwenty() {
    #expect(NetworkPreset.all.count >= 20)
    #expect(Set(NetworkPreset.all.map(\.slug)).count == NetworkPreset.all.count)
    #expect(Set(NetworkPreset.all.map(\.name)).count == NetworkPreset.all.count)
  }

  @Test(arguments: NetworkPreset.all)
  func itsWordsAreFoldedAndSayWhatTheTableDoesNot(_ preset: NetworkPreset) {
    #expect(preset.words.count <= StatusWords.mostMapped)
    for (word, status) in preset.words {
      #expect(StatusWords.fold(word) == word && !word.isEmpty && word.utf8.count <= StatusWords.longestWord)
      #expect(Self.table[word] != status, "the table says that of \(word) already")
      if Self.table[word] != nil {
        #expect(preset.note?.contains(word) == true, "\(word) contradicts the table, and the note does not say so")
      }
    }
  }

  @Test func onlyThoseContradictTheTableThatAreKnownTo() {
    let contradicting = NetworkPreset.all.filter { $0.words.contains { word, _ in Self.table[word] != nil } }
    #expect(Set(contradicting.map(\.slug)) == ["adcombo", "actionpay"])
  }

  @Test(arguments: NetworkPreset.all)
  func itsSourceCanBeLookedUp(_ preset: NetworkPreset) {
    #expect(preset.source.hasPrefix("https://") && !preset.source.contains(" ") && preset.source.utf8.count > 20)
  }

  @Test(arguments: NetworkPreset.all)
  func itsMacrosCountAsAbsentWhereNobodyFillsThemIn(_ preset: NetworkPreset) {
    for name in ["click_id", "status", "payout", "txid", "currency"] {
      if let macro = preset.macros[name] { #expect(PostbackLint.isMacro(macro)) }
    }
    #expect(preset.macros["api_key"] == nil)
  }

  @Test func theURLToPaste() {
    let affise = NetworkPreset.all.first { $0.slug == "affise" }
    #expect(
      affise?.postbackURL(host: "example.com", key: "K")
        == "https://example.com/api/postback?api_key=K&click_id={sub1}&status={status}&payout={sum}"
        + "&txid={transactionid}&currency={currency}")
    let adcombo = NetworkPreset.all.first { $0.slug == "adcombo" }
    #expect(
      adcombo?.postbackURL(host: "example.com:8443", key: "K", word: "reject")
        == "https://example.com:8443/api/postback?api_key=K&click_id={clickid}&status=reject&payout={revenue}"
        + "&txid={trans_id}")
  }

  @Test(arguments: NetworkPreset.all)
  func itsOwnURLIsRecognised(_ preset: NetworkPreset) {
    var found: [String: String] = [:]
    for name in ["click_id", "status", "payout", "txid", "currency"] { found[name] = preset.macros[name] }
    #expect(NetworkPreset.matching(found).contains(preset))
  }

  @Test func aURLIsNobodysWhereOneMacroIsNot() {
    #expect(NetworkPreset.matching(["click_id": "{sub7}", "payout": "{sum}"]).map(\.slug) == ["affise"])
    #expect(NetworkPreset.matching(["click_id": "{sub1}", "payout": "{nothing}"]).isEmpty)
    #expect(NetworkPreset.matching(["payout": "{sum}"]).isEmpty)
  }

  @Test(arguments: [
    ("approve", ConversionStatus.approved), ("Confirm", .approved), ("1", .approved), ("PURCHASE", .approved),
    ("lead-approve", .approved), ("payed", .approved), ("accepted_by_operator", .approved), ("sale2", .approved),
    ("reject", .rejected), ("3", .rejected), ("-1", .rejected), ("canceled", .rejected), ("lead_trash", .rejected),
    ("spam", .rejected), ("fake order", .rejected), ("double/duplicated", .rejected), ("declined_by_client", .rejected),
    ("2", .pending), ("5", .pending), ("wait", .pending), ("pre_approved", .pending), ("in processing", .pending),
    ("lead_hold", .pending), ("call again", .pending), ("newlead", .pending), ("refunded", .chargeback),
    ("charge-backed", nil), ("chargebacked", .chargeback), ("reversal", .chargeback),
    // Networks disagree.
    ("accept", nil),
    // Parts that contradict each other, turn round or put off what follows.
    ("payment_cancelled", nil), ("not approved", nil), ("unconfirmed", nil), ("pending_approval", nil),
    ("ready_for_payment", nil), ("holded", nil), ("processed", nil), ("partial_refund", nil), ("disapproved", nil),
    // Nothing to go by.
    ("7", nil), ("", nil), ("x", nil), ("registration", nil), ("display", nil), ("répondu", nil),
  ])
  func aSuggestion(word: String, status: ConversionStatus?) {
    #expect(ConversionStatus.suggested(forUnmapped: word) == status)
  }

  @Test func noSuggestionContradictsTheTable() {
    for (word, status) in Self.table {
      let suggested = ConversionStatus.suggested(forUnmapped: word)
      let isContradicted = NetworkPreset.all.contains { $0.words[word] != nil }
      #expect(suggested == nil || suggested == status || isContradicted, "\(word)")
    }
  }
}
