extension RawContact {
  /// Whether `clickID` is the form's own phone number in any spelling: a landing page that fills in the wrong field
  /// would have us store the number in the clear. Cheap where the click id holds anything that no number has.
  ///
  /// Two numbers of at least 7 digits are the same where one ends with the other and lacks no more than a country code
  /// (3 digits); zeros in front do not count. A phone that came hashed is compared by its hash.
  package borrowing func phoneEquals(clickID: String, country: String?) -> Bool {
    guard let click = Self.digits(ofNumber: clickID) else { return false }
    if let phone = text(.phone) {
      var spellings = [phone.unicodeScalars.compactMap(Self.digit)]
      if case .number(let digits, _) = Normaliser.phone(phone, country: country) {
        spellings.append(digits.unicodeScalars.compactMap(Self.digit))
      }
      return spellings.contains { Self.isSameNumber(click, Array($0.drop { $0 == 0 })) }
    }
    guard let hash = text(.phoneHash).flatMap({ Keyring.digest(hex: $0) }) else { return false }
    var candidates = [click.map(String.init).joined()]
    if case .number(let digits, _) = Normaliser.phone(clickID, country: country) { candidates.append(digits) }
    return candidates.contains { Digest.sha256($0) == hash }
  }

  /// The digits, without zeros in front; nil where there are fewer than 7 or there is more than a number has.
  private static func digits(ofNumber text: String) -> [Int]? {
    var digits: [Int] = []
    for scalar in text.unicodeScalars {
      if let digit = digit(scalar) {
        digits.append(digit)
      } else if !isPunctuation(scalar) {
        return nil
      }
    }
    let significant = Array(digits.drop { $0 == 0 })
    return significant.count >= 7 ? significant : nil
  }

  private static func isSameNumber(_ a: [Int], _ b: [Int]) -> Bool {
    let (shorter, longer) = a.count < b.count ? (a, b) : (b, a)
    return shorter.count >= 7 && longer.count - shorter.count <= 3 && longer.suffix(shorter.count) == shorter[...]
  }

  /// The value of a digit of any script.
  private static func digit(_ scalar: Unicode.Scalar) -> Int? {
    if scalar.value < 0x80 { return (48...57).contains(scalar.value) ? Int(scalar.value) - 48 : nil }
    guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else { return nil }
    return Int(value)
  }

  /// What people write between the digits of a number.
  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "+", "-", ".", "(", ")", "/", "\u{FF0B}", "\u{2010}"..."\u{2015}", "\u{2212}": true
    default: scalar.isWhiteSpace
    }
  }
}
