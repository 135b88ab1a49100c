/// What a message says about itself beside what it does; stable codes.
package enum PostbackWarning: String, CaseIterable, Sendable {
  /// A parameter was the name of a macro that the partner's panel did not fill in; counted as absent.
  case unexpandedMacro = "unexpanded_macro"
  /// A parameter was empty, `null` or `undefined`; counted as absent.
  case emptyValue = "empty_value"
  /// The word stands in no table: counted as pending.
  case unknownStatus = "unknown_status"
  /// The amount could not be read: counted as absent.
  case badPayout = "bad_payout"
  /// A comma before exactly three digits was read as a thousands separator.
  case thousandsSeparator = "thousands_separator"
  /// An amount below 0 on a word that is neither an approval nor a chargeback: counted as absent.
  case negativePayout = "negative_payout"
  /// The currency is not the account's: counted at face value.
  case currencyMismatch = "currency_mismatch"
  /// The query was mangled (`?` or `&amp;` for `&`, `¤cy` for `&currency`) and was healed.
  case healedQuery = "healed_query"
  /// An e-mail address or telephone number stood where a transaction id belongs: its reference was kept instead.
  case contactInTxid = "contact_in_txid"
  /// A key stood in a value that is kept: it was cut to its prefix.
  case keyInValue = "key_in_value"
  /// The same parameter came more than once: the last present value counts.
  case repeatedParameter = "repeated_parameter"
  /// There was more than is kept: a value too long, or too many parameters; cut or counted as absent.
  case valueTooLong = "value_too_long"
  /// A refusal or chargeback under a transaction id that was never seen.
  case unknownTxid = "unknown_txid"
  /// An approval after a chargeback.
  case reapproved
  /// The key is bound to another partner than the one that got the lead.
  case otherPartner = "other_partner"
}

/// Who says what a message says.
package enum PostbackOrigin: String, CaseIterable, Sendable {
  /// A partner, by its postback.
  case partner
  /// Someone of the account, by hand: nothing makes it stale.
  case correction
  /// A partner, by a report that someone of the account handed in.
  case report
}

/// What a partner's word and amount mean together, by the words that hold for its key.
package struct PostbackMeaning: Equatable, Sendable {
  package let status: ConversionStatus
  /// The word was `rebill`: a payment that comes again (or, below 0, one taken back), not a new class of an old one.
  package let isRebill: Bool
  /// What the conversion is worth by this message, 0 or more; nil: not said.
  package let payout: Money?
  /// ``PostbackWarning/unknownStatus`` or ``PostbackWarning/negativePayout``, where it comes to that.
  package let warnings: [PostbackWarning]

  /// Warnings that hang on the words in force, and so change with them.
  package static let possibleWarnings: Set<PostbackWarning> = [.unknownStatus, .negativePayout]

  /// - Parameters:
  ///   - word: as kept, not folded; nil: none was sent.
  ///   - amount: as sent, with its sign; nil: none.
  package init(word: String?, amount: Money?, words: StatusWords) {
    let folded = word.map(StatusWords.fold)
    let named = folded.flatMap { words.status(ofFolded: $0) }
    var status = named ?? .pending
    var payout = amount
    var warnings: [PostbackWarning] = folded != nil && named == nil ? [.unknownStatus] : []
    if let amount, amount < .zero {
      switch status {
      case .approved:
        status = .chargeback
        payout = -amount
      case .chargeback: payout = -amount
      case .pending, .rejected:
        payout = nil
        warnings.append(.negativePayout)
      }
    }
    self.init(status: status, isRebill: folded == "rebill", payout: payout, warnings: warnings)
  }

  /// What was made of a word and an amount before.
  package init(status: ConversionStatus, isRebill: Bool = false, payout: Money?, warnings: [PostbackWarning] = []) {
    self.status = status
    self.isRebill = isRebill
    self.payout = payout
    self.warnings = warnings
  }
}

/// A message, understood: what the ledger acts on.
package struct Postback: Equatable, Sendable {
  package let clickID: String
  package let origin: PostbackOrigin
  package let status: ConversionStatus
  /// See ``PostbackMeaning/isRebill``.
  package let isRebill: Bool
  /// The word as sent, trimmed, without control characters, up to 64 bytes: of a longer one the beginning and `…`; nil:
  /// none. `status` follows from what is kept here, so that a replay comes to the same.
  package let rawStatus: String?
  /// What the conversion is worth by this message, 0 or more; nil: not said.
  package let payout: Money?
  /// The amount as sent, its sign kept; nil: none.
  package let amount: Money?
  /// Three letters as sent; nil: none.
  package let currency: String?
  /// Up to 128 bytes; nil: none.
  package let txid: String?

  package init(
    clickID: String, origin: PostbackOrigin = .partner, meaning: PostbackMeaning, rawStatus: String?, amount: Money?,
    currency: String?, txid: String?
  ) {
    self.clickID = clickID
    self.origin = origin
    self.status = meaning.status
    self.isRebill = meaning.isRebill
    self.rawStatus = rawStatus
    self.payout = meaning.payout
    self.amount = amount
    self.currency = currency
    self.txid = txid
  }

  /// The same message by the words in force now; one by hand says its class itself.
  package func read(by words: StatusWords) -> (message: Postback, warnings: [PostbackWarning]) {
    let current = PostbackMeaning(status: status, isRebill: isRebill, payout: payout)
    let meaning = origin == .correction ? current : PostbackMeaning(word: rawStatus, amount: amount, words: words)
    let message = Postback(
      clickID: clickID, origin: origin, meaning: meaning, rawStatus: rawStatus, amount: amount, currency: currency,
      txid: txid)
    return (message, meaning.warnings)
  }
}
