import Domain
import HTTP

/// Every problem that BackNova answers, so that its codes stand in one place. nginx has those of its own in its snippets.
extension Problem {
  static let unknownPath = Problem(
    status: 404, code: "unknown_path", detail: "There is nothing at this path. The API begins at /api/v1.")

  static func wrongMethod(allowed: [String]) -> Problem {
    let list = Array(Set(allowed)).sorted().joined(separator: ", ")
    return Problem(
      status: 405, code: "method_not_allowed", detail: "This path takes \(list).", headers: [.init("Allow", list)])
  }

  static let wrongType = Problem(
    status: 415, code: "unsupported_media_type",
    detail: "Send the body as JSON, with the header Content-Type: application/json.")

  static let wrongLedgerType = Problem(
    status: 415, code: "unsupported_media_type",
    detail: "Send a correction as JSON (Content-Type: application/json), or a partner's report as CSV (text/csv).")

  static func unreadableReport(_ fault: PartnerReportFault) -> Problem {
    fault == .tooLong
      ? Problem(status: bodyTooLarge.status, code: bodyTooLarge.code, detail: fault.text)
      : Problem(status: 422, code: "unreadable_report", detail: fault.text)
  }

  static let bodyTooLarge = Problem(
    status: 413, code: "body_too_large", detail: "The body is longer than is allowed.")

  /// - Parameter reason: a sentence.
  static func badJSON(_ reason: String) -> Problem {
    Problem(status: 400, code: "bad_json", detail: "The body is not JSON that can be read. \(reason)")
  }

  static let badQuery = Problem(
    status: 400, code: "bad_query", detail: "The query has too many parameters, or one that is too long.")

  static func badFields(_ errors: [FieldError]) -> Problem {
    Problem(
      status: 422, code: "invalid_fields",
      detail: errors.count == 1
        ? "One field cannot be taken: \(errors[0].field) \(errors[0].message)."
        : "\(errors.count) fields cannot be taken; errors names them.",
      errors: errors)
  }

  static func badField(_ field: String, _ message: String) -> Problem {
    badFields([FieldError(field: field, message: message)])
  }

  private static let challenge = [Header("WWW-Authenticate", "Bearer")]

  static let missingKey = Problem(
    status: 401, code: "missing_key",
    detail: "Send your key as the header Authorization: Bearer KEY, or X-API-Key: KEY.",
    headers: challenge)

  static let missingPostbackKey = Problem(
    status: 401, code: "missing_key", detail: "Send your postback key as the parameter api_key.", headers: challenge)

  static let badKey = Problem(
    status: 401, code: "bad_key",
    detail: "This key does not exist or was revoked. The dashboard lists the keys in use.",
    headers: challenge)

  static let tooManyBadKeys = Problem(
    status: 429, code: "too_many_bad_keys", detail: "Too many requests with bad keys came from this address.",
    retryAfter: 60)

  static let sessionEnded = Problem(
    status: 401, code: "session_ended", detail: "You are no longer logged in. Log in again.", headers: challenge)

  static let badLogIn = Problem(
    status: 401, code: "bad_log_in", detail: "The e-mail address or the password is not right.")

  static let tooManyLogIns = Problem(
    status: 429, code: "too_many_log_ins", detail: "Too many log-ins were tried. Wait a minute and try again.",
    retryAfter: 60)

  static let tooManyTests = Problem(
    status: 429, code: "too_many_tests", detail: "Too many test messages. Wait a minute and try again.", retryAfter: 60)

  static let foreignOrigin = Problem(
    status: 403, code: "foreign_origin", detail: "Changes with a session must come from the dashboard's own pages.")

  static let otherPerson = Problem(
    status: 409, code: "other_person",
    detail: "Somebody else is logged in by now, so nothing was done. Load the page again.")

  static let notYourself = Problem(
    status: 403, code: "not_yourself",
    detail: "With a session you may change your own password only. A secret key may set another person's.")

  static let originNotAllowed = Problem(
    status: 403, code: "origin_not_allowed",
    detail: "This publishable key is limited to certain origins, and this page is not of one of them.")

  static func keyNotAllowed(_ kind: KeyKind) -> Problem {
    let remedy =
      switch kind {
      case .publishable: "A publishable key may only call POST /api/v1/decision; use a secret key."
      case .postback: "A postback key may only call /api/postback; use a secret key."
      case .secret: "This call takes no secret key."
      }
    return Problem(status: 403, code: "key_not_allowed", detail: remedy)
  }

  static let tooManyTestCalls = Problem(
    status: 429, code: "too_many_test_calls",
    detail: "Test calls are under way: \(Service.mostTestCallsPerAccount) of an account are made at once, and "
      + "\(Service.mostTestCalls) of all. Try again in a moment.",
    retryAfter: 5)

  static let forwardOff = Problem(
    status: 409, code: "forward_off",
    detail: "This forward is switched off: what is written for it now would be out of date when it is switched on. "
      + "Set active to true first.")

  static let `internal` = Problem(
    status: 500, code: "internal", detail: "Something went wrong on our side. The request id finds it in the log.")

  /// The one place where failures become statuses.
  init(_ failure: Failure, at now: Instant) {
    switch failure {
    case .quotaExceeded(let resetsAt):
      self.init(
        status: 429, code: "quota_exceeded",
        detail: "The plan's decisions of this month are used up; it begins anew at \(resetsAt.rfc3339).",
        retryAfter: Int(max(1, resetsAt.seconds - now.seconds)))
    case .dailyCapReached(let resetsAt):
      self.init(
        status: 429, code: "daily_cap_reached",
        detail: "This key's decisions of the day are used up; it begins anew at \(resetsAt.rfc3339).",
        retryAfter: Int(max(1, resetsAt.seconds - now.seconds)))
    case .limitReached(let what, let limit):
      self.init(
        status: 422, code: "limit_reached", detail: "An account has at most \(limit) \(what), and this one has as many."
      )
    case .taken(let field):
      self = .badField(field, "is taken; choose another one")
      status = 409
      code = "taken"
      title = "Conflict"
    case .notFound:
      self.init(status: 404, code: "not_found", detail: "This account has nothing of that name.")
    case .unavailable:
      self.init(
        status: 503, code: "unavailable", detail: "This cannot be stored right now; nothing was taken. Send it again.",
        retryAfter: 5)
    }
  }
}
