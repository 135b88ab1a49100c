/// RFC 3492: text of any script as letters, digits and hyphens, for labels of domain names.
package enum Punycode {
  private static let base: UInt32 = 36
  private static let lowest: UInt32 = 1
  private static let highest: UInt32 = 26
  private static let skew: UInt32 = 38
  private static let damp: UInt32 = 700
  private static let firstBias: UInt32 = 72
  private static let firstNonASCII: UInt32 = 0x80

  /// Nil where the label is too long for the arithmetic, which no label of a domain name is. Without the prefix `xn--`.
  package static func encode(_ label: String) -> String? {
    let input = label.unicodeScalars.map(\.value)
    var output = input.filter { $0 < firstNonASCII }.map { UInt8($0) }
    let plain = output.count
    if plain > 0 { output.append(UInt8(ascii: "-")) }

    var next = firstNonASCII
    var delta: UInt32 = 0
    var bias = firstBias
    var handled = plain
    while handled < input.count {
      guard let smallest = input.lazy.filter({ $0 >= next }).min() else { return nil }
      let (step, tooLarge) = (smallest - next).multipliedReportingOverflow(by: UInt32(handled + 1))
      let (advanced, tooFar) = delta.addingReportingOverflow(step)
      guard !tooLarge, !tooFar else { return nil }
      delta = advanced
      next = smallest
      for value in input {
        if value < next { delta += 1 }
        if value == next {
          append(delta, bias: bias, to: &output)
          bias = adapted(delta, count: UInt32(handled + 1), isFirst: handled == plain)
          delta = 0
          handled += 1
        }
      }
      delta += 1
      next += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Writes one difference as an integer of variable length.
  private static func append(_ delta: UInt32, bias: UInt32, to output: inout [UInt8]) {
    var rest = delta
    var position = base
    while true {
      let threshold = position <= bias ? lowest : min(max(position - bias, lowest), highest)
      guard rest >= threshold else { break }
      output.append(digit(threshold + (rest - threshold) % (base - threshold)))
      rest = (rest - threshold) / (base - threshold)
      position += base
    }
    output.append(digit(rest))
  }

  private static func adapted(_ delta: UInt32, count: UInt32, isFirst: Bool) -> UInt32 {
    var delta = isFirst ? delta / damp : delta / 2
    delta += delta / count
    var k: UInt32 = 0
    while delta > (base - lowest) * highest / 2 {
      delta /= base - lowest
      k += base
    }
    return k + (base - lowest + 1) * delta / (delta + skew)
  }

  private static func digit(_ value: UInt32) -> UInt8 {
    UInt8(value < 26 ? value + 97 : value - 26 + 48)
  }
}
