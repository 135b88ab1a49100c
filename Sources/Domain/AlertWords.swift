/// What alerts say. Titles are fixed: they stand in the header of a mail.
extension AlertCode {
  package var title: String {
    switch self {
    case .deliveriesDead: "A tracker was not told of conversions"
    case .hostFailing: "A tracker has taken nothing for an hour"
    case .diskLow: "The server's disk is nearly full"
    case .capReached: "A partner's cap is reached"
    case .partnerFailing: "A partner does not take leads"
    case .unmappedWords: "Partners send status words that nothing names"
    }
  }

  /// What to do about it.
  package var remedy: String {
    switch self {
    case .deliveriesDead:
      "Look at the forward's last error, put its URL or the tracker right, then replay what is dead."
    case .hostFailing:
      "Nothing is lost yet: what waits is sent by itself once the host answers. See whether the tracker is up and the "
        + "forward's URL still right."
    case .diskLow: "Free some space or enlarge the disk: once it is full, leads are refused."
    case .capReached: "Raise the cap, or add a partner that takes the leads beyond it."
    case .partnerFailing: "Send the partner a test lead to see its answer, and pause the partner until it works."
    case .unmappedWords: "They count as pending: give each word a class, and its messages are read again."
    }
  }
}

extension Alert {
  package var title: String { cause.code.title }
  package var remedy: String { cause.code.remedy }

  /// What is wrong, in one sentence or two.
  package var text: String {
    let what = label.isEmpty ? cause.subject : label
    let end = detail.isEmpty ? "." : ": \(detail)."
    return switch cause.code {
    case .deliveriesDead: "Forward \(what): \(count) \(count == 1 ? "delivery was" : "deliveries were") given up\(end)"
    case .hostFailing: "\(what) has taken no conversion for an hour or longer\(end)"
    case .diskLow: "Little room is left where the database lies\(end)"
    case .capReached: "Partner \(what) takes no more leads for now\(end)"
    case .partnerFailing: "Partner \(what) did not take the last \(count) leads\(end)"
    case .unmappedWords: "Postback key \(what): \(count) \(count == 1 ? "word" : "words")\(end)"
    }
  }
}

/// What others wrote, made fit for an alert: printed on phones, in mails and in other people's chats.
package enum AlertText {
  /// Bytes of a word or a name.
  package static let longest = 64
  /// Words that one alert names.
  package static let mostWords = 5
  package static let withheld = "(withheld)"

  /// One line of printable text; nothing of it where it may be a contact: an e-mail address, or the digits of a phone
  /// number.
  package static func shown(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      guard line.utf8.count + UTF8.width(scalar) <= longest else { break }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: break
      default: line.unicodeScalars.append(scalar)
      }
    }
    let plain = text.withoutPercentEscapes
    let digits = plain.unicodeScalars.count { $0.properties.numericType != nil }
    return plain.contains("@") || digits >= 7 ? withheld : line
  }

  /// Some of the words, and how many more there are.
  package static func list(_ words: [String]) -> String {
    let named = words.prefix(mostWords).map(shown)
    let rest = words.count - named.count
    return named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
