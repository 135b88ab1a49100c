/// The one pass over a text: checks it all and leaves a tape of entries. A state machine rather than a recursion, so
/// that input cannot drive the stack.
struct JSONScanner {
  private let bytes: [UInt8]
  private let limits: JSONLimits
  private var place = 0
  private(set) var tape: [JSONEntry] = []
  /// The innermost open container on the tape; an open container's `next` is its parent.
  private var container = JSONScanner.none
  private var depth = 0
  private var values = 0

  private static let none = UInt32.max

  /// What the grammar allows next.
  private enum State { case value, valueOrEnd, key, keyOrEnd, separator }

  init(bytes: [UInt8], limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func scan() throws(JSONFault) {
    guard bytes.count <= limits.bytes else { throw JSONFault(.tooLarge, offset: limits.bytes) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw JSONFault(.byteOrderMark, offset: 0) }
    skipSpace()
    guard place < bytes.count else { throw JSONFault(.empty, offset: place) }
    tape.reserveCapacity(64)
    var state = State.value
    repeat {
      skipSpace()
      guard place < bytes.count else { throw fault(.unexpectedEnd) }
      state = try step(state, bytes[place])
    } while container != Self.none
    skipSpace()
    guard place == bytes.count else { throw fault(.trailingText) }
  }

  private mutating func step(_ state: State, _ byte: UInt8) throws(JSONFault) -> State {
    switch state {
    case .valueOrEnd where byte == UInt8(ascii: "]"), .keyOrEnd where byte == UInt8(ascii: "}"):
      close()
      return .separator
    case .value, .valueOrEnd:
      return try readValue(byte)
    case .key, .keyOrEnd:
      try readKey(byte)
      return .value
    case .separator:
      let isObject = tape[Int(container)].kind == .object
      if byte == UInt8(ascii: ",") {
        place += 1
        return isObject ? .key : .value
      }
      guard byte == UInt8(ascii: isObject ? "}" : "]") else { throw unexpected() }
      close()
      return .separator
    }
  }

  private mutating func readValue(_ byte: UInt8) throws(JSONFault) -> State {
    values += 1
    guard values <= limits.values else { throw fault(.tooManyValues) }
    switch byte {
    case UInt8(ascii: "{"):
      try open(.object)
      return .keyOrEnd
    case UInt8(ascii: "["):
      try open(.array)
      return .valueOrEnd
    case UInt8(ascii: "\""): try readString()
    case UInt8(ascii: "-"), 0x30...0x39: try readNumber()
    case UInt8(ascii: "t"): try readWord("true", .bool)
    case UInt8(ascii: "f"): try readWord("false", .bool)
    case UInt8(ascii: "n"): try readWord("null", .null)
    default: throw unexpected()
    }
    return .separator
  }

  private mutating func open(_ kind: JSONNode.Kind) throws(JSONFault) {
    depth += 1
    guard depth <= limits.depth else { throw fault(.tooDeep) }
    tape.append(JSONEntry(kind: kind, start: UInt32(place), next: container))
    container = UInt32(tape.count - 1)
    place += 1
  }

  private mutating func close() {
    place += 1
    depth -= 1
    let closing = Int(container)
    container = tape[closing].next
    tape[closing].end = UInt32(place)
    tape[closing].next = UInt32(tape.count)
  }

  private mutating func append(_ kind: JSONNode.Kind, from start: Int, isEscaped: Bool = false) {
    let next = UInt32(tape.count + 1)
    tape.append(
      JSONEntry(kind: kind, isEscaped: isEscaped, start: UInt32(start), end: UInt32(place), next: next))
  }

  // MARK: Keys

  private mutating func readKey(_ byte: UInt8) throws(JSONFault) {
    guard byte == UInt8(ascii: "\"") else { throw unexpected() }
    let start = place
    let key = tape.count
    try readString()
    tape[key].hash = JSONText.hash(tape[key], in: bytes)
    guard isNew(key) else { throw JSONFault(.duplicateKey, offset: start) }
    skipSpace()
    guard place < bytes.count else { throw fault(.unexpectedEnd) }
    guard bytes[place] == UInt8(ascii: ":") else { throw unexpected() }
    place += 1
  }

  /// Compares a key with those that its object already has. At most `limits.values` of them, by hash first.
  private func isNew(_ key: Int) -> Bool {
    var earlier = Int(container) + 1
    while earlier < key {
      if tape[earlier].hash == tape[key].hash, JSONText.equal(tape[earlier], tape[key], in: bytes) { return false }
      earlier = Int(tape[earlier + 1].next)
    }
    return true
  }

  // MARK: Strings

  private mutating func readString() throws(JSONFault) {
    place += 1
    let start = place
    var isEscaped = false
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "\""):
        append(.string, from: start, isEscaped: isEscaped)
        place += 1
        return
      case UInt8(ascii: "\\"):
        isEscaped = true
        try skipEscape()
      case 0: throw fault(.nul)
      case 1..<0x20: throw fault(.controlCharacter)
      case 0x20..<0x80: place += 1
      default: try skipMultibyte(byte)
      }
    }
    throw fault(.unexpectedEnd)
  }

  private mutating func skipEscape() throws(JSONFault) {
    guard place + 1 < bytes.count else { throw JSONFault(.unexpectedEnd, offset: bytes.count) }
    switch bytes[place + 1] {
    case UInt8(ascii: "u"): try skipUnicodeEscape()
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      place += 2
    default: throw fault(.invalidEscape)
    }
  }

  private mutating func skipUnicodeEscape() throws(JSONFault) {
    guard let unit = JSONText.codeUnit(at: place, in: bytes) else { throw fault(.invalidEscape) }
    switch unit {
    case 0: throw fault(.nul)
    case 0xD800..<0xDC00:
      guard let low = JSONText.codeUnit(at: place + 6, in: bytes), (0xDC00..<0xE000).contains(low)
      else { throw fault(.loneSurrogate) }
      place += 12
    case 0xDC00..<0xE000: throw fault(.loneSurrogate)
    default: place += 6
    }
  }

  /// Steps over one character of two to four bytes: the table of well-formed sequences in the Unicode standard (3-7).
  private mutating func skipMultibyte(_ lead: UInt8) throws(JSONFault) {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if lead == 0xE0 { second = 0xA0...0xBF }
      if lead == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { second = 0x90...0xBF }
      if lead == 0xF4 { second = 0x80...0x8F }
    default: throw fault(.invalidUTF8)
    }
    guard place + length <= bytes.count, second.contains(bytes[place + 1]) else { throw fault(.invalidUTF8) }
    for further in place + 2..<place + length where bytes[further] & 0xC0 != 0x80 { throw fault(.invalidUTF8) }
    place += length
  }

  // MARK: Numbers and words

  private mutating func readNumber() throws(JSONFault) {
    let start = place
    if bytes[place] == UInt8(ascii: "-") { place += 1 }
    if place < bytes.count, bytes[place] == UInt8(ascii: "0") {
      place += 1
      if digitFollows { throw fault(.invalidNumber) }
    } else {
      try skipDigits()
    }
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      place += 1
      try skipDigits()
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      if place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") { place += 1 }
      try skipDigits()
    }
    guard place - start <= limits.numberBytes else { throw JSONFault(.longNumber, offset: start) }
    append(.number, from: start)
  }

  private var digitFollows: Bool { place < bytes.count && (0x30...0x39).contains(bytes[place]) }

  private mutating func skipDigits() throws(JSONFault) {
    guard digitFollows else { throw fault(place < bytes.count ? .invalidNumber : .unexpectedEnd) }
    while digitFollows { place += 1 }
  }

  private mutating func readWord(_ word: StaticString, _ kind: JSONNode.Kind) throws(JSONFault) {
    let start = place
    for offset in 0..<word.utf8CodeUnitCount {
      guard place < bytes.count else { throw fault(.unexpectedEnd) }
      guard bytes[place] == word.utf8Start[offset] else { throw unexpected() }
      place += 1
    }
    append(kind, from: start)
  }

  // MARK: Steps

  private mutating func skipSpace() {
    while place < bytes.count {
      switch bytes[place] {
      case 0x20, 0x0A, 0x0D, 0x09: place += 1
      default: return
      }
    }
  }

  private func fault(_ reason: JSONFault.Reason) -> JSONFault { JSONFault(reason, offset: place) }

  /// A character out of place; NUL is named for what it is.
  private func unexpected() -> JSONFault { fault(bytes[place] == 0 ? .nul : .unexpectedCharacter) }
}
