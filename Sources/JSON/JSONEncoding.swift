extension JSONValue {
  /// Compact UTF-8. `/` stands as it is; control characters, `<`, `>`, `&`, U+2028 and U+2029 are escaped, so that the
  /// text may also stand in a page or a script.
  package func encoded() -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(1_024)
    write(to: &output)
    return output
  }

  private func write(to output: inout [UInt8]) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .decimal(let literal): output.append(contentsOf: (isNumber(literal) ? literal : "null").utf8)
    case .number(let value): output.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    case .string(let text): writeString(text, to: &output)
    case .array(let elements): writeArray(elements, to: &output)
    case .object(let members): writeObject(members, to: &output)
    }
  }

  private func writeArray(_ elements: [JSONValue], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "["))
    var isFirst = true
    for element in elements {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      element.write(to: &output)
    }
    output.append(UInt8(ascii: "]"))
  }

  private func writeObject(_ members: [Member], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "{"))
    var isFirst = true
    for member in members {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      writeString(member.key, to: &output)
      output.append(UInt8(ascii: ":"))
      member.value.write(to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }
}

/// Whether `literal` is one JSON number and nothing else.
private func isNumber(_ literal: String) -> Bool {
  guard let first = literal.utf8.first, let last = literal.utf8.last, first == UInt8(ascii: "-") || isDigit(first)
  else { return false }
  let limits = JSONLimits(bytes: 64, depth: 0, values: 1, numberBytes: 64)
  return isDigit(last) && (try? JSONDocument(Array(literal.utf8), limits: limits)) != nil
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

/// Copies runs that need no escape at once.
private func writeString(_ text: String, to output: inout [UInt8]) {
  output.append(UInt8(ascii: "\""))
  var text = text
  text.withUTF8 { bytes in
    var copied = 0
    for place in bytes.indices {
      let length = escapedLength(at: place, in: bytes)
      guard length > 0 else { continue }
      output.append(contentsOf: bytes[copied..<place])
      writeEscape(length == 3 ? 0x2000 | UInt16(bytes[place + 2] & 0x3F) : UInt16(bytes[place]), to: &output)
      copied = place + length
    }
    output.append(contentsOf: bytes[copied...])
  }
  output.append(UInt8(ascii: "\""))
}

/// How many bytes at `place` are one character that must be escaped; 0 for none. U+2028 and U+2029 are E2 80 A8 and A9.
private func escapedLength(at place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
  switch bytes[place] {
  case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): 1
  case 0xE2 where place + 2 < bytes.count && bytes[place + 1] == 0x80 && bytes[place + 2] | 1 == 0xA9: 3
  default: 0
  }
}

private func writeEscape(_ unit: UInt16, to output: inout [UInt8]) {
  output.append(UInt8(ascii: "\\"))
  switch unit {
  case 0x22, 0x5C: output.append(UInt8(unit))
  case 0x08: output.append(UInt8(ascii: "b"))
  case 0x09: output.append(UInt8(ascii: "t"))
  case 0x0A: output.append(UInt8(ascii: "n"))
  case 0x0C: output.append(UInt8(ascii: "f"))
  case 0x0D: output.append(UInt8(ascii: "r"))
  default:
    output.append(UInt8(ascii: "u"))
    for shift in [12, 8, 4, 0] as [UInt16] {
      let digit = UInt8(unit >> shift & 15)
      output.append(digit < 10 ? digit + 0x30 : digit + 0x57)
    }
  }
}
