import Domain
import GRDB

/// What a message would come to if it were received now.
package struct PostbackPreview: Equatable, Sendable {
  package let result: PostbackResult
  package let reason: IgnoredPostback.Reason?
  package let leadID: LeadID?
  package let leadStatus: LeadStatus?
  package let warnings: [PostbackWarning]

  fileprivate init(_ row: LoggedPostback, _ leadStatus: LeadStatus? = nil) {
    self.result = row.result
    self.reason = row.reason
    self.leadID = row.leadID
    self.leadStatus = leadStatus
    self.warnings = row.warnings
  }
}

extension Store {
  /// What ``commitPostback(_:)`` would answer to the message; nothing is written.
  package func previewPostback(_ received: ReceivedPostback) throws(Failure) -> PostbackPreview {
    let directory = try directory()
    // Later than every message there is: only its place among them matters.
    let id = PostbackID(rawValue: .max)
    switch received.reading {
    case .ignored(let ignored): return PostbackPreview(LoggedPostback(ignored, of: received, id: id))
    case .message(let message, let warnings):
      let row = LoggedPostback(message, of: received, id: id, warnings: warnings)
      return try read { try Self.preview(message, row, directory, $0) }
    }
  }

  private static func preview(
    _ message: Postback, _ row: LoggedPostback, _ directory: Directory, _ db: Database
  ) throws -> PostbackPreview {
    var row = row
    guard var click = try Click(message.clickID, of: row.accountID, db), try !click.mustWait(db) else {
      try row.noteWaiting(db)
      return PostbackPreview(row)
    }
    guard row.note(try click.terms(of: message, by: row.keyID, directory, db), directory) else {
      return PostbackPreview(row)
    }
    let outcome = click.outcome(of: message, id: row.id, at: row.receivedAt, expectedPayout: row.expectedPayout)
    row.note(outcome)
    guard let outcome else { return PostbackPreview(row) }
    click.take(outcome)
    return PostbackPreview(row, LeadStatus(of: click.conversions(of: outcome.after.leadID)))
  }
}
