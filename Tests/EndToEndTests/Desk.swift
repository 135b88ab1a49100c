import Foundation
import JSON
import Testing

/// An account that rejects no lead for its score, and hands its leads to partners of the test's own.
struct Desk {
  let site: Site
  let account: TestAccount
  let client: Client

  init(plan: String = "unlimited") throws {
    site = try sharedSite()
    account = try site.account(plan: plan)
    client = site.client()
    let settings: JSONValue = ["thresholds": ["accept_at": 0, "reject_below": 0]]
    let set = client.send(.patch("/api/v1/account", settings, key: account.keys.secret))
    try #require(set.status == 200, "\(set.text)")
  }

  /// Makes a partner that takes a lead by answering `{"ok":true}`.
  /// - Parameters:
  ///   - priority: the lowest is asked first.
  ///   - source: the only one whose leads it gets; nil: it gets those of all.
  ///   - more: further members, or others in the place of these.
  func makePartner(
    _ slug: String, _ url: String, priority: Int = 1, source: String? = nil, _ more: [JSONValue.Member] = []
  ) throws {
    var members: [JSONValue.Member] = [
      .init("slug", .string(slug)), .init("url", .string(url)), .init("priority", .integer(Int64(priority))),
      .init("fields", ["mail": "{email}", "phone": "{phone}", "name": "{name}", "click": "{click_id}"]),
      .init("success", ["pointer": "/ok", "equals": true]), .init("lead_id_pointer", "/id"),
      .init("redirect_pointer", "/to"),
    ]
    if let source { members.append(.init("filters", ["sources": [.string(source)]])) }
    members.removeAll { member in more.contains { $0.key == member.key } }
    let made = client.post("/api/v1/partners", .object(members + more), key: account.keys.secret)
    try #require(made.status == 201, "\(made.text)")
  }

  /// Of somebody who never came before, so that no lead is a duplicate of another.
  static func contact() -> JSONValue { ["email": .string("\(UUID().uuidString)@example.com")] }

  func decide(_ lead: JSONValue) -> Answer { client.post("/api/v1/decision", lead, key: account.keys.secret) }

  func get(_ path: String) -> Answer { client.get(path, key: account.keys.secret) }

  /// The lead's whole story.
  func event(of decided: Answer) -> Answer { get("/api/v1/events/\(decided["event_id"]?.string ?? "")") }

  /// The story of the only lead with that click id.
  func event(ofClick click: String) -> Answer {
    get("/api/v1/events/" + (get("/api/v1/events?click_id=\(click)")["events.0.event_id"]?.string ?? ""))
  }
}

extension Call {
  static func patch(_ path: String, _ json: JSONValue, key: String?) -> Call {
    var call = post(path, json, key: key)
    call.method = "PATCH"
    return call
  }
}

extension Answer {
  /// The texts of a member that all elements of a list have.
  func texts(_ list: String, _ member: String) -> [String] {
    self[list]?.elements.map { $0[member]?.string ?? "null" } ?? []
  }
}
