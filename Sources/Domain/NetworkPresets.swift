extension NetworkPreset {
  /// 395 templates of networks for one tracker.
  private static let templates =
    "https://github.com/fenjo26/Orbitra.link/blob/8bf1493af7a14720d9769e703b5946927c0db315/data/"
    + "keitaro_affiliate_networks.json"
  private static let tracker = "https://github.com/fenjo26/Orbitra.link"

  private static let wordInURL = "No macro for the status was found: give each event a URL with its word."

  /// Platforms that networks run on, then networks, then a shop's and a call centre's panels.
  package static let all = platforms + networks

  private static let platforms = [
    NetworkPreset(
      "affise", "Affise",
      macros: ("{sub1}", "{status}", "{sum}", "{transactionid}", "{currency}"),
      words: ["1": .approved, "2": .pending, "3": .rejected, "5": .pending],
      source: "https://help-center.affise.com/en/articles/6483741-affiliate-postback-url-macros",
      note:
        "The click id comes back in the one of {sub1} to {sub8} that it was sent in. 5 is approved but on hold: pending."
    ),
    NetworkPreset(
      "tune", "TUNE (HasOffers)",
      macros: ("{aff_click_id}", nil, "{payout}", "{transaction_id}", "{currency}"), source: templates,
      note: "\(wordInURL) {aff_sub} instead of {aff_click_id} where the click id was sent in aff_sub."),
    NetworkPreset(
      "everflow", "Everflow", macros: ("{sub1}", nil, "{payout_amount}", "{transaction_id}", nil),
      source: "https://ef-helpdesk24.webflow.io/collaborator/managing-postbacks-as-a-partner",
      note: """
        \(wordInURL) The click id comes back in the one of {sub1} to {sub10} that it was sent in. Disputed: other \
        sources write {amount} for the payout.
        """),
    NetworkPreset(
      "cake", "CAKE", macros: ("#s2#", nil, "#price#", "#leadid#", nil),
      source: "https://support.getcake.com/support/solutions/articles/5000546376-affiliate-pixels-and-tracking",
      note: """
        \(wordInURL) Disputed: some lists of its macros have #status#. #leadid# is CAKE's own number of the \
        conversion, #tid# the advertiser's. A click id over 100 bytes goes on in #s3#.
        """),
    NetworkPreset(
      "scaleo", "Scaleo", macros: ("{aff_click_id}", "{conv_status}", "{payout}", nil, "{currency}"),
      source: templates),
    NetworkPreset(
      "alanbase", "Alanbase", macros: ("{sub_id1}", "{status}", "{revenue}", nil, "{currency}"), source: templates),
    NetworkPreset(
      "altercpa", "AlterCPA", macros: ("{subid}", "{stage}", "{cash}", "{id}", "{currency}"),
      words: ["wait": .pending, "approve": .approved, "cancel": .rejected], source: templates,
      note: "Disputed: templates of some networks on it count hold as a sale; here it is pending."),
    NetworkPreset(
      "leadvertex", "LeadVertex",
      macros: ("{{utm_term}}", "{{payment_status}}", "{{payment_sum}}", nil, nil),
      words: ["0": .pending, "1": .approved, "_1": .rejected], source: templates, note: "It sends -1 for a rejection."),
    NetworkPreset(
      "monetizer", "Monetizer", macros: ("{clickID}", nil, "{amount}", "{transactionID}", nil),
      source: "https://docs.bemob.com/en/monetizer-settings", note: wordInURL),
  ]

  private static let networks = [
    NetworkPreset(
      "actionpay", "Actionpay", macros: ("{subid2}", "{event}", "{payment}", nil, "{currency}"),
      words: ["accepted": .pending], source: templates,
      note: "accepted is a lead that came in, where the built-in table has a sale; paid is the sale."),
    NetworkPreset(
      "adcombo", "AdCombo", macros: ("{clickid}", nil, "{revenue}", "{trans_id}", nil),
      words: ["lead": .approved, "reject": .rejected],
      source: "https://docs.keitaro.io/en/conversions-and-postback/integration-with-affiliate-networks/adcombo.html",
      note: """
        lead is a confirmed sale, where the built-in table has it pending; hold is a lead. One URL for each of leads, \
        holds and rejects, with the word written in.
        """),
    NetworkPreset(
      "admitad", "Admitad",
      macros: (
        "[[[subid]]]", "[[[payment_status]]]", "[[[payment_sum]]]", "[[[order_id]]]", "[[[currency]]]"
      ),
      source: "https://developers.admitad.com/it/doc/api_en/methods/opt_codes/opt-codes-create-action/",
      note: "The macro for the status is from a template for a tracker, not from its documents."),
    NetworkPreset(
      "aff1", "Aff1", macros: ("{clickid}", "{type}", "{payout}", nil, nil),
      words: ["lead_add": .pending, "lead_approve": .approved, "lead_cancel": .rejected], source: templates),
    NetworkPreset(
      "clickbank", "ClickBank", macros: ("{tid}", "{event_type}", "{affiliate_earnings}", "{event_id}", nil),
      words: ["order_impression": .pending, "purchase": .approved, "upsell": .approved], source: templates),
    NetworkPreset(
      "clickdealer", "ClickDealer", macros: ("#s2#", nil, "#price#", "#leadid#", nil), source: templates,
      note: wordInURL),
    NetworkPreset(
      "cpagetti", "CPAgetti", macros: ("{sub1}", "{status}", "{money}", "{convid}", nil),
      words: ["wait": .pending, "valid": .pending, "accept": .approved, "invalid": .rejected], source: templates,
      note: "Disputed: the template counts hold as a sale; here it is pending."),
    NetworkPreset(
      "dr-cash", "Dr.Cash", macros: ("{sub1}", nil, "{payment}", nil, nil), source: tracker,
      note: "It sends pending, approved, rejected and trash; the macro for it was not found."),
    NetworkPreset(
      "everad", "EverAd", macros: ("{sid5}", "{status}", "{payout}", nil, "{currency}"), source: templates),
    NetworkPreset(
      "kma", "KMA.biz", macros: ("{data1}", "{status}", "{sum}", "{orderid}", "{currency}"),
      words: ["a": .approved, "p": .pending, "d": .rejected, "f": .rejected], source: templates),
    NetworkPreset(
      "leadbit", "Leadbit", macros: ("{sub1}", "{status}", "{cost}", "{id}", nil),
      words: ["confirm": .approved, "reject": .rejected, "decline": .rejected, "invalid": .rejected],
      source: "https://docs.bemob.com/en/leadbit-settings",
      note: "The words are from a tracker's code, \(tracker)."),
    NetworkPreset(
      "leadrock", "LeadRock", macros: ("{sub1}", "{status}", "{lead_price}", nil, nil), source: templates,
      note: "Its words were not found."),
    NetworkPreset(
      "lemonad", "LemonAD", macros: ("{clickid}", "{status}", "{payout}", "{leadid}", nil),
      source: "https://docs.limonad.com/doc/en-postback",
      note: "Each status gets the name that you type in its panel: type ours. {payoutOrZero} is 0 until it is paid."),
    NetworkPreset(
      "lucky-online", "Lucky.online", macros: ("{get.subid}", "{status}", "{amount}", "{click_id}", "{currency}"),
      source: "https://faq.lucky.online/en/articles/5234757-postback-settings",
      note: "{click_id} is its number of the lead, not ours: that is why it stands in txid."),
    NetworkPreset(
      "maxbounty", "MaxBounty", macros: ("#S2#", nil, "#RATE#", nil, nil), source: templates, note: wordInURL),
    NetworkPreset(
      "mobidea", "Mobidea", macros: ("{{EXTERNAL_ID}}", nil, "{{MONEY}}", nil, nil), source: templates,
      note: "\(wordInURL) It pays in USD."),
    NetworkPreset(
      "mylead", "MyLead",
      macros: ("[ml_sub1]", "[status]", "[payout_decimal]", "[transaction_id]", "[currency]"),
      words: ["pre_approved": .pending], source: "https://docs.bemob.com/en/mylead-settings",
      note: "Disputed: other templates write [payout]."),
    NetworkPreset(
      "shakes", "Shakes.pro", macros: ("{sub1}", "{status}", "{cost}", nil, "{currency}"),
      words: ["confirm": .approved, "reject": .rejected, "decline": .rejected, "none": .pending], source: templates),
    NetworkPreset(
      "terraleads", "TerraLeads", macros: ("{sub_id}", "{status}", "{payment}", "{lead_id}", nil),
      words: [
        "accept": .pending, "expect": .pending, "confirm": .approved, "reject": .rejected, "fail": .rejected,
        "error": .rejected,
      ], source: templates, note: "Disputed: other templates write {sub_id_1} for the click id."),
    NetworkPreset(
      "webvork", "Webvork", macros: ("{utm_medium}", "{status_lead}", "{money}", nil, "{currency}"),
      source: templates, note: "Its words were not found."),
    NetworkPreset(
      "zeydoo", "Zeydoo", macros: ("{ymid}", nil, "{amount}", nil, nil), source: templates,
      note: "\(wordInURL) It pays in USD."),
  ]
}
