import Domain
import HTTP
import JSON
import Storage

/// `GET /api/v1/postbacks?limit=&before=&click_id=&result=&status=&key=`: everything received, newest first, and what
/// became of it.
enum PostbackLogHandler {
  static func list(_ call: Call) throws -> Response {
    let pairs = FormPairs(call.request.query)
    var query = PostbackLogQuery(account: call.account.id)
    query.limit = try pairs.count("limit", most: PostbackLogQuery.most) ?? query.limit
    query.before = try pairs.value("before", "must be the id of a postback: pb_…") { PostbackID(text: $0) }
    query.clickID = pairs["click_id"]
    query.result = try pairs.word("result", PostbackResult.self)
    query.status = try pairs.word("status", ConversionStatus.self)
    query.key = try pairs.key("key", of: call)?.id
    let page = try call.store.postbacks(query)
    return .json([
      "postbacks": .array(page.elements.map { .postback($0, at: call.now) }), "next": .text(page.next?.text),
    ])
  }
}
