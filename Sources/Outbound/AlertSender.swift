import Domain
import JSON

/// How an alert's message fared.
package struct AlertResult: Equatable, Sendable {
  /// What went wrong, in words; nil: it arrived.
  package let failure: String?
  /// Of the answer; nil: there was none, or none is given.
  package let status: Int?
  package let milliseconds: Int
  /// The answer's first 512 bytes, fit to be shown.
  package let answer: String
  /// Seconds that the receiver asks to wait.
  package let retryAfter: Int64?
}

extension AlertResult {
  /// Of a message that was never sent.
  package init(unsent failure: String) {
    self.init(failure: failure, status: nil, milliseconds: 0, answer: "", retryAfter: nil)
  }
}

/// Sends alerts where a channel leads: one template for each kind. Waits for the answer on the caller's thread.
package struct AlertSender: Sendable {
  package let guarding: AddressGuard
  private let limits: CallLimits
  private let sendmail: Sendmail
  private let telegram: String

  /// - Parameter telegram: scheme and host of Telegram's Bot API; tests bring their own.
  package init(
    guarding: AddressGuard = AddressGuard(), limits: CallLimits = CallLimits(), sendmail: Sendmail = Sendmail(),
    telegram: String = "https://api.telegram.org"
  ) {
    self.guarding = guarding
    self.limits = limits
    self.sendmail = sendmail
    self.telegram = telegram
  }

  /// Why a webhook's URL cannot be called, as far as that can be told before its name is looked up; nil: nothing.
  package func fault(ofWebhook url: String) -> URLFault? {
    do throws(URLFault) {
      _ = try CallURL(url, for: guarding)
      return nil
    } catch { return error }
  }

  package func send(_ message: AlertMessage, to target: AlertTarget) -> AlertResult {
    switch target {
    case .webhook(let url): post(message.webhookBody, to: url)
    case .email(let address): mail(message.mail(to: address))
    case .telegram(let token, let chat):
      post(message.telegramBody(chat: chat), to: "\(telegram)/bot\(token)/sendMessage")
    }
  }

  private func post(_ body: JSONValue, to url: String) -> AlertResult {
    let text = String(decoding: body.encoded(), as: UTF8.self)
    let call = Call(id: 0, url: url, body: CallBody(contentType: "application/json", text: text))
    let result = DirectCaller.make(call, limits: limits, guarding: guarding)
    let failure = result.isDelivered ? nil : result.status.map { "the host answered \($0)" } ?? result.failure?.text
    return AlertResult(
      failure: failure, status: result.status, milliseconds: result.milliseconds, answer: result.text,
      retryAfter: result.retryAfter)
  }

  private func mail(_ text: String) -> AlertResult {
    let start = ContinuousClock.now
    let fault = sendmail.send(text)
    return AlertResult(
      failure: fault?.text, status: nil, milliseconds: Int((ContinuousClock.now - start) / .milliseconds(1)),
      answer: "", retryAfter: nil)
  }
}

// The three templates. What stands in them is fit to be shown (`AlertText`).
extension AlertMessage {
  private var name: String { code?.rawValue ?? "test" }

  fileprivate var webhookBody: JSONValue {
    [
      "id": .string(id.text), "code": .string(name), "subject": .string(subject), "title": .string(title),
      "text": .string(text), "remedy": .string(remedy), "count": .integer(Int64(count)), "at": .string(at.rfc3339),
      "test": .bool(code == nil),
    ]
  }

  fileprivate func telegramBody(chat: String) -> JSONValue {
    [
      "chat_id": .string(chat), "text": .string((["BackNova: " + title, text] + paragraphs).joined(separator: "\n\n")),
      "disable_web_page_preview": true,
    ]
  }

  /// A mail as sendmail reads it. Its header holds fixed words and a checked address, nothing that others wrote.
  fileprivate func mail(to address: String) -> String {
    let header = [
      "To: " + address, "Subject: BackNova: " + title, "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
    ]
    let body = [text] + paragraphs + ["Found at \(at.rfc3339)."]
    return header.joined(separator: "\n") + "\n\n" + body.joined(separator: "\n\n") + "\n"
  }

  private var paragraphs: [String] { remedy.isEmpty ? [] : [remedy] }
}
