import Foundation
import JSON
import Synchronization
import Testing

/// What clients under load were told, to be compared with what the server holds afterwards.
struct LoadRecord: Sendable {
  /// Event ids by click id: leads that were acknowledged.
  var leads: [String: String] = [:]
  /// Click ids whose conversion was acknowledged.
  var conversions: Set<String> = []
  /// Calls that got no 200, by status (0: no answer).
  var failures: [Int: Int] = [:]
  /// A repeat that was answered with another event than the first.
  var doubled = 0

  mutating func merge(_ other: LoadRecord) {
    leads.merge(other.leads) { first, _ in first }
    conversions.formUnion(other.conversions)
    failures.merge(other.failures, uniquingKeysWith: +)
    doubled += other.doubled
  }
}

/// Clients that send leads and their postbacks, each lead with a click id and lead id of its own, worth 2 each.
struct Load: Sendable {
  let site: Site
  let account: TestAccount
  private let crowd: Crowd<LoadRecord>
  private let stopSign = StopSign()

  /// - Parameter repeats: whether a failed call is sent again until it goes well, as an SDK and a partner would.
  init(_ threads: Int, on site: Site, _ account: TestAccount, repeats: Bool = true) {
    self.site = site
    self.account = account
    let stopSign = stopSign
    crowd = Crowd(threads) { thread in
      let client = site.client()
      var record = LoadRecord()
      var number = 0
      while !stopSign.isUp {
        number += 1
        Self.send("load-\(thread)-\(number)", with: client, account.keys, &record, until: repeats ? stopSign : nil)
      }
      return record
    }
  }

  /// Ends the load and returns what all its clients were told.
  func end() -> LoadRecord {
    stopSign.raise()
    return crowd.results().reduce(into: LoadRecord()) { $0.merge($1) }
  }

  private static func send(
    _ click: String, with client: Client, _ keys: Keys, _ record: inout LoadRecord, until stopSign: StopSign?
  ) {
    let lead = Call.post(
      "/api/v1/decision", ["source": "load", "click_id": .string(click), "lead_id": .string(click)], key: keys.secret)
    guard let decision = answer(lead, client, &record, until: stopSign), let event = decision["event_id"]?.string else {
      return
    }
    if let first = record.leads[click], first != event { record.doubled += 1 }
    record.leads[click] = event
    let path = "/api/postback?api_key=\(keys.postback)&click_id=\(click)&status=sale&payout=2&txid=\(click)"
    if answer(.get(path), client, &record, until: stopSign) != nil { record.conversions.insert(click) }
  }

  private static func answer(_ call: Call, _ client: Client, _ record: inout LoadRecord, until stopSign: StopSign?)
    -> Answer?
  {
    while true {
      let answer = client.send(call)
      if answer.status == 200, answer.failure == nil { return answer }
      record.failures[answer.failure == nil ? answer.status : 0, default: 0] += 1
      guard let stopSign, !stopSign.isUp else { return nil }
      usleep(20_000)
    }
  }
}

extension LoadRecord {
  /// Every acknowledged lead and conversion is there, none twice, and the sums agree.
  func check(on site: Site, _ account: TestAccount) throws {
    #expect(doubled == 0)
    let client = site.client()
    var held: [String: (event: String, revenue: Double)] = [:]
    var events = 0
    var before = ""
    while true {
      let page = client.get("/api/v1/events/recent?limit=50" + before, key: account.keys.secret)
      let rows = try #require(page["events"]?.elements, "\(page.status) \(page.failure ?? "")")
      guard let last = rows.last?["event_id"]?.string else { break }
      for row in rows {
        events += 1
        held[row["click_id"]?.string ?? ""] = (row["event_id"]?.string ?? "", row["revenue"]?.double ?? -1)
      }
      before = "&before=" + last
    }
    #expect(held.count == events, "a click id came twice: \(events) events, \(held.count) clicks")
    let lost = leads.filter { held[$0.key]?.event != $0.value }
    #expect(lost.isEmpty, "\(lost.count) of \(leads.count) acknowledged leads are not there")
    let unpaid = conversions.filter { held[$0]?.revenue != 2 }
    #expect(
      unpaid.isEmpty, "\(unpaid.count) of \(conversions.count) acknowledged conversions are not there, or doubled")
    #expect(client.get("/api/v1/usage", key: account.keys.secret)["used"]?.integer == Int64(events))
    let stats = client.get("/api/v1/stats", key: account.keys.secret)
    #expect(stats["total.leads"]?.integer == Int64(events))
    #expect(stats["total.revenue"]?.double == held.values.map(\.revenue).reduce(0, +))
    #expect(try site.sql("PRAGMA integrity_check") == "ok")
  }
}
