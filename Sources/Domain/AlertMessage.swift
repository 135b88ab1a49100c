/// What a channel is told: one cause, once.
package struct AlertMessage: Equatable, Sendable {
  /// The same whenever it is sent again.
  package let id: AlertMessageID
  /// nil: a test.
  package let code: AlertCode?
  package let subject: String
  package let count: Int
  /// What is wrong.
  package let text: String
  /// When that was found.
  package let at: Instant

  package init(id: AlertMessageID, code: AlertCode?, subject: String, count: Int, text: String, at: Instant) {
    self.id = id
    self.code = code
    self.subject = subject
    self.count = count
    self.text = text
    self.at = at
  }

  /// One that says it is none.
  package static func test(at now: Instant) -> AlertMessage {
    AlertMessage(
      id: AlertMessageID(rawValue: 0), code: nil, subject: "", count: 0,
      text: "This is a test: alerts arrive here. Nothing is wrong.", at: now)
  }

  package var title: String { code?.title ?? "Test" }
  /// What to do about it; empty: nothing.
  package var remedy: String { code?.remedy ?? "" }
}
