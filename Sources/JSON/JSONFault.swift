/// Why a text was refused, and where. Holds nothing of the text: safe to log and to answer with.
package struct JSONFault: Error, Equatable {
  package enum Reason: String, CaseIterable, Sendable {
    case empty
    case tooLarge = "too_large"
    case byteOrderMark = "byte_order_mark"
    case nul
    case invalidUTF8 = "invalid_utf8"
    case controlCharacter = "control_character"
    case invalidEscape = "invalid_escape"
    case loneSurrogate = "lone_surrogate"
    case invalidNumber = "invalid_number"
    case longNumber = "long_number"
    case unexpectedCharacter = "unexpected_character"
    case unexpectedEnd = "unexpected_end"
    case trailingText = "trailing_text"
    case tooDeep = "too_deep"
    case tooManyValues = "too_many_values"
    case duplicateKey = "duplicate_key"
  }

  package let reason: Reason
  /// Bytes before the place where reading stopped.
  package let offset: Int

  package init(_ reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}

extension JSONFault.Reason {
  /// The reason in plain words, for the caller who sent the text.
  package var text: String {
    switch self {
    case .empty: "The text is empty; a JSON value is expected."
    case .tooLarge: "The text is larger than this service reads."
    case .byteOrderMark: "The text begins with a byte order mark; send UTF-8 without one."
    case .nul: "A string holds the character U+0000, which is not accepted."
    case .invalidUTF8: "The text is not valid UTF-8."
    case .controlCharacter: "A string holds a raw control character; write it as an escape such as \\n."
    case .invalidEscape: "A string holds an escape that JSON does not know."
    case .loneSurrogate: "A string holds half of a surrogate pair."
    case .invalidNumber: "A number is not written as JSON writes numbers."
    case .longNumber: "A number has too many digits."
    case .unexpectedCharacter: "A character stands where JSON does not allow it."
    case .unexpectedEnd: "The text ends before the value does."
    case .trailingText: "Text follows after the end of the value."
    case .tooDeep: "Objects and arrays are nested too deeply."
    case .tooManyValues: "The text holds too many values."
    case .duplicateKey: "An object names the same key twice."
    }
  }
}

extension JSONFault {
  /// The reason in plain words and the place.
  package var text: String { reason.text + " (at byte \(offset))" }
}
