/// The parts of a contact that a partner's template may name.
package enum ContactPart: Sendable { case name, firstName, lastName, email, phone }

extension RawContact {
  /// Lends a part as partners want it, or does not call `body` where there is none. The span cannot leave the closure.
  ///
  /// All as the visitor typed it, without white space at the ends, except:
  /// - a name that was sent in two is joined; one that was sent whole is split before its last word;
  /// - a phone that is a number in the manner of `country` is lent in E.164 with `+`, which can be dialled from anywhere;
  ///   any other one as it was typed: what it is worth is for the partner to say.
  package borrowing func lend(_ part: ContactPart, country: String?, to body: (borrowing Span<UInt8>) -> Void) {
    switch part {
    case .email: lendTrimmed(.email, to: body)
    case .phone: lendPhone(country: country, to: body)
    case .name: holds(.name) ? lendTrimmed(.name, to: body) : lendJoinedName(to: body)
    case .firstName: holds(.firstName) ? lendTrimmed(.firstName, to: body) : lendHalfOfName(isLast: false, to: body)
    case .lastName: holds(.lastName) ? lendTrimmed(.lastName, to: body) : lendHalfOfName(isLast: true, to: body)
    }
  }

  private borrowing func holds(_ meaning: ContactField) -> Bool { bytes(of: meaning) != nil }

  private borrowing func lendTrimmed(_ meaning: ContactField, to body: (borrowing Span<UInt8>) -> Void) {
    if let bytes = bytes(of: meaning) { body(WhiteSpace.trimmed(bytes).span) }
  }

  private borrowing func lendPhone(country: String?, to body: (borrowing Span<UInt8>) -> Void) {
    guard let typed = text(.phone), case .number(let digits, _) = Normaliser.phone(typed, country: country) else {
      return lendTrimmed(.phone, to: body)
    }
    var number = WipedBytes(capacity: 32)
    number.append(UInt8(ascii: "+"))
    number.append(digits)
    number.withUnsafeBytes { body($0.span) }
  }

  private borrowing func lendJoinedName(to body: (borrowing Span<UInt8>) -> Void) {
    var name = WipedBytes()
    lendTrimmed(.firstName) { name.append($0) }
    lendTrimmed(.lastName) { last in
      if name.count > 0 { name.append(UInt8(ascii: " ")) }
      name.append(last)
    }
    if name.count > 0 { name.withUnsafeBytes { body($0.span) } }
  }

  /// A name of one word is a first name.
  private borrowing func lendHalfOfName(isLast: Bool, to body: (borrowing Span<UInt8>) -> Void) {
    guard let name = bytes(of: .name).map(WhiteSpace.trimmed) else { return }
    let gap = name.indices.last { WhiteSpace.begins(UnsafeBufferPointer(rebasing: name[$0...])) } ?? name.endIndex
    let half = WhiteSpace.trimmed(UnsafeBufferPointer(rebasing: isLast ? name[gap...] : name[..<gap]))
    if !half.isEmpty { body(half.span) }
  }
}

/// Unicode's white space, in UTF-8, for text that is looked at where it lies.
private enum WhiteSpace {
  private static let all: [[UInt8]] = (0...0x3000).compactMap(Unicode.Scalar.init).filter(\.isWhiteSpace)
    .map { Array(String($0).utf8) }

  static func begins(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { all.contains { bytes.starts(with: $0) } }

  static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var rest = bytes[...]
    while let space = all.first(where: { rest.starts(with: $0) }) { rest = rest.dropFirst(space.count) }
    while let space = all.first(where: { rest.suffix($0.count).elementsEqual($0) }) {
      rest = rest.dropLast(space.count)
    }
    return UnsafeBufferPointer(rebasing: rest)
  }
}
