import Domain
import HTTP
import JSON
import Storage

/// `GET /api/v1/alerts`: what is wrong, and what was lately: what lasts first.
enum AlertHandler {
  static func list(_ call: Call) throws -> Response {
    .json(["alerts": .array(try call.store.alerts(of: call.account.id).map(json))])
  }

  private static func json(_ alert: Alert) -> JSONValue {
    [
      "code": .string(alert.cause.code.rawValue), "subject": .string(alert.cause.subject),
      "title": .string(alert.title), "text": .string(alert.text), "remedy": .string(alert.remedy),
      "count": .count(alert.count), "whole_server": .bool(alert.cause.accountID == nil),
      "first_at": .time(alert.firstAt), "last_at": .time(alert.lastAt), "told_at": .time(alert.toldAt),
      "resolved_at": .time(alert.resolvedAt),
    ]
  }
}
