import Domain
import HTTP

/// Makes partners' messages out of what is seen in the field and what could be: the same ones for the same generator.
struct MessageMill {
  private var generator: SeededRandom
  /// Click ids that leads have.
  let clicks: [String]

  init(seed: UInt64, clicks: [String] = ["c0", "c1", "c2"]) {
    generator = SeededRandom(seed: seed)
    self.clicks = clicks
  }

  static let known = ["click_id", "status", "payout", "txid", "currency"]
  private static let words = [
    "approved", "FTD", " First-Deposit ", "sale", "rebill", "hold", "lead", "trash", "no answer",
    "refund", "in_review",
    "1", "approve",
  ]
  private static let amounts = [
    "12.50", "12,50", "1,234.56", "1.234,56", "$15.00", " 15 USD ", "1,234", "-5", "0", "1e9",
    "9999999999", "0.0000001",
    "€3", "free", "-",
  ]
  private static let macros = [
    "{payout}", "%7Bpayout%7D", "##PAYOUT##", "[PAYOUT]", "#price#", "${x}", "REPLACE", "OPTIONAL",
    "null", "undefined",
    "", " ", "{", "##", "[x",
  ]
  private static let strange = [
    "\u{0}", "a\nb", "\u{1B}[31m", "\u{202E}", "\u{FEFF}", "é", "e\u{301}", "😀", "a@b.example",
    "+12125550123", "¤", "?",
    "&", "=", "%", "%zz", "%2540", "a=b", "?status=", "&amp;", "\u{2028}", "\u{10FFFF}", "'; --",
    "<b>", "\\", "\"",
  ]
  private static let separators = [
    "&", "&", "&", "&", "&amp;", "&amp;amp;", "?", "&&", ";", "?&", "",
  ]
  private static let rawBytes: [[UInt8]] = [
    [0xFF], [0xC3], [0xA4], [0xC2, 0xA4], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0], [0x0A],
    [0x7F],
    Array("%".utf8), Array("%4".utf8), Array("%GG".utf8), Array("%00".utf8), Array("%FF".utf8),
    Array("%C2%A4cy=".utf8),
    Array("¤cy=".utf8), Array("+".utf8), Array("%2B".utf8), Array("%25%32%35".utf8),
  ]

  mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
  mutating func one<T>(of values: [T]) -> T { values[number(0..<values.count)] }

  /// A value, before it is written into a query.
  mutating func value(of name: String) -> String {
    switch number(0..<12) {
    case 0: return one(of: Self.macros)
    case 1: return (0..<number(1..<4)).map { _ in one(of: Self.strange + Self.words) }.joined()
    case 2:
      let length = number(0..<20) == 0 ? 5_000 : one(of: [63, 64, 65, 128, 129, 257])
      return String(repeating: one(of: ["x", "é", " ", "1", "%"]), count: length)
    default: break
    }
    return switch name {
    case "click_id": one(of: clicks)
    case "status": one(of: Self.words)
    case "payout": one(of: Self.amounts)
    case "txid": one(of: ["1", "2", "A-3", "tx 4"])
    case "currency": one(of: ["USD", "eur", " Gbp ", "dollar"])
    default: one(of: Self.words + Self.amounts)
    }
  }

  mutating func name() -> String {
    number(0..<8) == 0
      ? one(of: [
        "sub1", "Status", "", "p[]", "x\u{0}", "jo@mail.example", "amp;status",
        String(repeating: "n", count: 65),
      ])
      : one(of: Self.known)
  }

  /// A query or form body, well made or not.
  mutating func query() -> [UInt8] {
    var query: [UInt8] = []
    for _ in 0..<number(1..<(number(0..<50) == 0 ? 90 : 9)) {
      let name = name()
      query += escaped(Array(name.utf8)) + (number(0..<20) == 0 ? [] : [UInt8(ascii: "=")])
      query += number(0..<6) == 0 ? broken(value(of: name)) : escaped(Array(value(of: name).utf8))
      query += Array(one(of: Self.separators).utf8)
    }
    return query
  }

  private mutating func broken(_ value: String) -> [UInt8] {
    var bytes = Array(value.utf8.prefix(300))
    for _ in 0..<number(1..<3) {
      bytes.insert(contentsOf: one(of: Self.rawBytes), at: number(0..<bytes.count + 1))
    }
    return bytes
  }

  /// Percent-encoded as programs do it: all, little, or as much as must be; `+` or `%20` for a space, either case of hex.
  mutating func escaped(_ bytes: [UInt8]) -> [UInt8] {
    let (all, plus, lower) = (number(0..<4) == 0, number(0..<2) == 0, number(0..<2) == 0)
    let digits = lower ? Self.lowerDigits : Self.upperDigits
    var escaped: [UInt8] = []
    escaped.reserveCapacity(3 * bytes.count)
    for byte in bytes {
      if byte == UInt8(ascii: " "), plus {
        escaped.append(UInt8(ascii: "+"))
      } else if !all, Self.plain.contains(byte) {
        escaped.append(byte)
      } else {
        escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return escaped
  }

  private static let lowerDigits = Array("0123456789abcdef".utf8)
  private static let upperDigits = Array("0123456789ABCDEF".utf8)
  /// What needs no escape anywhere.
  private static let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  /// A JSON body, mostly sound.
  mutating func json() -> [UInt8] {
    var members: [String] = []
    for _ in 0..<number(1..<8) {
      let name = name()
      let text: String
      switch number(0..<8) {
      case 0:
        text = one(of: [
          "null", "true", "12.5", "-3", "1e3", "[1]", "{}", "1.50", "007", "12345678901234567890",
        ])
      default: text = Self.quoted(value(of: name))
      }
      members.append(Self.quoted(name) + ":" + text)
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    if number(0..<6) == 0 {
      bytes.insert(contentsOf: one(of: Self.rawBytes), at: number(0..<bytes.count + 1))
    }
    return bytes
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      let isPlain = scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
      let hex = String(scalar.value, radix: 16)
      return isPlain ? String(scalar) : "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    }
    return "\"" + escaped.joined() + "\""
  }
}
