import Domain
import HTTP
import JSON
import Privacy
import Storage

/// `/api/v1/conversions`: the ledger, and corrections of it by hand. What partners report is for ``PartnerReportHandler``.
enum LedgerHandler {
  /// `GET ?limit=&before=&from=&to=&click_id=&status=&source=&format=csv`: newest first. Days are the account's.
  static func list(_ call: Call) throws -> Response {
    let pairs = FormPairs(call.request.query)
    var query = LedgerQuery(account: call.account.id)
    query.limit = try pairs.count("limit", most: LedgerQuery.most) ?? query.limit
    query.before = try pairs.value("before", "must be the id of a conversion: cnv_…") { ConversionID(text: $0) }
    query.span = try span(pairs, call.account.calendar)
    query.clickID = pairs["click_id"]
    query.status = try pairs.word("status", ConversionStatus.self)
    query.source = pairs["source"]
    switch pairs["format"] ?? "json" {
    case "json":
      let page = try call.store.ledger(query)
      return .json(["conversions": .array(page.elements.map { .ledgerLine($0) }), "next": .text(page.next?.text)])
    case "csv":
      return try LedgerFile.response(query, call.store)
    default: throw Problem.badField("format", "must be json or csv")
    }
  }

  static func show(_ call: Call) throws -> Response {
    guard let id = call.parameters["id"].flatMap({ ConversionID(text: $0) }) else { throw Failure.notFound }
    return .json(.ledgerLine(try call.store.conversion(id, of: call.account.id)))
  }

  /// `POST`: a correction as JSON, or a partner's report as CSV.
  static func add(_ call: Call) throws -> Response {
    switch call.request.mediaType {
    case "application/json": try correct(call)
    case "text/csv": try PartnerReportHandler.handIn(call)
    default: throw Problem.wrongLedgerType
    }
  }

  /// `POST {"click_id","txid","status","payout","currency"}`: says what a conversion is, as a line of its own in the log.
  /// Without txid it means the click's newest one, as a partner's message would.
  private static func correct(_ call: Call) throws -> Response {
    guard try !FormPairs(call.request.query).flag("dry_run") else {
      throw Problem.badField("dry_run", "is for reports as text/csv: a correction is made at once")
    }
    let received = ReceivedPostback(
      account: call.account, keyID: call.caller.keyID, receivedAt: call.now, reading: try correction(call))
    guard let effect = try call.store.commitOwnPostbacks([received]).first ?? nil else {
      throw Problem.badField("click_id", "has no lead: only a lead that came can have conversions")
    }
    guard let conversion = effect.conversion else {
      throw Failure.limitReached(what: "conversions of one click", limit: Conversion.mostPerClick)
    }
    let line = try call.store.conversion(conversion, of: call.account.id)
    return .json(
      [
        "result": .string(effect.result.rawValue), "lead_status": .text(effect.leadStatus?.rawValue),
        "warnings": .warnings(effect.warnings), "conversion": .ledgerLine(line),
      ], status: 201)
  }

  private static func correction(_ call: Call) throws -> PostbackReading {
    var form = try JSONForm(call.request)
    let clickID = form.text("click_id", maximumBytes: ClickID.longest, trims: false)
    if clickID == nil && form.errors.isEmpty {
      form.fail("click_id", "is missing: name the click whose conversion it is")
    }
    if let clickID, !ClickID.isValid(clickID) {
      form.fail("click_id", "must be 1 to \(ClickID.longest) bytes of printable UTF-8")
    }
    if let clickID, clickID.holdsKey { form.fail("click_id", KeptValue.keyFault) }
    let txid = form.text("txid", maximumBytes: 128)
    if let fault = txid.flatMap({ KeptValue($0, of: call.account, call.service.keyring).fault }) {
      form.fail("txid", fault)
    }
    let status = form.word("status", ConversionStatus.self)
    if form.node("status") == nil { form.fail("status", "is missing: approved, pending, rejected or chargeback") }
    let payout = form.money("payout")
    let currency = form.currency("currency")
    try form.check()
    let isForeign = currency.map { $0 != call.account.currency } ?? false
    let message = Postback(
      clickID: clickID ?? "", origin: .correction,
      meaning: PostbackMeaning(status: status ?? .pending, payout: payout), rawStatus: nil, amount: payout,
      currency: currency, txid: txid)
    return .message(message, warnings: isForeign ? [.currencyMismatch] : [])
  }

  /// `?from=&to=`, the account's days, both inclusive; nil where neither is there.
  static func span(_ pairs: FormPairs, _ calendar: AccountCalendar) throws -> Range<Instant>? {
    let (from, to) = (try pairs.day("from"), try pairs.day("to"))
    guard from != nil || to != nil else { return nil }
    if let from, let to, from > to { throw Problem.badField("from", "must not be after to") }
    let start = from.map(calendar.start(of:)) ?? Instant(microseconds: 0)
    let end = to.map { calendar.start(of: $0 + 1) } ?? Instant(seconds: 1 << 40)
    return start..<end
  }
}
