import Domain
import Testing

@Suite struct IdentifierTests {
  static let numbers: [Int64] = [0, 1, 31, 32, 1_023, 1_024, 0x1234_5678_9ABC, 1 << 60, (1 << 60) - 1, .max - 1, .max]

  @Test(arguments: numbers)
  func textComesBackAsTheNumber(_ number: Int64) {
    let text = SortableText.encode(number)
    #expect(text.utf8.count == 13)
    #expect(SortableText.decode(text) == number)
  }

  @Test func textSortsAsTheNumbersDo() {
    var random = SeededRandom(seed: 1)
    var numbers = Self.numbers
    for _ in 0..<2_000 { numbers.append(Int64(random.next() >> 1) >> Int64.random(in: 0..<60, using: &random)) }
    let texts = numbers.sorted().map(SortableText.encode)
    #expect(texts == texts.sorted())
    #expect(texts.compactMap(SortableText.decode) == numbers.sorted())
  }

  @Test(arguments: [
    "", "0", "000000000000", "00000000000000", "8000000000000", "zzzzzzzzzzzzz", "000000000000A", "000000000000i",
    "000000000000l", "000000000000o", "000000000000u", "000000000000-", " 00000000000", "00000000000é", "0000000000 00",
  ])
  func noOtherTextIsANumber(_ text: String) {
    #expect(SortableText.decode(text) == nil)
  }

  @Test func anEventIDIsExactlyWhatWePrint() {
    let id = LeadID(rawValue: 1_795_000_000_000 << 20 | 7)
    #expect(id.eventID.hasPrefix("evt_"))
    #expect(LeadID(eventID: id.eventID) == id)
    for wrong in [
      "", "evt_", "evt_" + id.eventID, id.eventID.uppercased(), id.eventID + "0", "pb_" + id.eventID.dropFirst(4),
    ] {
      #expect(LeadID(eventID: wrong) == nil, "\(wrong)")
    }
  }

  @Test func anAccountIDIsAPositiveNumber() {
    #expect(AccountID(text: AccountID(rawValue: 42).text) == AccountID(rawValue: 42))
    for wrong in ["", "acc_", "42", "acc_0", "acc_-1", "acc_x", "acc_9223372036854775808"] {
      #expect(AccountID(text: wrong) == nil, "\(wrong)")
    }
  }

  @Test func eachKindOfIDHasItsOwnPrefix() {
    let texts = [
      AccountID(rawValue: 5).text, LeadID(rawValue: 5).eventID, PostbackID(rawValue: 5).text, KeyID(rawValue: 5).text,
      PersonID(rawValue: 5).text,
    ]
    #expect(texts.map { $0.prefix { $0 != "_" } } == ["acc", "evt", "pb", "key", "per"])
  }

  @Test(arguments: [[], [0], [255], [0x0A, 0xF0, 0x99], Array(0...255)] as [[UInt8]])
  func hexadecimalComesBackAsTheBytes(_ bytes: [UInt8]) {
    #expect([UInt8](hex: bytes.hex) == bytes)
    #expect([UInt8](hex: bytes.hex.uppercased()) == bytes)
    #expect(bytes.hex == bytes.hex.lowercased())
  }

  @Test(arguments: ["a", "0g", "0x10", " 00", "é0", "٠٠"])
  func noOtherTextIsHexadecimal(_ text: String) {
    #expect([UInt8](hex: text) == nil)
  }
}
