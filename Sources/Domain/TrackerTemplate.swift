/// A forward for a well-known tracker, ready but for the names that only its owner knows.
package struct TrackerTemplate: Equatable, Sendable {
  package let slug: String
  package let name: String
  /// With tokens as in ``Forward/url``, and with ``blanks``.
  package let url: String
  /// Parts of ``url`` that the owner replaces by his own.
  package let blanks: [String]
  /// The classes that the tracker can make something of.
  package let statuses: Set<ConversionStatus>
  package let statusMap: [ConversionStatus: String]
  /// What to set in the tracker, and what it does with a message that comes again.
  package let note: String
  /// Where the tracker states its parameters.
  package let sources: [String]

  /// In the order in which they are shown.
  package static let all = [keitaro, binom, voluum, redTrack, beMob, clickFlare, peerClick, funnelFlux]

  package static func named(_ slug: String) -> TrackerTemplate? { all.first { $0.slug == slug } }
}

extension TrackerTemplate {
  private static let domain = "tracker.example"
  private static let every = Set(ConversionStatus.allCases)

  static let keitaro = TrackerTemplate(
    slug: "keitaro", name: "Keitaro",
    url: "https://tracker.example/POSTBACK_KEY/postback?subid={click_id}&status={status}&payout={payout}&tid={txid}"
      + "&currency={currency}",
    blanks: [domain, "POSTBACK_KEY"], statuses: every,
    statusMap: [.approved: "sale", .pending: "lead", .rejected: "rejected", .chargeback: "rejected"],
    note:
      "Follows a conversion from lead to sale or rejected; money of leads stands as “Revenue (hold)”. It has no class "
      + "for chargebacks: they arrive as rejected. A second payment on a click counts only where the offer allows "
      + "rebills.",
    sources: [
      "https://docs.keitaro.io/en/conversions/postback.html",
      "https://docs.keitaro.io/en/conversions-and-postback/postback.html",
    ])

  static let binom = TrackerTemplate(
    slug: "binom", name: "Binom",
    url:
      "https://tracker.example/click.php?cnv_id={click_id}&payout={payout}&cnv_status={status}&cnv_currency={currency}",
    blanks: [domain], statuses: every, statusMap: [:],
    note:
      "Leave the offer's “Upsell” box empty, so that each message replaces the payout instead of adding to it, and set "
      + "no fixed payout: that would win over the message's. Binom 2 takes /click in place of /click.php.",
    sources: [
      "https://docs.binom.org/postback-url.php", "https://docs.binom.org/payout-tracking-v2.php",
      "https://docs.binom.org/update-conv.php",
    ])

  static let voluum = TrackerTemplate(
    slug: "voluum", name: "Voluum",
    url: "https://tracker.example/postback?cid={click_id}&payout={payout}&txid={txid}&currency={currency}",
    blanks: [domain], statuses: [.approved], statusMap: [:],
    note:
      "Counts a click and txid once, and drops what comes again: a later change does not arrive by postback. A "
      + "conversion taken back is corrected by uploading a negative payout. For classes, add et= with custom "
      + "conversions of that name.",
    sources: [
      "https://doc.voluum.com/article/parameters-in-postback-urls",
      "https://doc.voluum.com/en/tracking_conversions_postback.html",
      "https://doc.voluum.com/en/conversion_upload.html",
    ])

  static let redTrack = TrackerTemplate(
    slug: "redtrack", name: "RedTrack",
    url: "https://tracker.example/postback?clickid={click_id}&sum={payout}&status={status}&rdtk_event_id={txid}",
    blanks: [domain], statuses: every,
    statusMap: [.approved: "approved", .pending: "pending", .rejected: "declined", .chargeback: "declined"],
    note:
      "Set the offer source's duplicate postbacks to “edit with new data”, so that a later message changes the "
      + "conversion. For conversion types of your own, add type=, which is case-sensitive.",
    sources: ["https://docs.redtrack.io/knowledgebase/tracking-event-types/"])

  static let beMob = TrackerTemplate(
    slug: "bemob", name: "BeMob",
    url: "https://tracker.example/postback?cid={click_id}&payout={payout}&txid={txid}&status={status}",
    blanks: [domain], statuses: every,
    statusMap: [.approved: "confirm", .pending: "new", .rejected: "decline", .chargeback: "charge"],
    note:
      "Enter these four words as the affiliate network's postback statuses, and switch “Accept double postbacks” on, "
      + "so that later messages count. Where your tracking domain has no certificate, use http.",
    sources: [
      "https://help.bemob.com/docs/using-postback-statuses",
      "https://docs.bemob.com/en/postback-settings-of-affiliate-network",
    ])

  static let clickFlare = TrackerTemplate(
    slug: "clickflare", name: "ClickFlare",
    url: "https://tracker.example/cf/cv?click_id={click_id}&payout={payout}&txid={txid}",
    blanks: [domain], statuses: [.approved], statusMap: [:],
    note:
      "The txid tells the conversions of one click apart. For custom conversion types, add ct= with the type's name.",
    sources: [
      "https://help.clickflare.io/en/tracking/click-flare-parameters-in-postback-urls",
      "https://help.clickflare.io/en/settings/s2s-postback-ur-ls",
    ])

  static let peerClick = TrackerTemplate(
    slug: "peerclick", name: "PeerClick",
    url: "https://pstb.peerclick.com/postback?cid={click_id}&payout={payout}&status={status}&txid={txid}"
      + "&currency={currency}",
    blanks: [], statuses: every,
    statusMap: [.approved: "Sale", .pending: "Hold", .rejected: "Reject", .chargeback: "Reject"],
    note:
      "Map Hold, Sale and Reject in the affiliate network's statuses. Without a txid a click has one row, which the "
      + "last message decides.",
    sources: [
      "https://help-center.peerclick.com/en/articles/10512589",
      "https://help-center.peerclick.com/en/articles/10225260",
    ])

  static let funnelFlux = TrackerTemplate(
    slug: "funnelflux", name: "FunnelFlux Pro",
    url: "https://tracker.example/pb/?hit={click_id}&rev={payout}&tx={txid}",
    blanks: [domain], statuses: [.approved], statusMap: [:],
    note:
      "The click id is the hit id. It knows no classes: a conversion taken back is deleted there by hand, with a "
      + "payout of -1.",
    sources: [
      "https://help.funnelflux.pro/en/article/30-tracking-conversions",
      "https://help.funnelflux.pro/en/article/28-updating-conversion-data",
    ])
}
