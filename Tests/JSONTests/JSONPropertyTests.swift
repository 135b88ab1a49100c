import JSON
import Testing

@Suite struct JSONPropertyTests {
  @Test func whatIsWrittenReadsBackEqual() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<5_000 {
      let value = randomValue(depth: 4, &random)
      let read = JSONValue(reading: try JSONDocument(value.encoded()).root)
      #expect(read == value)
    }
  }

  /// Mutated texts must never crash the reader, and what it accepts it must have understood: written and read again it
  /// is the same.
  @Test func mutatedTextsNeverCrash() throws {
    var random = SeededGenerator(seed: 2)
    var accepted = 0
    for _ in 0..<200 {
      let seed = randomValue(depth: 4, &random).encoded()
      for _ in 0..<1_000 {
        let text = mutated(seed, &random)
        guard let document = try? JSONDocument(text) else { continue }
        accepted += 1
        let value = JSONValue(reading: document.root)
        let again = JSONValue(reading: try JSONDocument(value.encoded(), limits: .roomy).root)
        if again != value { Issue.record("read differently the second time: \(text.map { Int($0) })") }
      }
    }
    #expect(accepted > 10_000)
  }

  private func mutated(_ seed: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var text = seed
    let tokens: [String] = [
      "\"", "\\", "{", "}", "[", "]", ",", ":", "\\u0000", "\\ud83d", "\\ude00", "1", "-", "e", ".", "0", "\u{FEFF}",
      "true",
      "null", " ", "\"a\":", "é", "\u{0}",
    ]
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0...text.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0 where place < text.count: text[place] = .random(in: 0...255, using: &random)
      case 1 where place < text.count: text.remove(at: place)
      case 2: text.insert(contentsOf: Array((tokens.randomElement(using: &random) ?? "").utf8), at: place)
      case 3: text.removeSubrange(place...)
      default:
        let other = Int.random(in: 0...text.count, using: &random)
        text.insert(
          contentsOf: Array(text[min(place, other)..<min(max(place, other), min(place, other) + 8)]), at: place)
      }
    }
    return text
  }

  private func randomValue(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .decimal(String(Int64.random(in: .min ... .max, using: &random)))
    case 3: return .decimal(String(Double.random(in: -1e9...1e9, using: &random)))
    case 4, 5: return .string(randomText(&random))
    case 6:
      return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in randomValue(depth: depth - 1, &random) })
    default:
      return .object(
        (0..<Int.random(in: 0...4, using: &random)).map { place in
          .init(randomText(&random) + "\(place)", randomValue(depth: depth - 1, &random))
        })
    }
  }

  private func randomText(_ random: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let top: UInt32 = [0x7F, 0x7FF, 0xFFFF, 0x10FFFF].randomElement(using: &random) ?? 0x7F
      text.append(Unicode.Scalar(UInt32.random(in: 1...top, using: &random)) ?? "\u{2028}")
    }
    return String(text)
  }
}

extension JSONLimits {
  /// Escapes make a text longer, so what is written again may need more room.
  fileprivate static let roomy = JSONLimits(bytes: 1 << 20, depth: 16, values: 512, numberBytes: 64)
}

extension JSONValue {
  /// The same value, numbers by their literals.
  fileprivate init(reading node: JSONNode) {
    switch node.kind {
    case .null: self = .null
    case .bool: self = .bool(node.bool ?? false)
    case .number: self = .decimal(node.numberText ?? "")
    case .string: self = .string(node.string ?? "")
    case .array: self = .array(node.elements.map { JSONValue(reading: $0) })
    case .object:
      var members: [Member] = []
      node.forEachMember { members.append(Member($0, JSONValue(reading: $1))) }
      self = .object(members)
    }
  }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
