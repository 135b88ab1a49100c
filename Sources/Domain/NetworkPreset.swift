/// What is known of a network or platform that sends postbacks: its words, and the macros that its panel fills in.
///
/// Facts from their documents or from public templates, each with its source; what was not found is nil.
package struct NetworkPreset: Equatable, Sendable {
  /// What stands in a postback URL for each of our parameters, as the network writes it.
  package struct Macros: Equatable, Sendable {
    package let clickID: String
    package let status: String?
    package let payout: String?
    package let txid: String?
    package let currency: String?

    /// By our parameters' names.
    package subscript(_ name: String) -> String? {
      switch name {
      case "click_id": clickID
      case "status": status
      case "payout": payout
      case "txid": txid
      case "currency": currency
      default: nil
      }
    }
  }

  package let slug: String
  package let name: String
  /// Folded, and only where the built-in table gives them no class or another one.
  package let words: StatusMap
  package let macros: Macros
  /// The address where this was found.
  package let source: String
  /// What has to be known beside it: a word that the table gives another class, what sources disagree on.
  package let note: String?

  /// - Parameter macros: those for click id, status, payout, txid and currency.
  init(
    _ slug: String, _ name: String,
    macros: (clickID: String, status: String?, payout: String?, txid: String?, currency: String?),
    words: StatusMap = [:], source: String, note: String? = nil
  ) {
    self.slug = slug
    self.name = name
    self.words = words
    self.macros = Macros(
      clickID: macros.clickID, status: macros.status, payout: macros.payout, txid: macros.txid,
      currency: macros.currency)
    self.source = source
    self.note = note
  }

  /// The postback URL to paste in the network's panel.
  /// - Parameters:
  ///   - host: with its port, if it has one.
  ///   - word: stands where the network has no macro for the status; such a network calls a URL for each event.
  package func postbackURL(host: String, key: String, word: String = "sale") -> String {
    var url = "https://\(host)/api/postback?api_key=\(key)&click_id=\(macros.clickID)&status=\(macros.status ?? word)"
    for name in ["payout", "txid", "currency"] {
      if let macro = macros[name] { url += "&\(name)=\(macro)" }
    }
    return url
  }

  /// Those that a URL's macros fit, best first: the click id's is one of theirs, and none is another's.
  /// - Parameter found: the macros of the URL by our parameters' names.
  package static func matching(_ found: [String: String]) -> [NetworkPreset] {
    guard let clickID = found["click_id"] else { return [] }
    let fitting = all.filter { preset in
      numberless(preset.macros.clickID) == numberless(clickID)
        && found.allSatisfy { name, macro in name == "click_id" || preset.macros[name] == macro }
    }
    let exact = fitting.filter { $0.macros.clickID == clickID }
    return exact + fitting.filter { $0.macros.clickID != clickID }
  }

  /// `{sub3}` is as good as `{sub1}`: the click id comes back in the one that it was sent in.
  private static func numberless(_ macro: String) -> String { macro.filter { !("0"..."9").contains($0) } }
}
