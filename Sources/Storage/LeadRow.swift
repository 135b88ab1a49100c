import Domain
import Foundation
import GRDB

/// How a lead stands in its table.
extension Lead {
  func insert(_ db: Database) throws {
    try db.run(
      """
      INSERT INTO lead (id, account_id, received_at, click_id, source, traffic_type, landing_page, country, email_domain,
        email_ref, phone_ref, name_ref, user_agent, signals, decision, score, probability, reasons, duplicate, cost, used,
        test)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, id.rawValue, accountID.rawValue, receivedAt.microseconds, clickID, source, trafficType, landingPage, country,
      emailDomain, references.email?.bytes[...], references.phone?.bytes[...], references.name?.bytes[...], userAgent,
      signals.stored, verdict.decision.rawValue, verdict.score, verdict.approvalProbability,
      ReasonList(verdict.reasons).encoded, isDuplicate, cost.micros, used, isTest)
  }

  init(row: Row) {
    self.init(
      id: LeadID(rawValue: row["id"]), accountID: AccountID(rawValue: row["account_id"]),
      receivedAt: Instant(microseconds: row["received_at"]), clickID: row["click_id"], source: row["source"],
      trafficType: row["traffic_type"], landingPage: row["landing_page"], country: row["country"],
      emailDomain: row["email_domain"],
      references: ContactReferences(
        email: ContactReference(row["email_ref"]), phone: ContactReference(row["phone_ref"]),
        name: ContactReference(row["name_ref"])),
      userAgent: row["user_agent"], signals: Signals(stored: row["signals"]),
      verdict: Verdict(
        decision: Decision(rawValue: row["decision"]) ?? .review, score: row["score"],
        approvalProbability: row["probability"], reasons: ReasonList(encoded: row["reasons"])?.reasons ?? []),
      isDuplicate: row["duplicate"], cost: Money(micros: row["cost"]), used: row["used"], isTest: row["test"],
      erasedAt: (row["erased_at"] as Int64?).map(Instant.init(microseconds:)))
  }
}

extension ContactReference {
  init?(_ data: Data?) {
    guard let data else { return nil }
    self.init(bytes: Array(data))
  }
}

/// Signals are kept as one short text, `time=45;views=3;fill=12.5;pasted=0;webdriver=0;zone=…;languages=en-US,en`: they are
/// read whole or not at all, and never searched.
extension Signals {
  var stored: String {
    var text = ""
    func add(_ name: String, _ value: String?) {
      guard let value else { return }
      if !text.isEmpty { text += ";" }
      text += name
      text += "="
      text += value
    }
    add("time", timeOnSite?.description)
    add("views", pageViews?.description)
    add("fill", fillSeconds?.description)
    add("pasted", pasted.map { $0 ? "1" : "0" })
    add("webdriver", webdriver.map { $0 ? "1" : "0" })
    add("zone", timezone)
    if !languages.isEmpty { add("languages", languages.joined(separator: ",")) }
    return text
  }

  init(stored: String) {
    self.init()
    for part in stored.split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { continue }
      switch pair[0] {
      case "time": timeOnSite = Double(pair[1])
      case "views": pageViews = Int(pair[1])
      case "fill": fillSeconds = Double(pair[1])
      case "pasted": pasted = pair[1] == "1"
      case "webdriver": webdriver = pair[1] == "1"
      case "zone": timezone = String(pair[1])
      case "languages": languages = pair[1].split(separator: ",").map(String.init)
      default: break
      }
    }
  }
}
